"""
What a protocol would do to a fixed sample of fictional events, beside what the current one does. Pure: a dry run.

It reads no case and changes nothing; whoever is to make a protocol current sees first what comes later or not at all.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from outreach.protocols.duties import plan
from outreach.protocols.plans import CaseSoFar, OpenTask, Plan
from outreach.protocols.protocol import Protocol
from outreach.protocols.sample import At, Scene, happening, moments, scenes
from outreach.protocols.steps import NOTICES, STEPS, Step
from outreach.terms import TaskState


class Mark(StrEnum):
    """How a duty under the new protocol compares with the same duty under the current one."""

    SAME = "same"
    SOONER = "sooner"
    LATER = "later"
    NEW = "new"
    GONE = "gone"


class Row(NamedTuple):
    """One duty at one moment: when it is due under each of the two; None where it is not asked."""

    at: At
    duty: str
    current: datetime | None
    proposed: datetime | None

    @property
    def mark(self) -> Mark:
        """Return how the two compare."""
        if self.current is None:
            return Mark.NEW
        if self.proposed is None:
            return Mark.GONE
        if self.proposed == self.current:
            return Mark.SAME
        return Mark.LATER if self.proposed > self.current else Mark.SOONER


class Part(NamedTuple):
    """What one scene asks for, at every moment of the sample."""

    scene: str
    rows: tuple[Row, ...]


class Worse(NamedTuple):
    """A duty that comes later, or not at all, in one scene."""

    scene: str
    duty: str
    later_by: timedelta | None
    """The longest of the sample; None where it is gone."""


class Preview(NamedTuple):
    """A dry run of a protocol."""

    parts: tuple[Part, ...]

    @property
    def worse(self) -> tuple[Worse, ...]:
        """Return what comes later or is gone, the gone first, then the longest delays."""
        found = [worse for part in self.parts for worse in _worse(part)]
        return tuple(sorted(found, key=lambda each: (each.later_by is not None, -(each.later_by or timedelta()))))

    @property
    def changed(self) -> int:
        """Return how many duties of the sample differ."""
        return sum(row.mark is not Mark.SAME for part in self.parts for row in part.rows)


def preview(proposed: Protocol, current: Protocol | None, *, after: datetime) -> Preview:
    """
    Return what a protocol asks for, beside what the current one does.

    Args:
        current: None for a jurisdiction that has none: then everything is new.
        after: the sample lies in the year after this moment.
    """
    both = [each for each in (current, proposed) if each is not None]
    sample = moments([each.calendar for each in both], after=after)
    parts = (_part(scene, sample, proposed, current) for scene in scenes())
    return Preview(tuple(parts))


def _part(scene: Scene, sample: Sequence[At], proposed: Protocol, current: Protocol | None) -> Part:
    rows = []
    for at in sample:
        was = _duties(scene, at, current) if current is not None else {}
        would_be = _duties(scene, at, proposed)
        rows += [Row(at, duty, was.get(duty), would_be.get(duty)) for duty in dict.fromkeys((*was, *would_be))]
    return Part(scene.words, tuple(rows))


def _duties(scene: Scene, at: At, protocol: Protocol) -> dict[str, datetime]:
    """Return what the scene's last event asks for, by its words, with the moment it is due."""
    case = CaseSoFar(match_pending=scene.match_pending)
    for number in range(len(scene.events) - 1):
        event = happening(scene, number, at.when)
        made = plan(event, case, protocol, now=event.received_at)
        tasks = (*case.tasks, *_as_open(made, len(case.tasks)))
        case = case._replace(
            level=made.level, level_event_at=made.level_event_at, tasks=tasks, happenings=(*case.happenings, event)
        )
    case = case._replace(do_not_contact=scene.do_not_contact)
    last = happening(scene, len(scene.events) - 1, at.when)
    made = plan(last, case, protocol, now=last.received_at)
    # Of two with the same words, the earlier is what presses.
    return {duty: due for duty, due in sorted(_named(made, case, scene), key=lambda each: each[1], reverse=True)}


def _named(made: Plan, case: CaseSoFar, scene: Scene) -> Iterator[tuple[str, datetime]]:
    for task in made.tasks:
        if task.missed_cause is None and scene.shows in (None, task.step):
            yield STEPS[task.step].title, task.due_at
            yield from _last_alert(task.step, task.looks_at)
    for proposal in made.proposals:
        yield STEPS[proposal.task.step].title, proposal.task.due_at
        if proposal.new_due_at is not None:
            yield "Tell her before: the new time, if you agree", proposal.new_due_at
    steps = {task.id: task.step for task in case.tasks}
    for moved in made.moved_earlier:
        yield f"{STEPS[steps[moved.id]].title}: at once sooner", moved.due_at
        yield from _last_alert(steps[moved.id], moved.looks_at)


def _last_alert(step: Step, looks_at: Sequence[datetime]) -> Iterator[tuple[str, datetime]]:
    if step in NOTICES and len(looks_at) > 1:
        yield f"{STEPS[step].title}: last alert", looks_at[-2]


def _as_open(made: Plan, how_many: int) -> Iterator[OpenTask]:
    for number, task in enumerate(made.tasks, start=how_many + 1):
        state = TaskState.OPEN if task.missed_cause is None else TaskState.MISSED
        yield OpenTask(
            id=UUID(int=number),
            step=task.step,
            level=task.level,
            state=state,
            opens_at=task.opens_at,
            due_at=task.due_at,
            event_id=task.event_id,
            call_in_at=task.call_in_at,
        )


def _worse(part: Part) -> Iterator[Worse]:
    for duty in dict.fromkeys(row.duty for row in part.rows):
        rows = [row for row in part.rows if row.duty == duty]
        if any(row.mark is Mark.GONE for row in rows):
            yield Worse(part.scene, duty, None)
            continue
        later = [_gap(row) for row in rows if row.mark is Mark.LATER]
        if later:
            yield Worse(part.scene, duty, max(later))


def _gap(row: Row) -> timedelta:
    if row.current is None or row.proposed is None:
        raise ValueError("only what both ask for can come later")
    return row.proposed - row.current
