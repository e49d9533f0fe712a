"""One text, from the advocate's click to her phone, and everything that may keep it from leaving."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from builders import NOW, a_case
from sqlalchemy import update
from texting import BASE, HER_PHONE, REMINDER, SENDER, Desk

from outreach.audit import WORKER
from outreach.messaging import half_hour, texts, threads
from outreach.messaging.texts import TextGone
from outreach.messaging.wording import Typed, UnfitWording
from outreach.records.cases import CaseKeyRecord
from outreach.records.work import Text


def test_what_she_asked_for_reaches_her_phone_and_the_case_page_says_delivered(desk: Desk) -> None:
    text_id = desk.release()

    assert desk.run() == 1
    [sent] = desk.accepts
    assert sent["To"] == HER_PHONE
    assert sent["From"] == SENDER
    assert sent["Body"] == "Front desk: Your Tuesday 10:00 time is set."
    assert desk.text(text_id)[0] == "accepted"

    desk.pass_time(timedelta(seconds=4))
    desk.take_in()
    assert desk.text(text_id)[0] == "delivered"
    assert [line.body for line in desk.app.exchange.phone(HER_PHONE).lines] == [sent["Body"]]
    assert desk.tasks() == []


@pytest.mark.req("P4")
def test_a_text_is_sent_once_however_often_the_sender_runs(desk: Desk) -> None:
    desk.release()

    for _ in range(5):
        desk.run()

    assert len(desk.accepts) == 1


def test_a_second_tap_is_the_same_text(desk: Desk) -> None:
    assert desk.release() == desk.release()
    desk.run()
    assert len(desk.accepts) == 1


@pytest.mark.req("35")
@pytest.mark.req("S-8")
def test_a_text_may_not_arrive_after_what_she_asked_for_ends(desk: Desk) -> None:
    desk.release()
    desk.run()

    assert int(desk.accepts[0]["ValidityPeriod"]) == 6 * 3600 - 60


@pytest.mark.req("35")
@pytest.mark.req("S-8")
def test_an_unprompted_text_may_not_arrive_after_her_hours(desk: Desk) -> None:
    text_id = desk.release(asked=False)
    assert desk.run() == 0

    with desk.vault.reading() as session:
        release_at = session.get_one(Text, text_id).release_at
    desk.clock.advance(release_at - desk.clock.now())
    desk.run()

    [sent] = desk.accepts
    closes_at = release_at.replace(hour=22, minute=0, second=0, microsecond=0)  # 17:00 in High Point
    left = int((closes_at - release_at).total_seconds())
    assert 1 <= int(sent["ValidityPeriod"]) == min(36_000, left - 60)


@pytest.mark.req("P2")
def test_an_unprompted_text_waits_two_to_forty_eight_hours_or_to_her_next_hours(desk: Desk) -> None:
    text_id = desk.release(asked=False)

    with desk.vault.reading() as session:
        release_at = session.get_one(Text, text_id).release_at
    assert timedelta(hours=2) <= release_at - NOW <= timedelta(hours=80)  # Friday: the weekend is not in her hours
    assert (release_at.hour, release_at.minute) != (14, 0)


def typed_words_need_her_code_word(desk: Desk) -> None:
    """Requirement 29a: neither unprompted nor on a request made otherwise, and no longer than half an hour."""
    with pytest.raises(UnfitWording):
        desk.release(Typed(body="See you at ten"), asked=False)
    for how in ("live_call", "in_person"):
        desk.how = how
        with pytest.raises(UnfitWording):
            desk.release(Typed(body="See you at ten"))
    desk.how = "code_word"
    desk.she_asked()
    desk.clock.advance(timedelta(minutes=30))
    with pytest.raises(UnfitWording):
        desk.release(Typed(body="See you at ten"), asked=False)


@pytest.mark.req("30")
@pytest.mark.req("29a")
def test_typed_words_need_her_code_word_and_pass_the_same_check(desk: Desk) -> None:
    typed_words_need_her_code_word(desk)

    desk.how = "code_word"
    for telling in ("Court is at ten", "Lena, at ten", "Rosa here, at ten"):
        with pytest.raises(UnfitWording):
            desk.release(Typed(body=telling))

    desk.release(Typed(body="See you at ten – don’t rush"))
    desk.run()
    assert desk.accepts[0]["Body"] == "See you at ten - don't rush"


def test_a_released_text_can_be_cancelled_until_it_leaves(desk: Desk) -> None:
    text_id = desk.release()
    with desk.vault.writing() as session:
        texts.cancel(session, text_id, by=desk.staff, now=desk.clock.now())
    desk.run()

    assert desk.accepts == []
    with desk.vault.writing() as session, pytest.raises(TextGone):
        texts.cancel(session, text_id, by=desk.staff, now=desk.clock.now())


@pytest.mark.req("P2")
def test_only_a_member_of_staff_can_release(desk: Desk) -> None:
    from sqlalchemy.exc import IntegrityError

    with pytest.raises(IntegrityError), desk.vault.writing() as session:
        texts.release(session, desk.case, desk.phone.id, wording=REMINDER, request=desk.a_request(), by=WORKER, now=NOW)


def test_the_thread_shows_each_text_and_is_audited(desk: Desk) -> None:
    text_id = desk.release()

    with desk.vault.writing() as session:
        [card] = threads.conversation(session, desk.case, by=desk.staff, now=desk.clock.now()).messages

    assert (card.id, card.state, card.was_asked_for) == (text_id, "planned", True)
    assert card.body.startswith("Front desk")


@pytest.mark.req("39")
def test_every_attempt_has_a_token_of_its_own(desk: Desk) -> None:
    desk.fault("status_429")
    desk.release()
    desk.run()
    desk.clock.advance(timedelta(minutes=2))
    desk.run()

    calls = [entry for entry in desk.app.journal.requests if entry["path"].endswith("Messages.json")]
    addresses = [dict(call["parameters"])["StatusCallback"] for call in calls]
    assert len(set(addresses)) == 2
    assert all(address.startswith(BASE + "/twilio/status/") for address in addresses)
    assert isinstance(desk.staff, UUID)


@pytest.mark.req("P5")
def test_a_case_whose_keys_do_not_open_keeps_no_other_text_waiting(desk: Desk) -> None:
    desk.release()
    with desk.vault.writing() as session:
        session.execute(update(CaseKeyRecord).where(CaseKeyRecord.owner_id == desk.case).values(commitment=b"x" * 32))
        desk.case = a_case(session, assigned_to=desk.staff)
        desk.phone = desk.a_phone(session, value="+13365550177")
    desk.release()
    desk.vault.case_keys = type(desk.vault.case_keys)()  # As after a restart.
    desk.run()

    assert [call["To"] for call in desk.accepts] == ["+13365550177"]
    assert sorted(desk.states()) == ["accepted", "held"]


@pytest.mark.req("29a")
def test_planted_typing_on_any_request_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(half_hour, "may_type", lambda destination, facts, **_: facts.request is not None)

    with pytest.raises(pytest.fail.Exception):
        typed_words_need_her_code_word(desk)


@pytest.mark.req("P2")
def test_at_level_a_nothing_waits_but_for_her_hours(desk: Desk) -> None:
    from outreach.cases import change_standing

    with desk.vault.writing() as session:
        change_standing(session, desk.case, by=desk.staff, now=NOW, level="A")
    desk.release(asked=False)

    assert desk.run() == 1
    assert len(desk.accepts) == 1


@pytest.mark.req("29a")
def test_texts_are_signed_as_she_picked_and_never_with_a_persons_name(desk: Desk) -> None:
    now = desk.clock.now()
    with desk.vault.writing() as session, pytest.raises(UnfitWording):
        texts.keep_sign_off(session, desk.case, desk.phone.id, "Rosa", by=desk.staff, now=now)
    with desk.vault.writing() as session:
        texts.keep_sign_off(session, desk.case, desk.phone.id, "Book club", by=desk.staff, now=now)
    assert desk.hers().sign_off == "Book club"

    with pytest.raises(UnfitWording, match="as she picked"):
        desk.release(REMINDER)
    desk.release(replace(REMINDER, sender="Book club"))
    desk.run()
    assert desk.accepts[0]["Body"].startswith("Book club: ")
