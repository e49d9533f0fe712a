"""What changes between the advocate's click and the claim: it stops the text, and a person is asked."""

from dataclasses import replace
from datetime import timedelta

import pytest
from builders import NOW, a_verdict
from texting import REMINDER, Desk, trusting

from outreach import people
from outreach.audit import WORKER
from outreach.cases import change_standing
from outreach.gate.reasons import Reason
from outreach.messaging import sending, suppression, texts
from outreach.messaging.errors import NotAllowed
from outreach.messaging.wording import UnfitWording
from outreach.terms import Channel, Verdict


@pytest.mark.req("29")
def test_without_a_confirmed_opt_in_nothing_is_released_even_when_she_asked(desk: Desk) -> None:
    _change_phone(desk, text_consent_at=None)

    with pytest.raises(NotAllowed) as held:
        desk.release()
    assert held.value.decision.reason is Reason.NO_TEXT_CONSENT


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
    monkeypatch.setattr(sending, "still_allowed", trusting)  # It would hide the planted fault.
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
    monkeypatch.setattr(sending, "nothing_may_leave", lambda *_: False)  # It would hide the planted fault,
    monkeypatch.setattr(type(desk.drain), "count", lambda _: 0)  # and so would the count before the look.
    desk.release()
    # Not the word STOP alone: on that, Twilio itself refuses, and would hide the planted fault.
    desk.she_writes("please stop texting")
    desk.run()

    with pytest.raises(AssertionError):
        assert desk.accepts == []


@pytest.mark.req("32")
def test_planted_claim_without_the_suppression_check_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    text_id = desk.release()
    monkeypatch.setattr(suppression, "cancel_waiting", lambda *_: None)
    with desk.vault.writing() as session:
        other = desk.a_phone(session, value="+13365550142")
        suppression.suppress(session, other.value, by=desk.staff, now=desk.clock.now())
    monkeypatch.setattr(texts, "has_stopped", lambda *_: False)
    monkeypatch.setattr(sending, "still_allowed", trusting)  # It would hide the planted fault.
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
