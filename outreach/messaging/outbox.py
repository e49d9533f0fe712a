"""The outbox: every text that is planned, held, under way, unknown, delivered or failed, by handle, page by page."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from outreach.access import StaffCard, visible_cases
from outreach.case_file.standing import open_standing
from outreach.messaging.text_boxes import open_text
from outreach.messaging.text_tasks import open_check
from outreach.records.cases import CaseRecord
from outreach.records.errors import UNREADABLE, NoSuchRecord
from outreach.records.work import Text
from outreach.terms import TextState

LATELY = timedelta(days=7)
"""How long texts that are over are shown."""


class Part(StrEnum):
    """The parts of the outbox, in the order of what needs a person."""

    HELD = "held"
    UNKNOWN = "unknown"
    UNDER_WAY = "under-way"
    WAITING = "waiting"
    FAILED = "failed"
    DELIVERED = "delivered"


STATES = {
    Part.HELD: (TextState.HELD,),
    Part.UNKNOWN: (TextState.UNKNOWN,),
    Part.UNDER_WAY: (TextState.SENDING, TextState.ACCEPTED, TextState.SENT),
    Part.WAITING: (TextState.PLANNED,),
    Part.FAILED: (TextState.FAILED, TextState.UNDELIVERED),
    Part.DELIVERED: (TextState.DELIVERED,),
}
_ENDS = (Part.DELIVERED, Part.FAILED)
_IS_OVER = (TextState.DELIVERED, TextState.FAILED, TextState.UNDELIVERED, TextState.SENT)
_ASKED_ABOUT = (TextState.HELD, TextState.UNKNOWN, TextState.FAILED, TextState.UNDELIVERED)
"""States in which a task asks a person to look."""


@dataclass(frozen=True, slots=True)
class OutboxLine:
    """One text of the outbox. Neither her name nor her number nor the words."""

    id: UUID
    case_id: UUID
    handle: str
    zone: str
    state: TextState
    release_at: datetime
    state_at: datetime
    was_asked_for: bool
    held_reason: str | None
    task_id: UUID | None
    """The open task about it."""


class PartOfOutbox(NamedTuple):
    """Some lines of one part, how many there are, and how many of them of the last day."""

    part: Part
    lines: tuple[OutboxLine, ...]
    total: int
    today: int


def part_of(session: Session, staff: StaffCard, part: Part, *, now: datetime, most: int, skip: int = 0) -> PartOfOutbox:
    """Return one part of the outbox, as far as this person may see the cases. Handles only."""
    which = _which(part, now)
    total = _count(session, staff, which)
    newest_first = part in _ENDS
    order = (Text.state_at.desc(), Text.id) if newest_first else (Text.release_at, Text.id)
    query = _query(staff, which, Text, CaseRecord.handle, CaseRecord.standing_box)
    rows = session.execute(query.order_by(*order).offset(skip).limit(most)).all()
    today = _count(session, staff, and_(which, Text.state_at > now - timedelta(days=1))) if newest_first else total
    return PartOfOutbox(part, tuple(_line(session, *row) for row in rows), total, today)


def find_line(session: Session, staff: StaffCard, text_id: UUID) -> OutboxLine:
    """Return one text this person may see. Raises NoSuchRecord."""
    query = _query(staff, Text.id == text_id, Text, CaseRecord.handle, CaseRecord.standing_box)
    row = session.execute(query).one_or_none()
    if row is None:
        raise NoSuchRecord("text", text_id)
    return _line(session, *row)


def _which(part: Part, now: datetime) -> ColumnElement[bool]:
    over = [each for each in STATES[part] if each in _IS_OVER]
    current = [each for each in STATES[part] if each not in _IS_OVER]
    return Text.state.in_(current) | (Text.state.in_(over) & (Text.state_at > now - LATELY))


def _query(staff: StaffCard, which: ColumnElement[bool], *columns: Any) -> Select[Any]:
    theirs = visible_cases(staff).with_only_columns(CaseRecord.id)
    return select(*columns).join(CaseRecord, CaseRecord.id == Text.case_id).where(Text.case_id.in_(theirs), which)


def _count(session: Session, staff: StaffCard, which: ColumnElement[bool]) -> int:
    return session.scalar(_query(staff, which, func.count(Text.id)).select_from(Text)) or 0


def _line(session: Session, text: Text, handle: str, standing_box: bytes) -> OutboxLine:
    state = TextState(text.state)
    try:
        content = open_text(session, text)
        asked, reason = content.was_asked_for, content.held_reason
        check = open_check(session, text) if state in _ASKED_ABOUT else None
        zone = open_standing(session, text.case_id, standing_box).zone
    except UNREADABLE:  # One case whose keys do not open keeps no other line from being shown.
        asked, reason, check, zone = False, "unreadable", None, "UTC"
    return OutboxLine(
        id=text.id,
        case_id=text.case_id,
        handle=handle,
        zone=zone,
        state=state,
        release_at=text.again_at or text.release_at,
        state_at=text.state_at,
        was_asked_for=asked,
        held_reason=reason,
        task_id=check.id if check else None,
    )
