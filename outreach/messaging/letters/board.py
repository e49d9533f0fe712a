"""
Where letters stand, by handle: held, waiting for their time, ready for a stack, mailed and come back lately.

Handles, states and days only, of cases that the reader may see; so nothing here is a recorded read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from outreach.access import Action, StaffCard, visible_cases
from outreach.messaging.letters import cold_mail
from outreach.messaging.letters.batches import count_to_release, ready
from outreach.messaging.letters.rows import LetterCard, card_of
from outreach.records.cases import CaseRecord
from outreach.records.work import Letter
from outreach.terms import LetterState

ONE_DAY = timedelta(days=1)
"""A day that is kept begins before its instant, in whatever zone."""
MAILED_SHOWN = timedelta(days=14)
RETURNED_SHOWN = timedelta(days=30)


class Part(StrEnum):
    """The parts of the page, in its order."""

    HELD = "held"
    ASKED = "asked-for"
    READY = "ready"
    DELAYED = "delayed"
    RETURNED = "returned"
    MAILED = "mailed"


@dataclass(frozen=True, slots=True)
class LetterLine:
    """One letter with its case's handle."""

    case_id: UUID
    handle: str
    card: LetterCard


@dataclass(frozen=True, slots=True)
class PartOfBoard:
    """The first letters of one part, and how many there are."""

    part: Part
    lines: tuple[LetterLine, ...]
    total: int


def count_to_decide(session: Session, staff: StaffCard, *, now: datetime) -> int:
    """Return how many wishes and stacks wait for this person's yes or no. Unaudited: a number."""
    if not staff.may(Action.RELEASE_LETTER):
        return 0
    return cold_mail.count_to_answer(session, staff, now=now) + count_to_release(session, staff, now=now)


def part_of(session: Session, staff: StaffCard, part: Part, *, now: datetime, most: int) -> PartOfBoard:
    """Return the first letters of one part."""
    query = _query(staff, part, now)
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    letters = session.scalars(query.limit(most)).all()
    handles = _handles(session, [each.case_id for each in letters])
    lines = tuple(LetterLine(each.case_id, handles[each.case_id], card_of(session, each)) for each in letters)
    return PartOfBoard(part, lines, total)


def _query(staff: StaffCard, part: Part, now: datetime) -> Select[Letter]:
    if part is Part.READY:
        return ready(staff, now=now)
    theirs = select(Letter).where(Letter.case_id.in_(visible_cases(staff).with_only_columns(CaseRecord.id)))
    if part is Part.ASKED:
        is_due = (Letter.state == LetterState.RELEASED.value) & (Letter.release_at <= now)
        is_hers = Letter.goes_alone.is_(True) & (is_due | (Letter.state == LetterState.PRINTED.value))
        return theirs.where(is_hers).order_by(Letter.release_at, Letter.id)
    if part is Part.HELD:
        return theirs.where(Letter.state == LetterState.HELD.value).order_by(Letter.state_at, Letter.id)
    if part is Part.DELAYED:
        waits = (Letter.state == LetterState.RELEASED.value, Letter.release_at > now)
        return theirs.where(*waits).order_by(Letter.release_at, Letter.id)
    state, shown = (
        (LetterState.RETURNED, RETURNED_SHOWN) if part is Part.RETURNED else (LetterState.MAILED, MAILED_SHOWN)
    )
    lately = (Letter.state == state.value, Letter.state_at >= now - shown - ONE_DAY)
    return theirs.where(*lately).order_by(Letter.state_at.desc(), Letter.id)


def _handles(session: Session, case_ids: Sequence[UUID]) -> dict[UUID, str]:
    rows = session.execute(select(CaseRecord.id, CaseRecord.handle).where(CaseRecord.id.in_(case_ids)))
    return {row.id: row.handle for row in rows}
