"""Requirements 52, 70: who is at a meeting when a wall is built can still check out and call for help."""

from uuid import UUID

import pytest
from case_visits import words
from meeting_pages import begin, place, plan
from meeting_world import MINUTE
from sqlalchemy import false, select
from walled_case import keep_away

from outreach.records.meetings import Meeting
from outreach.records.on_call import PageCall

__all__ = ["place"]

pytestmark = [pytest.mark.req("52"), pytest.mark.req("70"), pytest.mark.req("P5")]

QUIET = {"note": "", "timesheet": "later"}


def wall(vault, world) -> None:
    with vault.writing() as session:
        keep_away(session, world.case_id, world.other.card.id, world.dana.card)


def called(vault) -> list[str]:
    with vault.reading() as session:
        return [each.about for each in session.scalars(select(PageCall))]


def who_is_there_keeps_the_meeting(desk, vault, world, place, clock) -> None:
    at = begin(desk, world, place, clock)
    desk.sit_down(world.other.card).get(at)
    wall(vault, world)
    assert desk.post(f"{at}/more-time").status_code == 303
    page = desk.get(at)
    assert (page.status_code, f"/cases/{world.case_id}" in page.text) == (200, False)

    answer = desk.post(f"{at}/check-out", QUIET)

    assert (answer.status_code, answer.location) == (303, "/meetings")
    assert desk.get(at).status_code == 404, "it is over: the wall has it"
    assert called(vault) == ["meeting_duress"]
    clock.advance(MINUTE)
    assert desk.post(f"{at}/note", QUIET).status_code == 404
    assert called(vault) == ["meeting_duress"] * 2, "help may be called for again"


def test_who_is_at_a_meeting_when_walled_off_checks_out_and_calls_for_help(desk, vault, world, place, at_case, clock):
    who_is_there_keeps_the_meeting(desk, vault, world, place, clock)


@pytest.mark.parametrize("database", ["sqlite"])
def test_planted_wall_that_takes_a_meeting_under_way_is_caught(desk, vault, world, place, at_case, clock, monkeypatch):
    monkeypatch.setattr("outreach.meetings.view._is_there_now", lambda _: false())

    with pytest.raises(AssertionError):
        who_is_there_keeps_the_meeting(desk, vault, world, place, clock)


def test_help_comes_from_a_page_that_a_wall_has_closed_meanwhile(desk, vault, world, place, at_case, clock):
    at = begin(desk, world, place, clock)
    desk.sit_down(world.other.card).get(at)
    wall(vault, world)
    with vault.writing() as session:
        session.get_one(Meeting, UUID(at.rpartition("/")[2])).state = "over"

    plain, quiet = (desk.post(f"{at}/note", {**QUIET, "timesheet": each}) for each in ("", "later"))

    assert (plain.status_code, words(plain)) == (404, words(quiet))
    assert called(vault) == ["meeting_duress"]


def test_the_page_of_a_wall_says_what_its_colleague_has_in_a_meeting(desk, vault, world, place, at_case, clock):
    plan(desk, world, place)
    wall(vault, world)
    assert "Tell them not to go." in desk.get(f"/cases/{world.case_id}/wall").text
    with vault.writing() as session:
        for each in session.scalars(select(Meeting).where(Meeting.case_id == world.case_id)):
            each.state = "under_way"
    assert "They see that meeting until they check out" in desk.get(f"/cases/{world.case_id}/wall").text
