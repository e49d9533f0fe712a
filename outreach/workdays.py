"""
Deadlines in a jurisdiction's zone: hours that really pass, business days, mail days. Pure.

Hours are elapsed time, so a change of the clocks neither shortens nor lengthens them. Business days end when
the office closes, as wall time. Nothing here reads the clock.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_ONE_DAY = timedelta(days=1)
_SATURDAY, _SUNDAY = 5, 6


@dataclass(frozen=True, slots=True)
class Due:
    """How long a step may take: elapsed time, or a number of business days. Exactly one is set."""

    elapsed: timedelta | None = None
    business_days: int | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """A jurisdiction's days: its zone, its holidays and when its office closes."""

    zone: str
    holidays: frozenset[date] = frozenset()
    closes: time = time(17)

    def is_business_day(self, day: date) -> bool:
        """Say whether the office works on that day."""
        return day.weekday() < _SATURDAY and day not in self.holidays

    def business_day_after(self, day: date, count: int) -> date:
        """Return the `count`-th business day after `day`, which itself is not counted."""
        for _ in range(count):
            day += _ONE_DAY
            while not self.is_business_day(day):
                day += _ONE_DAY
        return day

    def deadline(self, begins_at: datetime, due: Due) -> datetime:
        """Return the instant (UTC) by which something begun at `begins_at` is due."""
        if due.elapsed is not None:
            return begins_at.astimezone(UTC) + due.elapsed
        if due.business_days is None:
            raise ValueError("a deadline needs elapsed time or business days")
        day = self.business_day_after(self.day_of(begins_at), due.business_days)
        return datetime.combine(day, self.closes, ZoneInfo(self.zone)).astimezone(UTC)

    def day_of(self, at: datetime) -> date:
        """Return the jurisdiction's date at an instant."""
        return at.astimezone(ZoneInfo(self.zone)).date()


@lru_cache(maxsize=256)
def mail_days_around(day: date, count: int) -> tuple[date, date]:
    """Return the first and the last date within `count` mail days of `day`."""
    return _mail_days_from(day, count, -_ONE_DAY), _mail_days_from(day, count, _ONE_DAY)


def _mail_days_from(day: date, count: int, step: timedelta) -> date:
    for _ in range(count):
        day += step
        while day.weekday() == _SUNDAY or day in postal_holidays(day.year):
            day += step
    return day


@lru_cache(maxsize=16)
def postal_holidays(year: int) -> frozenset[date]:
    """
    Return the days of a year without mail in the United States, Sundays apart.

    Source: 5 U.S.C. 6103(a). A holiday on a Sunday is kept on Monday; one on a Saturday on that Saturday.
    """
    fixed = [date(year, 1, 1), date(year, 6, 19), date(year, 7, 4), date(year, 11, 11), date(year, 12, 25)]
    moving = [_nth(year, 1, 0, 3), _nth(year, 2, 0, 3), _last_monday_of_may(year)]
    moving += [_nth(year, 9, 0, 1), _nth(year, 10, 0, 2), _nth(year, 11, 3, 4)]
    return frozenset(moving) | {day + _ONE_DAY if day.weekday() == _SUNDAY else day for day in fixed}


def _nth(year: int, month: int, weekday: int, count: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (count - 1))


def _last_monday_of_may(year: int) -> date:
    last = date(year, 5, 31)
    return last - timedelta(days=last.weekday())
