"""
When an unprompted letter or text leaves after an advocate released it: at a random minute, so that nobody who posts
an event and watches a phone can tell the two apart (P2). Pure; the source of chance is passed in.

Calls, meetings, replies and what she asked for never come here, and level A waits for her hours alone.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from outreach.gate.contact_policy import STANDARD, Policy
from outreach.gate.hours import DAYS_IN_A_WEEK, Opening, Window, open_until, openings

_ONE_MINUTE = timedelta(minutes=1)
TIME_TO_ARRIVE = timedelta(minutes=6)
"""Less than this before her hours end, a text would be held (requirement 35)."""


class Chance(Protocol):
    """A source of chance, such as `random.SystemRandom()`."""

    def randrange(self, stop: int, /) -> int:
        """Return a whole number from 0 to below `stop`, each as likely."""


def release_delay(
    now: datetime,
    *,
    windows: Sequence[Window],
    zone: str,
    deadline: datetime | None,
    chance: Chance,
    policy: Policy = STANDARD,
    after: datetime | None = None,
) -> datetime | None:
    """
    Return when to release something unprompted, as an instant (UTC), or None when no such moment is left.

    It lies 2 to 48 h ahead, at a random minute of her windows that is never a window's first, and never later than
    half of the time left before `deadline`; close to one, it may leave after half of that half. Where her hours
    open only after 48 h and there is no deadline, it lies in the next ones. Without windows (a letter) every minute
    counts. None means: call, or ask her for other hours.

    Args:
        after: when the one before it leaves, which it does not overtake unless its own latest moment is sooner.
    """
    earliest, latest = now + policy.delay_least, now + policy.delay_most
    if deadline is not None:
        latest = min(latest, now + (deadline - now) / 2)
        earliest = min(earliest, now + (latest - now) / 2)
    if latest <= now:
        return None
    if after is not None and after < latest:
        earliest = max(earliest, after)
    if not windows:
        return pick([Opening(earliest, latest)], chance)
    spans = minutes_within(windows, zone, earliest, latest)
    if not spans and deadline is None:
        spans = minutes_within(windows, zone, latest, latest + timedelta(days=2 * DAYS_IN_A_WEEK))[:1]
    return pick(spans, chance)


def without_delay(now: datetime, *, windows: Sequence[Window], zone: str, chance: Chance) -> datetime | None:
    """
    Return when to release what may not be put off (level A): now, where her hours are open long enough for it to
    arrive, or else at a random minute of the next ones. None when she named no hours that come.
    """
    closes_at = open_until(windows, ZoneInfo(zone), now)
    if closes_at is not None and closes_at - now >= TIME_TO_ARRIVE:
        return now
    return pick(minutes_within(windows, zone, now, now + timedelta(days=2 * DAYS_IN_A_WEEK))[:1], chance)


def minutes_within(windows: Sequence[Window], zone: str, earliest: datetime, latest: datetime) -> list[Opening]:
    """Return her hours between two instants, each without its first minute and its last few, overlaps joined."""
    spans: list[Opening] = []
    for begins_at, ends_at in openings(windows, ZoneInfo(zone), earliest, latest):
        begin, end = max(begins_at + _ONE_MINUTE, earliest), min(ends_at - TIME_TO_ARRIVE, latest)
        if begin >= end:
            continue
        if spans and begin <= spans[-1].ends_at:
            spans[-1] = Opening(spans[-1].begins_at, max(end, spans[-1].ends_at))
        else:
            spans.append(Opening(begin, end))
    return spans


def pick(spans: Sequence[Opening], chance: Chance) -> datetime | None:
    """Return a minute of these stretches by chance, each as likely; None when there is none."""
    minutes = [int((span.ends_at - span.begins_at) / _ONE_MINUTE) for span in spans]
    if not sum(minutes):
        return None
    place = chance.randrange(sum(minutes))
    for span, length in zip(spans, minutes, strict=True):
        if place < length:
            return span.begins_at + place * _ONE_MINUTE
        place -= length
    raise AssertionError("the place lies inside one of the spans")
