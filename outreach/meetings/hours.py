"""
The hours of a meeting as clocks on the wall show them, and the instants they come to. Pure.

What is agreed with her is an hour on the wall. The rules of clocks may change before that day comes, so the hour and
its zone are what is kept; the instants beside them are found anew (outreach.meetings.resolving).
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from outreach.meetings.rules import MORE_TIME


class Hours(NamedTuple):
    """The instants of a meeting, aware."""

    starts_at: datetime
    check_in_by: datetime
    ends_at: datetime


class Wall(NamedTuple):
    """When a meeting starts and ends on the wall, each as text like 2027-03-14T13:00, and the zone's name."""

    starts: str
    ends: str
    zone: str


class SkippedHour(ValueError):
    """Clocks skip this hour that night; the text is the field of the form."""


def hours_of(day: date, starts: time, ends: time, *, late: timedelta, zone: tzinfo) -> Hours:
    """
    Return the instants of the hours somebody wrote; an end that is not after the start is the next day's.

    Raises SkippedHour. Whether it is too long is for outreach.meetings.rules.
    """
    starts_at = instant(day, starts, zone)
    if starts_at is None:
        raise SkippedHour("starts")
    ends_at = instant(day, ends, zone, after=starts_at)
    if ends <= starts and (ends_at is None or ends_at <= starts_at):
        ends_at = instant(day + timedelta(days=1), ends, zone)
    if ends_at is None:
        raise SkippedHour("ends")
    return Hours(starts_at, starts_at + late, ends_at)


def instant(day: date, wall: time, zone: tzinfo, *, after: datetime | None = None) -> datetime | None:
    """
    Return the instant of a wall time, or None where clocks skip it.

    Where clocks show it twice it is the first one, since an alarm too early is better than one too late; the second
    where the first is not `after` what came before.
    """
    naive = datetime.combine(day, wall)
    for fold in (0, 1):
        found = naive.replace(tzinfo=zone, fold=fold)
        if found.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != naive:
            return None
        at = found.astimezone(UTC)
        if after is None or at > after:
            return at
    return found.astimezone(UTC)


def wall_of(starts_at: datetime, ends_at: datetime, zone: str) -> Wall:
    """Return what clocks in a zone show at the start and at the end."""
    return Wall(_shown(starts_at, zone), _shown(ends_at, zone), zone)


def _shown(at: datetime, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None).isoformat(timespec="minutes")


def moved(wall: Wall, hours: Hours, *, zone: tzinfo) -> Hours | None:
    """
    Return the instants the wall times come to by the rules of clocks as they are now; None where nothing moves.

    An hour that clocks skip by now keeps its instant: an alarm comes then at the latest, and somebody looks. More time
    that was given before the start stays given.
    """
    starts, ends = (datetime.fromisoformat(each) for each in wall[:2])
    starts_at = instant(starts.date(), starts.time(), zone)
    ends_at = instant(ends.date(), ends.time(), zone, after=starts_at) if starts_at else None
    if starts_at is None or ends_at is None:
        return None
    check_in_by = starts_at + (hours.check_in_by - hours.starts_at)
    found = Hours(starts_at, check_in_by, ends_at if ends_at > check_in_by else check_in_by + MORE_TIME)
    return None if found == hours else found
