"""
The named person who signed for texts (requirement 81): until one has, and once it is taken back, none leaves.

A signature is a row with the exact words that were signed. A demo signs for itself: its texts reach nobody.
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit
from outreach.records.signatures import TextingSignature
from outreach.records.staff import Staff

STATEMENT = (
    "Our sender is registered with the phone companies (10DLC), under a name that says nothing of what we do.",
    "Before she says yes we tell her: who holds the phone can read a text, it can come late, and STOP ends all texts.",
)
"""What is signed for, line by line."""


class NotSigned(ValueError):
    """The two lines were not agreed to."""


class Signed(NamedTuple):
    """The signature that holds: who gave it, when, and for which words."""

    by: UUID
    name: str
    at: datetime
    statement: tuple[str, ...]


def sign(session: Session, *, agreed: bool, by: UUID, now: datetime) -> None:
    """Sign for texts; a signature that holds already stays as it is. Audited. Raises NotSigned."""
    if not agreed:
        raise NotSigned("read both lines and tick that they hold")
    if signature(session) is None:
        session.add(TextingSignature(id=uuid4(), statement="\n".join(STATEMENT), signed_at=now, signed_by_id=by))
        session.flush()
        audit.record(session, action="texting.sign", by=by, cases=[], now=now)


def take_back(session: Session, *, by: UUID, now: datetime) -> bool:
    """Take the signature back: from here on no text leaves. Returns whether there was one. Audited."""
    held = session.scalars(select(TextingSignature).where(TextingSignature.ended_at.is_(None)).with_for_update()).all()
    for each in held:
        each.ended_at, each.ended_by_id = now, by
    if held:
        audit.record(session, action="texting.unsign", by=by, cases=[], now=now)
    return bool(held)


def signature(session: Session) -> Signed | None:
    """Return the signature that holds; None where nobody has signed."""
    query = (
        select(TextingSignature.signed_by_id, Staff.name, TextingSignature.signed_at, TextingSignature.statement)
        .join(Staff, Staff.id == TextingSignature.signed_by_id)
        .where(TextingSignature.ended_at.is_(None))
        .order_by(TextingSignature.signed_at)
    )
    row = session.execute(query).first()
    return Signed(row[0], row[1], row[2], tuple(row[3].split("\n"))) if row else None


def is_signed(session: Session) -> bool:
    """Say whether somebody has signed for texts, or this is a demo."""
    if session.info.get("is_practice", False):
        return True
    held = select(TextingSignature.id).where(TextingSignature.ended_at.is_(None)).limit(1)
    return session.scalar(held) is not None
