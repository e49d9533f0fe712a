"""
How a notice before a call-in ends without having been given: missed, for ever, or closed by a supervisor who signs.

Neither is told to anybody outside. What may be closed is decided in outreach.call_ins.interlock (pure).
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit, cases, people
from outreach.access import NoSuchCase, StaffCard, find_case
from outreach.attempts.tried import tries_for_newest_event
from outreach.call_ins.interlock import Grounds, Lack, lacks
from outreach.call_ins.notices import missed_cause
from outreach.gate.facts import CaseFacts
from outreach.gate.reasons import Reason
from outreach.protocols.steps import NOTICES, STEPS, Step
from outreach.reaching.next_way import ELSEWHERE, Try
from outreach.records.boxes import BoxNumber
from outreach.records.call_ins import NoticeClosing
from outreach.records.keys import seal, unseal
from outreach.records.work import Task
from outreach.safe_contact import Allowed, Decision, Held, may_contact
from outreach.tasks import TaskEnded, WrongTask, change_detail, detail_of, end_task
from outreach.terms import ClosedAs, ContentLevel, Role, TaskState

_OURS_TO_SETTLE = (Reason.MATCH_PENDING, Reason.SUPERVISOR_HOLD, Reason.NEWS_SINCE_LEAVE)
_OUR_LIMITS = (Reason.ATTEMPTS_TODAY, Reason.ATTEMPTS_FOR_EVENT)
WAITS_FOR_US = (
    *_OURS_TO_SETTLE,
    Reason.FIRST_CONTACT_DECISION,
    Reason.LEVEL_A_DECISION,
    Reason.CONDITION,
    *_OUR_LIMITS,
)
"""Holds that one of us could have ended: a notice missed behind them was not done, which is not "no safe way"."""

MUST_BE_WEIGHED = {ClosedAs.NO_SAFE_WAY: ELSEWHERE, ClosedAs.TRIED_ENOUGH: ELSEWHERE, ClosedAs.HER_WORD: ()}
"""What else has to be weighed, each by name, before a supervisor may sign."""


class ClosingDetail(NamedTuple):
    """Box NOTICE_CLOSING: what a supervisor signed of one notice. Times are RFC 3339 text."""

    kind: str
    reason: str
    weighed: Sequence[str]
    signed_by: str
    signed_at: str
    tries: int = 0


class Wanted(NamedTuple):
    """What a supervisor signs."""

    kind: ClosedAs
    reason: str
    weighed: Collection[Try] = ()


class MayNotClose(Exception):
    """Something is missing before this notice may be closed; nothing was changed."""

    def __init__(self, lacking: tuple[Lack, ...] = ()) -> None:
        super().__init__(", ".join(lacking) or "a supervisor, a reason or what was weighed is missing")
        self.lacking = lacking


def grounds_of(session: Session, case_id: UUID, *, call_in_at: datetime, now: datetime) -> Grounds:
    """Return what is known of a case when somebody is asked to close its notice. Unaudited."""
    facts = cases.facts_for_gate(session, case_id, at=now)
    decisions = _decisions(session, case_id, facts, Step.NOTICE_BEFORE_CALL_IN, now=now)
    return Grounds(
        has_safe_way=any(_is_a_way(each, before=call_in_at) for each in decisions),
        waits_for_us=any(each.reason in _OURS_TO_SETTLE for each in decisions),
        is_stopped_by_her=facts.do_not_contact or facts.she_will_contact_us,
        tried=tries_for_newest_event(session, case_id),
        limit=facts.policy.attempts_for_event,
        zone=facts.zone,
        is_at_our_limit=any(each.reason in _OUR_LIMITS for each in decisions),
    )


def close(session: Session, staff: StaffCard, task_id: UUID, wanted: Wanted, *, now: datetime) -> None:
    """
    Close a notice untold, with a supervisor's signature and reason. Audited; counted apart, never as told.

    Raises:
        NoSuchCase, TaskEnded (also when the call-in has begun), WrongTask.
        MayNotClose: they are no supervisor, give no reason, or something is still missing.
    """
    task = _notice(session, staff, task_id)
    call_in_at = _call_in_at(session, task)
    if task.state != TaskState.OPEN or call_in_at <= now:
        raise TaskEnded(task)
    grounds = grounds_of(session, task.case_id, call_in_at=call_in_at, now=now)
    lacking = lacks(wanted.kind, grounds)
    is_weighed = set(MUST_BE_WEIGHED[wanted.kind]) <= set(wanted.weighed)
    if lacking or staff.role is not Role.SUPERVISOR or not wanted.reason.strip() or not is_weighed:
        raise MayNotClose(lacking)
    detail = ClosingDetail(
        kind=wanted.kind.value,
        reason=wanted.reason.strip(),
        weighed=[each.value for each in wanted.weighed],
        signed_by=str(staff.id),
        signed_at=now.isoformat(),
        tries=len(grounds.tried),
    )
    row = uuid4()
    box = seal(session, BoxNumber.NOTICE_CLOSING, detail, owner=task.case_id, row=row)
    session.add(NoticeClosing(id=row, case_id=task.case_id, task_id=task.id, closing_box=box))
    end_task(session, task, TaskState.CLOSED, now=now, outcome=wanted.kind.value, ended_by=str(staff.id))
    audit.record(session, action="notice.close", by=staff.id, cases=[task.case_id], now=now)


def open_again(session: Session, staff: StaffCard, task_id: UUID, *, now: datetime) -> None:
    """
    Open a closed notice again, while its call-in lies ahead: a way was found. What was signed stays on record.

    Raises:
        NoSuchCase, WrongTask, TaskEnded: it is not closed, or the call-in has begun.
    """
    task = _notice(session, staff, task_id)
    _look_again(session, task, now=now)
    audit.record(session, action="notice.open", by=staff.id, cases=[task.case_id], now=now)


def open_after_her_word(session: Session, case_id: UUID, *, by: UUID, now: datetime) -> None:
    """Open again what only her word had closed, once she wants contact. Audited."""
    query = select(Task).where(Task.case_id == case_id, Task.state == TaskState.CLOSED.value)
    for task in session.scalars(query).all():
        is_hers = detail_of(session, task).outcome == ClosedAs.HER_WORD
        if is_hers and _call_in_at(session, task) > now:
            _look_again(session, task, now=now)
            audit.record(session, action="notice.open", by=by, cases=[case_id], now=now)


def closing_of(session: Session, task: Task) -> ClosingDetail | None:
    """Return the last signed closing of a notice. Unaudited: the page that shows it records the read."""
    found = (each for each in closings_of(session, task.id) if each.kind in set(ClosedAs))
    return max(found, key=lambda each: each.signed_at, default=None)


def closings_of(session: Session, task_id: UUID) -> list[ClosingDetail]:
    """Return all that supervisors signed about a notice, closings and others. Unaudited."""
    rows = session.scalars(select(NoticeClosing).where(NoticeClosing.task_id == task_id)).all()
    return [
        ClosingDetail(*unseal(session, BoxNumber.NOTICE_CLOSING, row.closing_box, owner=row.case_id, row=row.id))
        for row in rows
    ]


def miss(session: Session, task: Task, *, now: datetime) -> None:
    """End a notice whose call-in has begun: missed, with its cause, for ever. Audited."""
    detail = detail_of(session, task)
    facts = cases.facts_for_gate(session, task.case_id, at=now)
    decisions = _decisions(session, task.case_id, facts, Step(task.step), now=now)
    told_at = datetime.fromisoformat(detail.told_at) if detail.told_at else task.opens_at
    had_a_way = any(_is_a_way(each) for each in decisions)
    cause = missed_cause(told_at=told_at, due_at=task.due_at, had_a_safe_way=had_a_way)
    end_task(session, task, TaskState.MISSED, now=now)
    task.missed_cause = cause.value
    task.escalated_at = task.escalated_at or now
    audit.record(session, action="task.missed", by=audit.WORKER, cases=[task.case_id], now=now)


def _notice(session: Session, staff: StaffCard, task_id: UUID) -> Task:
    task = session.get(Task, task_id)
    if task is None:
        raise NoSuchCase
    find_case(session, staff, task.case_id)
    if task.step not in NOTICES:
        raise WrongTask(task)
    return task


def _call_in_at(session: Session, task: Task) -> datetime:
    return datetime.fromisoformat(detail_of(session, task).call_in_at or task.due_at.isoformat())


def _look_again(session: Session, task: Task, *, now: datetime) -> None:
    call_in_at = _call_in_at(session, task)
    if task.state != TaskState.CLOSED or call_in_at <= now:
        raise TaskEnded(task)
    looks = [datetime.fromisoformat(look) for look in detail_of(session, task).looks_at]
    task.state = TaskState.OPEN.value
    task.ended_on = None
    task.next_look_at = min((look for look in looks if look > now), default=call_in_at)
    change_detail(session, task, outcome=None, ended_by=None)


def _decisions(session: Session, case_id: UUID, facts: CaseFacts, step: Step, *, now: datetime) -> list[Decision]:
    """Return what the gate says of every way in which she could be told: a call-in's date is only ever spoken."""
    return [
        may_contact(destination, channel, ContentLevel.NONE, at=now, facts=facts)
        for destination in people.destinations(session, case_id)
        for channel in destination.kind.channels
        if channel in STEPS[step].channels
    ]


def _is_a_way(decision: Decision, *, before: datetime | None = None) -> bool:
    """Tell whether a way is open, or only waits for an hour (that comes in time) or for one of us."""
    if not isinstance(decision, Held):
        return isinstance(decision, Allowed)
    opens_in_time = decision.opens_at is not None and (before is None or decision.opens_at < before)
    # What one of us could open does not have to wait for its hour; our own limits are asked about apart.
    is_ours = decision.reason in WAITS_FOR_US and (before is None or decision.reason not in _OUR_LIMITS)
    return opens_in_time or is_ours
