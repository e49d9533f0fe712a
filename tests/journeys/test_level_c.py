"""Level C, from the signed event to the last task, in both jurisdictions and on both databases."""

import pytest
from level_walk import PLACES, SAFE, Walk

from outreach.protocols.steps import Step
from outreach.terms import Level

DUE = {
    "high-point": {"services_notice": 72, "offer_meeting": 72},
    "guilford-da": {"offer_meeting": 48, "services_notice": "2026-11-24T16:30-05:00"},
}


def whole_way(walk: Walk) -> None:
    """Walk it, whoever opens the pages."""
    walk.begin(on_scene={**SAFE, "safe_times": "weekdays 9-12"})
    walk.is_due(DUE[walk.place.jurisdiction])
    walk.texts_are_refused()
    walk.nobody_acts()
    walk.take_her_word(walk.phone, call="safe", begins_1="09:00", ends_1="12:00", days_1=["0", "1", "2", "3", "4"])
    walk.wait_until(walk.afternoon())
    walk.calls_wait_for_her_hours()
    walk.wait_until(walk.morning())
    walk.reach_her(Step.SERVICES_NOTICE)
    walk.wait_until(walk.morning())
    walk.meet_her(Step.OFFER_MEETING)
    assert walk.tasks() == {}
    walk.nothing_went_to_the_agency()


@pytest.mark.req("12")
@pytest.mark.req("24")
@pytest.mark.browser
@pytest.mark.parametrize("place", PLACES, ids=lambda each: each.jurisdiction)
def test_level_c_is_walked_on_a_phone_from_the_event_to_the_last_task(town, place, windows):
    whole_way(Walk(town, place, Level.C, opened=windows))
