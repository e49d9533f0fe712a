"""From the case page alone: why a way is held, what to do about it, and that "she asked" is there on every hold."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html import unescape
from types import SimpleNamespace

import pytest
from builders import NOW, a_destination

from outreach import cases, people
from outreach.attempts.recording import Made, log_attempt
from outreach.case_file.standing import Standing
from outreach.case_file.view import Way
from outreach.gate.answers import Held
from outreach.gate.reasons import REASONS, Reason
from outreach.identity import deciding
from outreach.reaching.reach import save_destination
from outreach.records.cases import CaseRecord
from outreach.safe_contact import Decision, Refused
from outreach.terms import AccountHolder, Channel, Outcome
from portal.advocate.contact import ways

OPENS = ("she_asked", "safe", "check_condition", "ask_if_still_ok", "ask_after_event", "partner_may_answer")
HOLDS = [each for each in Reason if each not in OPENS]


@pytest.fixture
def at_case(desk, vault, world) -> str:
    """Dana's case with nothing on hold but its ways; her phone is on a plan shared with the partner."""
    with vault.writing() as session:
        deciding.decide(session, world.match_id, same=False, by=world.dana.card.id, now=NOW)
    with vault.writing() as session:
        phone = next(each for each in people.destinations(session, world.case_id) if each.id == world.phone.id)
        said = replace(phone.verdicts[Channel.CALL], verified_at=NOW)
        shared = replace(
            phone,
            verdicts={Channel.CALL: said, Channel.TEXT: said},
            text_consent_at=NOW - timedelta(hours=1),
            account=AccountHolder.SHARED,
        )
        save_destination(session, world.case_id, shared, version=phone.version, by=world.dana.card.id, now=NOW)
    desk.sit_down(world.dana.card)
    return f"/cases/{world.case_id}"


def words(answer) -> str:
    return unescape(answer.text)


@pytest.mark.req("22a")
def test_the_page_says_why_a_text_is_held_and_what_opens_it(desk, at_case):
    page = words(desk.get(at_case))
    assert "The partner pays for this, set it up or shares it." in page
    assert "Ask her first, or choose another way." in page
    for button in ("I asked her", "Decide without her", "She asked"):
        assert button in page


@pytest.mark.req("45")
def test_an_advocates_decision_with_its_reason_opens_that_way_and_no_other(desk, at_case, world):
    way = f"{world.phone.id}:text"
    asking = f"{at_case}/approvals/partner_will_not_see"
    assert "Choose the way." in words(desk.get(asking)) or "For which way?" in desk.last.text
    assert desk.post(asking, {"way": way, "reason": ""}).status_code == 422
    desk.get(asking)
    assert desk.post(asking, {"way": way, "reason": "She reads it at work only."}).status_code == 303
    page = words(desk.get(at_case))
    assert "Decide without her" not in page
    assert "Write a text" in page


@pytest.mark.req("22a")
def test_an_open_way_with_something_to_mind_says_what(desk, at_case):
    page = words(desk.get(at_case))
    assert "The partner may see on the bill that we called." in page or "This is the first contact." in page


@pytest.mark.req("22a")
def test_what_was_learned_of_a_phone_is_kept_and_takes_an_old_clearing_away(desk, vault, at_case, world):
    at = f"{at_case}/destinations/{world.phone.id}"
    page = words(desk.get(at))
    assert "Ask her if the partner sees it." in page
    fields = {
        "call": "safe", "text": "safe", "voicemail": "unknown", "source": "victim", "with_others": "safe",
        "may_leave_message": "unknown", "name_to_use": "Dana", "who_else": "her mother", "account": "partners",
        "shows_elsewhere": "no", "location_is_seen": "yes", "cleared": "yes",
        "version": str(hers(vault, world).version),
    }  # fmt: skip
    assert desk.post(at, fields).status_code == 303

    phone = hers(vault, world)
    assert (phone.who_else, phone.account, phone.shows_elsewhere) == ("her mother", AccountHolder.PARTNERS, False)
    assert phone.location_is_seen is True
    assert phone.proximity_cleared_at is not None
    desk.get(at)
    noted = {**fields, "source": "advocate", "account": "shared", "version": str(phone.version)}
    assert desk.post(at, noted).status_code == 303
    assert hers(vault, world).proximity_cleared_at is None


def hers(vault, world):
    with vault.reading() as session:
        return next(each for each in people.destinations(session, world.case_id) if each.id == world.phone.id)


def test_one_hold_is_said_once_on_today_with_all_its_tasks(desk, vault, world):
    with vault.writing() as session:
        cases.change_standing(session, world.case_id, by=world.dana.card.id, now=NOW, she_will_contact_us=True)
    page = words(desk.sit_down(world.dana.card).get("/today"))
    assert page.count("She will contact us. Wait for her.") == 1
    assert "Make a safety plan together." in page
    assert "Reach out." in page


@pytest.mark.req("18")
def test_a_third_call_at_the_same_hour_is_advised_against_and_stays_possible(desk, vault, at_case, world):
    with vault.writing() as session:
        session.get_one(CaseRecord, world.case_id).opened_on = (NOW - timedelta(days=3)).date()
    for days in (2, 1):
        at = NOW - timedelta(days=days)
        with vault.writing() as session:
            made = Made(Channel.CALL, Outcome.NO_ANSWER, world.phone.id, at=at)
            log_attempt(session, world.case_id, made, by=world.dana.card.id, now=NOW)
    page = words(desk.get(at_case))
    assert "Two calls in the morning got no answer. Try after 5 pm or a letter. The next try may be made now." in page
    assert "3 tries are left before a supervisor decides." in page


# --- she asked, on every hold

Steps = Callable[[object, Way], tuple]


def check_she_asked_is_offered(steps: Steps, reason: Reason) -> None:
    view = SimpleNamespace(head=SimpleNamespace(id=a_destination().id, standing=Standing()))
    way = Way(a_destination(), Channel.CALL, Held(reason))
    assert "She asked" in [each.label for each in steps(view, way)]
    assert REASONS[reason].remedy


@pytest.fixture
def steps(app, monkeypatch, world) -> Steps:
    monkeypatch.setattr(ways, "current_user", SimpleNamespace(card=world.dana.card))

    def steps(view, way) -> tuple:
        with app.test_request_context():
            return ways.mending_steps(view, way, now=NOW)

    return steps


def test_every_hold_offers_what_she_asked_for_herself(steps):
    for reason in HOLDS:
        check_she_asked_is_offered(steps, reason)


def test_planted_hold_without_it_is_caught(steps):
    with pytest.raises(AssertionError):
        check_she_asked_is_offered(lambda view, way: steps(view, way)[:-1], Reason.OUTSIDE_HOURS)


def test_no_refusal_offers_a_request_as_if_it_opened_something(steps, world):
    view = SimpleNamespace(head=SimpleNamespace(id=world.case_id, standing=Standing()))
    refusals: list[Decision] = [Refused(Reason.COMPROMISED), Refused(Reason.SUPPRESSED), Refused(Reason.UNSAFE)]
    for decision in refusals:
        offered = steps(view, Way(a_destination(verdicts={}), Channel.TEXT, decision))
        assert "She asked" not in [each.label for each in offered]
