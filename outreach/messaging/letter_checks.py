"""What is asked of a letter at every step, from draft to mailbox: the gate, its words, and whether she moved since."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from outreach import people
from outreach.destinations import Destination
from outreach.facts import CaseFacts
from outreach.gate_facts import facts_for_gate
from outreach.history import history_of
from outreach.messaging.errors import UnfitLetter
from outreach.messaging.letter_rows import content_of
from outreach.messaging.telling_words import found_in, telling_of
from outreach.records.work import Letter
from outreach.safe_contact import Decision, may_contact
from outreach.terms import Channel, ContentLevel


def letter_facts(session: Session, case_id: UUID, destination: Destination, *, now: datetime) -> CaseFacts:
    """Return what the gate weighs of a case for a letter to this destination."""
    return facts_for_gate(session, case_id, at=now, destination_id=destination.id, channel=Channel.LETTER)


def ask_again(session: Session, letter: Letter, *, now: datetime) -> Decision:
    """Return what the gate says of a released letter now, at the destination as it is now."""
    destination = people.destination_of(session, letter.case_id, letter.destination_id)
    facts = letter_facts(session, letter.case_id, destination, now=now)
    says = ContentLevel(content_of(session, letter).says)
    return may_contact(destination, Channel.LETTER, says, at=now, facts=facts)


def is_as_released(session: Session, letter: Letter) -> bool:
    """Say whether address and name at the destination are still those the advocate saw when she released it."""
    destination, content = (
        people.destination_of(session, letter.case_id, letter.destination_id),
        content_of(session, letter),
    )
    return (content.address, content.name_to_use) == (destination.value, destination.name_to_use)


def refuse_telling(
    session: Session, case_id: UUID, words: Sequence[str], destination: Destination, *, facts: CaseFacts
) -> None:
    """Search a letter's words against every event of the case so far. Raises UnfitLetter (requirement 47)."""
    events = [kept.event for kept in history_of(session, case_id)]
    telling = telling_of(events, zone=ZoneInfo(facts.zone), her_names=(destination.name_to_use,))
    found = found_in(words, telling, avoid=destination.words_to_avoid)
    if found:
        raise UnfitLetter(found)


def refuse_telling_now(session: Session, letter: Letter, *, now: datetime) -> None:
    """Search a released letter once more: an event may have come since. Raises UnfitLetter."""
    destination = people.destination_of(session, letter.case_id, letter.destination_id)
    facts = letter_facts(session, letter.case_id, destination, now=now)
    refuse_telling(session, letter.case_id, content_of(session, letter).paragraphs, destination, facts=facts)
