"""
Tasks as they are stored: making, reading and ending them. The rules that decide about them live elsewhere.

Nothing here audits or commits; the caller does both. Imports records and plain values only.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from outreach.case_file.contents import TaskDetail, read_as
from outreach.protocols.plans import OpenTask, PlannedTask
from outreach.protocols.steps import Step
from outreach.records.boxes import BoxNumber
from outreach.records.inserting import insert_rows
from outreach.records.keys import seal, unseal
from outreach.records.work import Task
from outreach.terms import Level, TaskState

_TASKS_OF = select(Task).where(Task.case_id == bindparam("case")).order_by(Task.due_at, Task.id)


class TaskEnded(ValueError):
    """The task is no longer open: somebody ended it, or it was missed or superseded. Read it again."""

    def __init__(self, task: Task) -> None:
        super().__init__(f"task {task.id} is {task.state}, not open")


class WrongTask(ValueError):
    """The task is not of the kind this asks for."""

    def __init__(self, task: Task) -> None:
        super().__init__(f"task {task.id} is {task.step}; this does not end it")


def next_due_at(session: Session, case_id: UUID, *, now: datetime) -> datetime | None:
    """Return when the next open task of a case is due: what is released unprompted keeps to half of that time."""
    query = select(func.min(Task.due_at)).where(
        Task.case_id == case_id, Task.state == TaskState.OPEN.value, Task.due_at > now
    )
    return session.scalar(query)


def add_task(session: Session, case_id: UUID, planned: PlannedTask, **detail: Any) -> UUID:
    """Store a planned task and return its id. `detail` sets further fields of TaskDetail; ids and times as text."""
    return add_tasks(session, case_id, [(planned, detail)])[0]


def add_tasks(session: Session, case_id: UUID, tasks: Sequence[tuple[PlannedTask, dict[str, Any]]]) -> list[UUID]:
    """Store several planned tasks at once, each with its further fields of TaskDetail; return their ids."""
    rows = [_row(session, case_id, planned, detail) for planned, detail in tasks]
    insert_rows(session, Task, rows)
    return [row["id"] for row in rows]


def _row(session: Session, case_id: UUID, planned: PlannedTask, detail: dict[str, Any]) -> dict[str, Any]:
    row_id = uuid4()
    looks = sorted(planned.looks_at or (planned.due_at,))
    kept = TaskDetail(
        event_id=planned.event_id,
        call_in_at=_text(planned.call_in_at),
        looks_at=[moment.isoformat() for moment in looks],
        outcome=planned.closed_as.value if planned.closed_as else None,
        need=planned.need,
        **detail,
    )
    state = _state_of(planned)
    return {
        "id": row_id,
        "case_id": case_id,
        "step": planned.step.value,
        "level": planned.level.value if planned.level else None,
        "state": state.value,
        "opens_at": planned.opens_at,
        "due_at": planned.due_at,
        "next_look_at": looks[0] if state is TaskState.OPEN else None,
        "missed_cause": planned.missed_cause.value if planned.missed_cause else None,
        "detail_box": seal(session, BoxNumber.TASK_DETAIL, kept, owner=case_id, row=row_id),
    }


def _state_of(planned: PlannedTask) -> TaskState:
    if planned.missed_cause is not None:
        return TaskState.MISSED
    return TaskState.CLOSED if planned.closed_as is not None else TaskState.OPEN


def get_task(session: Session, task_id: UUID) -> Task:
    """Return a task that is still open. Raises TaskEnded."""
    task = session.get_one(Task, task_id)
    if task.state != TaskState.OPEN:
        raise TaskEnded(task)
    return task


def detail_of(session: Session, task: Task) -> TaskDetail:
    """Open a task's box."""
    return read_as(TaskDetail, unseal(session, BoxNumber.TASK_DETAIL, task.detail_box, owner=task.case_id, row=task.id))


def change_detail(session: Session, task: Task, **changes: Any) -> TaskDetail:
    """Reseal a task's box with these fields changed."""
    detail = detail_of(session, task)._replace(**changes)
    task.detail_box = seal(session, BoxNumber.TASK_DETAIL, detail, owner=task.case_id, row=task.id)
    return detail


def end_task(session: Session, task: Task, state: TaskState, *, now: datetime, **detail: Any) -> None:
    """End an open task for ever; nothing is left for the worker to watch. Raises TaskEnded."""
    if task.state != TaskState.OPEN:
        raise TaskEnded(task)
    task.state = state.value
    task.next_look_at = None
    task.ended_on = now.date()
    if detail:
        change_detail(session, task, **detail)


def end_step(session: Session, case_id: UUID, step: Step, *, outcome: str, by: UUID, now: datetime) -> None:
    """End a case's open tasks of a step, because what they asked for was done. The caller audits."""
    open_ones = select(Task).where(Task.case_id == case_id, Task.step == step.value, Task.state == TaskState.OPEN.value)
    for task in session.scalars(open_ones):
        end_task(session, task, TaskState.DONE, now=now, outcome=outcome, ended_by=str(by))


def tasks_of(session: Session, case_id: UUID) -> Sequence[Task]:
    """Return a case's tasks whatever their state, earliest due first."""
    return session.scalars(_TASKS_OF, {"case": case_id}).all()


def as_planning_sees(session: Session, tasks: Iterable[Task]) -> tuple[OpenTask, ...]:
    """Return tasks as the protocol's planning takes them."""
    return tuple(_as_open(task, detail_of(session, task)) for task in tasks)


def _as_open(task: Task, detail: TaskDetail) -> OpenTask:
    return OpenTask(
        id=task.id,
        step=Step(task.step),
        level=Level(task.level) if task.level else None,
        state=TaskState(task.state),
        opens_at=task.opens_at,
        due_at=task.due_at,
        event_id=detail.event_id,
        call_in_at=datetime.fromisoformat(detail.call_in_at) if detail.call_in_at else None,
        need=detail.need,
    )


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
