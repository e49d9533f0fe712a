"""A stop that nobody heard her say holds contact, and settles no call-in that comes after it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from agency_world import NOW, World
from one_call_in import FIRST, KIM, LATER, CallInOf
from sqlalchemy import select

from outreach import cases
from outreach.attempts import recording
from outreach.attempts.recording import Made, log_attempt
from outreach.call_ins import closing
from outreach.call_ins.board import board_of
from outreach.call_ins.closing import Wanted
from outreach.call_ins.interlock import Colour, Stand
from outreach.identity import carrying
from outreach.identity.deciding import decide
from outreach.protocols import duties
from outreach.protocols.steps import NOTICES, STEPS, Step
from outreach.records.cases import PossibleMatch
from outreach.records.work import Task
from outreach.scheduling.escalation import look_at_due
from outreach.terms import Channel, ClosedAs, Outcome, TaskState

SOONER = NOW + timedelta(days=5)


@pytest.fixture
def call_in(world: World) -> CallInOf:
    return CallInOf(world)


def moved_after_she_was_told(call_in: CallInOf, channel: Channel) -> None:
    call_in.tell_her()
    call_in.stops(channel)
    call_in.says("rescheduled", SOONER)


def off_and_on_again(call_in: CallInOf, channel: Channel) -> None:
    call_in.says("cancelled")
    call_in.accept(Step.ACKNOWLEDGE_CANCEL)
    call_in.stops(channel)
    call_in.says("rescheduled", LATER)


def found_to_be_the_same(call_in: CallInOf, channel: Channel) -> None:
    call_in.stops(channel)
    world = call_in.world
    world.now += timedelta(days=1)
    world.send("call_in_scheduled", call_in_at=LATER.isoformat(), occurred_at=world.now.isoformat())
    world.drain()
    with world.vault.writing() as session:
        (match,) = session.scalars(select(PossibleMatch))
        decide(session, match.id, same=True, by=KIM.id, now=world.now)


def last_stands(call_in: CallInOf) -> tuple[str, Colour]:
    """Return how the notice opened last stands on the board, after the worker looked."""
    look_at_due(call_in.world.vault, now=call_in.world.now)
    with call_in.world.vault.reading() as session:
        newest = max(board_of(session, KIM, now=call_in.world.now).ahead, key=lambda each: each.opens_at)
        escalated = session.get_one(Task, newest.task_id).escalated_at is not None
    assert escalated is (newest.countdown.stand is Stand.NOT_TOLD)
    return newest.countdown.stand, newest.countdown.colour


def check_it_waits_for_a_supervisor(call_in: CallInOf, comes: Callable[[CallInOf, Channel], None]) -> None:
    comes(call_in, Channel.TEXT)
    assert last_stands(call_in) == (Stand.NOT_TOLD, Colour.AMBER)
    with call_in.world.vault.reading() as session:
        waiting = {Step(each) for each in session.scalars(select(Task.step).where(Task.state == "open"))}
    assert {step for step in waiting if STEPS[step].channels} <= NOTICES


COMES = [moved_after_she_was_told, off_and_on_again, found_to_be_the_same]


@pytest.mark.req("13")
@pytest.mark.req("17")
@pytest.mark.parametrize("comes", COMES)
def test_a_later_call_in_after_a_stop_by_text_waits_for_a_supervisor(
    call_in: CallInOf, comes: Callable[[CallInOf, Channel], None]
) -> None:
    check_it_waits_for_a_supervisor(call_in, comes)


@pytest.mark.req("17")
@pytest.mark.parametrize("comes", COMES)
def test_a_later_call_in_after_her_live_no_is_closed_by_her_word(
    call_in: CallInOf, comes: Callable[[CallInOf, Channel], None]
) -> None:
    comes(call_in, Channel.CALL)
    assert last_stands(call_in) == (Stand.HER_WORD, Colour.NONE)


@pytest.mark.req("13")
@pytest.mark.parametrize(
    ("module", "name", "lie", "comes"),
    [
        (recording, "_how_heard", lambda *_: {}, moved_after_she_was_told),
        (duties, "_untold", lambda task, _: task._replace(closed_as=ClosedAs.HER_WORD), off_and_on_again),
        (carrying, "_how_heard", lambda *_: {}, found_to_be_the_same),
    ],
    ids=["not kept", "not heeded", "not carried"],
)
def test_planted_belief_that_every_stop_was_heard_is_caught(call_in, monkeypatch, module, name, lie, comes) -> None:
    monkeypatch.setattr(module, name, lie)
    with pytest.raises(AssertionError):
        check_it_waits_for_a_supervisor(call_in, comes)


@pytest.mark.req("13")
def test_nobody_signs_and_it_is_red_in_time_and_missed(call_in: CallInOf) -> None:
    moved_after_she_was_told(call_in, Channel.TEXT)
    call_in.world.now = SOONER - timedelta(hours=20)
    assert last_stands(call_in) == (Stand.NOT_TOLD, Colour.RED)
    look_at_due(call_in.world.vault, now=SOONER)
    assert call_in.notices()[-1] == (TaskState.MISSED, SOONER)
    with call_in.world.vault.reading() as session:
        assert session.scalars(select(Task.missed_cause).where(Task.state == "missed")).one() is not None


@pytest.mark.req("17")
def test_a_supervisor_signs_it_as_her_word(call_in: CallInOf) -> None:
    moved_after_she_was_told(call_in, Channel.TEXT)
    notice = call_in.open_tasks()[Step.NOTICE_BEFORE_CALL_IN]
    with call_in.world.vault.writing() as session:
        signed = Wanted(ClosedAs.HER_WORD, "Seen at court.")
        closing.close(session, KIM, notice.id, signed, now=call_in.world.now)
    assert call_in.notices()[-1] == (TaskState.CLOSED, SOONER)


@pytest.mark.req("17")
@pytest.mark.parametrize("order", [(Channel.TEXT, Channel.CALL), (Channel.CALL, Channel.TEXT)])
def test_her_live_no_counts_as_heard_before_and_after_what_is_written(
    call_in: CallInOf, order: tuple[Channel, ...]
) -> None:
    call_in.tell_her()
    for channel in order:
        call_in.stops(channel)
    call_in.says("rescheduled", SOONER)
    assert last_stands(call_in) == (Stand.HER_WORD, Colour.NONE)


@pytest.mark.req("17")
def test_her_live_no_to_the_notice_that_was_left_open_ends_it_and_those_after(call_in: CallInOf) -> None:
    moved_after_she_was_told(call_in, Channel.TEXT)
    notice = call_in.open_tasks()[Step.NOTICE_BEFORE_CALL_IN]
    with call_in.world.vault.writing() as session:
        made = Made(Channel.CALL, Outcome.DO_NOT_CONTACT, task_id=notice.id)
        log_attempt(session, notice.case_id, made, by=KIM.id, now=call_in.world.now)
    with call_in.world.vault.reading() as session:
        assert not cases.standing(session, notice.case_id)[0].no_contact_unheard
    call_in.says("rescheduled", FIRST)
    assert call_in.notices()[-1] == (TaskState.CLOSED, FIRST)
