"""Lists of cases by handle, page by page: one's own cases, and for supervisors everyone's and nobody's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from outreach.access import StaffCard, visible_cases
from outreach.case_file.standing import Standing, open_standings
from outreach.records.brought import BroughtCase
from outreach.records.cases import CaseRecord
from outreach.records.work import Task
from outreach.terms import TaskState


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case of a list. Nothing that names or locates anyone."""

    id: UUID
    handle: str
    standing: Standing
    open_tasks: int
    next_due_at: datetime | None
    assigned_to_id: UUID | None
    version: int
    is_unreadable: bool = False
    """Its box or its key is damaged or gone; what is told of it above is not known."""


@dataclass(frozen=True, slots=True)
class CasePageOf:
    """One page of a list, and the handle after which the next begins."""

    lines: tuple[CaseLine, ...]
    next_after: str | None


def page_of_cases(session: Session, staff: StaffCard, *, after: str = "", most: int) -> CasePageOf:
    """Return the open cases a person may see, by handle, from the one after `after`."""
    query = visible_cases(staff).where(CaseRecord.closed_on.is_(None), CaseRecord.handle > after)
    found = session.scalars(query.order_by(CaseRecord.handle).limit(most + 1)).all()
    shown = found[:most]
    return CasePageOf(_lines(session, shown), shown[-1].handle if len(found) > most else None)


def unassigned(session: Session, staff: StaffCard, *, most: int) -> tuple[CaseLine, ...]:
    """Return open cases that nobody holds, longest waiting first, of those a person may see; `brought_over` apart."""
    return _longest_waiting(session, nobodys(staff), most)


def brought_over(session: Session, staff: StaffCard, *, most: int) -> tuple[CaseLine, ...]:
    """Return cases from before that nobody holds and that have no task: no clock of theirs may hide another's."""
    return _longest_waiting(session, nobodys_from_before(staff), most)


def nobodys(staff: StaffCard) -> Select[CaseRecord]:
    """Return the query of what `unassigned` lists."""
    return _unheld(staff).where(~_is_quiet_from_before())


def nobodys_from_before(staff: StaffCard) -> Select[CaseRecord]:
    """Return the query of what `brought_over` lists."""
    return _unheld(staff).where(_is_quiet_from_before())


def _unheld(staff: StaffCard) -> Select[CaseRecord]:
    return visible_cases(staff).where(CaseRecord.closed_on.is_(None), CaseRecord.assigned_to_id.is_(None))


def _is_quiet_from_before() -> ColumnElement[bool]:
    came = select(BroughtCase.id).where(BroughtCase.case_id == CaseRecord.id)
    tasks = select(Task.id).where(Task.case_id == CaseRecord.id, Task.state == TaskState.OPEN.value)
    return came.exists() & ~tasks.exists()


def _longest_waiting(session: Session, query: Select[CaseRecord], most: int) -> tuple[CaseLine, ...]:
    return _lines(session, session.scalars(query.order_by(CaseRecord.opened_on, CaseRecord.handle).limit(most)).all())


def _lines(session: Session, records: Sequence[CaseRecord]) -> tuple[CaseLine, ...]:
    ids = [record.id for record in records]
    standings = open_standings(session, {record.id: record.standing_box for record in records})
    tasks = select(Task.case_id, func.count(), func.min(Task.due_at)).where(
        Task.case_id.in_(ids), Task.state == TaskState.OPEN.value
    )
    due = {row[0]: (row[1], row[2]) for row in session.execute(tasks.group_by(Task.case_id))} if ids else {}
    return tuple(
        CaseLine(
            id=record.id,
            handle=record.handle,
            standing=standings.get(record.id, Standing()),
            open_tasks=due.get(record.id, (0, None))[0],
            next_due_at=due.get(record.id, (0, None))[1],
            assigned_to_id=record.assigned_to_id,
            version=record.version,
            is_unreadable=record.id not in standings,
        )
        for record in records
    )
