"""
Fictional events to try a protocol on, and awkward moments at which they arrive. Pure.

Every length of time a protocol file may name decides something here, so that no change of one stays unseen.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from outreach.intake.event_terms import EventKind, NotificationChannel
from outreach.protocols.plans import Happening
from outreach.protocols.steps import Step
from outreach.terms import Level
from outreach.workdays import Calendar

_DAY = timedelta(days=1)
_LAST_MINUTE = time(16, 59)
_MATCH = Step.DECIDE_MATCH


class At(NamedTuple):
    """A moment at which something arrives."""

    words: str
    when: datetime


class Scene(NamedTuple):
    """What happens, as changes to a plain level event: the last is what is looked at, the others came before it."""

    words: str
    events: tuple[dict[str, object], ...]
    match_pending: bool = False
    do_not_contact: bool = False
    shows: Step | None = None
    """The one duty that is looked at; None for all."""


def moments(calendars: Sequence[Calendar], *, after: datetime) -> tuple[At, ...]:
    """
    Return awkward moments of the year after a day, in the zone of the first calendar.

    Holidays that only one of the calendars has are among them: that is where two protocols part.
    """
    zone = ZoneInfo(calendars[0].zone)
    day = after.astimezone(zone).date() + _DAY
    found = [
        At("Tuesday, 10 am", _at(_next_weekday(day, 1), time(10), zone)),
        At("Friday, 4:59 pm", _at(_next_weekday(day, 4), _LAST_MINUTE, zone)),
        At("Saturday, 2 am", _at(_next_weekday(day, 5), time(2), zone)),
    ]
    found += [At(f"The night {how}", _at(night, time(0, 30), zone)) for how, night in _clock_changes(day, zone)]
    found += [
        At(f"The day before {_named(each)}, a holiday{where}", _at(each - _DAY, _LAST_MINUTE, zone))
        for each, where in _holidays(calendars, day)
    ]
    return (*found, At("December 31, 4:59 pm", _at(date(day.year, 12, 31), _LAST_MINUTE, zone)))


def scenes() -> tuple[Scene, ...]:
    """Return what happens: each level, what is told of the partner, and what a human must settle."""
    return (*_levels(), *_call_ins(), *_told(), *_later_news())


def happening(scene: Scene, number: int, at: datetime) -> Happening:
    """Return one of a scene's events, the last of them arriving at a moment and each earlier one two days before."""
    before = len(scene.events) - 1 - number
    received = at - 2 * before * _DAY
    said = {"event_id": f"event-{number}", "occurred_at": received - timedelta(hours=1), "received_at": received}
    named = {
        name: at + value if isinstance(value, timedelta) else value for name, value in scene.events[number].items()
    }
    return Happening(**{**said, "kind": EventKind.LEVEL_ASSIGNED, **named})  # type: ignore[arg-type]


def _levels() -> Iterator[Scene]:
    for level in Level:
        yield Scene(f"Level {level}", ({"level": level},))
    for level in Level:
        yield Scene(f"Level {level}, maybe someone we know", ({"level": level},), match_pending=True, shows=_MATCH)
    no_level: dict[str, object] = {"kind": EventKind.CALL_IN_SCHEDULED, "call_in_at": 10 * _DAY}
    yield Scene("No level, maybe someone we know", (no_level,), match_pending=True, shows=_MATCH)
    level_b: dict[str, object] = {"level": Level.B}
    yield Scene("Level B again, though she asked for no contact", (level_b, level_b), do_not_contact=True)


def _call_ins() -> Iterator[Scene]:
    level: dict[str, object] = {"level": Level.B}
    set_to: dict[str, object] = {"kind": EventKind.CALL_IN_SCHEDULED, "call_in_at": 10 * _DAY}
    moved: dict[str, object] = {"kind": EventKind.CALL_IN_RESCHEDULED, "refers_to": "event-1"}
    yield Scene("A call-in in 10 days", (level, set_to))
    yield Scene("A call-in in 2 days", (level, {**set_to, "call_in_at": 2 * _DAY}))
    yield Scene("The call-in moves from 10 days to 14", (level, set_to, {**moved, "call_in_at": 14 * _DAY}))
    yield Scene("The call-in moves from 10 days to 6", (level, set_to, {**moved, "call_in_at": 6 * _DAY}))
    off: dict[str, object] = {"kind": EventKind.CALL_IN_CANCELLED, "refers_to": "event-1"}
    yield Scene("The call-in is off", (level, set_to, off))
    alone = EventKind.INDIVIDUAL_NOTIFICATION_SCHEDULED
    yield Scene("The partner is to be told alone, in 10 days", (level, {"kind": alone, "call_in_at": 10 * _DAY}))


def _told() -> Iterator[Scene]:
    ways = {
        "The partner was told at a call-in we did not know of": NotificationChannel.CALL_IN,
        "The partner was told face to face at level B": NotificationChannel.IN_PERSON,
        "A letter was mailed to the partner": NotificationChannel.LETTER,
    }
    for words, channel in ways.items():
        yield Scene(words, ({"level": Level.B}, {"kind": EventKind.OFFENDER_NOTIFIED, "channel": channel}))


def _later_news() -> Iterator[Scene]:
    level: dict[str, object] = {"level": Level.B}
    for words, detail in (("The partner is out of jail", "out"), ("The partner is in jail", "in")):
        yield Scene(words, (level, {"kind": EventKind.CUSTODY_CHANGED, "detail": detail}))
    orders = {"issued": "was issued", "served": "was served", "modified": "was changed"}
    for detail, became in {**orders, "expired": "ran out", "dismissed": "was dropped"}.items():
        yield Scene(f"A court order {became}", (level, {"kind": EventKind.ORDER_CHANGED, "detail": detail}))
    yield Scene("The partner is off the list", (level, {"kind": EventKind.REMOVED}))


def _next_weekday(day: date, weekday: int) -> date:
    return day + (weekday - day.weekday()) % 7 * _DAY


def _clock_changes(day: date, zone: ZoneInfo) -> Iterator[tuple[str, date]]:
    """Yield the coming days on which the clocks change; none where they never do."""
    for _ in range(366):
        before, after = _at(day, time(0), zone), _at(day + _DAY, time(0), zone)
        shift = (after.utcoffset() or timedelta()) - (before.utcoffset() or timedelta())
        if shift:
            yield ("the clocks go forward" if shift > timedelta() else "the clocks go back"), day
        day += _DAY


def _holidays(calendars: Sequence[Calendar], day: date) -> Iterator[tuple[date, str]]:
    """Yield the next holiday that all have, and the coming ones that only some have."""
    shared = frozenset.intersection(*(each.holidays for each in calendars))
    every = frozenset.union(*(each.holidays for each in calendars))
    coming = sorted(each for each in shared if each > day)
    yield from ((each, "") for each in coming[:1])
    yield from ((each, " in one of the two") for each in sorted(every - shared) if each > day)


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone)


def _named(day: date) -> str:
    return f"{day:%b} {day.day}, {day.year}"
