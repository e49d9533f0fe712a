"""What she asked for, and what advocates and supervisors decide."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from builders import NOW, a_destination
from case_visits import asked, settle, standing, words

from outreach import cases
from outreach.reaching.destinations import ChannelVerdict
from outreach.terms import Channel, DestinationKind, Verdict, VerdictSource


def test_what_she_asked_for_opens_the_way_outside_its_hours(desk, vault, world, at_case, clock):
    settle(vault, world)
    clock.advance(timedelta(hours=12))
    desk.sit_down(world.dana.card)
    assert "These are not safe hours." in words(desk.get(at_case))
    desk.get(f"{at_case}/requests/new")
    desk.post(f"{at_case}/requests", asked(world))

    assert "She asked" in words(desk.get(f"{at_case}/destinations/{world.phone.id}/call"))
    assert "Not now" not in words(desk.last)


def test_asking_again_lifts_her_own_no(desk, vault, world, at_case):
    with vault.writing() as session:
        cases.change_standing(session, world.case_id, by=world.dana.card.id, now=NOW, do_not_contact=True)
    assert "She wants us to be in touch again" in desk.get(f"{at_case}/requests/new").text
    desk.post(f"{at_case}/requests", {**asked(world), "wants_contact_again": "yes"})

    assert not standing(vault, world).do_not_contact


def test_the_first_contact_waits_for_an_advocates_recorded_decision(desk, vault, world, at_case):
    settle(vault, world)
    with vault.writing() as session:
        new = a_destination(session, world.case_id, value="+13365550177", verdicts={})
    page = words(desk.get(at_case))
    assert "Nobody has checked this way yet." in page
    assert f"{at_case}/approvals/first_contact" in page
    desk.get(f"{at_case}/approvals/first_contact")
    desk.post(
        f"{at_case}/approvals/first_contact", {"way": f"{new.id}:call", "reason": "The officer gave her our card."}
    )

    assert "Can you talk freely" in words(desk.get(f"{at_case}/destinations/{new.id}/call"))
    assert "How did it go?" in desk.last.text


@pytest.mark.parametrize("what", ["supervisor", "more_attempts", "cold_mail_second_person", "anything"])
def test_decisions_of_a_supervisor_do_not_exist_for_an_advocate(desk, world, at_case, what):
    assert desk.get(f"{at_case}/approvals/{what}").status_code == 404


@pytest.mark.req("44")
def test_cold_mail_takes_two_people(desk, vault, world):
    at = f"/cases/{world.case_id}/approvals"
    with vault.writing() as session:
        home = {"kind": DestinationKind.ADDRESS, "value": "2 Elm St\nHigh Point, NC 27262", "verdicts": {}}
        way = f"{a_destination(session, world.case_id, **home).id}:letter"
    desk.sit_down(world.supervisor.card).get(f"{at}/cold_mail")
    assert desk.post(f"{at}/cold_mail", {"way": way, "reason": "No phone is known."}).status_code == 303
    desk.get(f"{at}/cold_mail_second_person")
    answer = desk.post(f"{at}/cold_mail_second_person", {"way": way, "reason": "I agree with myself."})

    assert answer.status_code == 422
    assert "Another person must decide" in answer.text


@pytest.mark.req("27")
def test_at_level_a_the_way_to_call_now_is_one_press_away_at_night(desk, vault, world, at_case, clock):
    settle(vault, world)
    officers = ChannelVerdict(Verdict.SAFE, VerdictSource.ON_SCENE, NOW)
    with vault.writing() as session:
        found = {"value": "+13365550177", "windows": (), "verdicts": {Channel.CALL: officers}}
        new = a_destination(session, world.case_id, **found)
        cases.change_standing(session, world.case_id, by=world.dana.card.id, now=NOW, level="A")
    clock.advance(timedelta(hours=12))
    page = words(desk.sit_down(world.dana.card).get(at_case))
    assert "At level A you may decide to call now." in page
    assert "Decide to call now" in page
    desk.get(f"{at_case}/approvals/first_contact")
    desk.post(
        f"{at_case}/approvals/first_contact", {"way": f"{new.id}:call", "reason": "On call; the officer noted a yes."}
    )

    assert "How did it go?" in words(desk.get(f"{at_case}/destinations/{new.id}/call"))


def test_what_she_asked_for_is_shown_with_its_own_end(desk, vault, world, at_case, clock):
    settle(vault, world)
    desk.get(f"{at_case}/requests/new")
    desk.post(f"{at_case}/requests", asked(world))
    page = desk.get(at_case).text

    ends = (NOW + timedelta(hours=24)).astimezone(ZoneInfo("America/New_York"))
    assert f'data-until="{ends.isoformat(timespec="minutes")}"' in page
