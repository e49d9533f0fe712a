"""
What came in from phones of hers, one row a text. Nobody knows who typed it.

Reads here are unaudited: the page that shows the words records the read.
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.records.boxes import BoxNumber
from outreach.records.cases import CaseRecord
from outreach.records.conversation import InboundText
from outreach.records.keys import seal, unseal


class Incoming(NamedTuple):
    """Box INBOUND_TEXT, and what a text is before it is known whose it is. Times are RFC 3339 text."""

    received_at: str
    phone: str
    """E.164, as it was sent from; the destination may have another number by now."""
    body: str
    said: str
    """What it amounts to by itself: a value of stop_words.Said."""
    pictures: int = 0
    """How many pictures came with it. None is ever fetched: a picture can be a trap, and says who opened it."""
    destination_id: str | None = None


def lock_case(session: Session, case_id: UUID) -> None:
    """Let nobody else add to what waits for a case until this transaction ends."""
    session.execute(select(CaseRecord.id).where(CaseRecord.id == case_id).with_for_update(key_share=True))


def keep_incoming(session: Session, case_id: UUID, incoming: Incoming) -> UUID:
    """Store a text that came in for a case, after those before it. The caller holds the case's lock, and audits."""
    row, newest = uuid4(), select(func.max(InboundText.number)).where(InboundText.case_id == case_id)
    box = seal(session, BoxNumber.INBOUND_TEXT, incoming, owner=case_id, row=row)
    session.add(
        InboundText(id=row, case_id=case_id, number=(session.scalar(newest) or 0) + 1, inbound_box=box),
    )
    session.flush()
    return row


def incoming_of(session: Session, case_id: UUID, *, most: int) -> tuple[Incoming, ...]:
    """Return the newest texts that came in for a case, newest first."""
    query = select(InboundText).where(InboundText.case_id == case_id).order_by(InboundText.number.desc()).limit(most)
    return tuple(
        Incoming(*unseal(session, BoxNumber.INBOUND_TEXT, each.inbound_box, owner=case_id, row=each.id))
        for each in session.scalars(query)
    )


def newest_at(session: Session, case_id: UUID) -> datetime | None:
    """Return when the newest text came in for a case, and nothing of it; None where none ever did."""
    newest = incoming_of(session, case_id, most=1)
    return datetime.fromisoformat(newest[0].received_at) if newest else None
