"""Whether a recorded yes still counts: its age, its source, a condition, and what happened since. Pure."""

from datetime import datetime, timedelta
from enum import Enum
from typing import NamedTuple

from outreach.gate.contact_policy import Policy
from outreach.gate.reasons import Reason
from outreach.reaching.destinations import ChannelVerdict, Destination
from outreach.terms import Channel, DestinationKind, Verdict, VerdictSource


class Footing(Enum):
    """What a verdict still carries."""

    HOLDS = "holds"
    CONDITION = "condition"
    ASK_FIRST = "ask_first"
    NONE = "none"


class Weighed(NamedTuple):
    """A verdict's footing at one moment, why it is no better, and when it ends."""

    footing: Footing
    reason: Reason
    until: datetime | None = None


def weigh(
    destination: Destination,
    channel: Channel,
    *,
    at: datetime,
    last_event_at: datetime | None,
    policy: Policy,
    lifted_at: datetime | None = None,
) -> Weighed:
    """
    Return what the destination's verdict on a channel carries at `at`. Unknown carries nothing.

    Neither does what was said before a stop on all contact was lifted: who said it, and to whom, is open again.
    """
    verdict = destination.verdicts.get(channel)
    if verdict is None or verdict.verdict != Verdict.SAFE or verdict.verified_at > at:
        return Weighed(Footing.NONE, Reason.NOT_KNOWN_SAFE)
    if lifted_at is not None and verdict.verified_at < lifted_at:
        return Weighed(Footing.NONE, Reason.SINCE_STOP)
    ends_at = expires_at(destination, verdict, policy)
    if at >= ends_at:
        return _expired(verdict, at, ends_at, policy)
    if verdict.source == VerdictSource.BROUGHT_OVER:
        return Weighed(Footing.ASK_FIRST, Reason.BROUGHT_OVER, ends_at)
    if last_event_at is not None and last_event_at > verdict.verified_at:
        return Weighed(Footing.ASK_FIRST, Reason.NEW_EVENT, ends_at)
    if verdict.condition:
        return Weighed(Footing.CONDITION, Reason.CONDITION, ends_at)
    return Weighed(Footing.HOLDS, Reason.SAFE, ends_at)


def expires_at(destination: Destination, verdict: ChannelVerdict, policy: Policy) -> datetime:
    """
    Return when a yes runs out: 30 days, 14 when an officer noted it, a phone 45 days after the last live contact.

    One brought over from before is never more than "ask first", and runs out as an old yes of hers does.
    """
    if verdict.source == VerdictSource.BROUGHT_OVER:
        return verdict.verified_at + timedelta(days=policy.ask_first_days)
    from_police = verdict.source == VerdictSource.ON_SCENE
    days = policy.police_verdict_days if from_police else policy.verdict_days
    ends_at = verdict.verified_at + timedelta(days=days)
    if destination.kind != DestinationKind.PHONE:
        return ends_at
    live_at = destination.last_live_contact_at or verdict.verified_at
    return min(ends_at, live_at + timedelta(days=policy.phone_days))


def _expired(verdict: ChannelVerdict, at: datetime, ended_at: datetime, policy: Policy) -> Weighed:
    # Only her own yes leaves something behind when it runs out: leave to ask once more, live.
    if verdict.source == VerdictSource.ON_SCENE:
        return Weighed(Footing.NONE, Reason.OFFICERS_NOTE_EXPIRED)
    last_day = ended_at + timedelta(days=policy.ask_first_days)
    if verdict.source == VerdictSource.VICTIM and at < last_day:
        return Weighed(Footing.ASK_FIRST, Reason.EXPIRED, last_day)
    return Weighed(Footing.NONE, Reason.EXPIRED_LONG_AGO)
