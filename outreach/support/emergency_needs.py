"""
What an officer heard her need at once, at level A: a task for each, with the clock of the first contact. Pure.

Day and night: the hours really pass. A need is met by a person who offers help and notes what came of it.
"""

from datetime import timedelta

from outreach.call_ins.notices import Planning
from outreach.protocols.plans import PlannedTask
from outreach.protocols.steps import Step
from outreach.terms import Level, TaskState
from outreach.workdays import Due

FOUR_HOURS = Due(elapsed=timedelta(hours=4))


def tasks(p: Planning, level: Level | None) -> tuple[PlannedTask, ...]:
    """Return a task for each need an event of level A names, but for those with an open one; none where she said no."""
    if Level.A not in (p.event.level, level) or p.case.do_not_contact:
        return ()
    open_ones = {each.need for each in p.case.tasks if each.step is Step.NEED_NOW and each.state is TaskState.OPEN}
    due_at = p.protocol.calendar.deadline(p.event.received_at, _due(p))
    return tuple(
        PlannedTask(Step.NEED_NOW, Level.A, p.now, due_at, (due_at,), need=need)
        for need in p.event.needs
        if need not in open_ones
    )


def _due(p: Planning) -> Due:
    """Return the protocol's time for the first contact at level A; four hours where it names none."""
    named = (each.due for each in p.protocol.levels[Level.A] if each.step is Step.EMERGENCY_CONTACT)
    return next(named, FOUR_HOURS)
