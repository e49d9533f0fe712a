"""Level B, from the signed event to the last task: she is told before the partner is, in both jurisdictions."""

from datetime import datetime, timedelta

import pytest
from level_walk import PLACES, SAFE, Walk

from outreach.protocols.steps import Step
from outreach.terms import Level

CALL_IN = "2026-12-04T18:00:00-05:00"
DUE = {
    "high-point": {
        "first_contact": 24,
        "risk_assessment": 72,
        "safety_plan": 72,
        "notice_before_call_in": "2026-12-01T18:00-05:00",
    },
    "guilford-da": {
        "first_contact": 12,
        "safety_plan": 48,
        "risk_assessment": 48,
        "notice_before_notification": "2026-11-29T18:00-05:00",
    },
}


def begin(walk: Walk) -> Step:
    """Send the level and the date on which the partner is told; return the notice it asks for."""
    if walk.place.jurisdiction == "high-point":
        walk.begin(on_scene=SAFE, call_in_at=CALL_IN)
        return Step.NOTICE_BEFORE_CALL_IN
    walk.begin(on_scene=SAFE)
    walk.send("individual_notification_scheduled", notification_at=CALL_IN)
    return Step.NOTICE_BEFORE_NOTIFICATION


def whole_way(walk: Walk) -> None:
    """Walk it, whoever opens the pages."""
    notice = begin(walk)
    walk.is_due(DUE[walk.place.jurisdiction])
    walk.texts_are_refused()
    walk.nobody_acts()
    walk.wait_until(walk.morning())
    walk.reach_her(Step.FIRST_CONTACT)
    a_notice_ends_by_her_part_alone(walk, notice)
    walk.reach_her(notice)
    walk.talk(Step.RISK_ASSESSMENT)
    walk.talk(Step.SAFETY_PLAN)
    assert walk.tasks() == {}
    told = walk.desk.get("/call-ins")
    assert "Everyone who can be told has been told." in told
    walk.wait_until(datetime.fromisoformat(CALL_IN) + timedelta(minutes=1))
    assert walk.tasks() == {}
    assert "Missed" not in walk.see()
    walk.nothing_went_to_the_agency()


@pytest.mark.req("12")
@pytest.mark.req("13")
@pytest.mark.browser
@pytest.mark.parametrize("place", PLACES, ids=lambda each: each.jurisdiction)
def test_level_b_is_walked_on_a_phone_from_the_event_to_the_last_task(town, place, windows):
    whole_way(Walk(town, place, Level.B, opened=windows))


def a_notice_ends_by_her_part_alone(walk: Walk, notice: Step) -> None:
    """Nobody ticks it off, and an advocate can not sign it away."""
    task = walk.tasks()[notice].id
    walk.desk.get(f"/tasks/{task}")
    assert walk.desk.page.status_code == 404
    page = walk.desk.get(f"/call-ins/{task}")
    assert walk.desk.page.status_code == 200
    assert f"/call-ins/{task}/closing" not in page


@pytest.mark.req("13")
@pytest.mark.req("15")
@pytest.mark.parametrize("place", PLACES[:1], ids=lambda each: each.jurisdiction)
def test_a_notice_nobody_gave_is_missed_for_ever_and_an_agencys_change_waits_for_a_human(town, place):
    walk = Walk(town, place, Level.B)
    notice = begin(walk)
    asked = walk.send("call_in_rescheduled", refers_to="HP-1-1", call_in_at="2026-12-07T18:00:00-05:00")
    assert asked
    assert walk.tasks()[notice].due_at == datetime.fromisoformat("2026-12-01T18:00-05:00")
    assert Step.ACKNOWLEDGE_RESCHEDULE in walk.tasks()
    walk.wait_until(datetime.fromisoformat(CALL_IN) + timedelta(minutes=1))
    assert notice not in walk.tasks()
    page = walk.see()
    assert "Missed" in page
    walk.nothing_went_to_the_agency()
