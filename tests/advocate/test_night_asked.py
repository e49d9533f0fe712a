"""Rule zero at night: what she asked for is kept by whoever is on call, and what came from her tonight is said."""

from datetime import timedelta
from html import unescape
from uuid import UUID

import pytest
from builders import NOW, a_case, a_destination, a_verdict
from sqlalchemy import select

from outreach import audit, people
from outreach.access import Action
from outreach.attempts.recording import Made, log_attempt
from outreach.her_word import code_words
from outreach.her_word.code_words import NewWord
from outreach.her_word.requests import live_requests, requests_in_her_words
from outreach.messaging.incoming import Incoming, keep_incoming
from outreach.on_duty import night, on_call
from outreach.on_duty.on_call import NewShift, Turn
from outreach.protocols.plans import PlannedTask
from outreach.protocols.steps import Step
from outreach.records.ledger import AuditEntry, AuditSubject
from outreach.tasks import add_task
from outreach.terms import Channel, Level, Outcome
from portal.advocate.on_duty import night_signs

pytestmark = pytest.mark.req("20")
HER_WORDS = "canary: please ring me again tonight"
BODY = "canary body of a text"


@pytest.fixture
def ana(vault) -> UUID:
    """Return a case of nobody's at level A, due until past the shift, with a yes to calls by day."""
    with vault.writing() as session:
        case_id = a_case(session, level="A")
        a_destination(session, case_id, verdicts={Channel.CALL: a_verdict()})
        add_task(session, case_id, PlannedTask(Step.EMERGENCY_CONTACT, Level.A, NOW, NOW + timedelta(hours=4)))
        audit.record(session, action="test.case", by=None, cases=[case_id], now=NOW)
    return case_id


@pytest.fixture
def desk_at_night(vault, world, desk, clock, ana):
    """Return the desk of a colleague on call, at half past eleven in the evening."""
    clock.advance(timedelta(hours=13.5))
    with vault.writing() as session:
        shift = NewShift(
            world.other.card.id, Turn.FIRST, clock.now() - timedelta(hours=3), clock.now() + timedelta(hours=5)
        )
        on_call.add_shift(session, shift, by=None, now=clock.now())
    return desk.sit_down(world.other.card)


def phone(vault, case_id: UUID) -> UUID:
    with vault.reading() as session:
        return people.destinations(session, case_id)[0].id


def asked(vault, case_id: UUID, **fields: str) -> dict[str, str]:
    way = f"{phone(vault, case_id)}:call"
    return {"way": way, "what": HER_WORDS, "lasts": "2h", "verified_how": "live_call", **fields}


def requests(vault, case_id: UUID, clock) -> int:
    with vault.reading() as session:
        return len(live_requests(session, case_id, at=clock.now()))


def ask(desk, vault, case_id: UUID, **fields: str):
    desk.get(f"/night/cases/{case_id}/requests/new")
    return desk.post(f"/night/cases/{case_id}/requests", asked(vault, case_id, **fields))


def check_each_hold_offers_it(desk, case_id: UUID) -> None:
    for where in ("/night", f"/night/cases/{case_id}"):
        assert f"/night/cases/{case_id}/requests/new" in desk.get(where).text, where


def test_each_hold_of_the_night_offers_what_she_asked_for(desk_at_night, ana):
    check_each_hold_offers_it(desk_at_night, ana)


def test_planted_hold_of_the_night_without_it_is_caught(desk_at_night, ana, monkeypatch):
    monkeypatch.setattr(night_signs, "asked_of_way", lambda *_: ())
    monkeypatch.setattr(night_signs, "asked_of_any", lambda *_: ())

    with pytest.raises(AssertionError):
        check_each_hold_offers_it(desk_at_night, ana)


def test_what_she_asked_for_opens_the_call_at_once_and_is_on_record(desk_at_night, vault, world, clock, ana):
    call = f"/night/cases/{ana}/destinations/{phone(vault, ana)}/call"
    assert "How did it go?" not in desk_at_night.get(call).text
    assert ask(desk_at_night, vault, ana).location == f"/night/cases/{ana}"

    assert "How did it go?" in desk_at_night.get(call).text
    with vault.reading() as session:
        (kept,) = requests_in_her_words(session, ana, at=clock.now())
        about = (
            select(AuditEntry.actor_id)
            .join(AuditSubject, AuditSubject.entry_id == AuditEntry.id)
            .where(AuditSubject.case_id == ana, AuditEntry.action == "request.record")
        )
        assert session.scalars(about).all() == [world.other.card.id]
    assert (kept.what, kept.verified_how, kept.by) == (HER_WORDS, "live_call", world.other.card.id)
    assert HER_WORDS not in desk_at_night.get(f"/night/cases/{ana}").text


def test_it_says_what_when_and_how_it_was_known_to_be_she(desk_at_night, vault, clock, ana):
    for missing in ("way", "what", "verified_how"):
        assert ask(desk_at_night, vault, ana, **{missing: ""}).status_code == 422
    assert ask(desk_at_night, vault, ana, verified_how="text").status_code == 422
    assert requests(vault, ana, clock) == 0


def check_the_walls_of_the_shift(desk, vault, world, clock, case_id: UUID) -> None:
    """Nobody without a shift, nobody after it, and no case that is not on the card."""
    desk.get("/night")
    typed = asked(vault, case_id)
    for who in (world.other, world.dana):
        desk.sit_down(who.card).get("/today")
        assert desk.get(f"/night/cases/{case_id}/requests/new").status_code == 404
        assert desk.post(f"/night/cases/{case_id}/requests", typed).status_code == 404
    assert requests(vault, case_id, clock) == 0


def test_nobody_keeps_it_before_or_after_the_shift(desk_at_night, vault, world, clock, ana):
    clock.advance(timedelta(hours=5))
    check_the_walls_of_the_shift(desk_at_night, vault, world, clock, ana)


def test_nobody_keeps_it_in_a_case_that_is_not_on_the_card(desk_at_night, vault, world, clock):
    with vault.writing() as session:
        quiet = a_case(session, level="C")
        a_destination(session, quiet, verdicts={Channel.CALL: a_verdict()})
    check_the_walls_of_the_shift(desk_at_night, vault, world, clock, quiet)


def test_planted_door_without_a_shift_is_caught(desk_at_night, vault, world, clock, ana, monkeypatch):
    clock.advance(timedelta(hours=5))
    monkeypatch.setattr(night, "on_duty", lambda *_, now, **__: (None, now + timedelta(hours=12)))

    with pytest.raises(AssertionError):
        check_the_walls_of_the_shift(desk_at_night, vault, world, clock, ana)


@pytest.mark.req("28")
def test_her_code_word_counts_at_night_and_her_word_for_danger_keeps_nothing(desk_at_night, vault, world, clock, ana):
    with vault.writing() as session:
        new = NewWord(word="blue heron", danger="red heron", wanted="Call my sister.", police=False, how="in_person")
        code_words.keep(session, ana, new, by=world.dana.card.id, now=NOW)
    wrong = ask(desk_at_night, vault, ana, verified_how="code_word", code_word="green heron")
    assert wrong.status_code == 422
    assert "Help her all the same." in unescape(wrong.text)

    right = ask(desk_at_night, vault, ana, verified_how="code_word", code_word="blue heron")
    assert requests(vault, ana, clock) == 1
    danger = ask(desk_at_night, vault, ana, verified_how="code_word", code_word="red heron")

    assert (right.status_code, right.location) == (danger.status_code, danger.location)
    assert requests(vault, ana, clock) == 1
    assert "Call my sister." in unescape(desk_at_night.get(f"/night/cases/{ana}").text)


def a_text_of_hers(vault, case_id: UUID, *, at) -> None:
    with vault.writing() as session:
        keep_incoming(session, case_id, Incoming(at.isoformat(), "+13365550199", BODY, "words"))
        audit.record(session, action="test.text", by=None, cases=[case_id], now=at)


def check_tonights_text_is_said_and_no_word_of_it(desk, vault, clock, case_id: UUID) -> None:
    a_text_of_hers(vault, case_id, at=clock.now() - timedelta(hours=10))
    assert "New message" not in desk.get("/night").text

    a_text_of_hers(vault, case_id, at=clock.now() - timedelta(minutes=5))

    for where in ("/night", f"/night/cases/{case_id}"):
        assert "New message" in desk.get(where).text
        assert BODY not in desk.last.text


@pytest.mark.req("43")
def test_a_text_of_tonight_is_said_as_new_message_only(desk_at_night, vault, clock, ana):
    check_tonights_text_is_said_and_no_word_of_it(desk_at_night, vault, clock, ana)
    assert "it opens no way" in desk_at_night.last.text


def test_planted_night_card_without_tonights_text_is_caught(desk_at_night, vault, clock, ana, monkeypatch):
    monkeypatch.setattr(night, "newest_at", lambda *_: None)

    with pytest.raises(AssertionError):
        check_tonights_text_is_said_and_no_word_of_it(desk_at_night, vault, clock, ana)


def test_that_she_called_back_tonight_is_said_without_the_note_on_it(desk_at_night, vault, world, clock, ana):
    with vault.writing() as session:
        made = Made(Channel.CALL, Outcome.NO_ANSWER, phone(vault, ana), at=clock.now() - timedelta(minutes=9))
        log_attempt(session, ana, made, by=world.dana.card.id, now=clock.now())
    assert "got in touch" not in desk_at_night.get("/night").text
    with vault.writing() as session:
        made = made._replace(she_contacted_us=True, note=BODY)
        log_attempt(session, ana, made, by=world.dana.card.id, now=clock.now())

    assert "She got in touch." in desk_at_night.get("/night").text
    assert "She got in touch with us, " in desk_at_night.get(f"/night/cases/{ana}").text
    assert BODY not in desk_at_night.last.text


def test_only_who_may_see_the_night_finds_the_page(desk_at_night, world, ana):
    assert world.other.card.may(Action.SEE_NIGHT)
    assert desk_at_night.get(f"/cases/{ana}/requests/new").status_code == 404
