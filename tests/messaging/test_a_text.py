"""One text, from the advocate's click to her phone, and everything that may keep it from leaving."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from builders import NOW, a_case, a_verdict
from sqlalchemy import update
from texting import BASE, HER_PHONE, REMINDER, SENDER, Desk

from outreach import people
from outreach.audit import WORKER
from outreach.cases import change_standing
from outreach.messaging import suppression, texts, threads
from outreach.messaging.errors import NotAllowed
from outreach.messaging.texts import TextGone
from outreach.messaging.wording import Typed, UnfitWording
from outreach.reasons import Reason
from outreach.records.cases import CaseKeyRecord
from outreach.records.work import Text
from outreach.terms import Channel, Verdict


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


@pytest.mark.req("29")
def test_without_a_confirmed_opt_in_nothing_is_released_even_when_she_asked(desk: Desk) -> None:
    _change_phone(desk, text_consent_at=None)

    with pytest.raises(NotAllowed) as held:
        desk.release()
    assert held.value.decision.reason is Reason.NO_TEXT_CONSENT


@pytest.mark.req("30")
def test_typed_words_need_a_live_request_and_pass_the_same_check(desk: Desk) -> None:
    with pytest.raises(UnfitWording):
        desk.release(Typed(body="See you at ten"), asked=False)
    with pytest.raises(UnfitWording):
        desk.release(Typed(body="Court is at ten"))
    with pytest.raises(UnfitWording):
        desk.release(Typed(body="Lena, at ten"))

    desk.release(Typed(body="See you at ten – don’t rush"))
    desk.run()
    assert desk.accepts[0]["Body"] == "See you at ten - don't rush"


def _change_phone(desk: Desk, **fields: object) -> None:
    hers = desk.hers()
    with desk.vault.writing() as session:
        changed = replace(hers, **fields)  # type: ignore[arg-type]
        people.save_destination(session, desk.case, changed, version=hers.version, by=WORKER, now=desk.clock.now())


def _mark_unsafe(desk: Desk) -> None:
    _change_phone(desk, verdicts={Channel.TEXT: a_verdict(Verdict.UNSAFE)})


def _compromise(desk: Desk) -> None:
    with desk.vault.writing() as session:
        change_standing(session, desk.case, by=desk.staff, now=desk.clock.now(), compromised=True)


def _pause(desk: Desk) -> None:
    with desk.vault.writing() as session:
        change_standing(session, desk.case, by=desk.staff, now=desk.clock.now(), paused=True)


def _withdraw_consent(desk: Desk) -> None:
    _change_phone(desk, text_consent_at=None)


def _compromise_the_phone(desk: Desk) -> None:
    _change_phone(desk, compromised=True)


CHANGES = {
    _mark_unsafe: Reason.UNSAFE,
    _compromise: Reason.CASE_COMPROMISED,
    _pause: Reason.PAUSED,
    _withdraw_consent: Reason.NO_TEXT_CONSENT,
    _compromise_the_phone: Reason.COMPROMISED,
}


@pytest.mark.req("24")
@pytest.mark.req("26")
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_what_changed_between_release_and_claim_stops_the_text(desk: Desk, change: object) -> None:
    text_id = desk.release()

    change(desk)  # type: ignore[operator]
    desk.run()

    assert desk.accepts == []
    state, content = desk.text(text_id)
    assert (state, content.held_reason) == ("held", CHANGES[change].value)  # type: ignore[index]
    assert desk.tasks() == ["text_check"]


@pytest.mark.req("24")
def test_planted_sender_that_trusts_the_release_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from outreach.messaging import claims
    from outreach.safe_contact import may_contact
    from outreach.terms import ContentLevel

    desk.release()
    with desk.vault.reading() as session:
        decision, facts = texts.ask_gate(session, desk.case, desk.phone, at=desk.clock.now(), was_asked_for=True)
    assert may_contact(desk.phone, Channel.TEXT, ContentLevel.NEUTRAL, at=desk.clock.now(), facts=facts)
    monkeypatch.setattr(claims, "ask_gate", lambda *_, **__: (decision, facts))
    _compromise(desk)
    desk.run()

    with pytest.raises(AssertionError):
        assert desk.accepts == []


@pytest.mark.req("32")
def test_a_stop_from_any_phone_she_ever_had_stops_all_of_them(desk: Desk) -> None:
    text_id = desk.release()
    old = "+13365550142"
    with desk.vault.writing() as session:
        other = desk.a_phone(session, value=old)
        people.save_destination(
            session, desk.case, replace(other, value="+13365550143"), version=1, by=WORKER, now=desk.clock.now()
        )
    with desk.vault.writing() as session:
        assert suppression.suppress(session, old, by=desk.staff, now=desk.clock.now()) == (desk.case,)

    desk.run()

    assert desk.accepts == []
    assert desk.text(text_id)[0] == "cancelled"
    with pytest.raises(NotAllowed) as refused:
        desk.release()
    assert refused.value.decision.reason is Reason.SUPPRESSED


@pytest.mark.req("32")
def test_a_stop_that_was_acknowledged_but_not_read_yet_holds_every_claim(desk: Desk) -> None:
    text_id = desk.release()

    desk.she_writes("STOP")
    assert desk.run() == 0
    assert desk.text(text_id)[0] == "planned"

    desk.take_in()
    desk.run()
    assert desk.accepts == []
    assert desk.text(text_id)[0] == "cancelled"


@pytest.mark.req("32")
def test_planted_claim_that_does_not_look_at_the_spool_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from outreach.messaging import claims

    monkeypatch.setattr(claims, "_callbacks_waiting", lambda *_: False)
    desk.release()
    # Not the word STOP alone: on that, Twilio itself refuses, and would hide the planted fault.
    desk.she_writes("please stop texting")
    desk.run()

    with pytest.raises(AssertionError):
        assert desk.accepts == []


@pytest.mark.req("32")
def test_planted_claim_without_the_suppression_check_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    text_id = desk.release()
    monkeypatch.setattr(suppression, "_cancel_waiting", lambda *_: None)
    with desk.vault.writing() as session:
        other = desk.a_phone(session, value="+13365550142")
        suppression.suppress(session, other.value, by=desk.staff, now=desk.clock.now())
    monkeypatch.setattr(texts, "has_stopped", lambda *_: False)
    desk.run()

    with pytest.raises(AssertionError):
        assert desk.accepts == []
    assert desk.text(text_id)[0] == "accepted"


@pytest.mark.req("35")
def test_with_under_five_minutes_left_the_text_is_held(desk: Desk) -> None:
    with desk.vault.writing() as session:
        request = desk.a_request(expires_at=NOW + timedelta(minutes=30))
        text_id = texts.release(
            session, desk.case, desk.phone.id, wording=REMINDER, request=request, by=desk.staff, now=NOW
        )
    desk.clock.advance(timedelta(minutes=25, seconds=1))
    desk.run()

    assert desk.accepts == []
    assert desk.text(text_id)[1].held_reason == "window_too_short"


@pytest.mark.req("R-11")
def test_a_text_whose_moment_passed_is_held_for_a_person_and_leaves_in_no_burst(desk: Desk) -> None:
    text_id = desk.release()
    desk.clock.advance(timedelta(hours=3))
    desk.run()

    assert desk.accepts == []
    assert desk.text(text_id)[1].held_reason == "too_old"
    assert desk.tasks() == ["text_check"]


def test_one_request_is_one_text(desk: Desk) -> None:
    desk.release()
    desk.run()

    with pytest.raises(NotAllowed) as held:
        desk.release(replace(REMINDER, day="Monday"), asked=False)
    assert held.value.decision.reason is Reason.TEXT_CAP


@pytest.mark.req("29a")
def test_after_a_code_word_check_she_and_her_advocate_can_text_for_half_an_hour(desk: Desk) -> None:
    desk.how = "code_word"
    for minute in range(3):
        desk.release(Typed(body=f"Message number {minute}"), asked=minute == 0)
        desk.run()
        desk.clock.advance(timedelta(minutes=9))
    assert len(desk.accepts) == 3

    desk.clock.advance(timedelta(minutes=10))
    with pytest.raises(UnfitWording):
        desk.release(Typed(body="And one more"), asked=False)


def check_two_releases(desk: Desk) -> None:
    """Release two unprompted texts of one day, one after the other."""
    desk.release(replace(REMINDER, day="Monday"), asked=False)
    with pytest.raises(NotAllowed) as held:
        desk.release(replace(REMINDER, day="Tuesday"), asked=False)
    assert held.value.decision.reason is Reason.TEXT_CAP


@pytest.mark.req("43a")
@pytest.mark.req("S-17")
def test_a_text_that_still_waits_counts_when_another_is_released(desk: Desk) -> None:
    check_two_releases(desk)


@pytest.mark.req("S-17")
def test_planted_cap_that_forgets_what_waits_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "with_planned_texts", lambda _session, _case, facts, **_: facts)
    with pytest.raises(pytest.fail.Exception):
        check_two_releases(desk)


@pytest.mark.req("43a")
@pytest.mark.parametrize("state", ["cancelled", "failed", "held"])
def test_a_text_that_never_left_does_not_use_up_the_cap(desk: Desk, state: str) -> None:
    first = desk.release()
    desk.run()
    with desk.vault.writing() as session:
        session.get_one(Text, first).state = state

    desk.release(replace(REMINDER, day="Monday"), asked=False)

    assert sorted(desk.states()) == sorted([state, "planned"])


@pytest.mark.req("43a")
def test_of_two_unprompted_texts_in_a_day_the_second_is_held_at_the_claim_too(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "with_planned_texts", lambda _session, _case, facts, **_: facts)
    both = [desk.release(replace(REMINDER, day=day), asked=False) for day in ("Monday", "Tuesday")]
    with desk.vault.writing() as session:
        for text_id in both:
            session.get_one(Text, text_id).release_at = desk.clock.now()
    desk.run()

    assert len(desk.accepts) == 1
    assert sorted(desk.text(each)[0] for each in both) == ["accepted", "held"]


def avoids(desk: Desk, *words: str) -> None:
    """Note at her phone which words she wants avoided."""
    from outreach import people

    with desk.vault.writing() as session:
        phone = desk.hers()
        changed = replace(phone, words_to_avoid=words)
        people.save_destination(session, desk.case, changed, version=phone.version, by=desk.staff, now=NOW)


@pytest.mark.req("22")
@pytest.mark.parametrize("word", ["Front Desk", "FRÓNT", "tuésday"])
def test_a_text_never_holds_a_word_she_asked_us_to_avoid(desk: Desk, word: str) -> None:
    avoids(desk, word)
    with pytest.raises(UnfitWording, match="asked us to avoid"):
        desk.release()
    assert desk.states() == []


@pytest.mark.req("22")
@pytest.mark.req("24")
def test_a_word_to_avoid_that_was_noted_after_the_release_holds_the_text(desk: Desk) -> None:
    text_id = desk.release()
    avoids(desk, "front desk")
    desk.run()

    assert desk.accepts == []
    assert (desk.text(text_id)[0], desk.text(text_id)[1].held_reason) == ("held", "words_to_avoid")


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
        [card] = threads.thread(session, desk.case, by=desk.staff, now=desk.clock.now())

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
