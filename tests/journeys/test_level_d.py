"""Level D, from the signed event to the last task, in both jurisdictions and on both databases."""

import pytest
from level_walk import PLACES, SAFE, Walk

from outreach.steps import Step
from outreach.terms import Level

DUE = {
    "high-point": {"letter_decision": "2026-12-01T17:00-05:00", "outreach": "2026-12-01T17:00-05:00"},
    "guilford-da": {"outreach": "2026-11-25T16:30-05:00", "letter_decision": "2026-12-03T16:30-05:00"},
}


@pytest.mark.req("12")
@pytest.mark.req("45")
@pytest.mark.parametrize("place", PLACES, ids=lambda each: each.jurisdiction)
def test_level_d_from_the_event_to_the_last_task(town, place):
    walk = Walk(town, place, Level.D, shares_home=True).begin(on_scene=SAFE)
    walk.is_due(DUE[place.jurisdiction])
    what_is_refused(walk)
    walk.nobody_acts()
    walk.calls_wait_for_her_hours()
    walk.wait_until(walk.morning())
    walk.reach_her(Step.OUTREACH)
    walk.take_her_word(walk.home, letter="safe", cleared="yes")
    assert "There were enough tries for today." in walk.see(f"/destinations/{walk.home}/letters/new")
    walk.wait_until(walk.morning())
    walk.see(f"/destinations/{walk.home}/letters/new")
    walk.desk.submit("/letters$")
    assert walk.tasks() == {}
    walk.nothing_went_to_the_agency()


def what_is_refused(walk: Walk) -> None:
    """A letter to a home that is the partner's too, and a text nobody said yes to."""
    letter = walk.see(f"/destinations/{walk.home}/letters/new")
    assert "The partner may see what comes here." in letter
    assert "Ask her first" in letter
    assert '/letters"' not in letter
    walk.texts_are_refused()
