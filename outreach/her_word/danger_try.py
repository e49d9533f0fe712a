"""
The one live try she gave leave for, once a supervisor saw that the danger has grown: a task, in that way only, once.

The gate decides whether the way is open (requirement 17); this asks somebody to use it, and ends with the try.
"""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit, cases
from outreach.gate.facts import Approval
from outreach.late_entry import was_asked_by_then
from outreach.on_duty import on_call, paging
from outreach.on_duty.paging import OfCase
from outreach.protocols.plans import PlannedTask
from outreach.protocols.steps import Step
from outreach.records.cases import CaseRecord
from outreach.records.work import Task
from outreach.tasks import add_task, detail_of, end_task
from outreach.terms import Channel, Level, PageAbout, TaskState

WITHIN = timedelta(hours=24)
WITHIN_AT_A = timedelta(hours=4)
"""How soon it is due: the danger has grown. The gate's leave lasts longer."""


class OneWay(NamedTuple):
    """The one way the try is in."""

    destination_id: UUID
    channel: Channel


class Try(NamedTuple):
    """A try that was made: its outcome, when, and the task it was made for, if for one."""

    outcome: str
    at: datetime
    task_id: UUID | None


def ask(session: Session, case_id: UUID, way: OneWay, *, until: datetime, by: UUID, now: datetime) -> UUID:
    """Make a task of the one try, page who holds the case, and return it; an older one that nobody made is replaced."""
    end_all(session, case_id, outcome="asked_anew", by=by, now=now, state=TaskState.SUPERSEDED)
    standing, _ = cases.standing(session, case_id)
    level = Level(standing.level) if standing.level else None
    due_at = min(until, now + (WITHIN_AT_A if level is Level.A else WITHIN))
    planned = PlannedTask(Step.ONCE_IF_DANGER, level, now, due_at, (due_at, until))
    task_id = add_task(session, case_id, planned, way_id=str(way.destination_id), way_channel=way.channel.value)
    audit.record(session, action="danger_try.ask", by=by, cases=[case_id], now=now)
    holder = session.get_one(CaseRecord, case_id).assigned_to_id
    called = [holder] if holder else on_call.supervisors(session)
    paging.call(session, called, OfCase(PageAbout.APPROVAL, case_id), now=now)
    return task_id


def end_with(session: Session, case_id: UUID, made: Try, *, by: UUID, now: datetime) -> None:
    """
    End it with a try made by ourselves, however that ended: one is one. The leave ends as well.

    A try made for the task ends it whatever time was written, and so does one in the minute in which it was asked for.
    """
    if any(task.id == made.task_id or was_asked_by_then(task.opens_at, made.at) for task in _open(session, case_id)):
        end_all(session, case_id, outcome=made.outcome, by=by, now=now)
        _end_leave(session, case_id, by=by, now=now)


def take_back(session: Session, case_id: UUID, *, by: UUID, now: datetime) -> None:
    """End it because she took her leave back."""
    if _open(session, case_id):
        end_all(session, case_id, outcome="taken_back", by=by, now=now, state=TaskState.SUPERSEDED)
        _end_leave(session, case_id, by=by, now=now)


def end_all(
    session: Session, case_id: UUID, *, outcome: str, by: UUID, now: datetime, state: TaskState = TaskState.DONE
) -> None:
    """End every such task of a case. The caller audits."""
    for task in _open(session, case_id):
        end_task(session, task, state, now=now, outcome=outcome, ended_by=str(by))


def way_of(session: Session, case_id: UUID, task_id: UUID) -> OneWay | None:
    """Return the one way a task is for; None for every other task, and one of another case."""
    task = session.get(Task, task_id)
    if task is None or task.case_id != case_id or task.step != Step.ONCE_IF_DANGER:
        return None
    detail = detail_of(session, task)
    return OneWay(UUID(detail.way_id), Channel(detail.way_channel))


def _open(session: Session, case_id: UUID) -> list[Task]:
    ours = (Task.case_id == case_id, Task.step == Step.ONCE_IF_DANGER.value, Task.state == TaskState.OPEN.value)
    return list(session.scalars(select(Task).where(*ours)))


def _end_leave(session: Session, case_id: UUID, *, by: UUID, now: datetime) -> None:
    standing, _ = cases.standing(session, case_id)
    left = tuple(each for each in standing.approvals if each.approval != Approval.ONCE_IF_DANGER)
    cases.change_standing(session, case_id, by=by, now=now, approvals=left)
