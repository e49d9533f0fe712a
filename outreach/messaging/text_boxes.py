"""What the boxes of texts and of opt-ins hold, in sealing order, and opening them. New fields go at the end."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from outreach.records.boxes import BoxNumber
from outreach.records.keys import seal, unseal
from outreach.records.people import TextConsent
from outreach.records.work import Text


class TextContent(NamedTuple):
    """Box TEXT: what a text says, and what became of it."""

    body: str
    asked_at: str | None
    """When she asked for it live: no delay, hours or caps. None for an unprompted text."""
    template: str | None = None
    language: str | None = None
    sender: str | None = None
    """The sign-off theme."""
    held_reason: str | None = None
    """A reason of the gate, or of HELD_BECAUSE in text_tasks."""
    sid: str | None = None
    error_code: int | None = None

    @property
    def was_asked_for(self) -> bool:
        """Say whether she asked for it."""
        return self.asked_at is not None


class ConsentContent(NamedTuple):
    """Box TEXT_CONSENT: an opt-in, as a regulator would ask for it. Times are RFC 3339."""

    recorded_by: str
    recorded_at: str
    how: str
    """in_person, live_call or code_word."""
    wording: str
    """The exact question she said yes to."""
    language: str
    confirmed_at: str | None = None
    confirmed_how: str | None = None
    """reply (a YES came from that phone) or live (an advocate heard her yes while she held that phone)."""
    withdrawn_at: str | None = None
    withdrawn_how: str | None = None


def open_text(session: Session, text: Text) -> TextContent:
    """Open a text's box."""
    return TextContent(*unseal(session, BoxNumber.TEXT, text.text_box, owner=text.case_id, row=text.id))


def seal_text(session: Session, content: TextContent, *, case_id: UUID, row: UUID) -> bytes:
    """Seal what a text says for its row."""
    return seal(session, BoxNumber.TEXT, content, owner=case_id, row=row)


def change_text(session: Session, text: Text, **changes: object) -> TextContent:
    """Reseal a text's box with these fields changed."""
    content = open_text(session, text)._replace(**changes)  # type: ignore[arg-type]
    text.text_box = seal_text(session, content, case_id=text.case_id, row=text.id)
    return content


def open_consent(session: Session, consent: TextConsent) -> ConsentContent:
    """Open an opt-in's box."""
    fields = unseal(session, BoxNumber.TEXT_CONSENT, consent.thread_box, owner=consent.case_id, row=consent.id)
    return ConsentContent(*fields)


def seal_consent(session: Session, content: ConsentContent, *, case_id: UUID, row: UUID) -> bytes:
    """Seal an opt-in for its row."""
    return seal(session, BoxNumber.TEXT_CONSENT, content, owner=case_id, row=row)


def instant(said: str | None) -> datetime | None:
    """Read a time of a box."""
    return datetime.fromisoformat(said) if said else None
