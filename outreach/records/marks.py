"""
Marks of written boxes: (box number, row, generation, tag), gathered while a transaction writes.

A box cannot show that it is an old copy of itself; the audit log can, because each write leaves the mark of
what it wrote. ORM writes are noticed on flush; a Core statement that writes a box calls `note` itself.
"""

from uuid import UUID

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from crypto.boxes import Place, mark
from outreach.records.boxes import COLUMNS, BoxNumber

_PENDING = "marks"

_BOXES_OF_TABLE: dict[str, list[tuple[str, BoxNumber]]] = {}
for _number, (_table, _column) in COLUMNS.items():
    _BOXES_OF_TABLE.setdefault(_table, []).append((_column, _number))


def boxes_of(table: str) -> list[tuple[str, BoxNumber]]:
    """Return the box columns of a table with their numbers."""
    return _BOXES_OF_TABLE.get(table, [])


def note(session: Session, number: BoxNumber, row: UUID, box: bytes) -> None:
    """Remember that this box was written in this transaction."""
    session.info.setdefault(_PENDING, []).append(mark(box, at=Place(number, row)))


def take(session: Session) -> bytes:
    """Return and forget the marks of everything written so far, joined in order."""
    return b"".join(session.info.pop(_PENDING, []))


def are_pending(session: Session) -> bool:
    """Tell whether boxes were written that no audit entry covers yet."""
    return bool(session.info.get(_PENDING))


def note_flushed(session: Session, _context: object) -> None:
    """Note the boxes of every new or changed object, as they are flushed."""
    for changed in (*session.new, *session.dirty):
        state = inspect(changed)
        for column, number in boxes_of(changed.__tablename__):
            box = getattr(changed, column)
            if box is not None and (changed in session.new or state.attrs[column].history.has_changes()):
                note(session, number, changed.id, box)
