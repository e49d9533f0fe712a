"""
The half hour after her code word was checked on a line: own words may be typed, uncapped (requirement 29a).

What she asked for ends, and the half hour does; a text must be on her phone by then. One that could not be is refused
while its words are still before whoever wrote them, for it would be held a moment later and its words be of no use.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from outreach.cases import facts_for_gate
from outreach.gate.facts import CaseFacts
from outreach.messaging.release_delay import TIME_TO_ARRIVE
from outreach.messaging.wording import UnfitWording
from outreach.reaching.destinations import Destination
from outreach.safe_contact import live_request
from outreach.terms import Channel

CONVERSATION = timedelta(minutes=30)
"""How long typed, uncapped texting lasts after a code-word check."""

_NOT_CHECKED = "your own words need her code word, checked in the last half hour; check it, or choose an approved text"
_TYPED_TOO_LATE = (
    "the half hour after her code word is nearly over, too soon for your words to reach her; check it again, "
    "then send them from this page, or choose an approved text"
)
_ASKED_TOO_LATE = (
    "what she asked for ends in a few minutes, too soon for a text to reach her; ask her, and write it down anew"
)


def may_type(destination: Destination, facts: CaseFacts, *, now: datetime) -> bool:
    """Say whether her code word was checked for texts here within the last half hour (requirement 29a)."""
    request = live_request(destination, Channel.TEXT, at=now, facts=facts)
    return request is not None and request.verified_how == "code_word" and now < request.asked_at + CONVERSATION


def refuse_late_words(destination: Destination, facts: CaseFacts, *, is_typed: bool, now: datetime) -> None:
    """Raise UnfitWording for typed words outside the half hour, and for what could not arrive before it is over."""
    if is_typed and not may_type(destination, facts, now=now):
        raise UnfitWording(_NOT_CHECKED)
    request = live_request(destination, Channel.TEXT, at=now, facts=facts)
    if request is None:
        return
    ends_at = min(request.expires_at, request.asked_at + timedelta(days=facts.policy.request_days))
    if is_typed:
        ends_at = min(ends_at, request.asked_at + CONVERSATION)
    if ends_at - now < TIME_TO_ARRIVE:
        raise UnfitWording(_TYPED_TOO_LATE if is_typed else _ASKED_TOO_LATE)


def may_type_now(session: Session, case_id: UUID, destination: Destination, *, now: datetime) -> bool:
    """Say whether an advocate may type own words to this phone now."""
    return may_type(destination, _facts(session, case_id, destination, now), now=now)


def check_typed_now(session: Session, case_id: UUID, destination: Destination, *, now: datetime) -> None:
    """Raise UnfitWording where words typed for this phone could not leave now, or not arrive in time."""
    refuse_late_words(destination, _facts(session, case_id, destination, now), is_typed=True, now=now)


def _facts(session: Session, case_id: UUID, destination: Destination, now: datetime) -> CaseFacts:
    return facts_for_gate(session, case_id, at=now, destination_id=destination.id, channel=Channel.TEXT)
