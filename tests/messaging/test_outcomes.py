"""Every way a call to Twilio can go wrong, and what is known after: never two texts, never a lost one."""

import socket
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import requests
from builders import NOW
from provider_calls import Watch
from texting import BASE, HER_PHONE, REMINDER, SID, Desk, check_every_call, latest_arrival
from twilio.rest.api.v2010.account.message import MessageList

from outreach.messaging import outcomes, sending, sms, texts
from outreach.messaging.claims import Claim, claim_next
from outreach.messaging.sms import Outcome, SendResult, TwilioAccount, TwilioSms, UnexpectedParameter, UnsafeAccount
from outreach.safe_contact import Allowed
from outreach.terms import Channel, ContentLevel

UNKNOWN_FAULTS = {
    "drop_before_accept": 0,
    "drop_after_accept": 1,
    "reset_before_accept": 0,
    "reset_after_accept": 1,
    "stall_before_accept": 0,
    "stall_after_accept": 1,
    "truncate": 1,
    "status_500": 0,
    "status_500_after_accept": 1,
}
"""Fault -> how many texts Twilio accepted. We cannot tell the two apart, and must not try."""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sms, "READ_SECONDS", 0.3)


def at_most_once(desk: Desk, fault: str) -> None:
    """The property P4 after one fault: however often the sender runs, Twilio accepts what it accepted at first."""
    desk.client = TwilioSms(desk.client.account)
    desk.fault(fault, seconds=0.5)
    text_id = desk.release()
    desk.run()
    for _ in range(4):
        desk.clock.advance(timedelta(seconds=50))
        desk.run()
    assert len(desk.accepts) == UNKNOWN_FAULTS[fault]
    assert desk.text(text_id)[0] == "unknown"
    assert desk.tasks() == ["text_check"]
    desk.client.close()


@pytest.mark.req("39")
@pytest.mark.req("S-6")
@pytest.mark.req("P4")
@pytest.mark.parametrize("fault", UNKNOWN_FAULTS)
def test_a_call_that_broke_leaves_an_unknown_text_and_a_task_and_is_never_made_again(desk: Desk, fault: str) -> None:
    at_most_once(desk, fault)


@pytest.mark.req("39")
@pytest.mark.parametrize("fault", ["drop_after_accept", "stall_after_accept", "truncate"])
def test_planted_resend_on_time_out_is_caught(desk: Desk, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sms, "_never_left", lambda _: True)

    with pytest.raises(AssertionError):
        at_most_once(desk, fault)


@pytest.mark.req("39")
def test_an_unknown_text_is_upgraded_by_twilios_signed_word_and_the_task_ends(desk: Desk) -> None:
    desk.fault("drop_after_accept")
    text_id = desk.release()
    desk.run()
    assert desk.text(text_id)[0] == "unknown"

    desk.pass_time(timedelta(seconds=4))
    desk.take_in()

    assert desk.text(text_id)[0] == "delivered"
    assert desk.tasks() == []


@pytest.mark.req("S-6")
@pytest.mark.parametrize("fault", ["status_429", "queue_full"])
def test_a_busy_line_is_tried_again_later_and_the_gate_is_asked_again(desk: Desk, fault: str) -> None:
    desk.fault(fault)
    text_id = desk.release()
    desk.run()
    assert desk.text(text_id)[0] == "planned"

    desk.run()
    assert desk.accepts == []
    desk.clock.advance(timedelta(seconds=61))
    desk.run()
    assert len(desk.accepts) == 1


@pytest.mark.req("S-6")
def test_a_line_that_stays_busy_is_held_for_a_person(desk: Desk) -> None:
    desk.fault("status_429", times=50)
    text_id = desk.release()
    for _ in range(60):
        desk.run()
        desk.clock.advance(timedelta(minutes=5))

    state, content = desk.text(text_id)
    assert (state, content.held_reason) == ("held", "busy")
    assert desk.tasks() == ["text_check"]


@pytest.mark.req("S-6")
def test_without_a_connection_nothing_left_and_a_few_more_calls_are_made(desk: Desk) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = TwilioSms(replace(desk.client.account, base_url=f"http://127.0.0.1:{closed.getsockname()[1]}"))
        text_id = desk.release()
        desk.run(nobody)
        assert desk.text(text_id)[0] == "planned"
        for _ in range(4):
            desk.clock.advance(timedelta(minutes=2))
            desk.run(nobody)

    state, content = desk.text(text_id)
    assert (state, content.held_reason) == ("held", "no_connection")
    nobody.close()


@pytest.mark.req("40")
@pytest.mark.req("S-14")
@pytest.mark.parametrize("code", [21211, 21614, 21408, 30003, 99999])
def test_a_refusal_of_her_phone_or_an_unknown_one_suspends_texting_there_at_once(desk: Desk, code: int) -> None:
    desk.fault("refuse", code=code)
    text_id = desk.release()
    desk.run()

    state, content = desk.text(text_id)
    assert (state, content.error_code) == ("failed", code)
    assert desk.hers().text_consent_at is None
    assert desk.tasks() == ["text_check"]


@pytest.mark.req("40")
def test_a_stop_twilio_knows_of_counts_here_too(desk: Desk) -> None:
    desk.app.exchange.phone(HER_PHONE).stopped.add(desk.client.account.sender)
    desk.release()
    desk.run()

    from outreach.messaging import suppression

    with desk.vault.reading() as session:
        assert suppression.has_stopped(session, desk.case)


@pytest.mark.req("40")
def test_a_fault_of_our_account_holds_the_text_stops_the_round_and_blames_no_phone(desk: Desk) -> None:
    desk.fault("refuse", code=21606)
    first = desk.release()
    desk.clock.advance(timedelta(minutes=1))  # She asks again: one request of hers is one text.
    second = desk.release(replace(REMINDER, day="Monday"))
    assert desk.run() == 1

    held = [desk.text(each) for each in (first, second)]
    assert sorted(state for state, _ in held) == ["held", "planned"]
    assert desk.hers().text_consent_at is not None


@pytest.mark.req("P4")
@pytest.mark.req("S-5")
def test_a_sender_killed_between_claim_and_answer_leaves_an_unknown_text_and_a_task(desk: Desk) -> None:
    text_id = desk.release()

    class Killed(BaseException):
        """What a kill looks like from inside."""

    class Dying(TwilioSms):
        def create(self, *_: Any, **__: Any) -> str:
            super().create(*_, **__)
            raise Killed

    with pytest.raises(Killed):
        desk.run(Dying(desk.client.account))
    assert desk.text(text_id)[0] == "sending"
    desk.run()
    assert desk.text(text_id)[0] == "sending"  # it may still be on the line in another process

    desk.clock.advance(timedelta(seconds=46))
    desk.run()

    assert desk.text(text_id)[0] == "unknown"
    assert desk.tasks() == ["text_check"]
    assert len(desk.accepts) == 1


@pytest.mark.req("P5")
def test_an_accepted_text_nothing_is_heard_of_becomes_a_task_after_three_days(desk: Desk) -> None:
    text_id = desk.release()
    desk.run()
    desk.clock.advance(timedelta(hours=73))
    desk.run()

    assert desk.text(text_id)[0] == "unknown"
    assert desk.tasks() == ["text_check"]


def test_the_kill_switch_stops_everything_and_survives_a_restart(desk: Desk, tmp_path: Any) -> None:
    desk.release()
    sending.StopSwitch(tmp_path / "stop").turn_on()

    stop = sending.StopSwitch(tmp_path / "stop")
    for _ in range(2):
        sending.run_due(desk.vault, desk.client, clock=desk.clock.now, spool_drain=desk.drain, stop=stop)
    assert desk.accepts == []
    stop.turn_off()
    sending.run_due(desk.vault, desk.client, clock=desk.clock.now, spool_drain=desk.drain, stop=stop)
    assert len(desk.accepts) == 1


@pytest.fixture
def claim(desk: Desk) -> Claim:
    desk.release()
    claimed = claim_next(desk.vault, desk.drain, callback_base_url=BASE, now=desk.clock.now())
    assert isinstance(claimed, Claim)
    return claimed


@pytest.mark.req("21")
@pytest.mark.parametrize(
    "changed",
    [{"destination_id": "case"}, {"claimed_at": NOW + timedelta(hours=1)}, {"ends_at": NOW + timedelta(seconds=299)}],
    ids=str,
)
def test_sending_takes_only_the_gates_leave_for_exactly_this(desk: Desk, claim: Claim, changed: dict[str, Any]) -> None:
    if "destination_id" in changed:
        changed = {"destination_id": desk.case}
    with pytest.raises(sms.NotForThis):
        sms.send(claim.allowed, replace(claim.message, **changed), desk.client, at=NOW)
    assert desk.accepts == []


def falls_asleep_after_the_claim(desk: Desk, asleep: timedelta, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop the sender's process between its claim and its call, as a laptop's lid does."""
    really_claim = sending.claim_next

    def claim_and_sleep(*args: Any, **named: Any) -> Any:
        claimed = really_claim(*args, **named)
        desk.clock.advance(asleep if isinstance(claimed, Claim) else timedelta(0))
        return claimed

    monkeypatch.setattr(sending, "claim_next", claim_and_sleep)


def never_after_her_hours(desk: Desk) -> None:
    """The property S-8 after a pause: whatever was sent may not arrive after what she asked for ends."""
    ends_at = NOW + timedelta(minutes=10)
    with desk.vault.writing() as session:
        request = desk.a_request(expires_at=ends_at)
        texts.release(
            session, desk.case, desk.phone.id, wording=REMINDER, request=request, by=desk.staff, now=desk.clock.now()
        )
    desk.run()
    for call in desk.accepts:
        assert latest_arrival(call, desk.clock.now()) <= ends_at - timedelta(seconds=60)


@pytest.mark.req("S-8")
@pytest.mark.req("35")
@pytest.mark.parametrize("minutes", [1, 4, 6, 9, 60])
def test_a_sender_that_slept_after_its_claim_keeps_to_her_hours(
    desk: Desk, minutes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    falls_asleep_after_the_claim(desk, timedelta(minutes=minutes), monkeypatch)

    never_after_her_hours(desk)
    assert len(desk.accepts) == (1 if minutes <= 4 else 0)


@pytest.mark.req("S-8")
def test_planted_sender_that_trusts_the_time_of_its_claim_is_caught(
    desk: Desk, provider_calls: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def as_of_the_claim(allowed: Any, message: Any, client: Any, *, at: Any) -> SendResult:
        return sms.send(allowed, message, client, at=message.claimed_at)

    falls_asleep_after_the_claim(desk, timedelta(minutes=9), monkeypatch)
    monkeypatch.setattr(sending, "send", as_of_the_claim)

    with pytest.raises(AssertionError):
        never_after_her_hours(desk)
    assert provider_calls.faults
    provider_calls.faults.clear()


def test_a_clock_set_back_gives_her_hours_no_time_back(desk: Desk, claim: Claim) -> None:
    ends_at = NOW + timedelta(minutes=10)
    sms.send(claim.allowed, replace(claim.message, ends_at=ends_at), desk.client, at=NOW - timedelta(hours=3))

    assert latest_arrival(desk.accepts[0], NOW) <= ends_at - timedelta(seconds=60)


@pytest.mark.req("S-16")
def test_the_kill_switch_stops_even_a_text_that_was_claimed(
    desk: Desk, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = sending.StopSwitch(tmp_path / "stop")
    really_claim = sending.claim_next

    def claim_and_stop(*args: Any, **named: Any) -> Any:
        stop.turn_on()
        return really_claim(*args, **named)

    monkeypatch.setattr(sending, "claim_next", claim_and_stop)
    desk.release()
    sending.run_due(desk.vault, desk.client, clock=desk.clock.now, spool_drain=desk.drain, stop=stop)

    assert desk.accepts == []
    assert desk.states() == ["planned"]


@pytest.mark.req("21")
def test_sending_refuses_what_only_looks_like_leave(desk: Desk, claim: Claim) -> None:
    class LooksAllowed:
        destination_id, channel, until = claim.allowed.destination_id, Channel.TEXT, NOW + timedelta(days=1)
        content = ContentLevel.NEUTRAL

    with pytest.raises(sms.NotForThis):
        sms.send(LooksAllowed(), claim.message, desk.client, at=NOW)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Allowed(destination_id=claim.allowed.destination_id)  # type: ignore[call-arg]
    assert desk.accepts == []


@pytest.mark.req("S-9")
@pytest.mark.req("36")
def test_another_parameter_never_leaves(desk: Desk, claim: Claim) -> None:
    with pytest.raises(UnexpectedParameter):
        desk.client._client.messages.create(
            to=HER_PHONE, from_=desk.client.account.sender, body="x", smart_encoded=True
        )
    with pytest.raises(UnexpectedParameter):
        desk.client._client.messages.create(to=HER_PHONE, from_=desk.client.account.sender, body="x")
    assert desk.accepts == []


def _post_past_our_client(desk: Desk, claim: Claim, **form: str) -> None:
    address = f"{desk.client.account.base_url}/2010-04-01/Accounts/{SID}/Messages.json"
    requests.post(address, form, auth=("SKkey", "secret"), timeout=3)


@pytest.mark.req("S-9")
@pytest.mark.parametrize("planted", ["no validity", "one more", "not discarded"])
def test_planted_parameters_are_caught_by_the_check_of_every_call(desk: Desk, claim: Claim, planted: str) -> None:
    sms.send(claim.allowed, claim.message, desk.client, at=NOW)
    form = dict(desk.app.journal.requests[-1]["parameters"])
    assert check_every_call(desk.app) == 1
    if planted == "no validity":
        del form["ValidityPeriod"]
    elif planted == "one more":
        form["SmartEncoded"] = "true"
    else:
        form["ContentRetention"] = "retain"
    _post_past_our_client(desk, claim, **form)

    with pytest.raises(AssertionError):
        check_every_call(desk.app)
    desk.app.journal.requests.clear()


def test_nothing_of_a_call_is_logged(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        desk.release()
        desk.run()
        desk.pass_time(timedelta(seconds=4))
        desk.take_in()

    assert len(desk.accepts) == 1
    for told in (HER_PHONE, HER_PHONE[1:], "Front desk", "secret"):
        assert told not in caplog.text


@pytest.mark.parametrize("address", ["http://api.example", "https://api.example", "http://api.twilio.com"])
def test_an_account_elsewhere_than_at_twilio_or_at_an_emulator_here_is_refused(address: str) -> None:
    fields = {
        "account_sid": SID,
        "api_key": "k",
        "api_secret": "hush",
        "sender": "+13365550100",
        "callback_base_url": BASE,
    }

    with pytest.raises(UnsafeAccount):
        TwilioAccount(**fields, base_url=address)
    assert "hush" not in repr(TwilioAccount(**fields))


def test_a_result_that_comes_after_the_callback_does_not_move_the_text_back(desk: Desk, claim: Claim) -> None:
    result = sms.send(claim.allowed, claim.message, desk.client, at=NOW)
    desk.pass_time(timedelta(seconds=4))
    desk.take_in()
    outcomes.record_result(desk.vault, claim.text_id, result, now=desk.clock.now())
    outcomes.record_result(desk.vault, claim.text_id, SendResult(Outcome.UNKNOWN), now=desk.clock.now())

    assert desk.text(claim.text_id)[0] == "delivered"
    assert desk.text(claim.text_id)[1].sid == result.sid


@pytest.mark.req("S-8")
def test_planted_call_after_her_hours_is_caught_in_whatever_test(
    desk: Desk, provider_calls: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sms, "MARGIN", timedelta(seconds=30))
    with desk.vault.writing() as session:
        request = desk.a_request(expires_at=NOW + timedelta(minutes=20))
        texts.release(session, desk.case, desk.phone.id, wording=REMINDER, request=request, by=desk.staff, now=NOW)
    desk.run()

    assert len(provider_calls.calls) == len(provider_calls.faults) == 1
    provider_calls.faults.clear()


@pytest.mark.req("S-9")
def test_planted_parameter_is_caught_in_whatever_test(
    desk: Desk, provider_calls: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_create = MessageList.create

    def create(self: Any, **named: Any) -> Any:
        return really_create(self, **named, smart_encoded=True)

    monkeypatch.setattr(sms, "PARAMETERS", sms.PARAMETERS | {"SmartEncoded"})
    monkeypatch.setattr(MessageList, "create", create)
    desk.release()
    desk.run()

    assert len(provider_calls.faults) == 1
    provider_calls.faults.clear()
    desk.app.journal.requests.clear()
