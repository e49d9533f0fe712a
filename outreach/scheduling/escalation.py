"""
Looking at due tasks: an overdue one is escalated, a notice whose call-in has passed is missed for ever.

One transaction claims and handles a batch. A task that cannot be handled is audited as such and put off; it never
keeps the others from being looked at.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from outreach import audit
from outreach.call_ins import alerts as call_in_alerts
from outreach.call_ins import closing as closing_notices
from outreach.case_file.contents import TaskDetail
from outreach.protocols.steps import NOTICES
from outreach.records.engine import STORAGE_FAULTS, Vault
from outreach.records.work import Task
from outreach.scheduling.queue import JobQueue, put_off, queue_for
from outreach.tasks import detail_of
from outreach.terms import TaskState

BATCH = 100
PUT_OFF = timedelta(minutes=15)
"""When a task that could not be handled is looked at again."""

_log = logging.getLogger(__name__)


class Looked(NamedTuple):
    """What one round did."""

    escalated: int = 0
    missed: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        """Return how many tasks were claimed."""
        return sum(self)


def look_at_due(vault: Vault, *, now: datetime) -> Looked:
    """Look at every task whose time has come. Safe to run in several processes."""
    queue = queue_for(vault.dialect)
    total = Looked()
    while True:
        looked = _one_batch(vault, queue, now)
        total = Looked(*(sum(pair) for pair in zip(total, looked, strict=True)))
        if looked.total < BATCH:
            return total


def escalate(session: Session, task_id: UUID, *, now: datetime) -> None:
    """Bring an open task before a supervisor. The row's version stays: nobody's open form is about this."""
    session.execute(
        update(Task)
        .where(Task.id == task_id, Task.state == TaskState.OPEN, Task.escalated_at.is_(None))
        .values(escalated_at=now)
        .execution_options(synchronize_session=False)
    )


def _one_batch(vault: Vault, queue: JobQueue, now: datetime) -> Looked:
    try:
        with vault.writing() as session:
            return _tally([_look(session, task_id, now) for task_id in queue.claim(session, now=now, limit=BATCH)])
    except STORAGE_FAULTS:
        raise
    except Exception:
        _log.warning("task.batch_failed: one by one")
        return _one_by_one(vault, queue, now)


def _one_by_one(vault: Vault, queue: JobQueue, now: datetime) -> Looked:
    with vault.writing() as session:
        claimed = queue.claim(session, now=now, limit=BATCH)
    return _tally([_look_alone(vault, task_id, now) for task_id in claimed])


def _look_alone(vault: Vault, task_id: UUID, now: datetime) -> str:
    try:
        with vault.writing() as session:
            return _look(session, task_id, now)
    except STORAGE_FAULTS:
        raise
    except Exception as error:
        _log.error("task.look_failed task=%s error=%s", task_id, type(error).__name__)
    with vault.writing() as session:
        case_id = session.get_one(Task, task_id).case_id
        put_off(session, task_id, until=now + PUT_OFF)
        escalate(session, task_id, now=now)
        audit.record(session, action="task.look_failed", by=audit.WORKER, cases=[case_id], now=now)
    return "failed"


def _look(session: Session, task_id: UUID, now: datetime) -> str:
    task = session.get_one(Task, task_id)
    detail = detail_of(session, task)
    if task.step in NOTICES and detail.call_in_at and datetime.fromisoformat(detail.call_in_at) <= now:
        closing_notices.miss(session, task, now=now)
        return "missed"
    if task.due_at <= now or _is_look(detail, now):
        escalate(session, task_id, now=now)
        if task.step in NOTICES:
            call_in_alerts.page_supervisors(session, task.case_id, now=now)
    put_off(session, task_id, until=_next_look(detail, now))
    return "escalated"


def _is_look(detail: TaskDetail, now: datetime) -> bool:
    return any(datetime.fromisoformat(look) <= now for look in detail.looks_at)


def _next_look(detail: TaskDetail, now: datetime) -> datetime | None:
    later = [look for look in map(datetime.fromisoformat, detail.looks_at) if look > now]
    return min(later, default=None)


def _tally(results: Sequence[str]) -> Looked:
    return Looked(**{name: results.count(name) for name in Looked._fields})
