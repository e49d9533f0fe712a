# ruff: noqa: E501  (sample sentences read better whole)
"""The night card, one case of it, the hand-over and the rota."""

from dataclasses import replace
from typing import Any

from browser.samples.cases import WAYS
from browser.samples.marks import HANDLE, LEVEL_A, LEVEL_B, SIGNED_IN, as_shown, at, choices, do, go

from portal.advocate.cards import Chip, Field, Form, Frame, Hold
from portal.advocate.cases.known_by import HELP
from portal.advocate.cases.pages import SafeContactRow, TaskPage
from portal.advocate.forms import offer
from portal.advocate.on_duty import night_pages as night
from portal.advocate.on_duty import rota_weeks
from portal.advocate.on_duty.night_calls import RangInForm
from portal.advocate.pages import TodayRow

FIRST = TodayRow(
    handle=HANDLE,
    href="/somewhere",
    when=at("in 40 min"),
    lateness="in 40 min",
    level=LEVEL_A,
    sentence="Reach her now. Help with what she needs now. She needs: medical help, shelter. Safest now: call ··· 0142. Say first: “Can you talk freely? Just say yes or no.”",
    steps=(go("Open", "main"), go("She asked"), go("She rang in")),
)
SECOND = TodayRow(
    handle="Amber Harbor",
    href="/somewhere",
    when=at("5:10 am", 5, 22),
    lateness="2 h late",
    level=LEVEL_B,
    state=Chip("Late", "late", "clock"),
    sentence="Decide if this is the same person. There is no safe way yet. This may be a person we know under another case.",
    steps=(go("Open", "main"), go("Decide the match")),
)
NIGHT = night.NightPage(
    sentence="You are on call until 7 am. 22 cases wait.",
    rows=(FIRST, SECOND),
    more="And 20 more. None has a task of level A.",
    turn=(go("The ones after"),),
    empty="No one waits. News of level A or B pages you, and shows up here.",
    steps=(go("Hand over", "main"), go("Who is on call"), go("Someone else rang in")),
)
NEEDS = (
    night.NeedRow(
        label="Medical help",
        chip=Chip("Not offered yet", "ask", "question"),
        said="An officer heard it, Nov 20.",
        steps=(
            do("Offered", step="offered"),
            do("She said yes", "quiet"),
            do("Done", "quiet"),
            do("She said no", "quiet"),
        ),
    ),
    night.NeedRow(
        label="Shelter",
        chip=Chip("She said yes", "ask", "clock"),
        said="She said so, Nov 20; offered Nov 20 by Dana R.; she said yes Nov 21.",
        note="With two children, one in a wheelchair.",
        steps=(do("Done"), do("She said no", "quiet"), do("Not needed", "quiet")),
    ),
)


def _as_at_night(way: SafeContactRow) -> SafeContactRow:
    """Show a way as the colleague on call sees it: where it is held, with what she asked for."""
    asked = (go("She asked"),) if way.chip.word == "Ask first" else ()
    return replace(way, change_href="", steps=(), hold=way.hold and replace(way.hold, steps=asked))


CASE = night.NightCasePage(
    title=HANDLE,
    back=go("Night"),
    level=LEVEL_A,
    summary="Spanish, interpreter wanted",
    hers=(
        "New message, today, 1:50 am. Nobody knows who typed it: it opens no way. Call, if a call is safe.",
        "She got in touch with us, today, 1:55 am.",
    ),
    rang_in=go("She rang in"),
    alarm=Hold(
        "She gave her word for danger, today, 2:10 am.",
        "She wants this: “Call my sister.” She did not choose the police: call none.",
        (),
    ),
    due=(
        TodayRow(handle="Reach her now", href="", when=at("in 40 min"), sentence=""),
        TodayRow(
            handle="Help with what she needs now", href="", when=at("in 2 h"), sentence="She needs: medical help."
        ),
    ),
    ways=tuple(_as_at_night(each) for each in WAYS[1:]),
    no_safe_way=None,
    needs=NEEDS[:1],
    rules=(
        "Say who you are only once you know it is she.",
        "She wants an interpreter. Never a child, never someone from the family.",
    ),
)
HAND_OVER = night.HandOverPage(
    back=go("Night"),
    sentence="Tell whoever comes next, by voice. Say handles, never names. Then press the button.",
    done=(
        night.DoneRow(at("3:05 am", 3), HANDLE, "No answer."),
        night.DoneRow(at("5:20 am", 5), "Amber Harbor", "Reached her."),
    ),
    waits=(FIRST,),
    more="And 20 more. None has a task of level A.",
    turn=(go("The ones before"), go("The ones after")),
    tell=do("I have told the next one", "main"),
)
ROTA = night.RotaPage(
    sentence="On call now: Rosa Ames.",
    gaps=(
        Hold(
            "Nobody is on call from Sunday, 6 am to Sunday, 6 pm.",
            "Supervisors are paged themselves meanwhile. Put someone on call.",
            (),
        ),
    ),
    shifts=(
        night.ShiftRow(
            "Rosa Ames",
            Chip("First", "level", "dot"),
            at("today, 6 pm"),
            at("tomorrow, 6 am"),
            "",
            (do("Take away", "quiet"),),
        ),
        night.ShiftRow(
            "Lee Park",
            Chip("Second", "calm", "dot"),
            at("today, 6 pm"),
            at("tomorrow, 6 am"),
            "Handed over 5:50 am.",
            (do("Take away", "quiet"),),
        ),
    ),
    more_gaps=2,
    weeks=go("A week that repeats"),
    phone=Hold(
        "Your phone is paged.",
        "A new phone, or a lost one? Set it up again: the old one falls silent.",
        (do("Set it up again"),),
    ),
    topic="https://push.example.org/4qXc2s1h0Zt7mJb8yWvK3nLpRdUa6eGi",
    form=Form(
        "/somewhere",
        "Put on call",
        (
            Field(
                "who", "Who", "list", choices=choices("Choose a colleague", "Rosa Ames", "Lee Park"), is_required=True
            ),
            Field(
                "turn",
                "Paged first or second?",
                "radio",
                choices=choices("First", "Second, when the first does not answer"),
                is_required=True,
            ),
            Field("from_on", "From, day", "date", is_required=True),
            Field("from_at", "From, time", "time", is_required=True),
            Field(
                "to_on",
                "To, day",
                "date",
                is_required=True,
                error="A shift ends after it begins, is not over yet, and lasts two weeks at most.",
            ),
            Field("to_at", "To, time", "time", is_required=True),
        ),
    ),
)
NAMES = [("", "Choose a colleague"), ("1", "Rosa Ames"), ("2", "Lee Park")]


def _week() -> Form:
    form = rota_weeks.WeekForm()
    for name in ("first", "second", *rota_weeks.INSTEAD):
        form[name].choices = offer(NAMES)
    return form.card("/somewhere", "Show the shifts", cancel_href="/somewhere")


WEEK = night.RotaWeekPage(back=go("On call"), sentence=rota_weeks.LEAD, form=_week(), folded=rota_weeks.INSTEAD)
WEEK_SHOWN = replace(
    WEEK,
    sentence="This makes 26 shifts. None of them counts yet.",
    gaps=(Hold("Nobody is on call from now to today, 6 pm.", "Supervisors are paged themselves meanwhile.", ()),),
    shifts=tuple(replace(each, said="", steps=()) for each in ROTA.shifts),
    more=24,
    keep=Form("/somewhere", "Put them on the rota", ()),
)
RANG_IN = TaskPage(
    title="She rang in",
    handle=HANDLE,
    sentence=f"{HELP} What she asked goes to her advocate.",
    back=go(HANDLE),
    form=as_shown(RangInForm, "Save"),
)
PAGED = replace(
    SIGNED_IN,
    paged=Hold(
        "You were paged today, 2:15 am.",
        "Others are paged too until you say that you have seen it.",
        (go("Look who waits", "main"), do("I have seen it")),
    ),
)

NIGHT_PAGES: dict[str, tuple[str, Any, Frame]] = {
    "night": ("night/show.html", NIGHT, PAGED),
    "night-empty": (
        "night/show.html",
        replace(NIGHT, rows=(), sentence="You are on call until 7 am. No one waits."),
        SIGNED_IN,
    ),
    "night-case": ("night/case.html", CASE, SIGNED_IN),
    "night-rang-in": ("tasks/show.html", RANG_IN, SIGNED_IN),
    "night-hand-over": ("night/hand-over.html", HAND_OVER, SIGNED_IN),
    "night-rota": ("night/rota.html", ROTA, SIGNED_IN),
    "night-rota-week": ("night/weeks.html", WEEK, SIGNED_IN),
    "night-rota-week-shown": ("night/weeks.html", WEEK_SHOWN, SIGNED_IN),
}
