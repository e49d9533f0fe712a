"""What advocates and supervisors see of cases that were brought over from before: what to ask first, and no clock."""

import pytest
from builders import HIGH_POINT, NOW
from papers import LENA, NO_PHONE, rows
from sqlalchemy import select

from outreach.importing.bringing import Terms, bring_over
from outreach.records.brought import BroughtCase
from outreach.records.cases import CaseRecord, PossibleMatch

pytestmark = pytest.mark.req("81")


@pytest.fixture
def bring(vault, world):
    def bring(*said, to=None):
        advocates = {"ana@advocates.test": to.card.id} if to else {}
        with vault.writing() as session:
            known = set(session.scalars(select(BroughtCase.case_id)))
            terms = Terms("high-point", HIGH_POINT, world.supervisor.card.id, advocates, NOW)
            bring_over(session, rows(*said), terms)
            new = set(session.scalars(select(BroughtCase.case_id))) - known
            return [session.get_one(CaseRecord, each) for each in new]

    return bring


def test_the_page_of_such_a_case_says_what_to_ask_first_and_shows_the_papers_on_a_recorded_look(desk, world, bring):
    (case,) = bring({**LENA, "advocate": "ana@advocates.test", "ask_first": "Her sister's new number"}, to=world.dana)
    dana = desk.sit_down(world.dana.card)

    assert "Brought over from before. Ask first." in dana.get("/cases").text
    page = dana.get(f"/cases/{case.id}").text
    assert "Nothing has a clock. Ask her first, live: Is each way still OK, and when?" in page
    assert "No text leaves without a new yes." in page
    assert "This OK was brought over from before." in page
    assert "Her sister&#39;s new number" not in page
    shown = dana.post(f"/cases/{case.id}/reveal", {}).text
    assert "Her sister&#39;s new number" in shown
    assert "Your own number" in shown


def test_where_she_wants_no_contact_the_page_asks_for_none(desk, world, bring):
    (case,) = bring({**LENA, "advocate": "ana@advocates.test", "do_not_contact": "yes"}, to=world.dana)
    page = desk.sit_down(world.dana.card).get(f"/cases/{case.id}").text
    assert "Make no contact. When she gets in touch, ask what is OK now." in page
    assert "Ask her first" not in page


def test_supervisors_hand_them_out_without_a_clock_and_nothing_urgent_is_hidden_behind_them(desk, world, bring, vault):
    several = [{**LENA, "reference": str(n), **NO_PHONE, "date_of_birth": ""} for n in range(25)]
    cases = bring(*several)
    ines = desk.sit_down(world.supervisor.card)

    page = ines.get("/team").text
    nobodys, _, rest = page.partition('id="brought"')
    assert not [case.handle for case in cases if case.handle in nobodys]
    assert "No clock" in rest
    assert "and 5 more after these" in rest
    shown = next(case for case in cases if case.handle in rest)
    with vault.reading() as session:
        version = session.get_one(CaseRecord, shown.id).version
    given = ines.post(f"/cases/{shown.id}/assignment", {"to": str(world.dana.card.id), "version": str(version)})
    assert given.status_code == 303
    assert desk.sit_down(world.dana.card).get(f"/cases/{shown.id}").status_code == 200


def test_a_match_without_a_task_is_found_on_the_team_page_and_on_the_case_and_is_decided_there(
    desk, world, bring, vault
):
    bring(LENA)
    (second,) = bring({**LENA, "reference": "18"})
    ines = desk.sit_down(world.supervisor.card)
    with vault.reading() as session:
        match_id = session.scalars(select(PossibleMatch.id).where(PossibleMatch.case_id == second.id)).one()

    for path in ("/team", f"/cases/{second.id}"):
        assert f"/matches/{match_id}" in ines.get(path).text
    ines.get(f"/matches/{match_id}")
    assert ines.post(f"/matches/{match_id}", {"answer": "different"}).status_code == 303
    assert f"/matches/{match_id}" not in ines.get("/team").text
    assert "Ask her first" in ines.get(f"/cases/{second.id}").text
