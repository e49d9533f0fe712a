"""
When something happened that is written down afterwards: on paper first, while the network was down. Pure.

What happened, happened: the rules use the true time, and when it was written down is kept and shown beside it. Two
things never follow the true time. What makes her less reachable (a stop, a way that is not safe, someone else who
answered) begins when it is written down. What makes her more reachable never beats what was learned in between, and a
call-in that has begun stays missed until a supervisor has seen the paper. Source: requirement 81, docs/adr/0013.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

FARTHEST = timedelta(days=14)
"""How far back anything may be written down."""
AFTERWARDS = timedelta(minutes=15)
"""From then on a screen shows both times."""


class Unfit(StrEnum):
    """Why something can not be written down as of a time."""

    NO_HOUR = "no_hour"
    SKIPPED = "skipped"
    """Clocks skipped that hour."""
    STILL_TO_COME = "still_to_come"
    TOO_LONG_AGO = "too_long_ago"
    BEFORE_THE_CASE = "before_the_case"


class UnfitTime(ValueError):
    """Nothing can be written down as of this time; `why` says what is wrong with it."""

    def __init__(self, why: Unfit) -> None:
        super().__init__(why.value)
        self.why = why


def instant_of(day: date | None, wall: time | None, *, zone: ZoneInfo, now: datetime) -> datetime | None:
    """
    Return the instant a day and an hour on paper name, in the zone of the case; None for now.

    Where clocks show an hour twice it is the later one, unless that is still to come: told later is told less early.

    Raises:
        UnfitTime: a day without an hour, an hour that clocks skipped, or a day still to come.
    """
    here = now.astimezone(zone)
    day = day or here.date()
    if wall is None and day == here.date():
        return None
    if wall is None:
        raise UnfitTime(Unfit.NO_HOUR if day < here.date() else Unfit.STILL_TO_COME)
    written = datetime.combine(day, wall)
    try:
        both = [written.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (1, 0)]
        real = [each for each in both if each.astimezone(zone).replace(tzinfo=None) == written]
    except OverflowError:  # The last hours of the year 9999, or the first of the year 1.
        raise UnfitTime(Unfit.STILL_TO_COME if day > here.date() else Unfit.TOO_LONG_AGO) from None
    if not real:
        raise UnfitTime(Unfit.SKIPPED)
    return next((each for each in real if each <= now), real[-1])


def refuse_unfit(at: datetime, *, opened_on: date, zone: ZoneInfo, now: datetime) -> None:
    """Raise UnfitTime for what lies ahead, too far back, or before the day on which the case was opened."""
    if at > now:
        raise UnfitTime(Unfit.STILL_TO_COME)
    if at < now - FARTHEST:
        raise UnfitTime(Unfit.TOO_LONG_AGO)
    if at.astimezone(zone).date() < opened_on:
        raise UnfitTime(Unfit.BEFORE_THE_CASE)


def is_afterwards(at: datetime, written_at: datetime) -> bool:
    """Tell whether something was written down so long after it happened that both times are shown."""
    return written_at - at >= AFTERWARDS


def was_asked_by_then(asked_at: datetime, at: datetime) -> bool:
    """Tell whether something had been asked of us when it was done; people write down minutes, not seconds."""
    return asked_at.replace(second=0, microsecond=0) <= at


def is_overtaken(said_at: datetime, learned: Iterable[datetime | None]) -> bool:
    """Tell whether anything was learned after something was said that is only now written down."""
    return any(each is not None and each > said_at for each in learned)
