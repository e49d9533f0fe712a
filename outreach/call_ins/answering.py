"""
What a try to reach her says of a notice before a call-in: it ends it, it is too late, or it ends nothing.

Only her own live word ends a notice, in a call or in person. A text, a letter, a message or an e-mail may be from
whoever holds her phone or opens her mail: a stop that comes so holds all contact at once, as any does, but the call-in
stays open and goes before a supervisor. It never turns green by it.
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from outreach.attempts.outcomes import CALL_IN_STAYS_OPEN, SUPERVISOR_DECIDES, Effects
from outreach.call_ins import alerts, closing
from outreach.protocols.steps import NOTICES
from outreach.records.work import Task
from outreach.scheduling.escalation import escalate
from outreach.tasks import detail_of, end_task
from outreach.terms import Outcome, TaskState


class Ended(NamedTuple):
    """What ends tasks: the effects of an outcome, and when the try was made."""

    effects: Effects
    outcome: Outcome
    at: datetime


def end_notice(
    session: Session, task: Task, ended: Ended, *, is_its_own: bool, by: UUID, now: datetime
) -> tuple[str, ...]:
    """
    End a notice by what a try brought, and return what to do now where it stays open.

    She is told before a call-in or not at all: a try made once it had begun tells of it too late. One made before, but
    written down after, waits for a supervisor's look (outreach.call_ins.late_tellings).
    """
    call_in_at = detail_of(session, task).call_in_at
    if call_in_at is not None and datetime.fromisoformat(call_in_at) <= now:
        if task.state == TaskState.OPEN:
            closing.miss(session, task, now=now)
        return ()
    if not ended.effects.is_live_contact:
        return _leave_to_supervisor(session, task, now=now)
    if task.state == TaskState.OPEN or (is_its_own and task.state == TaskState.CLOSED):
        task.state = TaskState.OPEN.value  # Nobody looked for a way any more, and then she was reached after all.
        end_task(session, task, TaskState.DONE, now=ended.at, outcome=ended.outcome.value, ended_by=str(by))
    return ()


def stays_open(task: Task, ended: Ended) -> tuple[str, ...]:
    """Return what to do where an answer for a notice came in a way that anyone could have taken; else nothing."""
    is_answer = ended.outcome in (Outcome.REACHED, Outcome.DECLINED)
    is_open = task.step in NOTICES and task.state == TaskState.OPEN
    return (CALL_IN_STAYS_OPEN,) if is_answer and is_open and not ended.effects.is_live_contact else ()


def is_open_notice(session: Session, case_id: UUID, task_id: UUID) -> bool:
    """Tell whether a task is a notice of this case that waits to be given. Unaudited: nothing of it is read."""
    task = session.get(Task, task_id)
    is_here = task is not None and task.case_id == case_id
    return is_here and task is not None and task.step in NOTICES and task.state == TaskState.OPEN


def _leave_to_supervisor(session: Session, task: Task, *, now: datetime) -> tuple[str, ...]:
    if task.state != TaskState.OPEN:
        return ()
    escalate(session, task.id, now=now)
    alerts.page_supervisors(session, task.case_id, now=now)
    return (SUPERVISOR_DECIDES,)
