"""Stopping every text by a person's word, and resting by itself when call after call fails."""

import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from builders import NOW
from texting import REMINDER, Desk

from outreach.messaging import breaker, claims, outcomes, sending, texts
from outreach.messaging.kill_switch import NoReason, StopSwitch, start_texts, stop_texts, stops
from outreach.messaging.sms import Outcome, SendResult, TwilioSms
from outreach.records.engine import Vault
from outreach.records.work import Text


def stop(desk: Desk) -> None:
    with desk.vault.writing() as session:
        stop_texts(session, because="a test of the switch", by=desk.staff, now=desk.clock.now())


def start(desk: Desk) -> int:
    with desk.vault.writing() as session:
        return start_texts(session, by=desk.staff, now=desk.clock.now())


def the_stop_holds(desk: Desk, monkeypatch: pytest.MonkeyPatch, *, when: str) -> None:
    """Check S-16: whether it comes before the claim or between claim and call, nothing leaves and the text waits on."""
    really_claim = sending.claim_several

    def claim_and_stop(*args: Any, **named: Any) -> Any:
        claimed = really_claim(*args, **named)
        stop(desk)
        return claimed

    desk.release()
    if when == "before the claim":
        stop(desk)
    else:
        monkeypatch.setattr(sending, "claim_several", claim_and_stop)
    desk.run()
    assert desk.accepts == []
    assert desk.states() == ["planned"]
    assert desk.tasks() == []


WHENS = ("before the claim", "between claim and call")


@pytest.mark.req("S-16")
@pytest.mark.req("43a")
@pytest.mark.parametrize("when", WHENS)
def test_a_stop_stops_everything_until_somebody_starts_again(
    desk: Desk, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        the_stop_holds(desk, patched, when=when)

    assert start(desk) == 1
    desk.run()
    assert len(desk.accepts) == 1


@pytest.mark.req("S-16")
@pytest.mark.parametrize(("when", "blind"), [(WHENS[0], "both"), (WHENS[1], "call")])
def test_planted_sender_that_looks_at_the_switch_once_only_is_caught(
    desk: Desk, when: str, blind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "nothing_may_leave", lambda *_: False)
    if blind == "both":  # The last look alone finds what the claim did not.
        monkeypatch.setattr(breaker, "is_stopped", lambda _: False)

    with pytest.raises(AssertionError):
        the_stop_holds(desk, monkeypatch, when=when)


@pytest.mark.req("R-11")
def test_what_was_missed_while_texts_were_stopped_is_asked_of_a_person_and_never_sent(desk: Desk) -> None:
    text_id = desk.release()
    stop(desk)
    desk.clock.advance(timedelta(hours=1, minutes=1))
    desk.run()

    assert desk.text(text_id)[1].held_reason == "too_old"
    assert desk.tasks() == ["text_check"]
    start(desk)
    desk.run()
    assert desk.accepts == []


def test_a_stop_says_who_and_why_and_needs_a_reason(desk: Desk) -> None:
    with desk.vault.writing() as session, pytest.raises(NoReason):
        stop_texts(session, because=" ", by=desk.staff, now=NOW)
    stop(desk)
    with desk.vault.writing() as session:
        stop_texts(session, because="a second one", by=None, now=NOW)

    with desk.vault.reading() as session:
        assert [(each.by, each.because) for each in stops(session)] == [
            (desk.staff, "a test of the switch"),
            (None, "a second one"),
        ]
    assert start(desk) == 2
    assert start(desk) == 0


def test_people_are_told_of_the_senders_file_which_they_cannot_see(desk: Desk, tmp_path: Path) -> None:
    switch = StopSwitch(tmp_path / "stop")
    for turn, is_on in ((switch.turn_on, True), (switch.turn_off, False)):
        turn()
        sending.Sender(desk.vault, desk.client, desk.drain, desk.clock.now, stop=switch).run_due()
        with desk.vault.reading() as session:
            assert breaker.texting(session, now=desk.clock.now()).is_off_by_file is is_on


# Resting


@pytest.fixture
def nobody(desk: Desk) -> Iterator[TwilioSms]:
    """A client whose Twilio does not answer the door."""
    with closing(socket.socket()) as closed:
        closed.bind(("127.0.0.1", 0))
        client = TwilioSms(replace(desk.client.account, base_url=f"http://127.0.0.1:{closed.getsockname()[1]}"))
        yield client
        client.close()


def note(vault: Vault, *results: SendResult, desk: Desk) -> None:
    for result in results:
        with vault.writing() as session:
            breaker.note_result(session, result, now=desk.clock.now())


def resting_until(desk: Desk) -> timedelta | None:
    with desk.vault.reading() as session:
        until = breaker.texting(session, now=desk.clock.now()).rests_until
    return until and until - desk.clock.now()


FAULT, GOOD = SendResult(Outcome.NOT_SENT), SendResult(Outcome.ACCEPTED, "SM1")


@pytest.mark.req("S-6")
def test_after_five_failures_in_a_row_texts_rest_longer_each_time_and_one_tries(desk: Desk) -> None:
    note(desk.vault, *[FAULT] * 4, GOOD, *[FAULT] * 4, desk=desk)
    assert resting_until(desk) is None

    note(desk.vault, FAULT, desk=desk)
    for minutes in (1, 2, 4, 8, 15, 15):
        assert resting_until(desk) == timedelta(minutes=minutes)
        with desk.vault.writing() as session:
            assert not breaker.take_turn(session, now=desk.clock.now())
        desk.clock.advance(timedelta(minutes=minutes))
        with desk.vault.writing() as session:
            assert [breaker.take_turn(session, now=desk.clock.now()) for _ in range(3)] == [True, False, False]
        note(desk.vault, FAULT, desk=desk)

    desk.clock.advance(timedelta(minutes=15))
    note(desk.vault, GOOD, desk=desk)
    assert resting_until(desk) is None
    note(desk.vault, *[FAULT] * 4, desk=desk)
    assert resting_until(desk) is None


@pytest.mark.parametrize(
    ("result", "is_fault"),
    [
        (SendResult(Outcome.UNKNOWN), True),
        (SendResult(Outcome.REFUSED, error_code=20003), True),
        (SendResult(Outcome.REFUSED, error_code=21211), False),
        (SendResult(Outcome.BUSY), None),
        (SendResult(Outcome.NOT_TRIED), None),
    ],
)
def test_only_what_says_something_of_twilio_or_our_account_counts(
    desk: Desk, result: SendResult, is_fault: bool | None
) -> None:
    note(desk.vault, *[FAULT] * 4, result, desk=desk)
    assert (resting_until(desk) is not None) == (is_fault is True)
    note(desk.vault, FAULT, desk=desk)
    assert (resting_until(desk) is not None) == (is_fault is not False)


def test_one_that_tries_and_dies_lets_another_try_a_minute_later(desk: Desk) -> None:
    note(desk.vault, *[FAULT] * 5, desk=desk)
    for _ in range(3):
        desk.clock.advance(timedelta(minutes=1))
        with desk.vault.writing() as session:
            assert breaker.take_turn(session, now=desk.clock.now())


@pytest.mark.req("S-15")
def test_a_clock_set_back_makes_no_rest_longer(desk: Desk) -> None:
    note(desk.vault, *[FAULT] * 5, desk=desk)
    desk.clock.advance(timedelta(hours=-5))

    assert resting_until(desk) is None


def calls_made_in_an_outage(desk: Desk, nobody: TwilioSms) -> int:
    """Let ten texts of ten cases be due while Twilio is away for an hour; return how many calls were tried."""
    from builders import a_case

    for number in range(10):
        with desk.vault.writing() as session:
            desk.case = a_case(session, assigned_to=desk.staff)
            desk.phone = desk.a_phone(session, value=f"+133655502{number:02}")
        desk.release()
    tried = 0
    for _ in range(60):
        before = _tries(desk)
        desk.run(nobody)
        tried += _tries(desk) - before
        desk.clock.advance(timedelta(minutes=1))
    assert tried <= 20, f"{tried} calls in an hour"
    return tried


def _tries(desk: Desk) -> int:
    from sqlalchemy import func, select

    with desk.vault.reading() as session:
        return session.scalar(select(func.sum(Text.tries))) or 0


@pytest.mark.req("R-11")
@pytest.mark.req("S-6")
def test_while_twilio_is_away_few_calls_are_tried_and_afterwards_nothing_comes_in_a_burst(
    desk: Desk, nobody: TwilioSms
) -> None:
    assert calls_made_in_an_outage(desk, nobody) >= 5

    desk.clock.advance(timedelta(hours=2))
    desk.run()
    assert desk.accepts == []
    assert set(desk.states()) == {"held"}
    assert desk.tasks() == ["text_check"] * 10


def test_planted_sender_that_never_rests_is_caught(
    desk: Desk, nobody: TwilioSms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breaker, "note_result", lambda *_, **__: None)

    with pytest.raises(AssertionError, match="calls in an hour"):
        calls_made_in_an_outage(desk, nobody)


@pytest.mark.req("R-11")
def test_late_texts_leave_one_a_round(desk: Desk) -> None:
    late_texts_trickle(desk)


def test_planted_burst_of_late_texts_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "LATE", timedelta(days=1))

    with pytest.raises(AssertionError):
        late_texts_trickle(desk)


def late_texts_trickle(desk: Desk) -> None:
    """After half an hour in which nothing could leave, each round lets one go."""
    from builders import a_case

    for number in range(3):
        with desk.vault.writing() as session:
            desk.case = a_case(session, assigned_to=desk.staff)
            desk.phone = desk.a_phone(session, value=f"+133655502{number:02}")
        desk.release()
    desk.clock.advance(timedelta(minutes=30))
    for done in (1, 2, 3):
        desk.run()
        assert len(desk.accepts) == done


@pytest.mark.req("R-11")
def test_what_is_due_now_does_not_wait_behind_what_an_outage_left(desk: Desk) -> None:
    todays_leave_first(desk)


def test_planted_queue_in_which_the_late_go_first_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    one_queue = claims._due_query((), (), are_late=True).params(since=datetime.max.replace(tzinfo=UTC))
    monkeypatch.setattr(claims, "_ON_TIME", one_queue)

    with pytest.raises(AssertionError):
        todays_leave_first(desk)


def todays_leave_first(desk: Desk) -> None:
    """Of three texts half an hour late and two of now, the two leave in the first round, and one late one."""
    from builders import a_case

    for number in range(5):
        if number == 3:
            desk.clock.advance(timedelta(minutes=30))
        with desk.vault.writing() as session:
            desk.case = a_case(session, assigned_to=desk.staff)
            desk.phone = desk.a_phone(session, value=f"+133655503{number:02}")
        desk.release()
    desk.run()
    late, on_time = desk.states()[:3], desk.states()[3:]
    assert on_time == ["accepted", "accepted"]
    assert sorted(late) == ["accepted", "planned", "planned"]


# A busy line, and a sender that slept


def test_a_busy_twilio_says_how_long_to_wait_and_is_heard(desk: Desk) -> None:
    desk.fault("status_429", seconds=400)
    text_id = desk.release()
    desk.run()

    with desk.vault.reading() as session:
        assert session.get_one(Text, text_id).again_at == NOW + timedelta(seconds=400)


@pytest.mark.req("S-6")
def test_a_busy_line_is_not_asked_again_after_her_hours(desk: Desk) -> None:
    desk.fault("status_429", seconds=400)
    request = desk.a_request(expires_at=NOW + timedelta(minutes=11))
    with desk.vault.writing() as session:
        at = {"wording": REMINDER, "request": request, "by": desk.staff, "now": NOW}
        text_id = texts.release(session, desk.case, desk.phone.id, **at)
    desk.run()

    assert (desk.text(text_id)[0], desk.text(text_id)[1].held_reason) == ("held", "busy")
    assert desk.tasks() == ["text_check"]


@pytest.mark.req("S-15")
@pytest.mark.parametrize("outcome", [Outcome.NOT_SENT, Outcome.NOT_TRIED, Outcome.BUSY])
def test_a_text_given_up_while_its_sender_slept_is_never_planned_again(desk: Desk, outcome: Outcome) -> None:
    text_id = desk.release()
    with desk.vault.writing() as session:
        outcomes.make_unknown(session, session.get_one(Text, text_id), desk.clock.now())
        from outreach import audit

        audit.record(session, action="test.lost", by=None, cases=[desk.case], now=desk.clock.now())
    outcomes.record_result(desk.vault, text_id, SendResult(outcome), now=desk.clock.now())

    assert desk.text(text_id)[0] == "held"
    desk.clock.advance(timedelta(minutes=5))
    desk.run()
    assert desk.accepts == []
    assert desk.tasks() == ["text_check"]
