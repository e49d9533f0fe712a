"""A meeting that was moved: the new one is planned with all but the day filled in, and is not forgotten."""

from datetime import timedelta

import pytest
from builders import NOW
from case_visits import settle, words
from html_forms import form_on
from meeting_world import a_place
from sqlalchemy import select

from outreach import audit, cases
from outreach.protocols.plans import PlannedTask
from outreach.protocols.steps import Step
from outreach.records.work import Task
from outreach.tasks import add_task, end_task, tasks_of
from outreach.terms import TaskState

FILLED = {"place": "library", "starts": "13:00", "late": "20", "ends": "14:00", "buddy_phone": "336 555 0100"}


@pytest.fixture
def place(vault, world):
    """A place at which she said one may meet, and an open offer to meet."""
    settle(vault, world)
    with vault.writing() as session:
        found = a_place(session, world.case_id)
        add_task(session, world.case_id, PlannedTask(Step.OFFER_MEETING, None, NOW, NOW + timedelta(hours=9)))
        audit.record(session, action="test.place", by=None, cases=[world.case_id], now=NOW)
    return found


def plan(desk, world, place) -> str:
    """Plan a meeting that is for no task, and return its address."""
    people = {"lead": world.dana.card.id, "second": world.other.card.id, "buddy": world.supervisor.card.id}
    form = {**FILLED, **{field: str(each) for field, each in people.items()}, "way": f"{place.id}:meeting"}
    desk.get(f"/cases/{world.case_id}/meetings/new")
    empty = {"task": "", "vetoed": "Rosa Ann", "interpreter": "Maria Lopez", "on": "2026-11-20"}
    answer = desk.post(f"/cases/{world.case_id}/meetings", {**form, **empty})
    assert answer.status_code == 303, words(answer)
    return answer.location


def test_a_meeting_that_was_moved_is_planned_anew_with_all_but_the_day_filled_in(desk, world, place, at_case):
    at = plan(desk, world, place)
    again = desk.post(f"{at}/outcome", {"went": "moved"}).location
    assert again.startswith(f"{at_case}/meetings/new?")
    form = form_on(words(desk.get(again)), r"/meetings$").values
    filled = {name: each[0] if isinstance(each, list) else each for name, each in form.items()}
    people = {"second": str(world.other.card.id), "buddy": str(world.supervisor.card.id)}
    expected = {**FILLED, **people, "way": f"{place.id}:meeting", "interpreter": "Maria Lopez", "vetoed": "\nRosa Ann"}
    assert {name: filled[name] for name in expected} == expected
    assert not filled.get("on")
    assert desk.post(f"{at_case}/meetings", {**filled, "on": "2026-11-21"}).status_code == 303


def open_offers(vault, world) -> int:
    with vault.reading() as session:
        return sum(each.step == "offer_meeting" and each.state == "open" for each in tasks_of(session, world.case_id))


def moved_asks_to_plan_anew(desk, vault, world, place) -> None:
    """Move a meeting that no task asked for; see one that does now."""
    with vault.writing() as session:
        for each in session.scalars(select(Task).where(Task.step == "offer_meeting")):
            end_task(session, each, TaskState.DONE, now=NOW, outcome="reached", ended_by="")
        audit.record(session, action="test.end", by=None, cases=[world.case_id], now=NOW)
    at = plan(desk, world, place)
    desk.post(f"{at}/outcome", {"went": "moved"})
    assert open_offers(vault, world) == 1


def test_a_meeting_that_was_moved_leaves_a_task_until_it_is_planned(desk, vault, world, place, at_case):
    moved_asks_to_plan_anew(desk, vault, world, place)


def test_planted_move_that_leaves_nothing_behind_is_caught(desk, vault, world, place, at_case, monkeypatch):
    monkeypatch.setattr("outreach.meetings.moves.add_task", lambda *_: None)
    with pytest.raises(AssertionError):
        moved_asks_to_plan_anew(desk, vault, world, place)


@pytest.mark.parametrize("word", ["do_not_contact", "she_will_contact_us"])
def test_no_task_asks_for_a_meeting_after_she_said_no(desk, vault, world, place, at_case, word):
    at = plan(desk, world, place)
    with vault.writing() as session:
        for each in session.scalars(select(Task).where(Task.step == "offer_meeting")):
            end_task(session, each, TaskState.DONE, now=NOW, outcome="declined", ended_by="")
        cases.change_standing(session, world.case_id, by=world.dana.card.id, now=NOW, **{word: True})
    desk.post(f"{at}/outcome", {"went": "moved"})
    assert open_offers(vault, world) == 0


@pytest.mark.parametrize("again", ["nothing", "00000000-0000-4000-8000-000000000000"])
def test_a_plan_that_is_not_of_this_case_fills_in_nothing(desk, at_case, again):
    assert desk.get(f"{at_case}/meetings/new?again={again}").status_code == 404
