"""Safe hours said again on another time library (python-dateutil). Shares no code with the program."""

from datetime import date, datetime, timedelta
from functools import lru_cache

from dateutil import tz

from outreach.safe_contact import Window


@lru_cache(maxsize=100_000)
def _passes(wall: datetime, zone: str) -> tuple[datetime, ...]:
    """Both instants a wall time can mean; none when it does not exist."""
    there = wall.replace(tzinfo=zone_of(zone))
    if not tz.datetime_exists(there):
        return ()
    return tuple(tz.enfold(there, fold).astimezone(tz.UTC) for fold in (0, 1))


@lru_cache(maxsize=1000)
def zone_of(name: str) -> tz.tzfile:
    return tz.gettz(name)


def oracle(windows: tuple[Window, ...], zone: str, at: datetime) -> bool:
    """Safe when every pass of this wall time lies in one window, however its bounds are read."""
    local = at.astimezone(zone_of(zone))
    wall = local.replace(tzinfo=None, fold=0)
    moments = _passes(wall, zone) if tz.datetime_ambiguous(local) else (at,)
    for window in windows:
        for back in (0, 1):
            day = wall.date() - timedelta(days=back)
            if day.weekday() in window.days and _lasts(window, day, wall, moments, zone):
                return True
    return False


def _lasts(window: Window, day: date, wall: datetime, moments: tuple[datetime, ...], zone: str) -> bool:
    if window.begins == window.ends:
        return day == wall.date()
    last_day = day + timedelta(days=1) if window.ends <= window.begins else day
    starts = _passes(datetime.combine(day, window.begins), zone)
    stops = _passes(datetime.combine(last_day, window.ends), zone)
    if not starts or not stops:
        return False
    return all(start <= moment < stop for start in starts for stop in stops for moment in moments)
