"""Every way a call to Twilio can go wrong, and what is known after: never two texts, never a lost one."""

import socket
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from texting import HER_PHONE, REMINDER, Desk

from outreach.messaging import sending, sms
from outreach.messaging.kill_switch import StopSwitch
from outreach.messaging.sms import TwilioSms

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

    with closing(Dying(desk.client.account)) as dying, pytest.raises(Killed):
        desk.run(dying)
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
    StopSwitch(tmp_path / "stop").turn_on()

    stop = StopSwitch(tmp_path / "stop")
    for _ in range(2):
        sending.Sender(desk.vault, desk.client, desk.drain, desk.clock.now, stop=stop).run_due()
    assert desk.accepts == []
    stop.turn_off()
    sending.Sender(desk.vault, desk.client, desk.drain, desk.clock.now, stop=stop).run_due()
    assert len(desk.accepts) == 1


@pytest.mark.req("S-16")
def test_the_kill_switch_stops_even_a_text_that_was_claimed(
    desk: Desk, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = StopSwitch(tmp_path / "stop")
    really_claim = sending.claim_several

    def claim_and_stop(*args: Any, **named: Any) -> Any:
        stop.turn_on()
        return really_claim(*args, **named)

    monkeypatch.setattr(sending, "claim_several", claim_and_stop)
    desk.release()
    sending.Sender(desk.vault, desk.client, desk.drain, desk.clock.now, stop=stop).run_due()

    assert desk.accepts == []
    assert desk.states() == ["planned"]
