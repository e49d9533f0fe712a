"""Level D, from the signed event to the last task, in both jurisdictions and on both databases."""

import pytest
from level_walk import PLACES, SAFE, Walk
from town import Browser

from outreach.protocols.steps import Step
from outreach.terms import Level

DUE = {
    "high-point": {"letter_decision": "2026-12-01T17:00-05:00", "outreach": "2026-12-01T17:00-05:00"},
    "guilford-da": {"outreach": "2026-11-25T16:30-05:00", "letter_decision": "2026-12-03T16:30-05:00"},
}


def whole_way(walk: Walk) -> None:
    """Walk it, whoever opens the pages."""
    walk.begin(on_scene=SAFE)
    walk.is_due(DUE[walk.place.jurisdiction])
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
    walk.mail_letter()
    assert walk.tasks() == {}
    walk.nothing_went_to_the_agency()


@pytest.mark.req("12")
@pytest.mark.req("45")
@pytest.mark.browser
@pytest.mark.parametrize("place", PLACES, ids=lambda each: each.jurisdiction)
def test_level_d_is_walked_on_a_phone_from_the_event_to_the_last_task(town, place, windows):
    whole_way(Walk(town, place, Level.D, opened=windows, shares_home=True))


def what_is_refused(walk: Walk) -> None:
    """A letter to a home that is the partner's too, and a text nobody said yes to."""
    letter = walk.see(f"/destinations/{walk.home}/letters/new")
    assert "The partner may see what comes here." in letter
    assert "Ask her first" in letter
    assert f'/destinations/{walk.home}/letters"' not in letter, "a letter may be released"
    walk.texts_are_refused()


@pytest.mark.req("45")
@pytest.mark.parametrize("database", ["sqlite"])
def test_planted_pages_that_show_no_time_are_caught(town, monkeypatch):
    walk = Walk(town, PLACES[0], Level.D).begin(on_scene=SAFE)
    walk.is_due(DUE["high-point"])
    really_get = Browser.get
    monkeypatch.setattr(Browser, "get", lambda self, path: really_get(self, path).replace("<time", "<span"))
    monkeypatch.setattr(Browser, "text", property(lambda self: self.page.text.replace("<time", "<span")))
    with pytest.raises(AssertionError, match="a deadline is not shown"):
        walk.is_due(DUE["high-point"])
