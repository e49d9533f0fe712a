"""A call-in that comes back to a day it once had: what she hears of is the day that stands now."""

from datetime import datetime, timedelta

import pytest
from agency_world import World
from one_call_in import FIRST, KIM, LATER, CallInOf

from outreach.call_ins import notices
from outreach.call_ins.interlock import Colour, Stand
from outreach.identity.deciding import acknowledge
from outreach.protocols.steps import Step
from outreach.records.work import Task
from outreach.tasks import TaskEnded, detail_of
from outreach.terms import TaskState

RESCHEDULE, CANCEL = Step.ACKNOWLEDGE_RESCHEDULE, Step.ACKNOWLEDGE_CANCEL


@pytest.fixture
def call_in(world: World) -> CallInOf:
    return CallInOf(world)


def goes_there_and_back(call_in: CallInOf) -> None:
    """Told of the first day; moved, and told of that; moved back to the first."""
    call_in.tell_her()
    call_in.says("rescheduled", LATER)
    call_in.tell_her()
    call_in.says("rescheduled", FIRST)


def check_she_hears_of_the_day_it_came_back_to(call_in: CallInOf) -> None:
    goes_there_and_back(call_in)
    assert call_in.notices() == [("done", FIRST), ("done", LATER), ("open", FIRST)]
    shown = call_in.on_board()
    assert (shown.at, shown.countdown.stand, shown.countdown.colour) == (FIRST, Stand.NOT_TOLD, Colour.AMBER)
    call_in.tell_her()
    assert (call_in.on_board().at, call_in.on_board().countdown.colour) == (FIRST, Colour.GREEN)


@pytest.mark.req("13")
@pytest.mark.req("15")
def test_a_call_in_moved_back_to_a_day_she_was_told_before_needs_a_notice_again(call_in: CallInOf) -> None:
    check_she_hears_of_the_day_it_came_back_to(call_in)


@pytest.mark.req("13")
def test_planted_trust_in_every_date_it_ever_had_is_caught(call_in: CallInOf, monkeypatch: pytest.MonkeyPatch) -> None:
    def of_any_date(p: object, same: list[Task], call_in_at: datetime, event_id: str) -> bool:
        return all(task.call_in_at != call_in_at for task in same)  # type: ignore[attr-defined]

    monkeypatch.setattr(notices, "_needs_notice", of_any_date)
    with pytest.raises(AssertionError):
        check_she_hears_of_the_day_it_came_back_to(call_in)


@pytest.mark.req("13")
@pytest.mark.parametrize("was_told", [False, True])
def test_a_call_in_that_was_off_and_is_on_again_at_the_same_day_needs_a_notice(
    call_in: CallInOf, was_told: bool
) -> None:
    if was_told:
        call_in.tell_her()
    call_in.says("cancelled")
    call_in.accept(CANCEL)
    call_in.says("rescheduled", FIRST)

    assert call_in.notices() == [("done" if was_told else "superseded", FIRST), ("open", FIRST)]
    assert call_in.on_board().countdown.stand is Stand.NOT_TOLD


def check_a_stale_question_moves_nothing(call_in: CallInOf) -> None:
    call_in.says("rescheduled", LATER)
    question = call_in.open_tasks()[RESCHEDULE]
    call_in.says("rescheduled", FIRST)
    assert RESCHEDULE not in call_in.open_tasks()
    assert call_in.on_board().changes == ()
    with call_in.world.vault.writing() as session, pytest.raises(TaskEnded):
        acknowledge(session, question.id, accept=True, by=KIM.id, now=call_in.world.now)
    with call_in.world.vault.reading() as session:
        kept = session.get_one(Task, question.id)
        assert (kept.state, detail_of(session, kept).new_call_in_at) == (TaskState.SUPERSEDED, LATER.isoformat())
    assert call_in.notices() == [("open", FIRST)]


@pytest.mark.req("15")
def test_moved_and_moved_back_leaves_nothing_that_would_move_the_notice_away(call_in: CallInOf) -> None:
    check_a_stale_question_moves_nothing(call_in)


@pytest.mark.req("15")
def test_planted_question_that_outlives_its_date_is_caught(call_in: CallInOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "stale_proposals", lambda *_: [])
    with pytest.raises(AssertionError):
        check_a_stale_question_moves_nothing(call_in)


@pytest.mark.req("15")
def test_of_two_later_days_only_the_newest_waits_for_a_human(call_in: CallInOf) -> None:
    latest = LATER + timedelta(days=7)
    call_in.says("rescheduled", LATER)
    call_in.says("rescheduled", latest)
    call_in.accept(RESCHEDULE)
    assert call_in.notices() == [("open", latest)]


@pytest.mark.req("15")
def test_a_new_day_makes_the_question_void_whether_it_is_off(call_in: CallInOf) -> None:
    call_in.says("cancelled")
    call_in.says("rescheduled", LATER)
    assert CANCEL not in call_in.open_tasks()
    call_in.accept(RESCHEDULE)
    assert call_in.notices() == [("open", LATER)]


@pytest.mark.req("4")
@pytest.mark.req("6")
def test_what_an_agency_said_earlier_and_comes_late_changes_nothing_she_was_told(call_in: CallInOf) -> None:
    call_in.tell_her()
    call_in.says("rescheduled", LATER)
    call_in.tell_her()
    call_in.says("rescheduled", FIRST, days_ago=2)
    call_in.says("cancelled", days_ago=3)
    assert call_in.notices() == [("done", FIRST), ("done", LATER)]
    assert not {RESCHEDULE, CANCEL} & set(call_in.open_tasks())


@pytest.mark.req("6")
def test_an_older_later_day_takes_no_newer_question_away(call_in: CallInOf) -> None:
    call_in.says("rescheduled", LATER)
    question = call_in.open_tasks()[RESCHEDULE]
    call_in.says("rescheduled", LATER + timedelta(days=7), days_ago=2)
    assert call_in.open_tasks()[RESCHEDULE].id == question.id
    call_in.accept(RESCHEDULE)
    assert call_in.notices() == [("open", LATER)]


@pytest.mark.req("4")
def test_the_same_day_said_twice_asks_once_and_tells_once(call_in: CallInOf) -> None:
    call_in.says("rescheduled", LATER)
    question = call_in.open_tasks()[RESCHEDULE]
    call_in.says("rescheduled", LATER)
    assert call_in.open_tasks()[RESCHEDULE].due_at == question.due_at
    call_in.accept(RESCHEDULE)
    call_in.tell_her()
    call_in.says("rescheduled", LATER)
    assert call_in.notices() == [("done", LATER)]


@pytest.mark.req("13")
def test_told_while_a_later_day_was_asked_about_and_moved_there_opens_one_notice(call_in: CallInOf) -> None:
    call_in.says("rescheduled", LATER)
    call_in.tell_her()
    call_in.says("rescheduled", LATER)
    assert call_in.notices() == [("done", FIRST), ("open", LATER)]
    assert RESCHEDULE not in call_in.open_tasks()
