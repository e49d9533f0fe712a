"""Times as people say them, in the zone of the case, with the full time beside. Pure; `now` is passed in."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from portal.advocate.cards import Moment

SOON = timedelta(hours=2)
MINUTE, HOUR, DAY = 60, 3600, 86400


def moment(at: datetime, *, now: datetime, zone: ZoneInfo) -> Moment:
    """Return a time as people say it: "in 40 min", "today, 6 pm", "Tuesday, 6 pm", "Nov 24, 6 pm"."""
    here, today = at.astimezone(zone), now.astimezone(zone)
    return Moment(_words(here, today), _full(here), here.isoformat(timespec="minutes"))


def day(at: datetime, *, zone: ZoneInfo) -> Moment:
    """Return the day of a time: "Nov 24"."""
    here = at.astimezone(zone)
    return Moment(f"{here:%b} {here.day}", _full(here), here.date().isoformat())


def whole_day(on: date) -> Moment:
    """Return a date that has no hour: "Nov 24"."""
    return Moment(f"{on:%b} {on.day}", f"{on:%A, %B} {on.day}, {on.year}", on.isoformat())


def long_day(at: datetime, *, zone: ZoneInfo) -> str:
    """Return a day in full: "Saturday, November 21"."""
    here = at.astimezone(zone)
    return f"{here:%A, %B} {here.day}"


def clock_words(at: datetime) -> str:
    """Return the hour of a local time as people say it: "6 pm", "9:05 am"."""
    hour = at.hour % 12 or 12
    half = "am" if at.hour < 12 else "pm"
    return f"{hour} {half}" if at.minute == 0 else f"{hour}:{at.minute:02} {half}"


def lateness(due: datetime, *, now: datetime) -> str:
    """Return how long is left or how late it is: "in 40 min", "2 h late"."""
    left = int((due - now).total_seconds())
    return f"{span(-left)} late" if left < 0 else f"in {span(left)}"


def span(seconds: int) -> str:
    """Return a length of time in one unit: "40 min", "2 h", "3 days"."""
    if seconds < HOUR:
        return f"{max(seconds // MINUTE, 1)} min"
    if seconds < 2 * DAY:
        return f"{seconds // HOUR} h"
    return f"{seconds // DAY} days"


def _words(here: datetime, today: datetime) -> str:
    gap = here - today
    if timedelta(0) < gap < SOON:
        return f"in {span(int(gap.total_seconds()))}"
    days = (here.date() - today.date()).days
    if days in _NEAR:
        return f"{_NEAR[days]}, {clock_words(here)}"
    if 1 < days < 7:
        return f"{here:%A}, {clock_words(here)}"
    year = "" if here.year == today.year else f" {here.year}"
    return f"{here:%b} {here.day}{year}, {clock_words(here)}"


_NEAR = {-1: "yesterday", 0: "today", 1: "tomorrow"}


def _full(here: datetime) -> str:
    return f"{here:%A, %B} {here.day}, {here.year}, {clock_words(here)} {here.tzname()}"
