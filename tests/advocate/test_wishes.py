"""Requirement 20a: approvals on a phone; any peer after half an hour; calls proceed meanwhile, the rest waits."""

from datetime import timedelta
from html import unescape

import pytest
from advocate_desk import Desk
from builders import HIGH_POINT, NOW
from case_visits import SECRETS, settle
from signed_events import a_body
from sqlalchemy import select

from outreach import audit, cases
from outreach.approvals import approving, second_person
from outreach.approvals import wishes as approval_wishes
from outreach.approvals.approving import Decided
from outreach.attempts.recording import Made, log_attempt
from outreach.case_file.history import EventTokens, Sent
from outreach.events import parse_event
from outreach.gate.answers import Held
from outreach.gate.facts import Approval
from outreach.gate.gate_facts import facts_for_gate
from outreach.gate.questions import Question
from outreach.gate.reasons import Reason
from outreach.ingesting.arrivals import Arrival
from outreach.ingesting.continuing import continue_case
from outreach.on_duty import paging
from outreach.protocols.steps import Step
from outreach.records.cases import CaseRecord
from outreach.records.work import Task
from outreach.safe_contact import Allowed, may_contact
from outreach.terms import Channel, ContentLevel, Outcome

pytestmark = pytest.mark.req("20a")

AGREES = {"answer": "yes", "reason": "It is her best chance."}


def words(answer) -> str:
    return unescape(answer.text)


@pytest.fixture
def asked(desk, vault, world, at_case) -> str:
    """Dana asked for one more call; return the address of her wish."""
    settle(vault, world)
    desk.get(f"{at_case}/wishes/more_attempts")
    desk.post(f"{at_case}/wishes/more_attempts", {"way": f"{world.phone.id}:call", "reason": "She works nights."})
    assert desk.last.status_code == 303
    return address(vault, world)


def address(vault, world) -> str:
    with vault.reading() as session:
        (wish,) = approval_wishes.waiting(session, world.supervisor.card, now=NOW)
        return f"/wishes/{wish.id}"


def given(vault, world, approval: Approval, *, at=NOW + timedelta(hours=1)) -> list[str]:
    with vault.reading() as session:
        standing, _ = cases.standing(session, world.case_id)
        return [each.by for each in standing.live_approvals(at) if each.approval == approval]


def news_comes(vault, world, *, after: timedelta) -> None:
    """Take in that the partner is out of jail: it happened before anyone decided, and nobody here knew."""
    at, before = NOW + after, (NOW - timedelta(hours=1)).isoformat()
    event = parse_event(a_body("custody_changed", custody="out", occurred_at=before, effective_at=before))
    tokens = EventTokens(b"e" * 32, b"b" * 32)
    with vault.writing() as session:
        arrival = Arrival(Sent("high-point-pd", "ev-out", at, event), tokens, HIGH_POINT, at)
        continue_case(session, world.case_id, arrival, None)
        audit.record(session, action="event.take_in", by=None, cases=[world.case_id], now=at)


def sits(app, clock, vault, who) -> Desk:
    return Desk(app.test_client(), clock, vault).sit_down(who.card)


def test_a_supervisor_is_paged_and_answers_in_two_taps_without_learning_who_she_is(
    app, clock, vault, world, desk, asked
):
    with vault.reading() as session:
        assert paging.waiting_for(session, world.supervisor.card.id)
    phone = sits(app, clock, vault, world.supervisor)
    assert "Dana Reyes asks for a second person" in words(phone.get("/today"))
    page = words(phone.get(asked))
    assert "She works nights." in page
    assert not [each for each in SECRETS if each in page]

    phone.post(asked, AGREES)
    assert phone.last.status_code == 303
    assert str(world.supervisor.card.id) in given(vault, world, Approval.MORE_ATTEMPTS)


def test_who_answers_is_told_that_news_came_since_it_was_asked(app, clock, vault, world, asked):
    phone = sits(app, clock, vault, world.supervisor)
    assert "New since" not in words(phone.get(asked))
    news_comes(vault, world, after=timedelta(minutes=1))
    page = words(phone.get(asked))
    assert "New since you were asked. Nov 20: The partner is out of jail." in page
    assert "Ask them first what it changes." in page
    assert not [each for each in SECRETS if each in page]


@pytest.fixture
def begun(desk, vault, world, at_case) -> str:
    """A supervisor let contact begin where it had to wait for one."""
    settle(vault, world)
    with vault.writing() as session:
        cases.change_standing(session, world.case_id, by=world.supervisor.card.id, now=NOW, supervisor_hold=True)
        decided, card = Decided(Approval.SUPERVISOR), world.supervisor.card
        approving.decide(session, card, world.case_id, decided=decided, reason="She is no danger to him.", now=NOW)
    desk.sit_down(world.supervisor.card)
    return at_case


def check_what_a_supervisor_let_begin_waits_again(desk, vault, world, at_case) -> None:
    assert "Let contact begin" not in words(desk.get(at_case))
    assert isinstance(gate(vault, world, NOW + timedelta(minutes=4)), Allowed)
    news_comes(vault, world, after=timedelta(minutes=5))

    assert gate(vault, world, NOW + timedelta(minutes=6)) == Held(Reason.NEWS_SINCE_LEAVE)
    page = words(desk.get(at_case))
    assert "New since a supervisor agreed. Nov 20: The partner is out of jail." in page
    assert "Let contact begin" in page
    assert "New since this was last decided." in words(desk.get(f"{at_case}/approvals/supervisor"))


def gate(vault, world, at):
    with vault.reading() as session:
        return may_contact(
            world.phone, Channel.CALL, ContentLevel.NONE, at=at, facts=facts_for_gate(session, world.case_id, at=at)
        )


@pytest.mark.req("10")
def test_news_ends_what_a_supervisor_let_begin_and_says_what_came(desk, clock, vault, world, begun):
    check_what_a_supervisor_let_begin_waits_again(desk, vault, world, begun)

    clock.advance(timedelta(minutes=6))
    desk.get(f"{begun}/approvals/supervisor")
    desk.post(f"{begun}/approvals/supervisor", {"reason": "Weighed with the news."})
    assert isinstance(gate(vault, world, NOW + timedelta(minutes=10)), Allowed)


@pytest.mark.req("P2b")
def test_whoever_decides_is_asked_when_news_ends_what_they_let_begin(vault, world, begun):
    def alerts() -> int:
        with vault.reading() as session:
            asked = select(Task.id).where(Task.case_id == world.case_id, Task.step == Step.SUPERVISOR_ALERT.value)
            return len(session.scalars(asked).all())

    before = alerts()
    news_comes(vault, world, after=timedelta(minutes=5))
    assert alerts() == before + 1


@pytest.mark.req("10")
def test_planted_gate_that_asks_no_supervisor_anew_is_caught(desk, vault, world, begun, monkeypatch):
    monkeypatch.setattr(Question, "news_at", None)

    with pytest.raises(AssertionError):
        check_what_a_supervisor_let_begin_waits_again(desk, vault, world, begun)


def test_a_call_proceeds_meanwhile_on_the_advocates_own_reason(vault, world, asked):
    assert given(vault, world, Approval.MORE_ATTEMPTS) == [str(world.dana.card.id)]


@pytest.mark.req("18")
def test_asking_again_gives_no_further_call_meanwhile_until_the_next_day(desk, app, clock, vault, world, asked):
    phone = sits(app, clock, vault, world.supervisor)
    phone.get(asked)
    phone.post(asked, {"answer": "no", "reason": "Enough for today."})
    about = Decided(Approval.MORE_ATTEMPTS, (world.phone.id, Channel.CALL))

    def ask(later: timedelta) -> list[str]:
        with vault.writing() as session:
            card, now = world.dana.card, NOW + later
            approval_wishes.ask(session, card, world.case_id, decided=about, reason="Please.", now=now)
        return given(vault, world, Approval.MORE_ATTEMPTS, at=NOW + later)

    assert ask(timedelta(minutes=5)) == []
    assert ask(timedelta(hours=24, minutes=6)) == [str(world.dana.card.id)]


def says_what_may_be_done_meanwhile(desk, app, clock, vault, world, at_case) -> None:
    """Ask, call, and ask again: what the pages promise at each moment is what the gate would let through."""
    page, form = f"{at_case}/wishes/more_attempts", {"way": f"{world.phone.id}:call", "reason": "She works nights."}
    assert "One call you may make meanwhile" in words(desk.get(page))
    desk.post(page, form)
    sam = sits(app, clock, vault, world.supervisor)
    assert "One call may be made meanwhile." in words(sam.get(address(vault, world)))
    assert "gave one call then: all waits now." in words(desk.get(page))
    made = Made(Channel.CALL, Outcome.NO_ANSWER, world.phone.id, at=NOW + timedelta(minutes=1))
    with vault.writing() as session:
        log_attempt(session, world.case_id, made, by=world.dana.card.id, now=NOW + timedelta(minutes=1))
    clock.advance(timedelta(minutes=2))
    answer = words(sam.get(address(vault, world)))
    assert ("One call may" in answer, "It waits until then." in answer) == (False, True)


def test_pages_promise_a_call_meanwhile_only_while_one_may_be_made(desk, app, clock, vault, world, at_case):
    settle(vault, world)
    says_what_may_be_done_meanwhile(desk, app, clock, vault, world, at_case)
    assert "meanwhile" not in words(desk.get(f"{at_case}/wishes/supervisor"))


@pytest.mark.parametrize("which", ["may_call_meanwhile", "_may_call"])
def test_planted_promise_that_is_always_made_is_caught(desk, app, clock, vault, world, at_case, monkeypatch, which):
    settle(vault, world)
    monkeypatch.setattr(approval_wishes, which, lambda *_, **__: True)
    with pytest.raises(AssertionError):
        says_what_may_be_done_meanwhile(desk, app, clock, vault, world, at_case)


def test_a_text_waits_for_the_answer(desk, vault, world, at_case):
    settle(vault, world)
    desk.get(f"{at_case}/wishes/more_attempts")
    desk.post(f"{at_case}/wishes/more_attempts", {"way": f"{world.phone.id}:text", "reason": "She works nights."})

    assert desk.last.status_code == 303
    assert given(vault, world, Approval.MORE_ATTEMPTS) == []


def test_a_no_ends_what_was_begun_meanwhile(app, clock, vault, world, asked):
    phone = sits(app, clock, vault, world.supervisor)
    phone.get(asked)
    phone.post(asked, {"answer": "no", "reason": "Enough for today."})

    assert given(vault, world, Approval.MORE_ATTEMPTS) == []
    assert phone.get(asked).status_code == 404


@pytest.mark.parametrize(("minutes", "may"), [(29, False), (30, True)])
def test_after_half_an_hour_any_peer_may_answer(app, clock, vault, world, asked, minutes, may):
    clock.advance(timedelta(minutes=minutes))
    peer = sits(app, clock, vault, world.other)

    assert ("asks for a second person" in words(peer.get("/today"))) is may
    assert peer.get(asked).status_code == (200 if may else 404)
    assert peer.post(asked, AGREES).status_code == (303 if may else 404)


def test_who_asked_never_answers(desk, clock, vault, world, asked):
    clock.advance(timedelta(minutes=40))
    desk.sit_down(world.dana.card)
    desk.get(asked)

    assert desk.post(asked, AGREES).status_code == 422
    assert "Another person must answer" in words(desk.last)


def test_a_walled_case_waits_for_a_supervisor_however_long(app, clock, vault, world, asked):
    with vault.writing() as session:
        session.get_one(CaseRecord, world.case_id).is_restricted = True
        cases.change_standing(session, world.case_id, by=world.supervisor.card.id, now=NOW, paused=False)
    clock.advance(timedelta(hours=3))

    assert sits(app, clock, vault, world.other).get(asked).status_code == 404
    assert sits(app, clock, vault, world.supervisor).get(asked).status_code == 200


def test_a_hold_for_a_supervisor_offers_to_ask_one(desk, vault, world, at_case):
    settle(vault, world)
    with vault.writing() as session:
        cases.change_standing(session, world.case_id, by=world.supervisor.card.id, now=NOW, supervisor_hold=True)
    assert f"{at_case}/wishes/supervisor" in words(desk.get(at_case))

    desk.get(f"{at_case}/wishes/supervisor")
    desk.post(f"{at_case}/wishes/supervisor", {"reason": "She called the hot line herself."})
    assert desk.last.status_code == 303
    assert given(vault, world, Approval.SUPERVISOR) == []


@pytest.mark.parametrize("what", ["cold_mail", "first_contact", "anything"])
def test_nothing_else_is_asked_for_this_way(desk, at_case, what):
    assert desk.get(f"{at_case}/wishes/{what}").status_code == 404


def test_planted_wait_of_no_minutes_is_caught(app, clock, vault, world, asked, monkeypatch):
    monkeypatch.setattr(second_person, "PEERS_AFTER", timedelta(0))

    with pytest.raises(AssertionError):
        test_after_half_an_hour_any_peer_may_answer(app, clock, vault, world, asked, 29, False)


def test_planted_text_that_proceeds_meanwhile_is_refused(vault, world):
    decided, card = Decided(Approval.MORE_ATTEMPTS, (world.phone.id, Channel.TEXT)), world.dana.card
    with vault.writing() as session, pytest.raises(approving.NotTheirsToDecide):
        approving.give_meanwhile(session, card, world.case_id, decided=decided, reason="No.", now=NOW)
