"""
Storing what planning returns: tasks, what they supersede, proposals for a human, alerts.

What an event means for a case is decided by the protocol (outreach.protocols.duties, pure); nothing is decided here.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from outreach.case_file.history import Kept
from outreach.case_file.standing import Standing
from outreach.ingesting.happenings import happening_of
from outreach.protocols.duties import plan
from outreach.protocols.plans import CaseSoFar, Happening, MovedEarlier, Plan, PlannedTask, Proposal
from outreach.protocols.protocol import Protocol, digest, parse
from outreach.protocols.steps import Step
from outreach.records.cases import ProtocolText
from outreach.records.work import Task
from outreach.scheduling.escalation import escalate
from outreach.tasks import add_tasks, as_planning_sees, change_detail, end_task
from outreach.terms import Level, TaskState
from outreach.workdays import Due

_read = lru_cache(maxsize=64)(parse)

NEXT_WORKDAY = Due(business_days=1)


class Talks(NamedTuple):
    """What was talked about with her before: planning asks for more only where something was."""

    was_assessed: bool = False
    has_plan: bool = False
    was_offered_plan: bool = False


class Planned(NamedTuple):
    """What an event changes, and the row of the event."""

    plan: Plan
    event_row: UUID


def protocol_of(text: str) -> Protocol:
    """Return a protocol, read once per process. Raises ProtocolError."""
    return _read(text)


def protocol_kept(session: Session, key: str) -> Protocol:
    """Return the protocol a case began under, by its digest. Raises NoResultFound."""
    kept: dict[str, str] = session.info.setdefault("protocol_texts", {})
    if key not in kept:
        kept[key] = session.get_one(ProtocolText, key).text
    return protocol_of(kept[key])


def keep_protocol(session: Session, text: str) -> str:
    """Store a protocol's text as a case begins under it, and return its digest."""
    key = digest(text)
    known: set[str] = session.info.setdefault("kept_protocols", set())
    if key in known:
        return key
    known.add(key)
    if session.get(ProtocolText, key) is None:
        protocol = protocol_of(text)
        session.add(ProtocolText(digest=key, jurisdiction=protocol.jurisdiction, version=protocol.version, text=text))
        session.flush()
    return key


def plan_for(new: Kept, so_far: CaseSoFar, protocol: Protocol, *, now: datetime) -> Plan:
    """Ask the protocol what an event changes."""
    return plan(_happening(new, protocol), so_far, protocol, now=now)


def case_so_far(
    session: Session,
    standing: Standing,
    *,
    earlier: Sequence[Kept],
    tasks: Sequence[Task],
    protocol: Protocol,
    talks: Talks = Talks(),  # noqa: B008  (a plain value that says nothing was talked about)
) -> CaseSoFar:
    """Return a case as planning sees it."""
    return CaseSoFar(
        level=Level(standing.level) if standing.level else None,
        level_event_at=datetime.fromisoformat(standing.level_event_at) if standing.level_event_at else None,
        do_not_contact=standing.do_not_contact,
        no_contact_unheard=standing.no_contact_unheard,
        match_pending=standing.match_pending,
        tasks=as_planning_sees(session, tasks),
        happenings=[_happening(each, protocol) for each in earlier],
        **talks._asdict(),
    )


def store_plan(
    session: Session, case_id: UUID, planned: Planned, *, now: datetime, match_id: UUID | None = None
) -> None:
    """Make, tighten and supersede tasks as planned. A proposal is a task that changes nothing until acknowledged."""
    made, event_row = planned.plan, str(planned.event_row)
    for task_id in made.superseded:
        task = session.get_one(Task, task_id)
        if task.state == TaskState.OPEN:
            end_task(session, task, TaskState.SUPERSEDED, now=now)
    asked = str(match_id) if match_id else None
    fresh = [(each, {"match_id": asked if each.step is Step.DECIDE_MATCH else None}) for each in made.tasks]
    fresh += [(each.task, _proposed(each)) for each in made.proposals]
    add_tasks(session, case_id, [(task, {"level_event_id": event_row, **detail}) for task, detail in fresh])
    for moved in made.moved_earlier:
        _tighten(session, moved, now)
    for task_id in made.alerts:
        escalate(session, task_id, now=now)


def supervisor_alert(protocol: Protocol, level: Level | None, *, at: datetime, now: datetime) -> PlannedTask:
    """Return a task for a supervisor: due in the protocol's time at level A, else by the next workday."""
    due = protocol.supervisor if level is Level.A else NEXT_WORKDAY
    due_at = protocol.calendar.deadline(at, due)
    return PlannedTask(Step.SUPERVISOR_ALERT, level, opens_at=now, due_at=due_at, looks_at=(due_at,))


def _proposed(proposal: Proposal) -> dict[str, Any]:
    return {
        "concerns": [str(task_id) for task_id in proposal.concerns],
        "new_call_in_at": proposal.new_call_in_at.isoformat() if proposal.new_call_in_at else None,
        "new_due_at": proposal.new_due_at.isoformat() if proposal.new_due_at else None,
    }


def _tighten(session: Session, moved: MovedEarlier, now: datetime) -> None:
    """An earlier call-in holds at once: the earlier deadline stands and a supervisor hears of it now."""
    task = session.get_one(Task, moved.id)
    if task.state != TaskState.OPEN:
        return
    changes: dict[str, Any] = {} if task.due_at <= now else {"told_at": now.isoformat()}
    # Overdue already, the lateness is ours: a move then makes it nobody else's.
    task.due_at = moved.due_at
    task.next_look_at = min(moved.looks_at)
    looks = [moment.isoformat() for moment in moved.looks_at]
    change_detail(session, task, call_in_at=moved.call_in_at.isoformat(), looks_at=looks, **changes)
    session.flush()
    escalate(session, moved.id, now=now)


def _happening(kept: Kept, protocol: Protocol) -> Happening:
    return happening_of(
        kept.event, event_id=kept.sent.event_id, received_at=kept.sent.received_at, zone=protocol.calendar.zone
    )
