"""What was on paper while the network was down is entered with its true time, and both times are shown."""

from datetime import timedelta

import pytest
from builders import NOW
from case_visits import settle, words

from outreach.records.work import Task
from outreach.scheduling.escalation import look_at_due

pytestmark = pytest.mark.req("81")


@pytest.fixture
def after(desk, vault, world, clock):
    """Ten days on, two hours after a call-in at ten in the morning of November 30 that nobody wrote anything about."""
    settle(vault, world)
    clock.advance(timedelta(days=10, hours=2))
    look_at_due(vault, now=clock.now())
    desk.sit_down(world.dana.card)
    return f"/call-ins/{world.notice_id}"


def a_call(world, **typed: str) -> dict[str, str]:
    return {"way": f"{world.phone.id}:call", "outcome": "reached", "task": str(world.notice_id), "note": "", **typed}


def write(desk, world, **typed: str):
    desk.get(f"/cases/{world.case_id}/attempts/new?task={world.notice_id}")
    return desk.post(f"/cases/{world.case_id}/attempts", a_call(world, **typed))


@pytest.mark.req("13")
def test_a_telling_on_paper_is_written_down_seen_by_a_supervisor_and_shown_with_both_times(desk, world, after):
    assert "She was told before it" in words(desk.get(after))
    assert write(desk, world, on="2026-11-30", at="08:30").status_code == 303

    page = words(desk.get(f"/cases/{world.case_id}"))
    assert "today, 8:30 am" in page
    assert "Written down today, 12 pm." in page
    page = words(desk.get(after))
    assert "Missed" in page
    assert "It stays missed until a supervisor has looked at it" in page
    assert "Sign it" not in page

    desk.sit_down(world.supervisor.card)
    assert "Told in time, written down later" in words(desk.get("/team"))
    assert "Sign it" in words(desk.get(after))
    refused = desk.post(f"{after}/paper", {"found": "told_before", "reason": ""})
    assert "Write what you looked at." in words(refused)
    assert desk.post(f"{after}/paper", {"found": "told_before", "reason": "The sheet of Monday."}).status_code == 303

    page = words(desk.get(after))
    assert "Told, written later" in page
    assert "The sheet of Monday." in page
    assert "8:30 am EST" in page
    assert "Told in time, written down later" not in words(desk.get("/team"))


@pytest.mark.parametrize(
    ("typed", "mend"),
    [
        ({"on": "2026-12-01", "at": "10:00"}, "This lies in the future."),
        ({"on": "2026-11-29", "at": ""}, "Write about what time it was."),
        ({"on": "2026-11-16", "at": "11:59"}, "Only the last 14 days can be written down."),
        ({"on": "2026-11-19", "at": "12:30"}, "The case was opened after this day."),
    ],
)
def test_a_time_that_can_not_be_is_said_beside_its_field_and_nothing_typed_is_lost(desk, world, after, typed, mend):
    answer = write(desk, world, note="She sounded tired.", **typed)
    assert answer.status_code == 422
    assert mend in words(answer)
    assert "She sounded tired." in words(answer)


def test_a_step_done_on_paper_is_done_on_the_day_it_was_done(desk, world, clock, vault):
    clock.advance(timedelta(days=2))
    desk.sit_down(world.dana.card)
    assert write(desk, world, task=str(world.task_id), on="2026-11-20", at="16:00").status_code == 303
    with vault.reading() as session:
        task = session.get_one(Task, world.task_id)
        assert (task.state, task.ended_on) == ("done", NOW.date())


def test_a_need_named_on_paper_is_kept_with_its_day_and_the_day_it_was_written_down(desk, world, clock):
    clock.advance(timedelta(days=2))
    desk.sit_down(world.dana.card)
    at = f"/cases/{world.case_id}/needs"
    named = {"kind": "shelter", "source": "hers", "note": ""}
    refused = desk.post(at, {**named, "on": "2026-11-23"})
    assert "This lies in the future." in words(refused)
    assert desk.post(at, {**named, "on": "2026-11-20"}).status_code == 303

    page = words(desk.get(at))
    assert "Nov 20" in page
    assert "written down Nov 22" in page


def test_a_meeting_on_paper_is_entered_and_shown_with_both_times(desk, world, clock):
    clock.advance(timedelta(days=2, hours=6))
    desk.sit_down(world.dana.card)
    at = f"/meetings/{world.meeting_id}"
    assert "Enter from paper" in words(desk.get(at))
    wrong = desk.post(
        f"{at}/paper", {"on": "2026-11-22", "came": "14:00", "left": "13:10", "note": "", "timesheet": ""}
    )
    assert "Check the day and both times" in words(wrong)
    sheet = {"on": "2026-11-22", "came": "13:05", "left": "13:50", "note": "She is well."}
    assert desk.post(f"{at}/paper", sheet).status_code == 303

    page = words(desk.get(at))
    assert "How did it go?" in page
    assert "1:05 pm to 1:50 pm. Written down Sunday, November 22, 2026, 4 pm EST" in page
