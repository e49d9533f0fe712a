"""
What a human decides about a case: whether two cases are one person's, whether outreach may begin, what an agency's
change of dates does. Until then nothing changes, and nothing merges by itself (requirements 9, 10, 15).

Who may decide is the caller's to check.
"""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit, cases
from outreach.call_ins.notices import notice_of
from outreach.case_file.contents import TaskDetail
from outreach.identity.carrying import carry_over
from outreach.identity.same_person import lock_person
from outreach.messaging.suppression import lock_for_stop
from outreach.protocols.planning import protocol_kept
from outreach.protocols.plans import PlannedTask
from outreach.protocols.protocol import Protocol
from outreach.protocols.steps import NOTICES, Step
from outreach.records.cases import CaseRecord, PossibleMatch
from outreach.records.errors import UNREADABLE
from outreach.records.work import Task
from outreach.tasks import WrongTask, add_task, change_detail, detail_of, end_task, get_task, tasks_of
from outreach.terms import Level, TaskState
from outreach.walls.taking import lock_near

_ACKNOWLEDGEMENTS = (
    Step.ACKNOWLEDGE_RESCHEDULE,
    Step.ACKNOWLEDGE_CANCEL,
    Step.ACKNOWLEDGE_REMOVAL,
    Step.ACKNOWLEDGE_CORRECTION,
    Step.ACKNOWLEDGE_STEP_DOWN,
)


class AlreadyDecided(ValueError):
    """Somebody decided this match before. Nothing was changed."""


def decide(session: Session, match_id: UUID, *, same: bool, by: UUID, now: datetime) -> None:
    """
    Settle whether a case is the same person's as an older one.

    The same: the cases stay two and are linked by the decision; what she said against contact in either now holds in
    both (outreach.identity.carrying), and the older one's advocate takes both. Another person: nothing is carried.
    The gate opens when no other match of the case is left to decide.

    Raises:
        AlreadyDecided. One of UNREADABLE: a part of one of the two does not open.
    """
    if same:
        lock_for_stop(session)  # No text is claimed while it is not yet known whose cases these are.
    match = session.get_one(PossibleMatch, match_id)
    lock_near(session, match.case_id, match.other_case_id)
    session.refresh(match)  # Somebody may have decided it while this one waited.
    if match.decision is not None:
        raise AlreadyDecided(f"match {match_id} was decided before")
    match.decision = "same" if same else "different"
    match.decided_by_id = by
    if same:
        carry_over(session, match, by=by, now=now)
    _end_question(session, match, by=by, now=now)
    audit.record(session, action="match.decide", by=by, cases=[match.case_id, match.other_case_id], now=now)


def begin_outreach(session: Session, task_id: UUID, *, may_begin: bool, by: UUID, now: datetime) -> None:
    """
    Settle a supervisor's alert. `may_begin` lifts the hold on new outreach; otherwise it stays as it is.

    It holds her, not a case: in each other case of hers it is lifted as well, unless an alert is open there.

    Raises:
        TaskEnded, WrongTask.
    """
    task = _task_of(session, task_id, (Step.SUPERVISOR_ALERT,))
    for case_id in lock_person(session, task.case_id) if may_begin else ():
        with suppress(*(() if case_id == task.case_id else UNREADABLE)):  # That one holds her until it opens again.
            _end_hold(session, case_id, by=by, now=now, is_answered=case_id == task.case_id)
    end_task(session, task, TaskState.DONE, now=now, outcome="begin" if may_begin else "kept", ended_by=str(by))
    audit.record(session, action="alert.settle", by=by, cases=[task.case_id], now=now)


def _end_hold(session: Session, case_id: UUID, *, by: UUID, now: datetime, is_answered: bool) -> None:
    standing, _ = cases.standing(session, case_id)
    alerts = (each for each in tasks_of(session, case_id) if each.step == Step.SUPERVISOR_ALERT)
    if standing.supervisor_hold and (is_answered or all(each.state != TaskState.OPEN for each in alerts)):
        cases.change_standing(session, case_id, by=by, now=now, supervisor_hold=False)


def acknowledge(session: Session, task_id: UUID, *, accept: bool, by: UUID, now: datetime) -> None:
    """
    Settle what an event proposed: accepted, the tasks it concerns take the new date, or close for a cancellation.

    Not accepted, the earlier deadlines stand.

    Raises:
        TaskEnded, WrongTask.
    """
    task = _task_of(session, task_id, _ACKNOWLEDGEMENTS)
    detail = detail_of(session, task)
    if accept:
        _carry_out(session, task, detail, by=by, now=now)
    end_task(session, task, TaskState.DONE, now=now, outcome="acknowledged" if accept else "kept", ended_by=str(by))
    audit.record(session, action="proposal.settle", by=by, cases=[task.case_id], now=now)


def complete(session: Session, task_id: UUID, *, by: UUID, now: datetime) -> None:
    """
    End a task that was done without an attempt: an assessment, a plan, a decision on a letter.

    Raises:
        TaskEnded; WrongTask for a decision that has a form of its own, and for a notice before a call-in, which only
            a try that counts ends, or a supervisor who signs.
    """
    task = get_task(session, task_id)
    if task.step in (Step.DECIDE_MATCH, Step.SUPERVISOR_ALERT, *_ACKNOWLEDGEMENTS, *NOTICES):
        raise WrongTask(task)
    end_task(session, task, TaskState.DONE, now=now, outcome="done", ended_by=str(by))
    audit.record(session, action="task.complete", by=by, cases=[task.case_id], now=now)


def _task_of(session: Session, task_id: UUID, steps: tuple[Step, ...]) -> Task:
    task = get_task(session, task_id)
    if task.step not in steps:
        raise WrongTask(task)
    return task


def _carry_out(session: Session, task: Task, detail: TaskDetail, *, by: UUID, now: datetime) -> None:
    concerned = [session.get_one(Task, UUID(each)) for each in detail.concerns]
    if task.step == Step.ACKNOWLEDGE_CANCEL and not concerned:
        concerned = _notices_of(session, task.case_id, detail.event_id)
    still_open = [each for each in concerned if each.state == TaskState.OPEN]
    if detail.new_call_in_at is None:
        for each in still_open:
            end_task(session, each, TaskState.SUPERSEDED, now=now, outcome="acknowledged", ended_by=str(by))
        return
    call_in_at, protocol = datetime.fromisoformat(detail.new_call_in_at), _protocol_of(session, task.case_id)
    for each in still_open:
        _move(session, each, call_in_at, protocol, now=now)
    if concerned and not still_open and call_in_at > now:
        _add_notice(session, concerned[0], detail, protocol, now=now)


def _notices_of(session: Session, case_id: UUID, event_id: str) -> list[Task]:
    """A cancellation that came before its call-in could name no notice then; it means those made since."""
    notices = [each for each in tasks_of(session, case_id) if each.step in NOTICES]
    return [each for each in notices if detail_of(session, each).event_id == event_id]


def _add_notice(session: Session, ended: Task, detail: TaskDetail, protocol: Protocol, *, now: datetime) -> None:
    """The notice ended before its new date was agreed to: she has not been told that one."""
    call_in_at, step = datetime.fromisoformat(detail.new_call_in_at or ""), Step(ended.step)
    due_at = call_in_at - notice_of(step, protocol).due_before
    level = Level(ended.level) if ended.level else None
    fresh = PlannedTask(step, level, now, due_at, (due_at,), detail.event_id, call_in_at)
    task_id = add_task(session, ended.case_id, fresh)
    _move(session, session.get_one(Task, task_id), call_in_at, protocol, now=now)


def _move(session: Session, task: Task, call_in_at: datetime, protocol: Protocol, *, now: datetime) -> None:
    notice = notice_of(Step(task.step), protocol)
    task.due_at = call_in_at - notice.due_before
    looks = sorted({max(at, now) for at in (task.due_at, call_in_at - notice.last_alert_before, call_in_at)})
    task.next_look_at = looks[0]
    change_detail(session, task, call_in_at=call_in_at.isoformat(), looks_at=[at.isoformat() for at in looks])


def _end_question(session: Session, match: PossibleMatch, *, by: UUID, now: datetime) -> None:
    undecided = select(PossibleMatch.id).where(
        PossibleMatch.case_id == match.case_id, PossibleMatch.decision.is_(None), PossibleMatch.id != match.id
    )
    left = session.scalars(undecided.order_by(PossibleMatch.id)).first()
    questions = [
        task
        for task in tasks_of(session, match.case_id)
        if task.step == Step.DECIDE_MATCH and task.state == TaskState.OPEN
    ]
    for task in questions:
        if left is not None:
            change_detail(session, task, match_id=str(left))
        else:
            end_task(session, task, TaskState.DONE, now=now, outcome=match.decision, ended_by=str(by))
    if left is None:
        cases.change_standing(session, match.case_id, by=by, now=now, match_pending=False)


def _protocol_of(session: Session, case_id: UUID) -> Protocol:
    return protocol_kept(session, session.get_one(CaseRecord, case_id).protocol_digest)
