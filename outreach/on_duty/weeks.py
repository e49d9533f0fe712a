"""
A week that repeats, as shifts of the rota: who is on call each day, from one hour to the same hour of the next day.

A pattern gives rows to look at first; keeping it puts them on the rota, each as if it had been entered alone.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from outreach.on_duty import on_call
from outreach.on_duty.on_call import Gap, NewShift, Turn

DAYS = 7
_DAY = timedelta(days=1)


class Pattern(NamedTuple):
    """Who is on call in a week, and how long that goes on."""

    begins_on: date
    weeks: int
    """How many weeks from the first day on."""
    every: int
    """1: each week of them; 2: every second one, from the first on; and so on."""
    changes_at: time
    """When one hands over to the next, each day."""
    first: UUID
    second: UUID | None = None
    instead: Mapping[int, UUID] = {}
    """Who is first on a day of the week instead, Monday being 0."""


class Preview(NamedTuple):
    """What a pattern would put on the rota, and when nobody would be first on call after that."""

    fresh: tuple[NewShift, ...]
    gaps: tuple[Gap, ...]


def shifts_of(pattern: Pattern, zone: ZoneInfo) -> tuple[NewShift, ...]:
    """Return the shifts of a pattern in order: days in a row of one colleague are one shift, a week at most. Pure."""
    days = [pattern.begins_on + number * _DAY for number in range(pattern.weeks * DAYS)]
    ours = [on for on in days if (on - pattern.begins_on).days // DAYS % pattern.every == 0]
    firsts = {on: pattern.instead.get(on.weekday(), pattern.first) for on in ours}
    seconds = {on: pattern.second for on in ours if pattern.second not in (None, firsts[on])}
    made = [
        NewShift(who, turn, _at(begins, pattern, zone), _at(ends, pattern, zone))
        for turn, held in ((Turn.FIRST, firsts), (Turn.SECOND, seconds))
        for begins, ends, who in _runs(held)
    ]
    return tuple(sorted(made, key=lambda each: (each.begins_at, each.turn)))


def preview(session: Session, pattern: Pattern, zone: ZoneInfo, *, now: datetime) -> Preview:
    """Return what is not over and not on the rota yet, with the gaps that would be left until the pattern ends."""
    made = [each for each in shifts_of(pattern, zone) if each.ends_at > now]
    until = max((each.ends_at for each in made), default=now)
    known = on_call.shifts(session, since=now, until=until)
    there = {(each.staff_id, each.turn, each.begins_at, each.ends_at) for each in known}
    fresh = tuple(each for each in made if tuple(each) not in there)
    firsts = [(each.begins_at, each.ends_at) for each in known if each.turn is Turn.FIRST]
    firsts += [(each.begins_at, each.ends_at) for each in fresh if each.turn is Turn.FIRST]
    return Preview(fresh, tuple(on_call.uncovered(firsts, since=now, until=until)))


def keep(session: Session, pattern: Pattern, zone: ZoneInfo, *, by: UUID, now: datetime) -> int:
    """
    Put a pattern on the rota and return how many shifts that made; the same one again makes none. Audited.

    Raises:
        BadShift: somebody named there takes no cases.
    """
    fresh = preview(session, pattern, zone, now=now).fresh
    for each in fresh:
        on_call.add_shift(session, each, by=by, now=now)
    return len(fresh)


def _runs(held: Mapping[date, UUID]) -> Sequence[tuple[date, date, UUID]]:
    """Return (first day, day after the last, who) of days in a row with one colleague, a week at most."""
    days = sorted(held)
    cuts = [0]
    for place, (day, after) in enumerate(pairwise(days), start=1):
        is_next = after - day == _DAY and held[after] == held[day]
        if not is_next or place - cuts[-1] == DAYS:
            cuts.append(place)
    runs = (days[begins:ends] for begins, ends in pairwise([*cuts, len(days)]))
    return [(run[0], run[-1] + _DAY, held[run[0]]) for run in runs if run]


def _at(on: date, pattern: Pattern, zone: ZoneInfo) -> datetime:
    return datetime.combine(on, pattern.changes_at, tzinfo=zone)
