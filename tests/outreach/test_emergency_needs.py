"""Level A: what an officer heard her need becomes tasks with a four-hour clock, day and night."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from agency_world import PROTOCOLS

from outreach.intake.event_terms import EventKind
from outreach.protocols import duties
from outreach.protocols.planning import protocol_of
from outreach.protocols.plans import CaseSoFar, Happening, OpenTask, PlannedTask
from outreach.protocols.steps import Step
from outreach.support import emergency_needs
from outreach.terms import Level, TaskState

pytestmark = pytest.mark.req("20")

NIGHT = datetime(2026, 11, 1, 3, 30, tzinfo=UTC)
"""Saturday night, two and a half hours before the clocks go back in High Point."""
HIGH_POINT = protocol_of(PROTOCOLS["high-point"])
NEEDS = ("medical", "shelter")
NEW = CaseSoFar()


def planned(level: Level | None = Level.A, case: CaseSoFar = NEW, **event: Any) -> list[PlannedTask]:
    said = {"needs": NEEDS, "level": level, "kind": EventKind.LEVEL_ASSIGNED, **event}
    happening = Happening(event_id="e1", occurred_at=NIGHT, received_at=NIGHT, **said)
    made = duties.plan(happening, case, HIGH_POINT, now=NIGHT)
    return [each for each in made.tasks if each.step is Step.NEED_NOW]


def an_open_task(need: str, state: TaskState = TaskState.OPEN) -> OpenTask:
    return OpenTask(uuid4(), Step.NEED_NOW, Level.A, state, NIGHT, NIGHT, need=need)


def test_each_need_is_a_task_due_four_hours_later_by_the_clock_that_really_passes() -> None:
    tasks = planned()

    assert [(each.need, each.due_at - NIGHT) for each in tasks] == [(need, timedelta(hours=4)) for need in NEEDS]


@pytest.mark.parametrize("level", [Level.B, Level.C, Level.D])
def test_at_other_levels_no_clock_runs(level: Level) -> None:
    assert planned(level) == []


def test_a_case_of_level_a_keeps_its_clock_for_later_news() -> None:
    case = CaseSoFar(level=Level.A, level_event_at=NIGHT - timedelta(days=1))
    later = {"kind": EventKind.CALL_IN_SCHEDULED, "call_in_at": NIGHT + timedelta(days=9)}

    assert len(planned(None, case, **later)) == 2


def test_a_need_with_an_open_task_is_not_asked_for_twice_and_one_that_ended_is() -> None:
    case = CaseSoFar(tasks=(an_open_task("medical"), an_open_task("shelter", TaskState.DONE)))

    assert [each.need for each in planned(case=case)] == ["shelter"]


def test_who_asked_for_no_contact_is_left_to_a_supervisor() -> None:
    assert planned(case=CaseSoFar(do_not_contact=True)) == []


def test_the_clock_is_the_protocols_time_for_the_first_contact() -> None:
    text = PROTOCOLS["high-point"].replace(
        '"emergency_contact", due = "4 hours"', '"emergency_contact", due = "2 hours"'
    )
    quick = protocol_of(text)
    happening = Happening("e1", EventKind.LEVEL_ASSIGNED, NIGHT, NIGHT, level=Level.A, needs=("money",))

    (task,) = [each for each in duties.plan(happening, CaseSoFar(), quick, now=NIGHT).tasks if each.need]
    assert task.due_at == NIGHT + timedelta(hours=2)


def test_planted_clock_that_waits_for_the_office_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    office = replace(emergency_needs.FOUR_HOURS, elapsed=None, business_days=1)
    monkeypatch.setattr(emergency_needs, "_due", lambda _: office)

    with pytest.raises(AssertionError):
        test_each_need_is_a_task_due_four_hours_later_by_the_clock_that_really_passes()
