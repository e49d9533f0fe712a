"""A notice that was never given is missed for ever, and says whose it was to prevent."""

from datetime import timedelta
from uuid import uuid4

import pytest
from agency_world import NOW as AGENCY_NOW
from agency_world import World
from builders import NOW, a_case

from outreach import audit
from outreach.identity.deciding import acknowledge
from outreach.protocols.plans import PlannedTask
from outreach.protocols.steps import Step
from outreach.records.engine import Vault
from outreach.records.work import Task
from outreach.scheduling.escalation import look_at_due
from outreach.tasks import add_task, change_detail, tasks_of
from outreach.terms import Level, MissedCause, TaskState

ADVOCATE = uuid4()
LEAD = timedelta(hours=72)


@pytest.mark.req("13")
@pytest.mark.parametrize(
    ("told_before", "cause"),
    [
        (timedelta(hours=30), MissedCause.TOLD_TOO_LATE),
        (timedelta(hours=71), MissedCause.TOLD_TOO_LATE),
        (timedelta(hours=100), MissedCause.NO_SAFE_WAY),
    ],
)
def test_a_passed_call_in_is_missed_with_its_cause(vault: Vault, told_before: timedelta, cause: MissedCause) -> None:
    call_in_at = NOW + told_before
    notice = PlannedTask(Step.NOTICE_BEFORE_CALL_IN, Level.B, NOW, call_in_at - LEAD, (call_in_at,), "e-1", call_in_at)
    with vault.writing() as session:
        task_id = add_task(session, a_case(session), notice)
        audit.record(session, action="test.task", by=audit.WORKER, cases=[], now=NOW)

    look_at_due(vault, now=call_in_at - timedelta(minutes=1))
    look_at_due(vault, now=call_in_at)

    with vault.reading() as session:
        task = session.get_one(Task, task_id)
        assert (task.state, task.missed_cause) == (TaskState.MISSED, cause)


def cause_of(world: World, *, told_on: int, moved_on: int, moved_to: int) -> str | None:
    """Tell of a call-in ten days on, move it, let it pass unsaid; days are counted from the first event."""
    world.now = AGENCY_NOW + timedelta(days=told_on)
    first = world.send(call_in_at=(AGENCY_NOW + timedelta(days=10)).isoformat())
    world.drain()
    world.now = AGENCY_NOW + timedelta(days=moved_on)
    world.send("call_in_rescheduled", refers_to=first, call_in_at=(AGENCY_NOW + timedelta(days=moved_to)).isoformat())
    world.drain()
    look_at_due(world.vault, now=AGENCY_NOW + timedelta(days=moved_to))
    return world.tasks(world.only_case(), "missed")[Step.NOTICE_BEFORE_CALL_IN].missed_cause


@pytest.mark.req("13")
@pytest.mark.req("15")
@pytest.mark.parametrize(
    ("moved_on", "moved_to", "is_theirs"),
    [
        (6, 7, True),
        (2, 7, False),
        (8, 9, False),
    ],
    ids=["too little lead was left", "there was time", "we were late already"],
)
def test_a_call_in_moved_too_near_was_told_too_late(
    world: World, moved_on: int, moved_to: int, is_theirs: bool
) -> None:
    cause = cause_of(world, told_on=0, moved_on=moved_on, moved_to=moved_to)
    assert (cause == MissedCause.TOLD_TOO_LATE) is is_theirs


@pytest.mark.req("15")
@pytest.mark.parametrize("names_the_move", [False, True])
def test_a_cancellation_closes_the_notice_once_a_human_agrees(world: World, names_the_move: bool) -> None:
    call_in = AGENCY_NOW + timedelta(days=10)
    world.send("call_in_cancelled", refers_to="moved" if names_the_move else "first")
    world.send("call_in_rescheduled", event_id="moved", refers_to="first",
               call_in_at=(call_in + timedelta(days=1)).isoformat())  # fmt: skip
    world.send(event_id="first", call_in_at=call_in.isoformat())
    world.drain()
    tasks = world.tasks(world.only_case())
    assert tasks[Step.NOTICE_BEFORE_CALL_IN].state == TaskState.OPEN

    with world.vault.writing() as session:
        acknowledge(session, tasks[Step.ACKNOWLEDGE_CANCEL].id, accept=True, by=ADVOCATE, now=AGENCY_NOW)

    left = world.tasks(world.only_case())
    assert {Step.NOTICE_BEFORE_CALL_IN, Step.ACKNOWLEDGE_CANCEL}.isdisjoint(left)


@pytest.mark.req("15")
def test_a_cancellation_kept_before_its_call_in_closes_the_notice_made_since(world: World) -> None:
    first = world.send(call_in_at=(AGENCY_NOW + timedelta(days=10)).isoformat())
    world.send("call_in_cancelled", refers_to=first)
    world.drain()
    tasks = world.tasks(world.only_case())
    acknowledgement = tasks[Step.ACKNOWLEDGE_CANCEL]

    with world.vault.writing() as session:
        change_detail(session, session.get_one(Task, acknowledgement.id), concerns=[])
        acknowledge(session, acknowledgement.id, accept=True, by=ADVOCATE, now=AGENCY_NOW)

    assert Step.NOTICE_BEFORE_CALL_IN in world.tasks(world.only_case(), "superseded")


@pytest.mark.req("P2b")
def test_a_call_in_that_is_off_and_then_on_again_needs_a_notice(world: World) -> None:
    later = AGENCY_NOW + timedelta(days=20)
    first = world.send(call_in_at=(AGENCY_NOW + timedelta(days=10)).isoformat())
    world.send("call_in_cancelled", refers_to=first)
    world.send("call_in_rescheduled", refers_to=first, call_in_at=later.isoformat())
    world.drain()
    tasks = world.tasks(world.only_case())

    with world.vault.writing() as session:
        for step in (Step.ACKNOWLEDGE_CANCEL, Step.ACKNOWLEDGE_RESCHEDULE):
            acknowledge(session, tasks[step].id, accept=True, by=ADVOCATE, now=AGENCY_NOW)

    notice = world.tasks(world.only_case())[Step.NOTICE_BEFORE_CALL_IN]
    assert world.detail(notice).call_in_at == later.isoformat()
    assert notice.due_at == later - LEAD


@pytest.mark.req("16")
def test_a_release_from_jail_opens_no_second_safety_plan(world: World) -> None:
    def send(kind: str, event_id: str, **fields: object) -> None:
        event = world.prosecutor.event(kind, agency_case_ref="G1", **fields)
        world.deposit(world.prosecutor.signed(event, event_id))
        world.drain()

    send("level_assigned", "g-1")
    send("custody_changed", "g-2", custody="out", effective_at=AGENCY_NOW.isoformat())
    case_id = world.only_case()
    plan = world.tasks(case_id)[Step.SAFETY_PLAN]
    assert plan.due_at <= AGENCY_NOW + timedelta(hours=24, minutes=1)

    send("custody_changed", "g-3", custody="out", effective_at=AGENCY_NOW.isoformat(), incident_number="26-2")
    with world.vault.reading() as session:
        tasks = [task for task in tasks_of(session, case_id) if task.state == TaskState.OPEN]
    assert [task.id for task in tasks if task.step == Step.SAFETY_PLAN] == [plan.id]
    assert sum(task.step == Step.CUSTODY_CHECK for task in tasks) == 2
