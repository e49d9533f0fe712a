"""A case's texts as a page may show them: read in one audited step, handed out as frozen cards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit
from outreach.facts import Request
from outreach.messaging.text_boxes import TextContent, open_text
from outreach.messaging.texts import CONVERSATION
from outreach.records.work import Text
from outreach.terms import Channel, TextState


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
    asked_at: str | None
    """Which request of hers it answers: when she asked (RFC 3339 text)."""
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


def is_answered(request: Request, texts: Sequence[TextCard], *, now: datetime) -> bool:
    """Tell whether a text she asked for has left or is about to: one request is one text, and then it is met."""
    if request.channel is not Channel.TEXT:
        return False
    if request.verified_how == "code_word" and now < request.asked_at + CONVERSATION:
        return False
    asked_at = request.asked_at.isoformat()
    return any(each.asked_at == asked_at and each.state not in _NEVER_LEFT for each in texts)


_NEVER_LEFT = (TextState.CANCELLED, TextState.HELD, TextState.FAILED)


def _card(text: Text, content: TextContent) -> TextCard:
    return TextCard(
        id=text.id,
        destination_id=text.destination_id,
        body=content.body,
        state=TextState(text.state),
        release_at=text.release_at,
        state_at=text.state_at,
        was_asked_for=content.was_asked_for,
        asked_at=content.asked_at,
        held_reason=content.held_reason,
        error_code=content.error_code,
        released_by=text.released_by_id,
    )
