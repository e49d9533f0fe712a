"""
The record of her yes and her no to texts at one phone, as a person may see it, or print it for a regulator.

Reading it is one recorded read. Everything comes out as frozen values; what is printed names no case and no person.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit, people
from outreach.access import StaffCard
from outreach.case_file.view import CaseHead, head_of
from outreach.case_file.words import Because, add_reason
from outreach.messaging.consent import waiting_yes
from outreach.messaging.consent_rows import WithdrawalContent, Yes, concerns, noes_of, yeses_of
from outreach.messaging.suppression import has_stopped
from outreach.reaching.destinations import Destination
from outreach.records.cases import CaseRecord
from outreach.records.errors import NoSuchRecord
from outreach.records.work import Text
from outreach.terms import DestinationKind, TextState

READ, PRINTED, PRINTED_NUMBER = "consent.read", "consent.print", "consent.print_number"
"""What the log says: looked at, printed with the last four digits, printed with the whole number."""
_STAYED = (TextState.PLANNED, TextState.HELD, TextState.CANCELLED)


@dataclass(frozen=True, slots=True)
class SentText:
    """That a text went to the phone, when, and what became of it; none of its words."""

    at: datetime
    state: TextState


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """Everything kept of texts to one phone but their words. Newest first."""

    phone: Destination
    yeses: tuple[Yes, ...]
    noes: tuple[WithdrawalContent, ...]
    waiting: Yes | None
    has_stopped: bool
    sent: tuple[SentText, ...]


def open_consent_record(
    session: Session, staff: StaffCard, case_id: UUID, destination_id: UUID, *, now: datetime, action: str = READ
) -> tuple[CaseHead, ConsentRecord]:
    """Return the record of one phone with its case's head, and record the read. NoSuchCase, NoSuchRecord."""
    head = head_of(session, staff, case_id)
    found = {each.id: each for each in people.destinations(session, case_id) if each.kind is DestinationKind.PHONE}
    if destination_id not in found:
        raise NoSuchRecord("destination", destination_id)
    record = ConsentRecord(
        phone=found[destination_id],
        yeses=yeses_of(session, case_id, destination_id),
        noes=tuple(no for no in noes_of(session, case_id) if concerns(no, destination_id)),
        waiting=waiting_yes(session, case_id, destination_id, now=now),
        has_stopped=has_stopped(session, case_id),
        sent=_sent(session, destination_id),
    )
    audit.record(session, action=action, by=staff.id, cases=[case_id], now=now)
    return head, record


def keep_why_number_is_shown(session: Session, staff: StaffCard, case_id: UUID, *, because: str, now: datetime) -> None:
    """Keep why the whole number is printed. The caller records the print in the same transaction."""
    add_reason(session, session.get_one(CaseRecord, case_id), Because(now.isoformat(), str(staff.id), because.strip()))


def _sent(session: Session, destination_id: UUID) -> tuple[SentText, ...]:
    texts = session.scalars(select(Text).where(Text.destination_id == destination_id).order_by(Text.claimed_at.desc()))
    return tuple(
        SentText(text.claimed_at, TextState(text.state))
        for text in texts
        if text.claimed_at is not None and text.state not in _STAYED
    )
