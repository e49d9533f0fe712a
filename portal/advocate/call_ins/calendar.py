"""The weeks ahead as a picture: one cell a day, in it how many call-ins stand how; and the table behind it."""

from collections.abc import Sequence
from datetime import date, timedelta

from flask import url_for

from outreach.call_ins.board import CallIn, by_day
from outreach.call_ins.interlock import Colour, Stand
from portal.advocate.call_ins import words
from portal.advocate.call_ins.pages import Calendar, CalendarDay, Mark
from portal.advocate.cards import Chip

CELL_WIDTH, CELL_HEIGHT, HEAD = 40, 84, 22
"""Narrow and tall: seven of them across a phone leave the numbers as large as the words around."""
WEEKS_LEAST, WEEKS_MOST = 2, 6
NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
PLACES = ((4, 20), (4, 36), (4, 52), (4, 68))
"""Where the marks of a day stand in its cell."""

GROUPS: tuple[tuple[str, Chip], ...] = (
    ("Late, not told", words.LATE),
    ("Not told yet", words.NOT_TOLD),
    ("Told or declined", words.CHIPS[Stand.TOLD]),
    ("Closed or missed", words.CHIPS[Stand.NO_SAFE_WAY]),
)


def calendar(call_ins: Sequence[CallIn], *, today: date, chosen: date | None) -> Calendar:
    """Return the picture, from Monday of this week to the last call-in, six weeks at most."""
    days = by_day(call_ins)
    monday = today - timedelta(days=today.weekday())
    last = max((on for on in days), default=today)
    weeks = min(WEEKS_MOST, max(WEEKS_LEAST, (last - monday).days // 7 + 1))
    shown = [monday + timedelta(days=number) for number in range(7 * weeks)]
    cells = tuple(
        _day(on, days.get(on, []), place=divmod(number, 7), today=today, chosen=chosen)
        for number, on in enumerate(shown)
    )
    return Calendar(
        width=7 * CELL_WIDTH,
        height=HEAD + weeks * CELL_HEIGHT,
        names=tuple((number * CELL_WIDTH + CELL_WIDTH // 2, name) for number, name in enumerate(NAMES)),
        days=cells,
        words=f"Call-ins in the next {weeks} weeks. The same stands below, day by day.",
        heads=tuple(name for name, _ in GROUPS),
        table=tuple(
            (long_day(on), tuple(str(count) for count in _counts(found))) for on, found in sorted(days.items())
        ),
    )


def long_day(on: date) -> str:
    """Return a day as people say it: "Wednesday, December 2"."""
    return f"{on:%A, %B} {on.day}"


def count_words(call_ins: Sequence[CallIn]) -> str:
    """Return the counts of a day in words: "1 late, not told; 2 told or declined"."""
    counts = zip(GROUPS, _counts(call_ins), strict=True)
    return "; ".join(f"{count} {name[0].lower()}{name[1:]}" for (name, _), count in counts if count)


def _day(on: date, found: Sequence[CallIn], *, place: tuple[int, int], today: date, chosen: date | None) -> CalendarDay:
    week, weekday = place
    x, y = weekday * CELL_WIDTH, HEAD + week * CELL_HEIGHT
    counted = [(chip, count) for (_, chip), count in zip(GROUPS, _counts(found), strict=True) if count]
    return CalendarDay(
        x=x,
        y=y,
        number=f"{on.month}/{on.day}" if on.day == 1 or place == (0, 0) else str(on.day),
        words=f"{long_day(on)}: {count_words(found)}",
        href=url_for("call_ins.index", on=on.isoformat()) if found else "",
        marks=tuple(
            Mark(count, chip, x + dx, y + dy) for (chip, count), (dx, dy) in zip(counted, PLACES, strict=False)
        ),
        is_today=on == today,
        is_chosen=on == chosen,
    )


def _counts(found: Sequence[CallIn]) -> tuple[int, int, int, int]:
    groups = [_group(each) for each in found]
    return groups.count(0), groups.count(1), groups.count(2), groups.count(3)


def _group(each: CallIn) -> int:
    colours = {Colour.RED: 0, Colour.AMBER: 1, Colour.GREEN: 2, Colour.NONE: 3}
    return colours[each.countdown.colour]
