"""The task by which a supervisor decides, the same day, how someone who is or may be under 18 is reached."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from outreach import audit
from outreach.identity.minors import Age
from outreach.protocols.planning import protocol_kept
from outreach.protocols.plans import PlannedTask
from outreach.protocols.protocol import Protocol, ProtocolError
from outreach.protocols.steps import Step
from outreach.records.cases import CaseRecord
from outreach.scheduling.escalation import escalate
from outreach.tasks import add_task, end_task, tasks_of
from outreach.terms import Level, TaskState


def asked(protocol: Protocol, level: Level | None, *, at: datetime, now: datetime) -> PlannedTask:
    """Return the task, due in the time a protocol gives supervisors."""
    due_at = protocol.calendar.deadline(at, protocol.supervisor)
    return PlannedTask(Step.SUPERVISOR_MINOR, level, opens_at=now, due_at=due_at, looks_at=(due_at,))


def follow(session: Session, case_id: UUID, age: Age, *, by: UUID, now: datetime) -> None:
    """Ask a supervisor where she is known to be under 18 now, and end the question where she is an adult. Audits."""
    open_ones = [
        task
        for task in tasks_of(session, case_id)
        if task.step == Step.SUPERVISOR_MINOR and task.state == TaskState.OPEN
    ]
    if age is Age.ADULT:
        for task in open_ones:
            end_task(session, task, TaskState.DONE, now=now, outcome="adult", ended_by=str(by))
    elif age is Age.UNDER and not open_ones:
        task_id = add_task(session, case_id, PlannedTask(Step.SUPERVISOR_MINOR, None, opens_at=now, due_at=now))
        escalate(session, task_id, now=now)
    else:
        return
    audit.record(session, action="age.follow", by=by, cases=[case_id], now=now)


def read_out_of(session: Session, case_id: UUID) -> str:
    """Return what the case's protocol wants read out to who may be under 18; empty where it says nothing."""
    key = session.get_one(CaseRecord, case_id).protocol_digest
    try:
        return protocol_kept(session, key).read_out
    except ProtocolError:
        return ""  # Kept before this program could read it: our own words are read out.
