"""
What may be tried next, when, and what would be something new: limits, spacing and variety of tries. Pure.

The limits themselves are the gate's; this says beforehand, in values a screen turns into one sentence, where she
stands under them. It stops nothing: what happened is always recorded.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from outreach.attempts.outcomes import SAME_TIME_OF_DAY, Tried, time_of_day_apart
from outreach.gate.contact_policy import Policy
from outreach.gate.hours import next_midnight
from outreach.terms import Channel, Level, Outcome

SPACING = timedelta(hours=3)
"""Where two tries on one day are allowed, the second is proposed no sooner than this after the first."""


class PartOfDay(StrEnum):
    """A time of day as people say it."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


class Variety(NamedTuple):
    """Whether tries differed in the way, and in the time of day."""

    in_channel: bool
    in_hour: bool


class NextTry(NamedTuple):
    """What may be tried next."""

    made: int
    """How many tries count for this event."""
    left: int
    """How many more before a supervisor decides."""
    allowed_at: datetime | None
    """When the next one is allowed: now or later. None when a supervisor has to say so first."""
    wait_until: datetime | None = None
    """Allowed before, but better not sooner than this."""
    repeated: tuple[int, Channel, PartOfDay] | None = None
    """So many tries in the same way at the same part of the day got no answer."""
    other_parts: tuple[PartOfDay, ...] = ()
    other_channels: tuple[Channel, ...] = ()
    """Ways of hers not tried for this event yet."""


def part_of_day(at: datetime, zone: str) -> PartOfDay:
    """Return the part of her day an instant lies in: before noon, before 5 pm, or later."""
    hour = at.astimezone(ZoneInfo(zone)).hour
    return PartOfDay.MORNING if hour < 12 else PartOfDay.AFTERNOON if hour < 17 else PartOfDay.EVENING


def is_varied(tried: Sequence[Tried], *, zone: str) -> Variety:
    """Say whether tries used at least two ways (relay is another than voice), and two different times of day."""
    pairs = ((one.at, other.at) for one in tried for other in tried)
    in_hour = any(time_of_day_apart(*pair, zone) >= SAME_TIME_OF_DAY for pair in pairs)
    return Variety(len({(each.channel, each.reached_by) for each in tried}) > 1, in_hour)


def limit_a_day(level: Level | None, channel: Channel, policy: Policy) -> int:
    """Return how many tries a day there may be in a way: more only for live calls at levels A and B."""
    is_urgent = channel is Channel.CALL and level in (Level.A, Level.B)
    return policy.attempts_a_day_at_a_and_b if is_urgent else policy.attempts_a_day


def next_try(
    tried: Sequence[Tried],
    *,
    at: datetime,
    zone: str,
    level: Level | None,
    policy: Policy,
    channels: Collection[Channel] = (Channel.CALL,),
) -> NextTry:
    """
    Return what may be tried next for the newest event.

    Args:
        tried: every unprompted try since that event, and today's, in all her cases.
        channels: those in which she has any way at all.
    """
    counted = sorted((each for each in tried if each.is_counted), key=lambda each: each.at)
    left = max(0, policy.attempts_for_event - len(counted))
    today = [each for each in counted if _day(each.at, zone) == _day(at, zone)]
    most = limit_a_day(level, Channel.CALL, policy)
    allowed_at = next_midnight(ZoneInfo(zone), at) if len(today) >= most else at
    spaced = today[-1].at + SPACING if today and len(today) < most else at
    repeated = _repeated(counted, zone)
    return NextTry(
        made=len(counted),
        left=left,
        allowed_at=allowed_at if left else None,
        wait_until=spaced if left and spaced > at else None,
        repeated=repeated,
        other_parts=_other_parts(counted, zone) if repeated else (),
        other_channels=_other_channels(counted, channels) if repeated else (),
    )


def _repeated(counted: Sequence[Tried], zone: str) -> tuple[int, Channel, PartOfDay] | None:
    """Return the way and part of the day that two tries or more had in common without an answer."""
    silent = [(each.channel, part_of_day(each.at, zone)) for each in counted if each.outcome is Outcome.NO_ANSWER]
    if not silent:
        return None
    (channel, part), count = Counter(silent).most_common(1)[0]
    return (count, channel, part) if count > 1 else None


def _other_parts(counted: Sequence[Tried], zone: str) -> tuple[PartOfDay, ...]:
    used = {part_of_day(each.at, zone) for each in counted}
    return tuple(part for part in PartOfDay if part not in used)


def _other_channels(counted: Sequence[Tried], channels: Collection[Channel]) -> tuple[Channel, ...]:
    used = {each.channel for each in counted}
    return tuple(channel for channel in Channel if channel in channels and channel not in used)


def _day(at: datetime, zone: str) -> object:
    return at.astimezone(ZoneInfo(zone)).date()
