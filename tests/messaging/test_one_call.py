"""One call to Twilio: only with the gate's leave, within her hours, with the agreed parameters, and told to no log."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import requests
from builders import NOW
from provider_calls import Watch
from texting import BASE, HER_PHONE, REMINDER, SID, Desk, check_every_call, claim_next, latest_arrival, trusting

from outreach.messaging import outcomes, sending, sms, texts
from outreach.messaging.claims import Claim
from outreach.messaging.sms import Outcome, SendResult, TwilioAccount, TwilioSms, UnexpectedParameter, UnsafeAccount
from outreach.safe_contact import Allowed
from outreach.terms import Channel, ContentLevel


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sms, "READ_SECONDS", 0.3)


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
    really_claim = sending.claim_several

    def claim_and_sleep(*args: Any, **named: Any) -> Any:
        claimed = really_claim(*args, **named)
        desk.clock.advance(asleep if any(isinstance(each, Claim) for each in claimed) else timedelta(0))
        monkeypatch.setattr(sending, "claim_several", really_claim)
        return claimed

    monkeypatch.setattr(sending, "claim_several", claim_and_sleep)


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
    assert desk.accepts == []  # Whoever slept does not call; the text is claimed anew.
    desk.run()
    assert len(desk.accepts) == (1 if minutes <= 4 else 0)


@pytest.mark.req("S-8")
def test_planted_sender_that_trusts_the_time_of_its_claim_is_caught(
    desk: Desk, provider_calls: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def as_of_the_claim(allowed: Any, message: Any, client: Any, *, at: Any) -> SendResult:
        return sms.send(allowed, message, client, at=message.claimed_at)

    falls_asleep_after_the_claim(desk, timedelta(minutes=9), monkeypatch)
    monkeypatch.setattr(sending, "send", as_of_the_claim)
    monkeypatch.setattr(sending, "LONGEST_CLAIM", timedelta(hours=1))
    monkeypatch.setattr(sending, "still_allowed", trusting)

    with pytest.raises(AssertionError):
        never_after_her_hours(desk)
    assert provider_calls.faults
    provider_calls.faults.clear()


def test_a_clock_set_back_gives_her_hours_no_time_back(desk: Desk, claim: Claim) -> None:
    ends_at = NOW + timedelta(minutes=10)
    sms.send(claim.allowed, replace(claim.message, ends_at=ends_at), desk.client, at=NOW - timedelta(hours=3))

    assert latest_arrival(desk.accepts[0], NOW) <= ends_at - timedelta(seconds=60)


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
    agreed = desk.client._form(claim.message, 3600)
    with pytest.raises(UnexpectedParameter):
        desk.client.post(agreed | {"SmartEncoded": "true"})
    with pytest.raises(UnexpectedParameter):
        desk.client.post({name: said for name, said in agreed.items() if name != "ValidityPeriod"})
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
    really_form = TwilioSms._form

    def form(self: Any, *args: Any) -> dict[str, str]:
        return {**really_form(self, *args), "SmartEncoded": "true"}

    monkeypatch.setattr(sms, "PARAMETERS", sms.PARAMETERS | {"SmartEncoded"})
    monkeypatch.setattr(TwilioSms, "_form", form)
    desk.release()
    desk.run()

    assert len(provider_calls.faults) == 1
    provider_calls.faults.clear()
    desk.app.journal.requests.clear()
