"""The safest way to reach her now, or that there is none yet and what to try instead. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from outreach.gate.answers import Held
from outreach.gate.facts import CaseFacts
from outreach.gate.reasons import Reason
from outreach.reaching.destinations import Destination
from outreach.safe_contact import Allowed, Decision, may_contact
from outreach.terms import Channel, ContentLevel


class Try(StrEnum):
    """Something else to try when no way is known to be safe."""

    DECIDE_MATCH = "decide_match"
    ASK_SUPERVISOR = "ask_supervisor"
    COURT = "court"
    HOSPITAL = "hospital"
    OFFICERS_CARD = "officers_card"
    CALL_AT_WORK = "call_at_work"
    IN_PERSON = "in_person"
    WAIT_FOR_HER = "wait_for_her"


TRIES: dict[Try, str] = {
    Try.DECIDE_MATCH: "Decide if this is a person we know.",
    Try.ASK_SUPERVISOR: "Ask a supervisor.",
    Try.COURT: "Meet {name} at court.",
    Try.HOSPITAL: "Ask at the hospital, in private.",
    Try.OFFICERS_CARD: "Ask the officer to hand over our card again.",
    Try.CALL_AT_WORK: "Find a number at work, and ask if it is safe.",
    Try.IN_PERSON: "Meet in person, at a place {name} chooses.",
    Try.WAIT_FOR_HER: "Wait until {name} gets in touch.",
}
"""What each one says on a screen; `{name}` is her chosen name, or "her"."""


@dataclass(frozen=True, slots=True)
class SafestWay:
    """The best way there is: open now (`Allowed`), or Held by something time or an advocate can open."""

    destination: Destination
    channel: Channel
    decision: Allowed | Held


@dataclass(frozen=True, slots=True)
class NoSafeWay:
    """No safe way yet: what stands in the way, and what to try next, in order. A counted outcome."""

    reason: Reason
    try_next: tuple[Try, ...]


NextWay = SafestWay | NoSafeWay

# A live voice first: it can stop at once when somebody else listens.
_ORDER = (Channel.CALL, Channel.MEETING, Channel.TEXT, Channel.LETTER, Channel.EMAIL)
_LEAST_SAID = ContentLevel.NEUTRAL
_OPENED_BY_AN_ADVOCATE = (
    Reason.OUTSIDE_HOURS,
    Reason.ATTEMPTS_TODAY,
    Reason.FIRST_CONTACT_DECISION,
    Reason.LEVEL_A_DECISION,
    Reason.SHARED_FIRST_CALL,
    Reason.CONDITION,
    Reason.TEXT_CAP,
    Reason.OFFENDERS_LETTER,
    Reason.COLD_MAIL_DECISION,
)
ELSEWHERE = (Try.COURT, Try.HOSPITAL, Try.OFFICERS_CARD, Try.CALL_AT_WORK, Try.IN_PERSON)
"""What is left to try where no way of hers is safe, in this order."""
_STOPPED: dict[Reason, tuple[Try, ...]] = {
    Reason.DO_NOT_CONTACT: (Try.WAIT_FOR_HER,),
    Reason.SHE_WILL_CONTACT_US: (Try.WAIT_FOR_HER,),
    Reason.PAUSED: (Try.WAIT_FOR_HER, Try.ASK_SUPERVISOR),
    Reason.CASE_COMPROMISED: (Try.ASK_SUPERVISOR, Try.IN_PERSON),
    Reason.OTHER_CASE_UNREADABLE: (Try.ASK_SUPERVISOR,),
    Reason.SUPERVISOR_HOLD: (Try.ASK_SUPERVISOR,),
    Reason.MATCH_PENDING: (Try.DECIDE_MATCH,),
    Reason.ATTEMPTS_FOR_EVENT: (Try.ASK_SUPERVISOR, *ELSEWHERE),
}


def next_way(
    destinations: Iterable[Destination], *, at: datetime, facts: CaseFacts, channels: Collection[Channel] = _ORDER
) -> NextWay:
    """
    Return the safest way to reach her, asked of the gate for every destination.

    First what is open now, then what opens soonest by itself, then what an advocate's decision opens.

    Args:
        channels: those that fit what is to be done; notice before a call-in is only ever spoken (requirement 47).
    """
    known = tuple(destinations)
    answers = [
        (destination, channel, may_contact(destination, channel, _LEAST_SAID, at=at, facts=facts))
        for channel in _ORDER
        if channel in channels
        for destination in _able_to_carry(known, channel)
    ]
    for destination, channel, decision in answers:
        if isinstance(decision, Allowed):
            return SafestWay(destination, channel, decision)
    waiting = [
        SafestWay(destination, channel, decision)
        for destination, channel, decision in answers
        if isinstance(decision, Held) and decision.reason in _OPENED_BY_AN_ADVOCATE
    ]
    if waiting:
        return min(waiting, key=_soonest_first)
    return _none_safe([decision for _, _, decision in answers])


def _able_to_carry(destinations: Sequence[Destination], channel: Channel) -> list[Destination]:
    return [destination for destination in destinations if channel in destination.kind.channels]


def _soonest_first(way: SafestWay) -> tuple[bool, float]:
    opens_at = way.decision.opens_at if isinstance(way.decision, Held) else None
    return opens_at is None, opens_at.timestamp() if opens_at else float(_ORDER.index(way.channel))


def _none_safe(decisions: Sequence[Decision]) -> NoSafeWay:
    for decision in decisions:
        if decision.reason in _STOPPED:
            return NoSafeWay(decision.reason, _STOPPED[decision.reason])
    reason = decisions[0].reason if decisions else Reason.NOT_KNOWN_SAFE
    return NoSafeWay(reason, ELSEWHERE)
