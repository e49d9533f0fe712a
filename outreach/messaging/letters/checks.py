"""What is asked of a letter at every step, from draft to mailbox: the gate, its words, and whether she moved since."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from outreach import people
from outreach.case_file.history import history_of
from outreach.case_file.standing import brought_over_of
from outreach.events import LevelEvent
from outreach.gate.facts import CaseFacts
from outreach.gate.gate_facts import facts_for_gate
from outreach.gate.reasons import Reason
from outreach.identity.same_person import cases_of_person
from outreach.messaging.errors import UnfitLetter
from outreach.messaging.letters.discretion import Outside, telling_outside
from outreach.messaging.letters.rows import LetterContent, content_of
from outreach.messaging.telling_words import found_in, telling_of
from outreach.messaging.wording import phrasebook
from outreach.reaching.destinations import Destination
from outreach.records.errors import UNREADABLE
from outreach.records.work import Letter
from outreach.safe_contact import Allowed, Decision, Held, may_contact
from outreach.terms import Channel, ContentLevel, DestinationKind


def letter_facts(session: Session, case_id: UUID, destination: Destination, *, now: datetime) -> CaseFacts:
    """Return what the gate weighs of a case for a letter to this destination."""
    channel = Channel.MEETING if destination.kind is DestinationKind.PLACE else Channel.LETTER
    return facts_for_gate(session, case_id, at=now, destination_id=destination.id, channel=channel)


def way_of(content: LetterContent) -> Channel:
    """Return how a letter reaches her: by mail, or from hand to hand where she comes herself."""
    return Channel.MEETING if content.is_handed else Channel.LETTER


def decide(content: LetterContent, destination: Destination, *, at: datetime, facts: CaseFacts) -> Decision:
    """
    Return what the gate says of a letter there.

    One that is handed over goes by her own live request alone: that she may be met there does not say that she wants
    to carry a letter home.
    """
    decision = may_contact(destination, way_of(content), ContentLevel(content.says), at=at, facts=facts)
    if content.is_handed and isinstance(decision, Allowed) and decision.reason is not Reason.SHE_ASKED:
        return Held(Reason.PICK_UP_NOT_ASKED)
    return decision


def weigh(session: Session, letter: Letter, *, now: datetime) -> Decision | None:
    """
    Return what the gate says of a released letter now; None where it must not go as it was released.

    That is when the address or the name there changed since the advocate saw it, or when an event that came since
    makes its words tell too much (requirement 47). The facts are read once: a stack asks this of each letter.
    """
    destination, content = (
        people.destination_of(session, letter.case_id, letter.destination_id),
        content_of(session, letter),
    )
    if (content.address, content.name_to_use) != (destination.value, destination.name_to_use):
        return None
    facts = letter_facts(session, letter.case_id, destination, now=now)
    try:
        refuse_telling(session, letter.case_id, content, destination, facts=facts)
    except UnfitLetter:
        return None
    return decide(content, destination, at=now, facts=facts)


def refuse_telling(
    session: Session, case_id: UUID, content: LetterContent, destination: Destination, *, facts: CaseFacts
) -> None:
    """Search a letter, inside and outside, against every event of her cases so far. Raises UnfitLetter (47)."""
    events, partners = list[LevelEvent](), list[str]()
    for each in cases_of_person(session, case_id):
        with suppress(*(() if each == case_id else UNREADABLE)):  # The gate holds, until a supervisor goes on without.
            events += [kept.event for kept in history_of(session, each)]
            brought = brought_over_of(session, each)
            partners += [brought.partner_name] if brought is not None and brought.partner_name else []
    her_names = (destination.name_to_use,)
    telling = telling_of(events, zone=ZoneInfo(facts.zone), her_names=her_names, partner_names=partners)
    found = found_in(content.paragraphs, telling, avoid=destination.words_to_avoid)
    if found:
        raise UnfitLetter(found)
    outside = telling_outside(outside_of(content), telling, phrasebook().deny)
    if outside:
        raise UnfitLetter(outside, is_outside=True)


def outside_of(content: LetterContent) -> Outside:
    """Return what shows of a letter while it is closed; of one that is handed over, what a print queue shows."""
    if content.is_handed:
        return Outside("", (), (), content.title)
    lines = (*content.address.splitlines(), *content.envelope)
    return Outside(content.recipient, lines, content.return_address.splitlines(), content.title)
