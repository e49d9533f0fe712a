"""
Telling her before the offender is told: the notice a call-in or an individual notification asks for. Pure.

An earlier date holds at once; a later one, or none, only a human settles (P2b). What a notice comes before has
passed: it is missed for ever, with its cause.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from outreach.protocols.plans import CaseSoFar, Happening, MovedEarlier, OpenTask, Plan, PlannedTask, Proposal
from outreach.protocols.protocol import Notice, Protocol, ToldBy
from outreach.protocols.steps import NOTICES, Step
from outreach.terms import MissedCause, TaskState

_STEPS: dict[ToldBy, Step] = {
    "call_in": Step.NOTICE_BEFORE_CALL_IN,
    "individual_notification": Step.NOTICE_BEFORE_NOTIFICATION,
}
_TOLD_BY = {step: told_by for told_by, step in _STEPS.items()}


class Planning(NamedTuple):
    """What every rule of planning weighs: one event, the case before it, the case's protocol, the time."""

    event: Happening
    case: CaseSoFar
    protocol: Protocol
    now: datetime


def missed_cause(*, told_at: datetime, due_at: datetime, had_a_safe_way: bool) -> MissedCause:
    """Return why notice was not given when the call-in passed: the agency first, then the ways, then us."""
    if told_at > due_at:
        return MissedCause.TOLD_TOO_LATE
    return MissedCause.NOT_DONE if had_a_safe_way else MissedCause.NO_SAFE_WAY


def notice_of(step: Step, protocol: Protocol) -> Notice:
    """Return the protocol's lead times for a notice step."""
    return protocol.notice[_TOLD_BY[step]]


def scheduled(p: Planning, told_by: ToldBy, call_in_at: datetime, event_id: str) -> Plan:
    """Plan for a call-in first told of under `event_id`."""
    same = [task for task in _notices(p.case.tasks) if task.event_id == event_id]
    open_ones = [task for task in same if task.state is TaskState.OPEN]
    if not open_ones:
        if any(task.call_in_at == call_in_at for task in same):
            return Plan()
        return new_notice(p, _STEPS[told_by], call_in_at, event_id)
    # A rescheduling arrived before what it refers to: the earlier of the two dates stands, the other is proposed.
    standing = min(task.call_in_at for task in open_ones if task.call_in_at is not None)
    if call_in_at >= standing:
        return Plan()
    return Plan(
        moved_earlier=tuple(_tightened(p, task, call_in_at) for task in open_ones),
        proposals=(_proposal(p, open_ones, standing, event_id),),
    )


def first_told_in(p: Planning, event_id: str) -> str:
    """Return the event that first told of a call-in, where `event_id` itself only moved or corrected it."""
    refers = {each.event_id: each.refers_to for each in p.case.happenings if each.refers_to}
    passed: set[str] = set()
    while event_id in refers and event_id not in passed:
        passed.add(event_id)
        event_id = refers[event_id]
    return event_id


def rescheduled(p: Planning, call_in_at: datetime, event_id: str) -> Plan:
    """Plan for a new date of the call-in first told of under `event_id`: earlier at once, later on a human's word."""
    event_id = first_told_in(p, event_id)
    same = [task for task in _notices(p.case.tasks) if task.event_id == event_id]
    open_ones = [task for task in same if task.state is TaskState.OPEN]
    if not open_ones:
        # She may have been told the old date, or we were never told of it: either way she needs this one.
        step = same[0].step if same else _STEPS[p.protocol.offender_told_by]
        return Plan() if _is_known(same, call_in_at) else new_notice(p, step, call_in_at, event_id)
    if _is_known(open_ones, call_in_at):
        return Plan()
    earlier = [task for task in open_ones if task.call_in_at is None or call_in_at < task.call_in_at]
    return Plan(
        moved_earlier=tuple(_tightened(p, task, call_in_at) for task in earlier),
        proposals=(_proposal(p, open_ones, call_in_at, event_id),),
    )


def cancelled(p: Planning, event_id: str) -> Plan:
    """Plan for a call-in said to be off: nothing closes until a human has checked."""
    event_id = first_told_in(p, event_id)
    concerned = [task for task in _notices(p.case.tasks) if task.event_id == event_id and task.state is TaskState.OPEN]
    task = acknowledgement(p, Step.ACKNOWLEDGE_CANCEL, event_id)
    return Plan(proposals=(Proposal(task, tuple(each.id for each in concerned)),))


def told_already(p: Planning) -> Plan:
    """Plan for an offender who was told: open notices alert at once; with none ever planned, we were told too late."""
    notices = list(_notices(p.case.tasks))
    if notices:
        return Plan(alerts=tuple(task.id for task in notices if task.state is TaskState.OPEN))
    return _told_too_late(p, _STEPS[p.protocol.offender_told_by], p.event.occurred_at, p.event.event_id)


def new_notice(p: Planning, step: Step, call_in_at: datetime, event_id: str) -> Plan:
    """Plan the notice for one date; missed from the start when the agency told us after it."""
    if call_in_at <= p.now:
        return _told_too_late(p, step, call_in_at, event_id)
    due_at = call_in_at - notice_of(step, p.protocol).due_before
    task = PlannedTask(
        step=step,
        level=p.case.level,
        opens_at=p.now,
        due_at=due_at,
        looks_at=_looks(p, step, call_in_at),
        event_id=event_id,
        call_in_at=call_in_at,
    )
    return Plan(tasks=(task,))


def acknowledgement(p: Planning, step: Step, event_id: str) -> PlannedTask:
    """Return the task by which a human settles what an event proposes."""
    due_at = p.protocol.calendar.deadline(p.event.received_at, p.protocol.acknowledge)
    return PlannedTask(step, p.case.level, p.now, due_at, (due_at,), event_id)


def _told_too_late(p: Planning, step: Step, call_in_at: datetime, event_id: str) -> Plan:
    due_before = notice_of(step, p.protocol).due_before
    missed = PlannedTask(
        step=step,
        level=p.case.level,
        opens_at=p.now,
        due_at=call_in_at - due_before,
        event_id=event_id,
        call_in_at=call_in_at,
        missed_cause=MissedCause.TOLD_TOO_LATE,
    )
    due_at = p.protocol.calendar.deadline(p.event.received_at, p.protocol.after_told_too_late)
    look_after_her = PlannedTask(Step.TOLD_TOO_LATE, p.case.level, p.now, due_at, (due_at,), event_id)
    return Plan(tasks=(missed, look_after_her))


def _proposal(p: Planning, concerned: Sequence[OpenTask], call_in_at: datetime, event_id: str) -> Proposal:
    due_at = call_in_at - notice_of(concerned[0].step, p.protocol).due_before
    task = acknowledgement(p, Step.ACKNOWLEDGE_RESCHEDULE, event_id)._replace(call_in_at=call_in_at)
    return Proposal(task, tuple(each.id for each in concerned), call_in_at, due_at)


def _tightened(p: Planning, task: OpenTask, call_in_at: datetime) -> MovedEarlier:
    due_at = min(task.due_at, call_in_at - notice_of(task.step, p.protocol).due_before)
    return MovedEarlier(task.id, call_in_at, due_at, (p.now, *_looks(p, task.step, call_in_at)))


def _looks(p: Planning, step: Step, call_in_at: datetime) -> tuple[datetime, ...]:
    # A moment already past is looked at now: told late, it escalates at once.
    notice = notice_of(step, p.protocol)
    moments = (call_in_at - notice.due_before, call_in_at - notice.last_alert_before, call_in_at)
    return tuple(sorted({max(moment, p.now) for moment in moments}))


def _notices(tasks: Sequence[OpenTask]) -> list[OpenTask]:
    return [task for task in tasks if task.step in NOTICES]


def _is_known(tasks: Sequence[OpenTask], call_in_at: datetime) -> bool:
    return any(task.call_in_at == call_in_at for task in tasks)
