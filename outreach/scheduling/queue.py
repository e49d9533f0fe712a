"""
The port of due work, and its two forms. A row of `task` is the queue: `next_look_at` says when to look again.

Claiming moves `next_look_at` a little into the future in one conditional update, so that of two workers one gets
the row, and a worker that dies leaves it to be claimed again. Whoever claims sets the next look, or the end, in the
same transaction.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol, cast
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, Select, Table, and_, select, update
from sqlalchemy.orm import Session

from outreach.records.work import Task
from outreach.terms import TaskState

LEASE = timedelta(minutes=5)
"""When a claimed row may be claimed again, should the claimer fail."""

_TABLE = cast(Table, Task.__table__)
_TASK = _TABLE.c


class JobQueue(Protocol):
    """Due tasks, each handed to one claimer."""

    def claim(self, session: Session, *, now: datetime, limit: int) -> Sequence[UUID]:
        """Claim at most `limit` tasks whose next look is due, those waiting longest first."""


class SqliteQueue:
    """The embedded form: one writer at a time, and a conditional update all the same."""

    def claim(self, session: Session, *, now: datetime, limit: int) -> Sequence[UUID]:
        """Claim due tasks."""
        due = session.execute(due_tasks(now, limit)).all()
        return [task_id for task_id, seen in due if _take(session, task_id, seen, now)]


class PostgresQueue:
    """The networked form: any number of workers, none waiting for another's rows."""

    def claim(self, session: Session, *, now: datetime, limit: int) -> Sequence[UUID]:
        """Claim due tasks, passing over those another worker is claiming."""
        due = session.execute(due_tasks(now, limit).with_for_update(skip_locked=True)).all()
        return [task_id for task_id, seen in due if _take(session, task_id, seen, now)]


def queue_for(dialect: str) -> JobQueue:
    """Return the queue of a database: `sqlite` or `postgresql`."""
    return PostgresQueue() if dialect == "postgresql" else SqliteQueue()


def due_tasks(now: datetime, limit: int) -> Select[UUID, datetime]:
    """Return the poll: its cost must not grow with the number of tasks, only with those due."""
    return select(_TASK.id, _TASK.next_look_at).where(_is_due(now)).order_by(_TASK.next_look_at).limit(limit)


def put_off(session: Session, task_id: UUID, *, until: datetime | None) -> None:
    """Set when an open task is looked at again; None when nothing is left to watch."""
    session.execute(update(_TABLE).where(_TASK.id == task_id, _TASK.state == TaskState.OPEN).values(next_look_at=until))


def _take(session: Session, task_id: UUID, seen: datetime, now: datetime) -> bool:
    mine = and_(_TASK.id == task_id, _TASK.state == TaskState.OPEN, _TASK.next_look_at == seen)
    taken = session.execute(update(_TABLE).where(mine).values(next_look_at=now + LEASE))
    return cast("CursorResult[()]", taken).rowcount == 1


def _is_due(now: datetime) -> ColumnElement[bool]:
    return and_(_TASK.state == TaskState.OPEN, _TASK.next_look_at <= now)
