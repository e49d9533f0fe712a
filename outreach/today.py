"""
What waits for one person: tasks of their caseload by handle, what is held, what is ahead.

Nothing here names or locates anyone, so nothing here is a recorded read: handles, steps, times and flags only.
One query for the tasks with their cases, one for the keys that are not in memory.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from outreach.access import Action, NoSuchCase, StaffCard, find_case, visible_cases
from outreach.case_file.contents import TaskDetail, read_as
from outreach.case_file.standing import open_standings
from outreach.cases import Standing, open_standing
from outreach.messaging.letters.rows import LetterCard, card_of
from outreach.messaging.text_boxes import open_text
from outreach.protocols.steps import Step
from outreach.records.boxes import BoxNumber
from outreach.records.cases import CaseRecord
from outreach.records.errors import UNREADABLE
from outreach.records.keys import unseal
from outreach.records.work import Letter, Task, Text
from outreach.terms import LetterState, Level, MissedCause, TaskState, TextState
from outreach.walls.sight import is_not_walled_off

MOST = 120
"""Rows fetched for one page; the rest is counted, not listed."""
MISSED_SHOWN = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One task, with what its case's standing says about contact."""

    task_id: UUID
    case_id: UUID
    handle: str
    step: Step
    level: Level | None
    opens_at: datetime
    due_at: datetime
    is_escalated: bool
    missed_cause: MissedCause | None
    detail: TaskDetail
    standing: Standing

    @property
    def call_in_at(self) -> datetime | None:
        """Return the call-in the task has to come before."""
        return datetime.fromisoformat(self.detail.call_in_at) if self.detail.call_in_at else None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A text or letter that was released and is now held: it will not leave until somebody decides."""

    case_id: UUID
    handle: str
    since: datetime
    zone: str
    reason: str | None = None
    """Why a text is held, as its box has it; None for a letter, and where the box does not open."""
    letter: LetterCard | None = None
    """The letter and why it is held; None for a text, and where it does not open."""
    is_text: bool = True


@dataclass(frozen=True, slots=True)
class Caseload:
    """Three numbers about one person's cases."""

    open_cases: int
    new_since_yesterday: int
    open_tasks: int


def duties(session: Session, staff: StaffCard, *, now: datetime, most: int = MOST) -> tuple[Duty, ...]:
    """
    Return the tasks of a person's own caseload that are open, and those missed lately, earliest due first.

    Where there are more than `most`, none of level A is left out for what has waited longer.
    """
    return _duties(session, own_cases(staff), or_(_is_open(), _missed_lately(now)), most)


def duties_of_case(session: Session, case_id: UUID) -> tuple[Duty, ...]:
    """Return every open or missed task of one case, earliest due first."""
    states = (TaskState.OPEN.value, TaskState.MISSED.value)
    return _duties(session, CaseRecord.id == case_id, Task.state.in_(states), MOST)


def duties_by_step(
    session: Session, staff: StaffCard, steps: Sequence[Step], *, most: int
) -> tuple[tuple[Duty, ...], int]:
    """Return open tasks of these steps in all cases a person may see, earliest due first, and how many there are."""
    theirs = CaseRecord.id.in_(visible_cases(staff).with_only_columns(CaseRecord.id))
    which = and_(_is_open(), Task.step.in_([step.value for step in steps]))
    total = session.scalar(select(func.count(Task.id)).join(CaseRecord).where(theirs, which)) or 0
    return _duties(session, theirs, which, most), total


def find_duty(session: Session, staff: StaffCard, task_id: UUID) -> Duty:
    """Return an open task of a case this person may see; NoSuchCase for one that ended, is not theirs, or never was."""
    task = session.get(Task, task_id)
    if task is None or task.state != TaskState.OPEN:
        raise NoSuchCase
    record = find_case(session, staff, task.case_id)
    return _duty(session, task, record.handle, open_standing(session, record.id, record.standing_box))


def waiting(session: Session, staff: StaffCard, *, most: int = MOST) -> tuple[Waiting, ...]:
    """Return held texts and letters of a person's own caseload, oldest first."""
    rows: list[Any] = []
    for table, state in ((Text, TextState.HELD), (Letter, LetterState.HELD)):
        found = (
            select(CaseRecord.id, CaseRecord.handle, CaseRecord.standing_box, table)
            .join(table, table.case_id == CaseRecord.id)
            .where(own_cases(staff), table.state == state.value)
            .order_by(table.state_at)
            .limit(most)
        )
        rows += session.execute(found).all()
    standings = open_standings(session, {row[0]: row[2] for row in rows})
    held = (_held(session, row[3], row[1], standings[row[0]].zone) for row in rows if row[0] in standings)
    return tuple(sorted(held, key=lambda each: each.since))


def _held(session: Session, row: Text | Letter, handle: str, zone: str) -> Waiting:
    found = Waiting(row.case_id, handle, row.state_at, zone, is_text=isinstance(row, Text))
    with suppress(*UNREADABLE):
        if isinstance(row, Text):
            return replace(found, reason=open_text(session, row).held_reason)
        return replace(found, letter=card_of(session, row))
    return found


def caseload(session: Session, staff: StaffCard, *, now: datetime) -> Caseload:
    """Return how many cases and open tasks a person has."""
    open_case = and_(own_cases(staff), CaseRecord.closed_on.is_(None))
    yesterday = (now - timedelta(days=1)).date()
    cases, fresh = session.execute(
        select(func.count(), func.count().filter(CaseRecord.opened_on >= yesterday)).where(open_case)
    ).one()
    tasks = session.scalar(select(func.count(Task.id)).join(CaseRecord).where(own_cases(staff), _is_open()))
    return Caseload(cases, fresh, tasks or 0)


def unreadable(session: Session, staff: StaffCard) -> tuple[str, ...]:
    """Return the handles of a person's open cases that do not open: what waits in them is on no list."""
    theirs = select(CaseRecord.id, CaseRecord.handle, CaseRecord.standing_box).where(
        own_cases(staff), CaseRecord.closed_on.is_(None)
    )
    rows = session.execute(theirs).all()
    opened = open_standings(session, {row.id: row.standing_box for row in rows})
    return tuple(sorted(row.handle for row in rows if row.id not in opened))


def own_cases(staff: StaffCard) -> ColumnElement[bool]:
    """Return the filter of what is assigned to a person; narrower than what a supervisor may see."""
    if not staff.may(Action.SEE_CASES):
        return false()
    return and_(CaseRecord.assigned_to_id == staff.id, is_not_walled_off(staff.id, CaseRecord.id))


def _is_open() -> ColumnElement[bool]:
    return Task.state == TaskState.OPEN.value


def _is_missed() -> ColumnElement[bool]:
    return Task.state == TaskState.MISSED.value


def _is_gravest() -> ColumnElement[bool]:
    """Hold for the tasks of level A: wherever a list is cut, they come first."""
    return func.coalesce(Task.level, "") == Level.A.value


def _missed_lately(now: datetime) -> ColumnElement[bool]:
    return and_(_is_missed(), Task.due_at > now - MISSED_SHOWN)


def _duties(session: Session, whose: ColumnElement[bool], which: ColumnElement[bool], most: int) -> tuple[Duty, ...]:
    return tuple(duty for duty, _ in _rows(session, whose, which, most))


def _rows(
    session: Session, whose: ColumnElement[bool], which: ColumnElement[bool], most: int
) -> list[tuple[Duty, str]]:
    found = session.execute(
        select(Task, CaseRecord.handle, CaseRecord.standing_box)
        .join(CaseRecord, CaseRecord.id == Task.case_id)
        .where(whose, which)
        .order_by(_is_missed(), ~_is_gravest(), Task.due_at, Task.id)
        .limit(most)
    ).all()
    found = sorted(found, key=lambda row: (row[0].due_at, row[0].id))
    standings = open_standings(session, {task.case_id: box for task, _, box in found})
    opened = ((task, handle) for task, handle, _ in found if task.case_id in standings)
    return [(_duty(session, task, handle, standings[task.case_id]), task.state) for task, handle in opened]


def _duty(session: Session, task: Task, handle: str, standing: Standing) -> Duty:
    fields: Sequence[object] = unseal(session, BoxNumber.TASK_DETAIL, task.detail_box, owner=task.case_id, row=task.id)
    return Duty(
        task_id=task.id,
        case_id=task.case_id,
        handle=handle,
        step=Step(task.step),
        level=Level(task.level) if task.level else None,
        opens_at=task.opens_at,
        due_at=task.due_at,
        is_escalated=task.escalated_at is not None,
        missed_cause=MissedCause(task.missed_cause) if task.missed_cause else None,
        detail=read_as(TaskDetail, fields),
        standing=standing,
    )
