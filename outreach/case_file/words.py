"""
The free words of a case: notes on attempts and reasons. Sealed apart from what is weighed.

None of it is under `contact`: a process that only prints or asks the gate cannot open it. Reads here are unaudited:
the page that shows the words records the read.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.records.boxes import BoxNumber
from outreach.records.cases import CaseRecord
from outreach.records.keys import seal, unseal
from outreach.records.work import Attempt

KEPT = 20
"""How many reasons a case remembers: the newest."""


class AttemptNote(NamedTuple):
    """Box ATTEMPT_NOTE: what was said of an attempt. Sealed only when there is a word of it."""

    note: str = ""
    reason: str | None = None
    """Why a supervisor allowed one more than the limit."""
    if_danger: str = ""
    """How she said we may try once if the danger grows, with her no to contact."""


class Because(NamedTuple):
    """One reason in box CASE_REASONS: for what was decided at that instant (RFC 3339 text) by this member of staff."""

    at: str
    by: str
    words: str


def seal_note(session: Session, case_id: UUID, note: AttemptNote, *, row: UUID) -> bytes | None:
    """Seal the words about an attempt for its row; None when there are none."""
    return seal(session, BoxNumber.ATTEMPT_NOTE, note, owner=case_id, row=row) if any(note) else None


def notes_of(session: Session, case_id: UUID) -> dict[UUID, AttemptNote]:
    """Return the words about a case's attempts, by attempt; those without any are left out."""
    query = select(Attempt.id, Attempt.note_box).where(Attempt.case_id == case_id, Attempt.note_box.is_not(None))
    return {
        row: AttemptNote(*unseal(session, BoxNumber.ATTEMPT_NOTE, box or b"", owner=case_id, row=row))
        for row, box in session.execute(query)
    }


def add_reason(session: Session, case: CaseRecord, because: Because) -> None:
    """Keep a reason with its case. The caller flushes it with what was decided, and audits."""
    kept = (*_opened(session, case.id, case.reasons_box), because)[-KEPT:]
    case.reasons_box = seal(session, BoxNumber.CASE_REASONS, kept, owner=case.id, row=case.id)


def reasons_of(session: Session, case_id: UUID) -> dict[datetime, str]:
    """Return why things were decided on a case, by the instant of the decision."""
    box = session.scalar(select(CaseRecord.reasons_box).where(CaseRecord.id == case_id))
    return {datetime.fromisoformat(each.at): each.words for each in _opened(session, case_id, box)}


def _opened(session: Session, case_id: UUID, box: bytes | None) -> Iterable[Because]:
    fields = unseal(session, BoxNumber.CASE_REASONS, box, owner=case_id, row=case_id) if box else ()
    return [Because(*each) for each in fields]
