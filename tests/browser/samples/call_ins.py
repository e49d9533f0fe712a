"""The board of call-ins, and one call-in with everything it can show."""

from dataclasses import replace
from typing import Any

from browser.samples.marks import BACK, HANDLE, LEVEL_B, SIGNED_IN, at, choices, do, form, go, radio

from outreach.call_ins.interlock import Lack, Stand
from outreach.terms import ClosedAs, MissedCause
from portal.advocate.call_ins import pages, words
from portal.advocate.call_ins.calendar import CELL_HEIGHT, CELL_WIDTH, HEAD, NAMES, PLACES
from portal.advocate.call_ins.late_tellings import FOUND, WAITS
from portal.advocate.cards import Chip, Fact, Field, Frame, Hold
from portal.advocate.sentences import CAUSES

TOLD, CLOSED = words.CHIPS[Stand.TOLD], words.CHIPS[Stand.NO_SAFE_WAY]
HEADS = ("Late, not told", "Not told yet", "Told or declined", "Closed or missed")
BUSY = {
    9: ((1, words.LATE), (2, TOLD)),
    11: ((1, words.LATE), (12, words.NOT_TOLD), (10, TOLD), (3, CLOSED)),
    16: ((4, words.NOT_TOLD), (1, CLOSED)),
}


def a_row(handle: str, state: Chip, sentence: str, **said: Any) -> pages.CallInRow:
    usual = {"left": "20 h left", "level": LEVEL_B, "whose": "Your case.", "steps": (go("See what to try", "main"),)}
    return pages.CallInRow(
        handle=handle, href="/cases/1", when=at("Wednesday, 6 pm"), state=state, sentence=sentence, **{**usual, **said}
    )


def a_day(number: int) -> pages.CalendarDay:
    week, weekday = divmod(number, 7)
    x, y = weekday * CELL_WIDTH, HEAD + week * CELL_HEIGHT
    marks = tuple(
        pages.Mark(count, chip, x + dx, y + dy)
        for (count, chip), (dx, dy) in zip(BUSY.get(number, ()), PLACES, strict=False)
    )
    return pages.CalendarDay(
        x=x,
        y=y,
        number="11/23" if not number else str(number + 23 if number < 8 else number - 7),
        words=f"Day {number}: 1 late, not told; 2 told or declined",
        href="/somewhere" if marks else "",
        marks=marks,
        is_today=number == 2,
        is_chosen=number == 11,
    )


CALENDAR = pages.Calendar(
    width=7 * CELL_WIDTH,
    height=HEAD + 3 * CELL_HEIGHT,
    names=tuple((number * CELL_WIDTH + CELL_WIDTH // 2, name) for number, name in enumerate(NAMES)),
    days=tuple(a_day(number) for number in range(21)),
    words="Call-ins in the next 3 weeks. The same stands below, day by day.",
    heads=HEADS,
    table=(("Wednesday, December 2", ("1", "0", "2", "0")), ("Friday, December 4", ("1", "12", "10", "3"))),
)
BOARD = pages.CallInsPage(
    sentence="2 people have not been told in time. Begin with Cedar Wren: 20 h left.",
    calendar=CALENDAR,
    counts=(Fact("Not told yet", "3"), Fact("Told", "2"), Fact("No safe way, signed", "1")),
    days=(
        pages.CallInDay(
            key="on-2026-12-02",
            title="Wednesday, December 2",
            gloss="tomorrow, 2 late, not told; 1 told or declined",
            rows=(
                a_row("Cedar Wren", words.LAST_DAY, "Little time is left. Tell her now, live."),
                a_row(
                    "Amber Harbor",
                    words.LATE,
                    "She was to know by Nov 29, 6 pm. Tell her now, live.",
                    whose="Lee Park.",
                    left="23 h left",
                    notes=("The agency says that it moves to Dec 9, 6 pm. Until you check it, this day stands.",),
                    steps=(go("Check the change", "main"), go("See what to try")),
                ),
                a_row("Iron Lark", TOLD, "She was reached and knows.", steps=(go("See it", "quiet"),)),
            ),
        ),
        pages.CallInDay(
            key="on-2026-12-09",
            title="Wednesday, December 9",
            gloss="1 not told yet; 1 closed or missed",
            rows=(
                a_row("Quiet Mill", words.NOT_TOLD, "Tell her by Sunday, 6 pm, live.", left="8 days left"),
                a_row(
                    "Green Tunnel",
                    CLOSED,
                    words.SENTENCES[Stand.NO_SAFE_WAY],
                    left="8 days left",
                    whose="Nobody's case yet.",
                    steps=(go("See it", "quiet"),),
                ),
            ),
        ),
    ),
    passed=(
        a_row(
            "Blue Kettle",
            words.CHIPS[Stand.MISSED],
            f"She was not told. {CAUSES[MissedCause.TOLD_TOO_LATE]}",
            left="",
            steps=(go("See it", "quiet"),),
        ),
    ),
    empty="No call-in is set.",
    turn=(go("The ones before"), go("The ones after")),
)
EMPTY = replace(
    BOARD,
    sentence="No call-in is ahead.",
    calendar=replace(CALENDAR, days=tuple(replace(each, marks=(), href="") for each in CALENDAR.days), table=()),
    counts=(),
    days=(),
    passed=(),
    empty="No call-in is set. When an agency names one, you see here how much time is left and who has to be told.",
    all_days=go("Show every day"),
)
CLOSING = form(
    "Sign and close",
    radio("kind", "Why is it closed?", "There is no safe way to tell her", "Enough was tried, in more than one way"),
    Field(
        "weighed",
        "What else did you weigh?",
        "ticks",
        hint="Tick each one you thought through. All five, unless she wants no contact.",
        choices=choices(*words.WEIGHED.values()),
    ),
    Field("reason", "Your reason", "lines", is_required=True),
)
ONE = pages.CallInPage(
    title="Call-in, Wednesday, December 2",
    handle=HANDLE,
    back=BACK,
    state=words.LAST_DAY,
    lead="20 h left. Little time is left. Tell her now, live.",
    facts=(
        Fact("When", "Wednesday, December 2, 2026, 6 pm EST"),
        Fact("Due", "Sunday, November 29, 2026, 6 pm EST"),
        Fact("Whose", "Dana R."),
    ),
    todo=(
        "The safest way: call ··· 0142. It is open now.",
        "Two calls in the morning got no answer. Try after 5 pm or a letter. The next try may be made now. 3 tries are "
        "left before a supervisor decides.",
    ),
    steps=(go("Open the case", "main"), go("Record a try")),
    changes=(
        Hold(
            "The agency says that it is off. Until you check it, this day stands.",
            "",
            (go("Check the change", "main"),),
        ),
    ),
    lacking=(
        Fact(words.KINDS[ClosedAs.NO_SAFE_WAY], words.LACKS[Lack.A_WAY_IS_OPEN]),
        Fact(words.KINDS[ClosedAs.TRIED_ENOUGH], f"{words.LACKS[Lack.TRIES_LEFT]} {words.LACKS[Lack.ONE_CHANNEL]}"),
    ),
    ask=do("Ask a supervisor"),
)
SIGNING = replace(ONE, changes=(), closing=CLOSING)
SIGNED = replace(
    ONE,
    state=CLOSED,
    lead=f"8 days left. {words.SENTENCES[Stand.NO_SAFE_WAY]}",
    todo=(),
    changes=(),
    steps=(go("Open the case"),),
    lacking=(),
    ask=None,
    signed=(
        Fact("Closed because", words.KINDS[ClosedAs.NO_SAFE_WAY]),
        Fact("Reason", "The only phone is in other hands, and she is away until spring."),
        Fact("Signed by", "Kim S., Tuesday, November 24, 2026, 10 am EST"),
        Fact("Tries before", "2"),
        Fact("Also weighed", "; ".join(words.WEIGHED.values())),
    ),
    open_again=do("Open it again"),
)

LATE = replace(
    SIGNED,
    state=words.CHIPS[Stand.MISSED],
    lead="She was not told. It has begun.",
    signed=(),
    open_again=None,
    late=pages.LatePart(
        sentence=WAITS,
        facts=(
            Fact("What happened", "Reached her"),
            Fact("When", "Wednesday, December 2, 2026, 3 pm EST"),
            Fact("Written down", "Wednesday, December 2, 2026, 8 pm EST, by Dana R."),
        ),
        form=form(
            "Sign it",
            radio("found", "What did you find?", *FOUND.values()),
            Field("reason", "What did you look at?", "lines", hint="Such as: the sheet.", is_required=True),
        ),
    ),
)

CALL_INS_PAGES: dict[str, tuple[str, Any, Frame]] = {
    "call-ins": ("call-ins/list.html", BOARD, SIGNED_IN),
    "call-ins-empty": ("call-ins/list.html", EMPTY, SIGNED_IN),
    "call-in": ("call-ins/show.html", ONE, SIGNED_IN),
    "call-in-signing": ("call-ins/show.html", SIGNING, SIGNED_IN),
    "call-in-signed": ("call-ins/show.html", SIGNED, SIGNED_IN),
    "call-in-late": ("call-ins/show.html", LATE, SIGNED_IN),
}
