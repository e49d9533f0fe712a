"""One worker at a meeting that needs two: asked with one tap; a supervisor, later any peer, answers; it waits (20a)."""

from datetime import timedelta
from uuid import UUID

import pytest
from advocate_desk import Desk
from builders import NOW, a_staff_member
from case_visits import SECRETS, settle, words
from meeting_world import POINT, a_place, a_plan
from sqlalchemy import select

from outreach.approvals import second_person
from outreach.approvals import wishes as approval_wishes
from outreach.approvals.approving import NotTheirsToDecide
from outreach.meetings import keeping as meeting_keeping
from outreach.meetings import planning as meeting_planning
from outreach.meetings import wishes as meeting_wishes
from outreach.meetings.boxes import open_meeting
from outreach.meetings.view import find_to_change
from outreach.on_duty import paging
from outreach.records.approvals import ApprovalWish
from outreach.records.cases import CaseRecord
from outreach.records.meetings import Meeting
from outreach.records.staff import Staff
from outreach.staff.staffing import card
from outreach.terms import PageAbout, Role

pytestmark = [pytest.mark.req("20a"), pytest.mark.req("53")]

YES, NO = {"answer": "yes", "reason": "She knows Dana well."}, {"answer": "no", "reason": "Take Lee with you."}
SAFE = {"whereabouts": "elsewhere", "lives_there": "no", "weapons": "no", "order": "unknown", "goes_ahead": "yes"}


@pytest.fixture
def alone(desk, vault, world, at_case) -> str:
    """Dana would go alone to a first meeting and has checked safety; return its address."""
    settle(vault, world)
    with vault.writing() as session:
        place = a_place(session, world.case_id)
        plan = a_plan(place.id, world.dana.card.id, None, world.supervisor.card.id)
        meeting_id = meeting_planning.plan_meeting(session, world.dana.card, world.case_id, plan, now=NOW)
    at = f"/meetings/{meeting_id}"
    desk.get(f"{at}/safety-check")
    desk.post(f"{at}/safety-check", {**SAFE, "words": ""})
    return at


@pytest.fixture
def asked(desk, vault, world, alone) -> str:
    """She asked for it with one tap; return the address of her wish."""
    desk.get(alone)
    assert desk.post(f"{alone}/wish", {"because": ""}).status_code == 303
    with vault.reading() as session:
        return f"/wishes/{session.scalars(select(ApprovalWish)).one().id}"


def sits(app, clock, vault, who) -> Desk:
    return Desk(app.test_client(), clock, vault).sit_down(who.card)


def may_check_in(desk: Desk, at: str) -> bool:
    return f'action="{at}/check-in"' in desk.get(at).text


def test_a_supervisor_is_paged_and_answers_without_learning_who_she_is_or_where(
    app, clock, vault, world, desk, alone, asked
):
    with vault.reading() as session:
        (page,) = paging.waiting_for(session, world.supervisor.card.id)
    assert page.about is PageAbout.APPROVAL
    phone = sits(app, clock, vault, world.supervisor)
    assert asked in phone.get("/today").text
    page = words(phone.get(asked))
    assert "Dana Reyes would go alone" in page
    assert not [each for each in (*SECRETS, POINT) if each in page]
    assert phone.post(asked, YES).status_code == 303
    assert may_check_in(desk, alone)


def test_the_meeting_waits_until_somebody_answers(desk, clock, alone, asked):
    page = words(desk.get(alone))
    assert "any colleague may answer. It waits until then." in page
    assert "Ask a supervisor" not in page
    assert not may_check_in(desk, alone)
    desk.get(alone)
    assert desk.post(f"{alone}/check-in").status_code == 409


def half_an_hour(app, clock, vault, world, asked, minutes, may) -> None:
    """See what a peer may do so long after the asking."""
    clock.advance(timedelta(minutes=minutes))
    peer = sits(app, clock, vault, world.other)
    assert (asked in peer.get("/today").text) is may
    assert peer.get(asked).status_code == (200 if may else 404)
    assert peer.post(asked, YES).status_code == (303 if may else 404)


@pytest.mark.parametrize(("minutes", "may"), [(29, False), (30, True)])
def test_after_half_an_hour_any_peer_may_let_one_worker_go(app, clock, vault, world, desk, alone, asked, minutes, may):
    half_an_hour(app, clock, vault, world, asked, minutes, may)
    assert may_check_in(desk.sit_down(world.dana.card), alone) is may


def test_planted_peer_who_need_not_wait_is_caught(app, clock, vault, world, asked, monkeypatch):
    monkeypatch.setattr(second_person, "PEERS_AFTER", timedelta(0))
    with pytest.raises(AssertionError):
        half_an_hour(app, clock, vault, world, asked, 29, False)


def test_a_no_leaves_it_waiting_and_it_can_be_asked_anew(app, clock, vault, world, desk, alone, asked):
    boss = sits(app, clock, vault, world.supervisor)
    boss.get(asked)
    assert boss.post(asked, NO).status_code == 303
    assert not may_check_in(desk, alone)
    assert "Ask a supervisor" in words(desk.last)


def nobody_answers_their_own(vault, world, alone, clock) -> None:
    """See that neither who asked, nor who goes, nor a peer who planned it answers."""
    later = NOW + timedelta(hours=1)
    with vault.writing() as session:
        third = card(session.get_one(Staff, a_staff_member(session, name="Tara Third", role=Role.SUPERVISOR)))
        meeting = session.get_one(Meeting, UUID(alone.rpartition("/")[2]))
        meeting.lead_id, meeting.second_id = world.other.card.id, None
        session.flush()
        wish = meeting_wishes.ask(session, third, find_to_change(session, third, meeting.id), reason="", now=NOW)
    for who in (third, world.other.card, world.dana.card):  # She asked; he goes; she planned it.
        with vault.writing() as session, pytest.raises(NotTheirsToDecide):
            approval_wishes.answer(session, who, wish, agrees=True, reason="It is fine.", now=later)


def test_nobody_lets_themselves_go_alone(vault, world, alone, clock):
    nobody_answers_their_own(vault, world, alone, clock)


@pytest.mark.parametrize("planted", ["is_mine", "is_there"])
def test_planted_leave_given_to_oneself_is_caught(vault, world, alone, clock, monkeypatch, planted):
    if planted == "is_mine":
        really = approval_wishes.wish_of
        monkeypatch.setattr(
            approval_wishes,
            "wish_of",
            lambda row, *rest: really(row, *rest).__class__(
                id=row.id, case_id=row.case_id, handle="", asked_by="", asked_at=row.asked_at, is_mine=False
            ),
        )
    else:
        monkeypatch.setattr(meeting_keeping, "is_there", lambda *_: False)
    with pytest.raises(pytest.fail.Exception):
        nobody_answers_their_own(vault, world, alone, clock)


def test_a_walled_case_waits_for_a_supervisor_however_long(app, clock, vault, world, asked):
    with vault.writing() as session:
        session.get_one(CaseRecord, world.case_id).is_restricted = True
        approval_wishes.audit.record(session, action="test.wall", by=None, cases=[world.case_id], now=NOW)
    half_an_hour(app, clock, vault, world, asked, 180, False)


def test_a_supervisor_who_agrees_on_the_meetings_page_ends_the_asking(app, clock, vault, world, desk, alone, asked):
    boss = sits(app, clock, vault, world.supervisor)
    boss.get(alone)
    assert boss.post(f"{alone}/one-worker", {"because": "She knows her well."}).status_code == 303
    assert asked not in boss.get("/today").text
    with vault.reading() as session:
        meeting = session.get_one(Meeting, UUID(alone.rpartition("/")[2]))
        assert open_meeting(session, meeting).agreed_because == "She knows her well."


def test_a_meeting_called_off_asks_nobody_any_more(app, clock, vault, world, desk, alone, asked):
    desk.get(alone)
    desk.post(f"{alone}/cancellation", {"because": "She is ill."})
    boss = sits(app, clock, vault, world.supervisor)
    assert asked not in boss.get("/today").text
    assert boss.get(asked).status_code == 404


def test_asking_twice_is_asking_once(desk, vault, alone, asked):
    desk.post(f"{alone}/wish", {"because": "Again."})
    with vault.reading() as session:
        assert len(session.scalars(select(ApprovalWish)).all()) == 1
