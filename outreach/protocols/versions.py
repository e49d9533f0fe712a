"""
Which protocol is current in each jurisdiction, which were, what was asked for. How one becomes so: protocol_changes.

A current protocol is what cases begin under from then on; cases keep the one they began under (requirement 12).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from outreach.records.boxes import BoxNumber
from outreach.records.cases import ProtocolText
from outreach.records.keys import HOUSE, unseal
from outreach.records.protocols import ProtocolChange


class Why(NamedTuple):
    """What is sealed of a change: each person's reason."""

    proposed: str
    settled: str = ""


class Change(NamedTuple):
    """One file that was proposed, with what became of it."""

    id: UUID
    jurisdiction: str
    version: str
    digest: str
    number: int | None
    proposed_by: UUID | None
    proposed_at: datetime
    settled_by: UUID | None
    settled_at: datetime | None
    why: Why

    @property
    def waits(self) -> bool:
        """Say whether a second person has not decided yet."""
        return self.settled_at is None


def clean(text: str) -> str:
    """Return a file's text as it is kept: lines end as on Unix, and the last one ends. Browsers send it otherwise."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip("\n \t\ufeff") + "\n"


def current_texts(session: Session) -> dict[str, str]:
    """Return the text of every current protocol, by jurisdiction."""
    rows = session.execute(select(ProtocolChange.jurisdiction, ProtocolText.text).join(*TEXT).where(_is_current()))
    return {jurisdiction: text for jurisdiction, text in rows}


def current_of(session: Session, jurisdiction: str) -> tuple[str, str] | None:
    """Return digest and text of a jurisdiction's current protocol; None where it has none yet."""
    query = select(ProtocolText.digest, ProtocolText.text).join(ProtocolChange, TEXT[1])
    row = session.execute(query.where(_is_current(), ProtocolChange.jurisdiction == jurisdiction)).one_or_none()
    return (row.digest, row.text) if row else None


def change(session: Session, change_id: UUID) -> Change:
    """Return one change. Raises NoResultFound where there is none of that id."""
    return _change(session, *session.execute(_CHANGES.where(ProtocolChange.id == change_id)).one())


def changes(session: Session) -> Sequence[Change]:
    """Return every change, newest first: what waits, what is current, what was, what was taken back."""
    rows = session.execute(_CHANGES.order_by(ProtocolChange.proposed_at.desc(), ProtocolChange.id)).all()
    return [_change(session, *row) for row in rows]


def text_of(session: Session, key: str) -> str | None:
    """Return the text of a protocol that was proposed here once, by its digest."""
    known = select(ProtocolText.text).join(ProtocolChange, TEXT[1]).where(ProtocolText.digest == key)
    return session.scalar(known.limit(1))


def count_waiting(session: Session) -> int:
    """Return how many changes wait for a second person."""
    return session.scalar(select(func.count()).select_from(WAITING.subquery())) or 0


TEXT = (ProtocolText, ProtocolText.digest == ProtocolChange.digest)
WAITING = select(ProtocolChange.id).where(ProtocolChange.settled_at.is_(None))
_CHANGES = select(ProtocolChange, ProtocolText.version).join(*TEXT)
_LATER = aliased(ProtocolChange)


def _is_current() -> ColumnElement[bool]:
    later = select(_LATER.id).where(
        _LATER.jurisdiction == ProtocolChange.jurisdiction, _LATER.number > ProtocolChange.number
    )
    return ProtocolChange.number.is_not(None) & ~later.exists()


def why_of(session: Session, row: ProtocolChange) -> Why:
    """Open the reasons of a change."""
    return Why(*unseal(session, BoxNumber.PROTOCOL_CHANGE, row.why_box, owner=HOUSE, row=row.id))


def _change(session: Session, row: ProtocolChange, version: str) -> Change:
    return Change(
        id=row.id,
        jurisdiction=row.jurisdiction,
        version=version,
        digest=row.digest,
        number=row.number,
        proposed_by=row.proposed_by_id,
        proposed_at=row.proposed_at,
        settled_by=row.settled_by_id,
        settled_at=row.settled_at,
        why=why_of(session, row),
    )
