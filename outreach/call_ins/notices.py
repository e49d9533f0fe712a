"""
Telling her before the offender is told: the notice a call-in or an individual notification asks for. Pure.

An earlier date holds at once; a later one, or none, only a human settles (P2b), and a newer word of the agency makes
that question void. What counts is the date that stands now against what she was told last, never a date it once had.
What a notice comes before has passed: it is missed for ever, with its cause.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from outreach.call_ins.dates import (
    first_told_in,
    is_outdated,
    newer_words,
    proposals_of,
    stale_proposals,
    was_called_off_since,
)
from outreach.protocols.plans import CaseSoFar, Happening, MovedEarlier, OpenTask, Plan, PlannedTask, Proposal
from outreach.protocols.protocol import Notice, Protocol, ToldBy
from outreach.protocols.steps import NOTICES, Step
from outreach.terms import MissedCause, TaskState

_STEPS: dict[ToldBy, Step] = {
    "call_in": Step.NOTICE_BEFORE_CALL_IN,
    "individual_notification": Step.NOTICE_BEFORE_NOTIFICATION,
}
_ASKED = Step.ACKNOWLEDGE_RESCHEDULE
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
    return _said_before(p, _STEPS[told_by], call_in_at, event_id)


def rescheduled(p: Planning, call_in_at: datetime, event_id: str) -> Plan:
    """Plan for a new date of the call-in first told of under `event_id`: earlier at once, later on a human's word."""
    event_id = first_told_in(p.case.happenings, event_id)
    same = _notices_of(p, event_id)
    step = same[0].step if same else _STEPS[p.protocol.offender_told_by]
    if is_outdated(p.event, p.case, event_id):
        return _said_before(p, step, call_in_at, event_id)
    named = [each for each in proposals_of(p.case, event_id) if each.call_in_at == call_in_at]
    stale = [each for each in stale_proposals(p.event, p.case, event_id) if each not in named]
    open_ones = [task for task in same if task.state is TaskState.OPEN]
    if not open_ones:
        # She may have been told another date, or we were never told of it: either way she needs this one.
        made = new_notice(p, step, call_in_at, event_id) if _needs_notice(p, same, call_in_at, event_id) else Plan()
        return made._replace(superseded=tuple(each.id for each in (*stale, *named)))
    earlier = [task for task in open_ones if task.call_in_at is None or call_in_at < task.call_in_at]
    is_settled = bool(named) or all(task.call_in_at == call_in_at for task in open_ones)
    return Plan(
        superseded=tuple(each.id for each in stale),
        moved_earlier=tuple(_tightened(p, task, call_in_at) for task in earlier),
        proposals=() if is_settled else (_proposal(p, open_ones, call_in_at, event_id),),
    )


def cancelled(p: Planning, event_id: str) -> Plan:
    """Plan for a call-in said to be off: nothing closes until a human has checked. A newer date makes it void."""
    event_id = first_told_in(p.case.happenings, event_id)
    if is_outdated(p.event, p.case, event_id):
        return Plan()
    concerned = [task for task in _notices_of(p, event_id) if task.state is TaskState.OPEN]
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


def _notices_of(p: Planning, event_id: str) -> list[OpenTask]:
    return [task for task in _notices(p.case.tasks) if task.event_id == event_id]


def _said_before(p: Planning, step: Step, call_in_at: datetime, event_id: str) -> Plan:
    """Plan for a date that something newer was said of, or nothing before: of two dates the earlier stands."""
    same = _notices_of(p, event_id)
    open_ones = [task for task in same if task.state is TaskState.OPEN]
    if not same:
        return new_notice(p, step, call_in_at, event_id)
    if not open_ones:
        return _told_of_another(p, same, call_in_at, event_id)
    standing = min(task.call_in_at for task in open_ones if task.call_in_at is not None)
    if call_in_at >= standing:
        return Plan()
    return Plan(
        moved_earlier=tuple(_tightened(p, task, call_in_at) for task in open_ones),
        proposals=() if _is_asked(p, event_id) else (_proposal(p, open_ones, standing, event_id),),
    )


def _told_of_another(p: Planning, same: Sequence[OpenTask], call_in_at: datetime, event_id: str) -> Plan:
    """
    Plan for a date that came late, where no notice is open and others were.

    It does not stand where something newer had a notice. Where the newer is off, refused or still asked about, nobody
    can say: a human is asked, and until then what she was told stands. A day before that one is asked about beside
    whatever else is: refused, the other question must not leave it unseen.
    """
    noticed, last = {task.call_in_at for task in same} - {None}, _last_of(same)
    newer = newer_words(p.event, p.case, event_id)
    is_known = call_in_at == last.call_in_at or (not newer and call_in_at in noticed)
    if is_known or any(word.call_in_at in noticed for word in newer):
        return Plan()
    if not newer or call_in_at <= p.now:
        return new_notice(p, last.step, call_in_at, event_id)
    named = [each.id for each in proposals_of(p.case, event_id) if each.call_in_at == call_in_at]
    asked = (each.id for each in stale_proposals(p.event, p.case, event_id) if each.step is _ASKED)
    stale = tuple(each for each in asked if each not in named)
    is_earlier = last.call_in_at is not None and call_in_at < last.call_in_at
    if named or (_is_asked(p, event_id, but=stale) and not is_earlier):
        return Plan(superseded=stale)
    return Plan(superseded=stale, proposals=(_proposal(p, (last,), call_in_at, event_id),))


def _is_asked(p: Planning, event_id: str, *, but: Sequence[UUID] = ()) -> bool:
    return any(each.step is _ASKED and each.id not in but for each in proposals_of(p.case, event_id))


def _last_of(same: Sequence[OpenTask]) -> OpenTask:
    return max(same, key=lambda task: (task.opens_at, task.due_at))


def _needs_notice(p: Planning, same: Sequence[OpenTask], call_in_at: datetime, event_id: str) -> bool:
    """
    Tell whether she has yet to hear of the date that stands now, where no notice is open.

    Only the last notice says what she was told last: a date before that, or one that was off since, she was told no
    more (requirement 13).
    """
    if not same:
        return True
    last = _last_of(same)
    if last.call_in_at != call_in_at or last.state is TaskState.SUPERSEDED:
        return True
    return last.state is not TaskState.MISSED and was_called_off_since(p.case, event_id, since=last.opens_at)
