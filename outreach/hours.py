"""
Safe hours: wall time in her zone, resolved only when asked. Pure; imports nothing of ours.

A window is never stored as an instant, because the rules of a zone change. Where the clock falls back,
a moment counts only when both passes of it are inside; where it springs forward, a window that begins
or ends inside the gap is refused that day.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

MIDNIGHT = time(0)
DAYS_IN_A_WEEK = 7


class UnusableWindow(ValueError):
    """A window that names no hours; the message says which rule it breaks."""


@dataclass(frozen=True, slots=True)
class Window:
    """
    Hours in which she may be reached: days (0 is Monday) on which it begins, and wall times in her zone.

    `ends` is not inside. An end at or before the beginning lies on the next day; 00:00 to 00:00 is the whole day.
    """

    days: tuple[int, ...]
    begins: time
    ends: time

    def __post_init__(self) -> None:
        if not self.days or any(day not in range(DAYS_IN_A_WEEK) for day in self.days):
            raise UnusableWindow("days must be numbers from 0 (Monday) to 6 (Sunday), at least one")
        if self.begins.tzinfo or self.ends.tzinfo:
            raise UnusableWindow("begins and ends must be wall times without a zone")
        if self.begins == self.ends != MIDNIGHT:
            raise UnusableWindow("begins and ends must differ (00:00 to 00:00 is the whole day)")

    @property
    def ends_next_day(self) -> bool:
        """Say whether the window ends on the day after it begins."""
        return self.ends <= self.begins


_ONE_DAY = timedelta(days=1)


def naive_bounds(window: Window, day: date) -> tuple[datetime, datetime]:
    """Return the window's wall-clock beginning and end when it begins on `day`."""
    begins = datetime.combine(day, window.begins)
    ends = datetime.combine(day, window.ends)
    return begins, ends + _ONE_DAY if window.ends_next_day else ends
