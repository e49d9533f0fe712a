"""Parts of a case as stored rows: a task, a notice before a call-in, a text that waits, a letter that is printed."""

from datetime import timedelta
from uuid import UUID, uuid4

from builders import NOW
from sqlalchemy.orm import Session

from crypto.boxes import Place
from outreach.messaging.letters.printed_codes import fresh_code, keep_code
from outreach.messaging.letters.rows import LetterContent, sealed
from outreach.messaging.text_boxes import TextContent, seal_text
from outreach.protocols.plans import PlannedTask
from outreach.protocols.steps import Step
from outreach.reaching.destinations import Destination
from outreach.records.boxes import BoxNumber
from outreach.records.keys import case_key
from outreach.records.work import Letter, Text
from outreach.tasks import add_task
from outreach.terms import KeyClass, LetterState, Level, TextState


def a_task(session: Session, case_id: UUID, step: Step) -> UUID:
    planned = PlannedTask(step, Level.B, NOW, NOW + timedelta(hours=4))
    return add_task(session, case_id, planned)


def a_notice(session: Session, case_id: UUID) -> UUID:
    """Plan notice before a call-in in ten days."""
    call_in_at = NOW + timedelta(days=10)
    looks = tuple(call_in_at - timedelta(hours=hours) for hours in (72, 24, 0))
    planned = PlannedTask(Step.NOTICE_BEFORE_CALL_IN, Level.B, NOW, looks[0], looks, "e-1", call_in_at)
    return add_task(session, case_id, planned)


def a_planned_text(session: Session, case_id: UUID, destination_id: UUID, by: UUID) -> UUID:
    row = uuid4()
    session.add(
        Text(
            id=row,
            case_id=case_id,
            destination_id=destination_id,
            released_by_id=by,
            state=TextState.PLANNED.value,
            release_at=NOW + timedelta(hours=3),
            state_at=NOW,
            callback_token=row.bytes,
            text_box=seal_text(session, TextContent("Choir: canary words.", None), case_id=case_id, row=row),
        )
    )
    return row


def a_printed_letter(session: Session, case_id: UUID, address: Destination, by: UUID, *, is_hers: bool = False) -> UUID:
    row = uuid4()
    words = ("My name is Dana.",)
    content = LetterContent("short", "en", "neutral", "Note", "Lena", "", address.value, "PO Box 1\nTown", words)
    content = content._replace(code=(code := fresh_code(session)))
    page = case_key(session, case_id, KeyClass.CONTACT).seal_bytes(b"%PDF-1.7", at=Place(BoxNumber.LETTER_PDF, row))
    session.add(
        Letter(
            id=row,
            case_id=case_id,
            destination_id=address.id,
            released_by_id=by,
            state=LetterState.PRINTED.value,
            goes_alone=is_hers,
            release_at=NOW,
            state_at=NOW,
            letter_box=sealed(session, content, case_id=case_id, row=row),
            pdf_box=page,
        )
    )
    keep_code(session, row, code)
    return row
