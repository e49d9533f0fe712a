"""
What asks for another talk about her danger, and another look at her plan, and by when. Pure.

There is one open talk and one open look per case: a nearer deadline takes the place of a farther one. Nothing is
asked for after she said "do not contact", nor while a first talk or a first plan is still to come.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum

from outreach.call_ins.notices import Planning
from outreach.intake.event_terms import EventKind
from outreach.protocols.plans import CaseSoFar, Happening, OpenTask, Plan, PlannedTask
from outreach.protocols.protocol import Protocol
from outreach.protocols.steps import Step
from outreach.terms import TaskState
from outreach.workdays import Due


class Trigger(StrEnum):
    """Something after which danger may be another."""

    NEW_EVENT = "new_event"
    LEVEL_CHANGE = "level_change"
    CALL_IN = "call_in"
    RELEASE = "release"
    ORDER = "order"
    LEAVING = "leaving"
    PREGNANCY = "pregnancy"
    OTHER = "other"
    HIGH = "high"
    """The last result was high, and its time is over."""


SAID = (Trigger.LEAVING, Trigger.PREGNANCY, Trigger.RELEASE, Trigger.ORDER, Trigger.OTHER)
"""What she or an advocate can tell; the others come from events and from the clock."""

URGENT = frozenset({Trigger.LEVEL_CHANGE, Trigger.RELEASE, Trigger.ORDER, Trigger.LEAVING})

_FIRST = {Step.REASSESS: Step.RISK_ASSESSMENT, Step.REVIEW_PLAN: Step.SAFETY_PLAN}
_CALL_INS = (
    EventKind.CALL_IN_SCHEDULED,
    EventKind.CALL_IN_RESCHEDULED,
    EventKind.CALL_IN_CANCELLED,
    EventKind.INDIVIDUAL_NOTIFICATION_SCHEDULED,
    EventKind.OFFENDER_NOTIFIED,
)
_ORDERS = ("served", "expired")


def trigger_of(event: Happening, case: CaseSoFar) -> Trigger:
    """Return what an event is to her danger; every event is something."""
    told = event.corrected or event
    if told.kind in _CALL_INS or told.call_in_at is not None:
        return Trigger.LEVEL_CHANGE if _changes_level(told, case) else Trigger.CALL_IN
    if _changes_level(told, case):
        return Trigger.LEVEL_CHANGE
    if told.kind is EventKind.CUSTODY_CHANGED and told.detail == "out":
        return Trigger.RELEASE
    if told.kind is EventKind.ORDER_CHANGED and told.detail in _ORDERS:
        return Trigger.ORDER
    return Trigger.NEW_EVENT


def after_event(p: Planning, made: Plan) -> Plan:
    """Return the talks an event asks for, besides what was planned for it already."""
    begun = {task.step for task in made.tasks}
    begun |= {task.step for task in p.case.tasks if task.state is TaskState.OPEN and task.id not in made.superseded}
    planned = {task.step for task in made.tasks}
    wanted = [step for step in _wanted(p.case) if _FIRST.get(step, step) not in begun and step not in planned]
    due_at = p.protocol.calendar.deadline(p.event.received_at, _due(trigger_of(p.event, p.case), p.protocol))
    return Plan(
        tasks=tuple(PlannedTask(step, made.level, p.now, due_at, (due_at,)) for step in wanted),
        superseded=tuple(task.id for task in p.case.tasks if _is_open_again(task) and _FIRST[task.step] in planned),
    )


def after_change(
    triggers: Collection[Trigger], case: CaseSoFar, protocol: Protocol, *, now: datetime, steps: Iterable[Step] = ()
) -> Plan:
    """
    Return what a change she told of, or a high result, asks for.

    Args:
        steps: only these; all of them when none is named.
    """
    if case.do_not_contact or not triggers:
        return Plan()
    due_at = min(protocol.calendar.deadline(now, _due(each, protocol)) for each in triggers)
    standing = {task.step: task for task in case.tasks if task.state is TaskState.OPEN}
    asked = tuple(steps) or (*_FIRST, Step.SAFETY_PLAN)
    wanted = [step for step in _wanted(case) if _FIRST.get(step) not in standing and step in asked]
    if not case.was_assessed and not steps:
        wanted.append(Step.RISK_ASSESSMENT)  # She told us of danger: a first talk is due, whatever the level asks for.
    nearer = [step for step in wanted if step not in standing or due_at < standing[step].due_at]
    return Plan(
        tasks=tuple(PlannedTask(step, case.level, now, due_at, (due_at,)) for step in nearer),
        superseded=tuple(standing[step].id for step in nearer if step in standing),
    )


def _is_open_again(task: OpenTask) -> bool:
    return task.state is TaskState.OPEN and task.step in _FIRST


def _wanted(case: CaseSoFar) -> list[Step]:
    # A plan she did not want is none to look at again: it is offered anew.
    is_offer_due = case.was_offered_plan and not case.has_plan
    had = {Step.REASSESS: case.was_assessed, Step.REVIEW_PLAN: case.has_plan, Step.SAFETY_PLAN: is_offer_due}
    return [step for step, was_there in had.items() if was_there]


def _changes_level(event: Happening, case: CaseSoFar) -> bool:
    return event.level is not None and event.level is not case.level


def _due(trigger: Trigger, protocol: Protocol) -> Due:
    if trigger is Trigger.HIGH:
        return protocol.again.while_high
    return protocol.again.urgent if trigger in URGENT else protocol.again.soon
