"""
Safe hours: wall time in her zone, resolved only when asked. Pure; imports nothing of ours.

A window is never stored as an instant, because the rules of a zone change. Where the clock falls back,
a moment counts only when both passes of it are inside; where it springs forward, a window that begins
or ends inside the gap is refused that day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

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
_ONE_SECOND = timedelta(seconds=1)


def naive_bounds(window: Window, day: date) -> tuple[datetime, datetime]:
    """Return the window's wall-clock beginning and end when it begins on `day`."""
    begins = datetime.combine(day, window.begins)
    ends = datetime.combine(day, window.ends)
    return begins, ends + _ONE_DAY if window.ends_next_day else ends


class Opening(NamedTuple):
    """One stretch of safe time: aware UTC instants, the end not inside."""

    begins_at: datetime
    ends_at: datetime


def open_until(windows: Iterable[Window], zone: ZoneInfo, at: datetime) -> datetime | None:
    """Return the instant (UTC) until which the hours around `at` last, or None when `at` is outside all of them."""
    local = at.astimezone(zone)
    today, clock = local.date(), local.time()
    latest: datetime | None = None
    for window in windows:
        day = today if not window.ends_next_day or clock >= window.begins else today - _ONE_DAY
        if day.weekday() not in window.days or not _is_inside(window, clock):
            continue
        opening = resolve(window, day, zone)
        if opening and opening.begins_at <= at < opening.ends_at and (latest is None or opening.ends_at > latest):
            latest = opening.ends_at
    return latest


def _is_inside(window: Window, clock: time) -> bool:
    if window.ends_next_day:
        return clock >= window.begins or clock < window.ends
    return window.begins <= clock < window.ends


def openings(windows: Iterable[Window], zone: ZoneInfo, begins_at: datetime, ends_at: datetime) -> list[Opening]:
    """Return the stretches of safe time between two instants, in order; a whole one when only its part is between."""
    first = begins_at.astimezone(zone).date() - _ONE_DAY
    last = ends_at.astimezone(zone).date()
    found = [
        opening
        for days_on in range((last - first).days + 1)
        for window in windows
        if (day := first + timedelta(days=days_on)).weekday() in window.days
        and (opening := resolve(window, day, zone)) is not None
        and opening.begins_at < ends_at
        and opening.ends_at > begins_at
    ]
    return sorted(found)


def next_opening(windows: Iterable[Window], zone: ZoneInfo, at: datetime) -> datetime | None:
    """Return the next instant after `at` at which hours begin, looking two weeks ahead."""
    several = tuple(windows)
    found: list[datetime] = []
    day = at.astimezone(zone).date()
    for _ in range(2 * DAYS_IN_A_WEEK + 1):
        was_found = bool(found)
        resolved = [resolve(window, day, zone) for window in several if day.weekday() in window.days]
        found += [opening.begins_at for opening in resolved if opening is not None and opening.begins_at > at]
        if was_found:
            break  # One day more than needed: where clocks change at midnight, the next day's may begin first.
        day += _ONE_DAY
    return min(found, default=None)


def next_midnight(zone: ZoneInfo, at: datetime) -> datetime:
    """Return the instant (UTC) at which her next day begins."""
    return day_after(at.astimezone(zone).date(), zone)


def day_after(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant (UTC) at which the day after `day` begins."""
    return datetime.combine(day + _ONE_DAY, MIDNIGHT, zone).astimezone(UTC)


@lru_cache(maxsize=4096)
def resolve(window: Window, day: date, zone: ZoneInfo) -> Opening | None:
    """
    Return when the window that begins on `day` is open in that zone, or None when it is not.

    A bound inside a fold is taken so that neither pass of the fold counts; a bound inside a gap closes the
    window for that day. The whole day needs neither: it has no hours to mistake.
    """
    begins, ends = naive_bounds(window, day)
    if window.begins == window.ends:
        return Opening(begins.replace(tzinfo=zone).astimezone(UTC), ends.replace(tzinfo=zone).astimezone(UTC))
    begin_at, end_at = _bound(begins, zone, after_fold=True), _bound(ends, zone, after_fold=False)
    return Opening(begin_at, end_at) if begin_at and end_at and begin_at < end_at else None


def _bound(wall: datetime, zone: ZoneInfo, *, after_fold: bool) -> datetime | None:
    first = wall.replace(tzinfo=zone)
    second = first.replace(fold=1)
    before, after = first.utcoffset(), second.utcoffset()
    if before is None or after is None or before < after:
        return None
    if before == after:
        return first.astimezone(UTC)
    turns_at = _turning_point(first.astimezone(UTC), second.astimezone(UTC), zone)
    return turns_at + (before - after if after_fold else after - before)


def _turning_point(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    offset_after = high.astimezone(zone).utcoffset()
    while high - low > _ONE_SECOND:
        middle = low + (high - low) // 2
        if middle.astimezone(zone).utcoffset() == offset_after:
            high = middle
        else:
            low = middle
    return high.replace(microsecond=0)
