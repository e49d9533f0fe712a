"""What asks for another talk about danger and another look at the plan, and by when."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from builders import NOW

from outreach.intake.event_terms import EventKind
from outreach.protocols.duties import plan
from outreach.protocols.plans import CaseSoFar, Happening, OpenTask, Plan
from outreach.protocols.protocol import ProtocolError, parse
from outreach.protocols.steps import Step
from outreach.risk.triggers import SAID, Trigger, after_change, trigger_of
from outreach.terms import Level, TaskState

TEXT = (Path(__file__).parents[2] / "config" / "protocols" / "high-point.toml").read_text()
PROTOCOL = parse(TEXT)
DAY = timedelta(days=1)


def happens(kind: EventKind, **fields: Any) -> Happening:
    return Happening("ev-2", kind, NOW, NOW, **fields)


def a_task(step: Step, *, due_at: Any = NOW + 10 * DAY, state: TaskState = TaskState.OPEN) -> OpenTask:
    return OpenTask(uuid4(), step, Level.B, state, NOW - DAY, due_at)


def a_case(*tasks: OpenTask, **fields: Any) -> CaseSoFar:
    known = {"level": Level.B, "level_event_at": NOW - 9 * DAY, "was_assessed": True}
    return CaseSoFar(tasks=tasks, **{**known, **fields})


def asked(made: Plan, step: Step = Step.REASSESS) -> list[Any]:
    return [task.due_at for task in made.tasks if task.step is step]


def after(event: Happening, case: CaseSoFar) -> Plan:
    return plan(event, case, PROTOCOL, now=NOW)


EVENTS = [
    (happens(EventKind.LEVEL_CHANGED, level=Level.C), Trigger.LEVEL_CHANGE, 1),
    (happens(EventKind.CALL_IN_SCHEDULED, call_in_at=NOW + 20 * DAY), Trigger.CALL_IN, 3),
    (happens(EventKind.INDIVIDUAL_NOTIFICATION_SCHEDULED, call_in_at=NOW + 20 * DAY), Trigger.CALL_IN, 3),
    (happens(EventKind.CUSTODY_CHANGED, detail="out"), Trigger.RELEASE, 1),
    (happens(EventKind.CUSTODY_CHANGED, detail="in"), Trigger.NEW_EVENT, 3),
    (happens(EventKind.ORDER_CHANGED, detail="served"), Trigger.ORDER, 1),
    (happens(EventKind.ORDER_CHANGED, detail="expired"), Trigger.ORDER, 1),
    (happens(EventKind.ORDER_CHANGED, detail="issued"), Trigger.NEW_EVENT, 3),
    (happens(EventKind.REMOVED), Trigger.NEW_EVENT, 3),
]


@pytest.mark.req("60")
@pytest.mark.parametrize(("event", "trigger", "days"), EVENTS)
def test_every_event_asks_for_another_talk_and_the_plan(event: Happening, trigger: Trigger, days: int) -> None:
    made = after(event, a_case(has_plan=True))

    assert trigger_of(event, a_case()) is trigger
    assert asked(made) == [NOW + days * DAY]
    assert asked(made, Step.REVIEW_PLAN) == [NOW + days * DAY]


@pytest.mark.req("60")
def test_a_plan_that_was_only_offered_is_offered_anew_and_there_is_none_to_look_at() -> None:
    made = after(happens(EventKind.CUSTODY_CHANGED, detail="out"), a_case(was_offered_plan=True))
    assert asked(made, Step.SAFETY_PLAN) == [NOW + DAY]
    assert asked(made, Step.REVIEW_PLAN) == []

    standing = a_case(a_task(Step.SAFETY_PLAN, due_at=NOW + timedelta(hours=5)), was_offered_plan=True)
    assert asked(after(happens(EventKind.REMOVED), standing), Step.SAFETY_PLAN) == []


@pytest.mark.req("60")
def test_a_case_in_which_nothing_was_talked_about_is_left_to_its_protocol() -> None:
    made = after(happens(EventKind.CUSTODY_CHANGED, detail="out"), a_case(was_assessed=False))

    assert asked(made) == asked(made, Step.REVIEW_PLAN) == []


@pytest.mark.req("60")
@pytest.mark.parametrize("first", [Step.RISK_ASSESSMENT, Step.REASSESS])
def test_there_is_one_open_talk_per_case(first: Step) -> None:
    soon = a_task(first, due_at=NOW + timedelta(hours=5))

    assert asked(after(happens(EventKind.CUSTODY_CHANGED, detail="out"), a_case(soon))) == []
    assert asked(after_change([Trigger.LEAVING], a_case(soon), PROTOCOL, now=NOW)) == []


@pytest.mark.req("60")
def test_a_nearer_talk_takes_the_place_of_a_farther_one() -> None:
    far = a_task(Step.REASSESS, due_at=NOW + 29 * DAY)

    for made in (
        after(happens(EventKind.CUSTODY_CHANGED, detail="out"), a_case(far)),
        after_change([Trigger.LEAVING], a_case(far), PROTOCOL, now=NOW),
    ):
        assert asked(made) == [NOW + DAY]
        assert made.superseded == (far.id,)


@pytest.mark.req("60")
def test_a_level_that_asks_for_a_first_talk_asks_for_no_second() -> None:
    made = after(happens(EventKind.LEVEL_ASSIGNED, level=Level.B), a_case(level=Level.C, has_plan=True))

    steps = [task.step for task in made.tasks]
    assert Step.RISK_ASSESSMENT in steps
    assert Step.SAFETY_PLAN in steps
    assert Step.REASSESS not in steps
    assert Step.REVIEW_PLAN not in steps
    standing = a_task(Step.REASSESS)
    assert after(happens(EventKind.LEVEL_ASSIGNED, level=Level.B), a_case(standing)).superseded == (standing.id,)


@pytest.mark.req("17", "60")
def test_after_do_not_contact_nothing_asks_for_a_talk() -> None:
    case = a_case(do_not_contact=True, has_plan=True)

    for event, _, _ in EVENTS:
        assert asked(after(event, case)) == asked(after(event, case), Step.REVIEW_PLAN) == []
    for trigger in Trigger:
        assert after_change([trigger], case, PROTOCOL, now=NOW) == Plan()


@pytest.mark.req("60")
@pytest.mark.parametrize(
    ("trigger", "days"),
    [(Trigger.LEAVING, 1), (Trigger.RELEASE, 1), (Trigger.ORDER, 1), (Trigger.PREGNANCY, 3), (Trigger.OTHER, 3)],
)
def test_what_she_tells_asks_for_a_talk(trigger: Trigger, days: int) -> None:
    assert trigger in SAID
    assert asked(after_change([trigger], a_case(), PROTOCOL, now=NOW)) == [NOW + days * DAY]


@pytest.mark.req("60")
def test_what_she_tells_before_any_talk_asks_for_the_first() -> None:
    made = after_change([Trigger.LEAVING], a_case(was_assessed=False), PROTOCOL, now=NOW)
    assert [(task.step, task.due_at) for task in made.tasks] == [(Step.RISK_ASSESSMENT, NOW + DAY)]

    open_one = a_case(a_task(Step.RISK_ASSESSMENT, due_at=NOW), was_assessed=False)
    assert after_change([Trigger.LEAVING], open_one, PROTOCOL, now=NOW) == Plan()


@pytest.mark.req("60")
def test_a_high_result_asks_again_after_thirty_days_and_for_no_other_plan() -> None:
    made = after_change([Trigger.HIGH], a_case(has_plan=True), PROTOCOL, now=NOW, steps=(Step.REASSESS,))

    assert asked(made) == [NOW + 30 * DAY]
    assert asked(made, Step.REVIEW_PLAN) == []


@pytest.mark.req("60")
def test_of_several_changes_the_most_urgent_sets_the_time() -> None:
    assert asked(after_change([Trigger.OTHER, Trigger.LEAVING], a_case(), PROTOCOL, now=NOW)) == [NOW + DAY]


@pytest.mark.req("60")
def test_a_protocol_may_ask_sooner_and_never_later_while_danger_is_high() -> None:
    stricter = parse(TEXT + '\n[again]\nurgent = "4 hours"\nwhile_high = "240 hours"\n')

    made = after_change([Trigger.LEAVING], a_case(), stricter, now=NOW)
    assert asked(made) == [NOW + timedelta(hours=4)]
    with pytest.raises(ProtocolError, match=r"again\.while_high"):
        parse(TEXT + '\n[again]\nwhile_high = "721 hours"\n')


@pytest.mark.req("P2")
def test_what_an_event_asks_for_is_tasks_and_nothing_that_leaves() -> None:
    made = after(happens(EventKind.CUSTODY_CHANGED, detail="out"), a_case(has_plan=True))

    assert made.moved_earlier == ()
    assert {task.step for task in made.tasks} == {Step.CUSTODY_CHECK, Step.REASSESS, Step.REVIEW_PLAN}
    assert all(isinstance(each, UUID) for each in made.superseded)
