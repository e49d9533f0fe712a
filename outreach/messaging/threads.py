"""A case's texts as a page may show them: read in one audited step, handed out as frozen cards."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit
from outreach.messaging.text_boxes import TextContent, open_text
from outreach.records.work import Text
from outreach.terms import TextState


@dataclass(frozen=True, slots=True)
class TextCard:
    """One text as a page may show it."""

    id: UUID
    destination_id: UUID
    body: str
    state: TextState
    release_at: datetime
    state_at: datetime
    was_asked_for: bool
    held_reason: str | None
    error_code: int | None
    released_by: UUID


def thread(session: Session, case_id: UUID, *, by: UUID, now: datetime) -> tuple[TextCard, ...]:
    """Return a case's texts, newest first, to be shown to a person. Audited."""
    cards = texts_of(session, case_id)
    audit.record(session, action="thread.read", by=by, cases=[case_id], now=now)
    return cards


def texts_of(session: Session, case_id: UUID) -> tuple[TextCard, ...]:
    """Return a case's texts, newest first. Unaudited: for a page whose one entry covers all it shows of a case."""
    texts = session.scalars(select(Text).where(Text.case_id == case_id).order_by(Text.release_at.desc(), Text.id))
    return tuple(_card(text, open_text(session, text)) for text in texts)


def _card(text: Text, content: TextContent) -> TextCard:
    return TextCard(
        id=text.id,
        destination_id=text.destination_id,
        body=content.body,
        state=TextState(text.state),
        release_at=text.release_at,
        state_at=text.state_at,
        was_asked_for=content.was_asked_for,
        held_reason=content.held_reason,
        error_code=content.error_code,
        released_by=text.released_by_id,
    )
