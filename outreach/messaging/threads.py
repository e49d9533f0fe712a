"""A case's texts as a page may show them, ours and those that came in: handed out as frozen cards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit
from outreach.gate.facts import Request
from outreach.her_word.code_words import HOLDS_FOR, checks_of
from outreach.messaging.half_hour import CONVERSATION
from outreach.messaging.incoming import Incoming, incoming_of
from outreach.messaging.text_boxes import TextContent, open_text
from outreach.records.work import Text
from outreach.terms import Channel, TextState

MOST_SHOWN = 60


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


@dataclass(frozen=True, slots=True)
class CameIn:
    """One text that came in from a phone of hers, and whether her code word was checked on that line just before."""

    at: datetime
    destination_id: UUID | None
    phone: str
    body: str
    pictures: int
    said: str
    is_verified: bool


@dataclass(frozen=True, slots=True)
class Conversation:
    """The newest of both sides, newest first, and whether there is more."""

    messages: tuple[TextCard | CameIn, ...]
    has_more: bool


def conversation(session: Session, case_id: UUID, *, by: UUID, now: datetime) -> Conversation:
    """Return what was texted with her, both ways, to be shown to a person. Audited."""
    checks = [(each.destination_id, datetime.fromisoformat(each.at)) for each in checks_of(session, case_id)]
    came = [_came_in(each, checks) for each in incoming_of(session, case_id, most=MOST_SHOWN + 1)]
    both: list[TextCard | CameIn] = [*texts_of(session, case_id, most=MOST_SHOWN + 1), *came]
    both.sort(key=_order, reverse=True)
    audit.record(session, action="thread.read", by=by, cases=[case_id], now=now)
    return Conversation(tuple(both[:MOST_SHOWN]), len(both) > MOST_SHOWN)


def _order(message: TextCard | CameIn) -> datetime:
    return message.at if isinstance(message, CameIn) else message.release_at


def _came_in(incoming: Incoming, checks: list[tuple[str | None, datetime]]) -> CameIn:
    at = datetime.fromisoformat(incoming.received_at)
    return CameIn(
        at,
        UUID(incoming.destination_id) if incoming.destination_id else None,
        incoming.phone,
        incoming.body,
        incoming.pictures,
        incoming.said,
        any(line == incoming.destination_id and began <= at < began + HOLDS_FOR for line, began in checks),
    )


def texts_of(session: Session, case_id: UUID, *, most: int | None = None) -> tuple[TextCard, ...]:
    """Return a case's texts, newest first. Unaudited: for a page whose one entry covers all it shows of a case."""
    newest = (
        select(Text).where(Text.case_id == case_id).order_by(Text.release_at.desc(), Text.number.desc()).limit(most)
    )
    return tuple(_card(text, open_text(session, text)) for text in session.scalars(newest))


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
