"""
A letter as it would be printed, before anybody releases it: its words, its outside, and what the gate says of it.

A letter to an address goes by mail. One to a place is handed over there, because she asked for that herself: it bears
no address, and no envelope is needed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from outreach import people
from outreach.gate.reasons import Reason
from outreach.gate.ways import FORWARDED
from outreach.messaging.errors import NoLetterhead
from outreach.messaging.letters.checks import decide, letter_facts, refuse_telling
from outreach.messaging.letters.rows import LetterContent, Letterhead
from outreach.messaging.letters.templates import shelf
from outreach.people import VictimCard
from outreach.reaching.destinations import Destination
from outreach.reaching.postal_addresses import AddressFault, envelope_lines, faults_of
from outreach.records.staff import Staff
from outreach.safe_contact import Allowed, Decision
from outreach.terms import DestinationKind, Level


class Order(NamedTuple):
    """Which letter an advocate wants to send, and where."""

    case_id: UUID
    destination_id: UUID
    template: str
    as_typed: bool = False
    """Whether the advocate looked at an address that seems wrong, and wants it used as it is written."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter as it would be printed, and what the gate says of it now."""

    content: LetterContent
    decision: Decision
    address_faults: tuple[AddressFault, ...] = ()
    """What looks wrong about the address; the letter is released only as typed, or with a mended one."""
    lead: timedelta = timedelta(0)
    """How much later it comes than other mail: an address program of the state sends it on (requirement 46)."""
    is_urgent: bool = False
    """Level A: no delay by chance."""

    @property
    def is_asked(self) -> bool:
        """Say whether it goes because she asked for it: by one person's hands, and at once (rule zero)."""
        return isinstance(self.decision, Allowed) and self.decision.reason is Reason.SHE_ASKED

    @property
    def envelope(self) -> tuple[str, ...]:
        """Return the lines that a scanned-mail preview shows; none of a letter that is handed over."""
        if self.content.is_handed:
            return ()
        return (self.content.recipient, *(self.content.envelope or self.content.address.splitlines()))


def draft(session: Session, order: Order, letterhead: Letterhead | None, *, by: UUID, now: datetime) -> Draft:
    """
    Return the letter in her language with the gate's answer, to be shown to a person. Audited.

    Raises:
        NoApprovedLetter: nobody approved this letter in her language; offer to have it translated.
        NoLetterhead: the site has not set the return address and the phone.
        UnfitLetter: its words or its outside would show what no letter may (requirement 47).
        NoSuchRecord: no such case or destination.
    """
    if letterhead is None:
        raise NoLetterhead
    card = people.read(session, order.case_id, by=by, now=now)
    destination = people.destination_of(session, order.case_id, order.destination_id)
    content = _content(session, order, letterhead, card=card, destination=destination, by=by)
    facts = letter_facts(session, order.case_id, destination, now=now)
    refuse_telling(session, order.case_id, content, destination, facts=facts)
    return Draft(
        content,
        decide(content, destination, at=now, facts=facts),
        () if content.is_handed else faults_of(destination.value),
        lead_of(destination),
        is_urgent=facts.level == Level.A,
    )


def lead_of(destination: Destination) -> timedelta:
    """Return how much longer mail takes to a destination than to others."""
    return FORWARDED if destination.is_substitute_address else timedelta(0)


def _content(
    session: Session,
    order: Order,
    letterhead: Letterhead,
    *,
    card: VictimCard,
    destination: Destination,
    by: UUID,
) -> LetterContent:
    template = shelf().letter(order.template, card.language or "en", is_practice=session.info["is_practice"])
    advocate = session.get_one(Staff, by).name.split()[0]
    is_handed = destination.kind is DestinationKind.PLACE
    name = destination.name_to_use or card.name
    return LetterContent(
        template=template.name,
        language=template.language,
        says=template.says.value,
        title=template.title,
        recipient=destination.name_to_use or card.full_name,
        name_to_use=destination.name_to_use,
        address=destination.value,
        return_address=letterhead.return_address,
        paragraphs=template.filled(advocate=advocate, phone=letterhead.phone, name=name),
        sheet=letterhead.sheet,
        envelope=() if is_handed else envelope_lines(destination.value),
        is_handed=is_handed,
    )
