"""Needs, the directory and referrals as an advocate meets them on the pages."""

from html import unescape
from uuid import UUID

import pytest
from advocate_desk import Desk
from builders import NOW, a_case
from case_visits import SECRETS

from outreach import audit
from outreach.protocols.plans import PlannedTask
from outreach.protocols.steps import Step
from outreach.support import needs, referrals, releases
from outreach.support.needs import NeedKind, NeedSource, NewNeed
from outreach.tasks import add_task
from outreach.terms import Level

ITEM = {"kind": "shelter", "source": "hers", "note": ""}
SIGNED = {
    "items": ["first_name", "need"],
    "purpose": "a bed tonight",
    "signed_on": "2026-11-20",
    "expires_on": "2026-12-20",
    "is_written": "yes",
    "risks_explained": "yes",
    "cancel_explained": "yes",
}


def words(answer) -> str:
    return unescape(answer.text)


def kept(vault, case_id: UUID, what):
    with vault.reading() as session:
        return what(session, case_id)


@pytest.fixture
def service(world, at_case) -> str:
    return f"{at_case}/services/{world.service_id}"


def test_a_need_is_noted_in_two_taps_and_stands_on_the_case(desk: Desk, world, vault, at_case):
    assert "Nothing is noted yet" in words(desk.get(at_case))
    desk.get(f"{at_case}/needs")
    desk.post(f"{at_case}/needs", ITEM)

    assert desk.last.status_code == 303
    assert "Open: shelter." in words(desk.get(at_case))
    assert [each.kind for each in kept(vault, world.case_id, needs.needs_of)] == [NeedKind.SHELTER]


@pytest.mark.req("82")
def test_words_about_her_papers_are_answered_with_legal_and_only_the_page_keeps_them(desk, world, vault, at_case):
    desk.get(f"{at_case}/needs")
    desk.post(f"{at_case}/needs", {**ITEM, "kind": "other", "note": "she is undocumented"})

    assert desk.last.status_code == 422
    assert "Choose the need “Legal help”" in words(desk.last)
    assert "she is undocumented" in words(desk.last)
    assert kept(vault, world.case_id, needs.needs_of) == ()


def test_no_kind_of_need_asks_whether_she_may_be_here(desk, at_case):
    page = words(desk.get(f"{at_case}/needs")).lower()

    assert "immigra" not in page
    assert "status" not in page


def test_each_step_is_one_tap_with_its_day(desk, world, vault, at_case):
    with vault.writing() as session:
        new = NewNeed(NeedKind.MEDICAL, NeedSource.HERS)
        need_id = needs.note_need(session, world.case_id, new, by=world.dana.card.id, now=NOW)
    desk.get(f"{at_case}/needs")
    desk.post(f"{at_case}/needs/{need_id}/steps", {"step": "offered", "version": "1"})
    page = words(desk.get(f"{at_case}/needs"))
    assert "offered Nov 20 by Dana Reyes" in page

    desk.post(f"{at_case}/needs/{need_id}/steps", {"step": "done", "version": "1"})
    assert "Somebody noted something about this meanwhile" in words(desk.get(f"{at_case}/needs"))


@pytest.mark.req("20")
def test_a_task_of_an_emergency_need_leads_to_the_need(desk, world, vault, at_case):
    with vault.writing() as session:
        planned = PlannedTask(Step.NEED_NOW, Level.A, NOW, NOW, need="transport")
        add_task(session, world.case_id, planned)
        audit.record(session, action="test.need", by=None, cases=[world.case_id], now=NOW)

    page = words(desk.get("/today"))
    assert "Help with what she needs now: a ride." in page
    assert f'href="{at_case}/needs"' in page


def test_services_are_found_by_need_and_the_number_is_given_without_any_paper(desk, world, vault, at_case, service):
    page = words(desk.get(f"/services?case={world.case_id}&kind=shelter"))
    assert "Harbor House" in page
    assert "(336) 555-0100" in page
    assert "Harbor House" not in words(desk.get("/services?kind=legal"))

    desk.get(f"{service}?kind=shelter")
    desk.post(f"{service}/referrals", {"how": "number_given", "kind": "shelter"})
    assert "She has the number and calls when she likes" in words(desk.get(f"{at_case}/needs"))


@pytest.mark.req("72")
def test_nobody_is_told_anything_before_she_signed(desk, world, vault, at_case, service):
    desk.get(service)
    desk.post(f"{service}/referrals", {"how": "with_release", "kind": ""})
    assert desk.last.status_code == 422
    assert "She has signed nothing that holds for them today." in words(desk.last)

    desk.get(f"{service}/releases/new")
    desk.post(f"{service}/releases", SIGNED)
    assert desk.last.status_code == 303
    desk.post(f"{service}/referrals", {"how": "with_release", "kind": ""})
    assert "We told them what she signed for: her first name, what she needs from them." in words(
        desk.get(f"{at_case}/needs")
    )


@pytest.mark.req("71")
@pytest.mark.parametrize("missing", ["is_written", "risks_explained", "cancel_explained", "purpose"])
def test_a_release_that_lacks_something_is_refused_and_keeps_what_was_typed(desk, world, vault, service, missing):
    desk.get(f"{service}/releases/new")
    desk.post(f"{service}/releases", {name: value for name, value in SIGNED.items() if name != missing})

    assert desk.last.status_code == 422
    assert 'value="2026-12-20"' in desk.last.text
    assert kept(vault, world.case_id, releases.releases_of) == ()


@pytest.mark.req("71")
def test_she_takes_it_back_with_one_tap(desk, world, vault, at_case, service):
    desk.get(f"{service}/releases/new")
    desk.post(f"{service}/releases", SIGNED)
    (release,) = kept(vault, world.case_id, releases.releases_of)
    desk.get(f"{at_case}/needs")
    desk.post(f"{at_case}/releases/{release.id}/revocation", {"version": "1"})

    assert "Taken back" in words(desk.get(f"{at_case}/needs"))
    desk.get(service)
    assert desk.post(f"{service}/referrals", {"how": "with_release", "kind": ""}).status_code == 422


@pytest.mark.req("84")
def test_a_call_of_three_counts_when_she_spoke_herself(desk, world, vault, at_case, service):
    desk.get(service)
    assert desk.post(f"{service}/referrals", {"how": "three_way", "kind": ""}).status_code == 422
    desk.post(f"{service}/referrals", {"how": "three_way", "kind": "", "she_spoke": "yes"})

    assert [each.how for each in kept(vault, world.case_id, referrals.referrals_of)] == ["three_way"]


def test_another_colleague_finds_nothing_of_it(desk, world, vault):
    with vault.writing() as session:
        theirs = a_case(session, assigned_to=world.other.card.id)
    desk.sit_down(world.dana.card)
    for where in ("needs", f"services/{world.service_id}", f"services/{world.service_id}/releases/new"):
        assert desk.get(f"/cases/{theirs}/{where}").status_code == 404


def test_no_page_of_needs_shows_who_she_is(desk, at_case, service):
    for where in (f"{at_case}/needs", service, f"{service}/releases/new", "/services"):
        page = words(desk.get(where))
        assert not [each for each in SECRETS if each in page]


@pytest.mark.req("82")
def test_no_box_for_words_anywhere_keeps_it(desk, world, vault, at_case):
    way = f"{world.phone.id}:call"
    desk.get(f"{at_case}/attempts/new")
    desk.post(f"{at_case}/attempts", {"way": way, "outcome": "no_answer", "note": "She may be undocumented."})
    assert desk.last.status_code == 422
    assert "Choose the need “Legal help”" in words(desk.last)

    asked = {"way": way, "what": "Call about my visa.", "lasts": "24h", "verified_how": "live_call"}
    desk.get(f"{at_case}/requests/new")
    assert desk.post(f"{at_case}/requests", asked).status_code == 422


def test_planted_form_that_does_not_look_is_caught(desk, world, vault, at_case, monkeypatch):
    monkeypatch.setattr("portal.advocate.forms.tells_status", lambda _: False)

    with pytest.raises(AssertionError):
        test_no_box_for_words_anywhere_keeps_it(desk, world, vault, at_case)


# The directory

CLINIC = {"name": "Night Clinic", "kinds": ["medical"], "what": "", "phone": "211", "hours": "", "languages": ""}


def test_a_supervisor_keeps_the_directory(desk, world):
    desk.sit_down(world.supervisor.card)
    desk.get("/services/new")
    desk.post("/services", {**CLINIC, "notes": "", "version": ""})
    assert "Night Clinic" in words(desk.get("/services"))

    desk.get(f"/services/{world.service_id}")
    desk.post(f"/services/{world.service_id}", {**CLINIC, "name": "Harbor Home", "notes": "", "version": "1"})
    assert "Harbor Home" in words(desk.get("/services"))
    desk.post(f"/services/{world.service_id}/check", {"version": "2"})
    desk.post(f"/services/{world.service_id}/removal", {"version": "3"})
    assert "Harbor Home" not in words(desk.get("/services"))


def test_a_number_nobody_could_call_is_refused_beside_its_field(desk, world):
    desk.sit_down(world.supervisor.card)
    desk.get("/services/new")
    desk.post("/services", {**CLINIC, "phone": "ask Rosa", "notes": "", "version": ""})

    assert desk.last.status_code == 422
    assert "Write the number it is called at" in words(desk.last)
    assert "Night Clinic" in words(desk.last)


def test_advocates_look_services_up_and_change_none(desk, world):
    desk.sit_down(world.dana.card)
    assert "Checked today" not in words(desk.get("/services"))
    assert desk.get(f"/services/{world.service_id}").status_code == 404
