"""
From one event to what it asks of us: the tasks, the proposals, the alerts. Pure.

The level is taken as sent, never computed; an older event never overwrites a newer one. Nothing here sends, stops
or closes anything: graver steps take the place of lighter ones, and all else waits for a human (P2, P2b).
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from outreach.call_ins import notices as call_ins
from outreach.call_ins.notices import Planning, acknowledgement
from outreach.intake.event_terms import EventKind, NotificationChannel
from outreach.protocols.plans import CaseSoFar, Happening, Plan, PlannedTask, Proposal
from outreach.protocols.protocol import Protocol, StepDue
from outreach.protocols.steps import NOTICES, PROTOCOL_STEPS, STEPS, Step
from outreach.risk import triggers as risk_triggers
from outreach.support import emergency_needs
from outreach.terms import ClosedAs, Level, TaskState


def plan(event: Happening, case: CaseSoFar, protocol: Protocol, *, now: datetime) -> Plan:
    """Return what an event changes in a case that follows `protocol`; a match to decide comes first."""
    made = _RULES[event.kind](Planning(event, case, protocol, now))
    made = _joined(Plan(level=case.level, level_event_at=case.level_event_at), made)
    made = _once(case, _joined(made, risk_triggers.after_event(Planning(event, case, protocol, now), made)))
    needs = emergency_needs.tasks(Planning(event, case, protocol, now), made.level)
    made = made._replace(tasks=(*made.tasks, *needs))
    if case.do_not_contact:
        made = _without_contact(made, Planning(event, case, protocol, now))
    if case.match_pending and not _is_open(case, Step.DECIDE_MATCH):
        made = made._replace(tasks=(_match_decision(made.level, Planning(event, case, protocol, now)), *made.tasks))
    return made


def _level_set(p: Planning) -> Plan:
    made = _for_level(p, is_newer=_is_newer(p))
    if p.event.call_in_at is None:
        return made
    seen_from = p._replace(case=p.case._replace(level=made.level))
    return _joined(made, call_ins.scheduled(seen_from, "call_in", p.event.call_in_at, p.event.event_id))


def _for_level(p: Planning, *, is_newer: bool) -> Plan:
    sent, current = p.event.level, p.case.level
    if sent is None:
        raise ValueError("an event that sets a level must name it")
    is_graver = current is None or sent.gravity > current.gravity
    if not is_newer:
        # It arrived late. The level stays, but a graver one that was is still answered.
        return Plan(tasks=_tasks(p, sent) if is_graver else (), level=current, level_event_at=p.case.level_event_at)
    steps = _tasks(p, sent, again=is_graver or sent is current)
    superseded = _lighter(p.case, sent) if is_graver else ()
    is_lower = current is not None and sent.gravity < current.gravity
    down = (Proposal(acknowledgement(p, Step.ACKNOWLEDGE_STEP_DOWN, p.event.event_id), ()),) if is_lower else ()
    return Plan(tasks=steps, superseded=superseded, proposals=down, level=sent, level_event_at=p.event.occurred_at)


def _call_in_scheduled(p: Planning) -> Plan:
    return call_ins.scheduled(p, "call_in", _needed(p.event.call_in_at), p.event.event_id)


def _notification_scheduled(p: Planning) -> Plan:
    return call_ins.scheduled(p, "individual_notification", _needed(p.event.call_in_at), p.event.event_id)


def _call_in_rescheduled(p: Planning) -> Plan:
    return call_ins.rescheduled(p, _needed(p.event.call_in_at), _needed(p.event.refers_to))


def _call_in_cancelled(p: Planning) -> Plan:
    return call_ins.cancelled(p, _needed(p.event.refers_to))


def _offender_notified(p: Planning) -> Plan:
    is_letter = p.event.channel is NotificationChannel.LETTER
    made = Plan(tasks=_due(p, p.protocol.events["letter_mailed" if is_letter else "offender_notified"], p.case.level))
    return _joined(made, call_ins.told_already(p)) if _was_to_be_told_first(p) else made


def _was_to_be_told_first(p: Planning) -> bool:
    # A face-to-face message at level C is no call-in: only what she is promised notice of counts.
    if p.event.channel is NotificationChannel.CALL_IN:
        return True
    is_personal = p.event.channel in (NotificationChannel.IN_PERSON, NotificationChannel.PHONE)
    return is_personal and p.case.level is Level.B and p.protocol.offender_told_by == "individual_notification"


def _custody_changed(p: Planning) -> Plan:
    return Plan(tasks=_due(p, p.protocol.events[f"custody_{p.event.detail}"], p.case.level))


def _order_changed(p: Planning) -> Plan:
    return Plan(tasks=_due(p, p.protocol.events[f"order_{p.event.detail}"], p.case.level))


def _removed(p: Planning) -> Plan:
    return Plan(proposals=(Proposal(acknowledgement(p, Step.ACKNOWLEDGE_REMOVAL, p.event.event_id), ()),))


def _correction(p: Planning) -> Plan:
    instead_of, corrected = _needed(p.event.refers_to), _needed(p.event.corrected)
    corrected = corrected._replace(event_id=instead_of, corrected_at=p.event.occurred_at)
    q = p._replace(event=corrected)
    if corrected.kind in (EventKind.LEVEL_ASSIGNED, EventKind.LEVEL_CHANGED):
        made = _for_level(q, is_newer=_set_the_level(p) or _is_newer(q))
    elif corrected.kind in (EventKind.CALL_IN_SCHEDULED, EventKind.INDIVIDUAL_NOTIFICATION_SCHEDULED):
        made = Plan()
    else:
        made = _RULES[corrected.kind](q)
    if corrected.call_in_at is not None and corrected.kind is not EventKind.CALL_IN_RESCHEDULED:
        made = _joined(made, call_ins.rescheduled(q, corrected.call_in_at, corrected.event_id))
    check = Proposal(acknowledgement(p, Step.ACKNOWLEDGE_CORRECTION, p.event.event_id), ())
    return made._replace(proposals=(*made.proposals, check))


_RULES: dict[EventKind, Callable[[Planning], Plan]] = {
    EventKind.LEVEL_ASSIGNED: _level_set,
    EventKind.LEVEL_CHANGED: _level_set,
    EventKind.CALL_IN_SCHEDULED: _call_in_scheduled,
    EventKind.CALL_IN_RESCHEDULED: _call_in_rescheduled,
    EventKind.CALL_IN_CANCELLED: _call_in_cancelled,
    EventKind.INDIVIDUAL_NOTIFICATION_SCHEDULED: _notification_scheduled,
    EventKind.OFFENDER_NOTIFIED: _offender_notified,
    EventKind.CUSTODY_CHANGED: _custody_changed,
    EventKind.ORDER_CHANGED: _order_changed,
    EventKind.REMOVED: _removed,
    EventKind.CORRECTION: _correction,
}


def _is_newer(p: Planning) -> bool:
    set_at = p.case.level_event_at
    if set_at is None or p.event.occurred_at > set_at:
        return True
    # Two events of one moment: the graver counts, whichever came first.
    sent, current = p.event.level, p.case.level
    is_graver = sent is not None and (current is None or sent.gravity > current.gravity)
    return p.event.occurred_at == set_at and is_graver


def _set_the_level(p: Planning) -> bool:
    """Say whether the event being corrected is the one that set the level."""
    return any(
        each.event_id == p.event.refers_to and each.occurred_at == p.case.level_event_at for each in p.case.happenings
    )


def _tasks(p: Planning, level: Level, *, again: bool = True) -> tuple[PlannedTask, ...]:
    """Return the level's tasks that are not open already; with `again`, also those once done."""
    standing = {
        task.step
        for task in p.case.tasks
        if (task.state is TaskState.OPEN and _stays(task.level, level)) or (not again and task.state is TaskState.DONE)
    }
    return _due(p, [each for each in p.protocol.levels[level] if each.step not in standing], level)


def _stays(level_of_task: Level | None, level: Level) -> bool:
    return level_of_task is not None and level_of_task.gravity >= level.gravity


def _due(p: Planning, steps: Iterable[StepDue], level: Level | None) -> tuple[PlannedTask, ...]:
    made = []
    for each in steps:
        due_at = p.protocol.calendar.deadline(p.event.received_at, each.due)
        made.append(PlannedTask(each.step, level, p.now, due_at, (due_at,)))
    return tuple(made)


def _lighter(case: CaseSoFar, level: Level) -> tuple[UUID, ...]:
    """Return the open steps of lighter levels; notices, acknowledgements and what an event asked for stay."""
    return tuple(
        task.id
        for task in case.tasks
        if task.state is TaskState.OPEN
        and task.step in PROTOCOL_STEPS
        and task.step not in NOTICES | _AFTER_EVENTS
        and task.level is not None
        and task.level.gravity < level.gravity
    )


def _once(case: CaseSoFar, made: Plan) -> Plan:
    """Keep one open task of each level step: of two, the one due earlier. What an event asks about is asked anew."""
    standing = {
        task.step: task
        for task in sorted(case.tasks, key=lambda each: each.due_at, reverse=True)
        if task.state is TaskState.OPEN
        and task.step in PROTOCOL_STEPS
        and task.step not in _AFTER_EVENTS
        and task.id not in made.superseded
    }
    tasks, superseded = [], list(made.superseded)
    for task in made.tasks:
        same = standing.get(task.step)
        if same is not None and same.due_at <= task.due_at:
            continue
        tasks.append(task)
        if same is not None:
            superseded.append(same.id)
    return made._replace(tasks=tuple(tasks), superseded=tuple(superseded))


_AFTER_EVENTS = frozenset({Step.CUSTODY_CHECK, Step.ORDER_CHECK, Step.NOTIFIED_CHECK})


def _without_contact(made: Plan, p: Planning) -> Plan:
    # She asked us not to make contact: no task proposes it, and a supervisor decides what the event means.
    left = [_untold(task, p) for task in made.tasks]
    kept = tuple(task for task in left if not STEPS[task.step].channels or task.step in NOTICES)
    due_at = p.protocol.calendar.deadline(p.event.received_at, p.protocol.supervisor)
    alert = PlannedTask(Step.SUPERVISOR_ALERT, made.level, p.now, due_at, (due_at,), p.event.event_id)
    return made._replace(tasks=(*kept, alert))


def _untold(task: PlannedTask, p: Planning) -> PlannedTask:
    """
    Keep a call-in in sight without proposing contact: it is closed by her word, and never counts as told.

    Where nobody heard her say so it may be another's word: it stays open and goes before a supervisor at once.
    """
    if task.step not in NOTICES or task.missed_cause is not None:
        return task
    if p.case.no_contact_unheard:
        return task._replace(looks_at=tuple(sorted({p.now, *task.looks_at})))
    return task._replace(closed_as=ClosedAs.HER_WORD)


def _match_decision(level: Level | None, p: Planning) -> PlannedTask:
    due_at = p.protocol.calendar.deadline(p.event.received_at, p.protocol.match[level])
    return PlannedTask(Step.DECIDE_MATCH, level, p.now, due_at, (due_at,))


def _is_open(case: CaseSoFar, step: Step) -> bool:
    return any(task.step is step and task.state is TaskState.OPEN for task in case.tasks)


def _joined(one: Plan, other: Plan) -> Plan:
    return Plan(
        tasks=one.tasks + other.tasks,
        superseded=one.superseded + other.superseded,
        proposals=one.proposals + other.proposals,
        moved_earlier=one.moved_earlier + other.moved_earlier,
        alerts=one.alerts + other.alerts,
        level=other.level or one.level,
        level_event_at=other.level_event_at or one.level_event_at,
    )


Value = TypeVar("Value")


def _needed(value: Value | None) -> Value:
    if value is None:
        raise ValueError("the event lacks what its kind must say")
    return value
