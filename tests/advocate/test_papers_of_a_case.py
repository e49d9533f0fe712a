"""Texts and letters as an advocate sees, releases and stops them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from builders import NOW
from case_visits import CHOSEN, asked, destination, settle, words
from sqlalchemy import select

from outreach import audit, people
from outreach.gate.facts import Request
from outreach.her_word.requests import record_request
from outreach.messaging.text_boxes import change_text
from outreach.protocols.plans import PlannedTask
from outreach.protocols.steps import Step
from outreach.reaching.destinations import ChannelVerdict
from outreach.records.work import Letter, Text
from outreach.tasks import add_task
from outreach.terms import Channel, LetterState, Level, TextState, Verdict, VerdictSource


def test_a_text_is_seen_before_it_is_released_and_can_be_cancelled(desk, vault, world, at_case, opted_in):
    desk.get(f"{opted_in}/texts/new")
    seen = desk.post(f"{opted_in}/texts/preview", CHOSEN)
    assert "Choir: Call when you have a moment. No rush." in words(seen)
    with vault.reading() as session:
        assert len(session.scalars(select(Text)).all()) == 1, "a preview stores nothing"
    assert desk.post(f"{opted_in}/texts", {**CHOSEN, "body": ""}).status_code == 303

    with vault.reading() as session:
        text = session.scalars(select(Text).where(Text.id != world.text_id)).one()
    assert text.state == TextState.PLANNED
    assert "Choir: Call when you have a moment." in words(desk.get(at_case))
    desk.post(f"/texts/{text.id}/cancellation")
    with vault.reading() as session:
        assert session.get_one(Text, text.id).state == TextState.CANCELLED


def check_her_code_word(desk, vault, world) -> None:
    """Her word was right a minute later, on her phone."""
    desk.clock.advance(timedelta(minutes=1))
    at = desk.clock.now()
    checked = Request(
        channel=Channel.TEXT,
        destination_id=world.phone.id,
        verified_how="code_word",
        asked_at=at,
        expires_at=at + timedelta(minutes=30),
        by=world.dana.card.id,
        what="A chat.",
    )
    with vault.writing() as session:
        record_request(session, world.case_id, checked, now=at)


@pytest.mark.req("30")
def test_own_words_that_say_too_much_come_back_with_the_reason(desk, vault, world, opted_in):
    check_her_code_word(desk, vault, world)
    desk.get(f"{opted_in}/texts/new")
    typed = "The shelter has a bed for you"
    answer = desk.post(f"{opted_in}/texts/preview", {**CHOSEN, "template": "own", "body": typed})

    assert answer.status_code == 422
    assert typed in answer.text


@pytest.mark.req("29a")
@pytest.mark.parametrize("minutes", [25, 31])
@pytest.mark.parametrize("page", ["texts/preview", "texts"])
def test_own_words_typed_too_late_come_back_with_what_to_do(desk, vault, world, opted_in, minutes, page):
    check_her_code_word(desk, vault, world)
    desk.get(f"{opted_in}/texts/new")
    for _ in range(5):  # She is not signed out meanwhile.
        desk.clock.advance(timedelta(minutes=minutes) / 5)
        desk.get(f"{opted_in}/texts/new")
    typed = "The red house, second floor"
    answer = desk.post(f"{opted_in}/{page}", {**CHOSEN, "template": "own", "body": typed})

    assert answer.status_code == 422
    assert typed in answer.text
    assert "check it" in words(answer)
    with vault.reading() as session:
        assert len(session.scalars(select(Text)).all()) == 1


def test_without_her_yes_a_text_is_held_with_the_mend_and_cannot_be_released(
    desk, vault, world, at_case, practice_words
):
    settle(vault, world)
    at = f"{at_case}/destinations/{world.phone.id}"
    page = desk.get(f"{at}/texts/new")
    assert "There is no yes to texts that this phone has confirmed." in page.text
    assert desk.post(f"{at}/texts", {**CHOSEN}).status_code == 409

    with vault.reading() as session:
        assert len(session.scalars(select(Text)).all()) == 1


@pytest.mark.req("32")
def test_her_no_stops_texts_at_once(desk, vault, world, at_case, opted_in):
    desk.get(at_case)
    desk.clock.advance(timedelta(seconds=1))
    desk.post(f"{opted_in}/consents/withdrawal", {"route": "call", "scope": "all", "heard_by": "Dana Reyes"})

    assert "Texts to this phone were stopped." in words(desk.get(at_case))
    assert desk.post(f"{opted_in}/texts", {**CHOSEN}).status_code == 409


# Letters


def test_a_letter_shows_its_envelope_and_waits_where_mail_is_not_known_to_be_safe(desk, vault, world, at_case):
    settle(vault, world)
    at = f"{at_case}/destinations/{world.address.id}/letters"
    page = words(desk.get(f"{at}/new"))
    assert "9 CANARY LN" in page
    assert "My name is Dana." in page
    assert "She asked" in page
    assert desk.post(at, {"template": "short"}).status_code in (303, 409)

    with vault.reading() as session:
        assert len(session.scalars(select(Letter).where(Letter.case_id == world.case_id)).all()) == 1


def let_mail_be_safe(vault, world) -> None:
    settle(vault, world)
    with vault.writing() as session:
        home = next(each for each in people.destinations(session, world.case_id) if each.id == world.address.id)
        said = ChannelVerdict(Verdict.SAFE, VerdictSource.VICTIM, NOW)
        safe = replace(home, verdicts={Channel.LETTER: said})
        people.save_destination(session, world.case_id, safe, version=home.version, by=world.dana.card.id, now=NOW)


@pytest.mark.req("24")
def test_a_letter_that_may_not_go_any_more_is_not_mailed_and_the_page_says_what_to_do_with_it(
    desk, vault, world, at_case
):
    desk.get(at_case)
    answer = desk.post(f"/letters/{world.letter_id}/mailing")

    assert (answer.status_code, "Do not mail this letter" in answer.text) == (409, True)
    assert "shred it" in answer.text
    with vault.reading() as session:
        assert session.get_one(Letter, world.letter_id).state == LetterState.HELD
    page = words(desk.get(at_case))
    assert "A page of it is void since" in page
    assert "It may not go any more: something changed since it was printed." in page
    desk.post(f"/letters/{world.letter_id}/earlier-mailing")
    with vault.reading() as session:
        assert session.get_one(Letter, world.letter_id).state == LetterState.MAILED


def test_a_letter_for_two_people_says_so_on_its_case_and_has_no_page_to_open(desk, vault, world, at_case):
    with vault.writing() as session:
        session.get_one(Letter, world.letter_id).goes_alone = False
        audit.record(session, action="test.letter", by=None, cases=[world.case_id], now=NOW)
    page = words(desk.get(at_case))
    answer = desk.get(f"/letters/{world.letter_id}/page.pdf")

    assert "two people release it: it goes in a stack." in page
    assert f"/letters/{world.letter_id}/page.pdf" not in page
    assert (answer.status_code, "Put it into a stack." in answer.text) == (409, True)


def test_a_printed_letter_is_mailed_and_a_returned_one_makes_mail_unsafe(desk, vault, world, at_case):
    let_mail_be_safe(vault, world)
    desk.get(at_case)
    desk.post(f"/letters/{world.letter_id}/mailing")
    assert desk.get(f"/letters/{world.letter_id}/page.pdf").data == b"%PDF-1.7"
    assert desk.last.mimetype == "application/pdf"
    desk.post(f"/letters/{world.letter_id}/return")

    with vault.reading() as session:
        assert session.get_one(Letter, world.letter_id).state == LetterState.RETURNED
    assert destination(vault, world, "address").verdicts[Channel.LETTER].verdict is Verdict.UNSAFE


def test_a_printed_letter_is_not_handed_out_when_the_gate_says_no_meanwhile(desk, world, at_case):
    answer = desk.get(f"/letters/{world.letter_id}/page.pdf")

    assert answer.status_code == 409
    assert "Do not mail this letter" in answer.text


@pytest.mark.req("47")
def test_what_must_be_spoken_is_never_offered_as_a_text(desk, vault, world, at_case, opted_in, clock):
    with vault.writing() as session:
        spoken = PlannedTask(Step.NOTICE_BEFORE_CALL_IN, Level.B, NOW, NOW + timedelta(hours=1))
        add_task(session, world.case_id, spoken)
        audit.record(session, action="test.case", by=None, cases=[world.case_id], now=NOW)
    clock.advance(timedelta(hours=12))
    desk.sit_down(world.dana.card).get(f"{at_case}/requests/new")
    desk.post(f"{at_case}/requests", {**asked(world, "text"), "lasts": "24h"})
    first = words(desk.get(at_case)).partition('id="next"')[2].partition("</section>")[0]

    assert "Tell her before the call-in" in first
    assert "Write a text" not in first
    assert "text ···" not in first


def held(vault, world, reason: str) -> None:
    """Let the world's text be held for a reason, by a phone that was not asked about for 34 days."""
    settle(vault, world)
    with vault.writing() as session:
        text = session.get_one(Text, world.text_id)
        text.state = TextState.HELD.value
        change_text(session, text, held_reason=reason)
        phone = next(each for each in people.destinations(session, world.case_id) if each.id == world.phone.id)
        said = ChannelVerdict(Verdict.SAFE, VerdictSource.VICTIM, NOW - timedelta(days=34))
        old = replace(phone, verdicts={Channel.CALL: said, Channel.TEXT: said}, text_consent_at=NOW)
        people.save_destination(session, world.case_id, old, version=phone.version, by=world.dana.card.id, now=NOW)


def check_held_text_explains_itself(desk, vault, world, at_case, reason: str, cause: str) -> None:
    """Fail unless the first thing after the next step says why a text is held, with buttons that mend it."""
    held(vault, world, reason)
    page = words(desk.get(at_case))
    told = page.partition('id="held"')[2].partition("</section>")[0]
    assert page.index('id="next"') < page.index('id="held"') < page.index('id="safe"')
    assert cause in told
    assert "The OK for this way has run out." in told
    for label in ("Call", "I asked her", "She asked", "Another day", "Cancel"):
        assert label in told, label


@pytest.mark.parametrize(
    ("reason", "cause"), [("expired", "The OK for this way has run out."), ("text_cap", "Now also: The OK")]
)
def test_a_held_text_says_at_the_top_why_and_offers_what_mends_it(desk, vault, world, at_case, reason, cause):
    check_held_text_explains_itself(desk, vault, world, at_case, reason, cause)


def test_planted_hold_without_its_buttons_is_caught(desk, vault, world, at_case, monkeypatch):
    monkeypatch.setattr("portal.advocate.texts.sent.ways.mending_steps", lambda *_, **__: ())

    with pytest.raises(AssertionError):
        check_held_text_explains_itself(desk, vault, world, at_case, "expired", "The OK for this way has run out.")
