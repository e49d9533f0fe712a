"""What the box of a text holds, in sealing order, and opening it. New fields go at the end."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from outreach.records.boxes import BoxNumber
from outreach.records.errors import NoSuchRecord
from outreach.records.keys import seal, unseal
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
    approved: tuple[str, ...] | list[str] = ()
    """The digests of the template and of the sign-offs it was made from: exactly these words were approved."""

    @property
    def was_asked_for(self) -> bool:
        """Say whether she asked for it."""
        return self.asked_at is not None


def open_text(session: Session, text: Text) -> TextContent:
    """Open a text's box. Raises NoSuchRecord for one of a version that keeps more: it is as closed to this one."""
    fields = unseal(session, BoxNumber.TEXT, text.text_box, owner=text.case_id, row=text.id)
    if len(fields) > len(TextContent._fields):
        raise NoSuchRecord("text of a form this version knows", text.id)
    return TextContent(*fields)


def seal_text(session: Session, content: TextContent, *, case_id: UUID, row: UUID) -> bytes:
    """Seal what a text says for its row."""
    return seal(session, BoxNumber.TEXT, content, owner=case_id, row=row)


def change_text(session: Session, text: Text, **changes: object) -> TextContent:
    """Reseal a text's box with these fields changed."""
    content = open_text(session, text)._replace(**changes)  # type: ignore[arg-type]
    text.text_box = seal_text(session, content, case_id=text.case_id, row=text.id)
    return content
