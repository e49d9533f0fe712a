"""Level A, from the signed event to the last task, at night, in both jurisdictions and on both databases."""

from datetime import timedelta

import pytest
from level_walk import PLACES, SAFE, Walk

from outreach.protocols.steps import Step
from outreach.terms import Level

DUE = {
    "high-point": {"emergency_contact": 4, "need_now": 4, "offer_services": 24},
    "guilford-da": {"emergency_contact": 2, "need_now": 2, "risk_assessment": 24, "offer_services": 24},
}
AN_OFFICERS_YES = {**SAFE, "needs": ["medical"]}


def whole_way(walk: Walk) -> None:
    """Walk it, whoever opens the pages."""
    walk.begin(on_scene=AN_OFFICERS_YES)
    assert "now: level A." in walk.desk.get("/today")
    walk.is_due(DUE[walk.place.jurisdiction])
    walk.texts_are_refused()
    walk.nobody_acts()
    a_call_at_night_needs_a_persons_word(walk)
    walk.reach_her(Step.EMERGENCY_CONTACT)
    walk.meet_need()
    if Step.RISK_ASSESSMENT in walk.tasks():
        walk.talk(Step.RISK_ASSESSMENT)
    walk.reach_her(Step.OFFER_SERVICES)
    assert walk.tasks() == {}
    walk.nothing_went_to_the_agency()


@pytest.mark.req("12")
@pytest.mark.req("19")
@pytest.mark.browser
@pytest.mark.parametrize("place", PLACES, ids=lambda each: each.jurisdiction)
def test_level_a_at_night_is_walked_on_a_phone_from_the_event_to_the_last_task(town, place, windows):
    town.clock.advance(timedelta(hours=13))
    whole_way(Walk(town, place, Level.A, opened=windows))


def a_call_at_night_needs_a_persons_word(walk: Walk) -> None:
    """The gate holds the first call outside our hours until an advocate decides, with a reason; then it is open."""
    call = f"/destinations/{walk.phone}/call"
    held = walk.see(call)
    assert "These are not our hours for calls." in held
    assert "At level A you may decide to call now." in held
    walk.see("/approvals/first_contact")
    walk.desk.submit("/approvals/first_contact", way=f"{walk.phone_in(held)}:call", reason="An officer noted a yes.")
    opened = walk.see(call)
    assert "These are not our hours for calls." not in opened
    assert "/attempts" in opened
