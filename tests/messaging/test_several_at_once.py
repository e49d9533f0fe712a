"""Texts claimed together: each is asked about by itself; none is called for late, and what was not goes back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from builders import NOW
from several_women import PHONES, a_woman_who_asked
from sqlalchemy import select, update
from texting import Desk

from outreach import audit, people
from outreach.audit import WORKER
from outreach.messaging import outcomes, sending, suppression, texts
from outreach.messaging.claims import Claim, claim_several
from outreach.messaging.sms import OutgoingText
from outreach.records.people import DestinationRecord
from outreach.records.watching import WatchedVault
from outreach.records.work import Text


@pytest.fixture
def women(desk: Desk) -> list[UUID]:
    return [a_woman_who_asked(desk, number) for number in PHONES]


def state_of(desk: Desk, case_id: UUID) -> str:
    with desk.vault.reading() as session:
        return session.scalars(select(Text.state).where(Text.case_id == case_id)).one()


def numbers(desk: Desk) -> list[str]:
    return [accepted["To"] for accepted in desk.accepts]


def test_everyone_due_gets_her_text_once(desk: Desk, women: list[UUID]) -> None:
    assert desk.run() == len(women)

    assert sorted(numbers(desk)) == PHONES
    assert {state_of(desk, case_id) for case_id in women} == {"accepted"}


def test_one_who_stopped_is_held_among_the_others(desk: Desk, women: list[UUID]) -> None:
    with desk.vault.writing() as session:
        session.execute(update(Text).where(Text.case_id == women[2]).values(state="cancelled"))
        suppression.suppress(session, PHONES[2], by=desk.staff, now=NOW)
        session.execute(update(Text).where(Text.case_id == women[2]).values(state="planned"))

    found = claim_several(desk.vault, desk.drain, at_most=16, callback_base_url="https://x", now=desk.clock.now())

    assert sorted(each.message.to for each in found if isinstance(each, Claim)) == PHONES[:2] + PHONES[3:]
    assert state_of(desk, women[2]) == "held"


def test_two_texts_of_one_woman_are_never_claimed_together(desk: Desk, women: list[UUID]) -> None:
    desk.clock.advance(timedelta(minutes=1))
    now, first = desk.clock.now(), women[0]
    with desk.vault.writing() as session:
        (way,) = people.destinations(session, first)
        words = texts.Typed(body="Tuesday 10:00")
        request = desk.a_request(destination_id=way.id, verified_how="code_word")
        texts.release(session, first, way.id, wording=words, request=request, by=desk.staff, now=now)

    found = claim_several(desk.vault, desk.drain, at_most=16, callback_base_url="https://x", now=now)

    assert sorted(each.message.to for each in found if isinstance(each, Claim)) == PHONES


def test_a_box_that_does_not_open_keeps_no_other_text_waiting(desk: Desk, women: list[UUID]) -> None:
    with desk.vault.writing() as session:
        broken = session.scalars(select(DestinationRecord).where(DestinationRecord.case_id == women[1])).one()
        broken.contact_box = broken.contact_box[:-1] + bytes([broken.contact_box[-1] ^ 1])
        audit.record(session, action="test.break", by=WORKER, cases=[women[1]], now=NOW)

    desk.run()

    assert sorted(numbers(desk)) == PHONES[:1] + PHONES[2:]
    assert state_of(desk, women[1]) == "held"


class Slow:
    """A phone company that takes its time: each call costs seconds of the monotonic clock, by which haste is judged."""

    def __init__(self, desk: Desk, monkeypatch: pytest.MonkeyPatch, after_call: Callable[[], None]) -> None:
        self.at = 100.0
        monkeypatch.setattr(sending.time, "monotonic", lambda: self.at)
        really_create = type(desk.client).create

        def create(client: Any, message: OutgoingText, validity_seconds: int) -> str:
            sid = really_create(client, message, validity_seconds)
            self.at += 1.0
            after_call()
            return sid

        monkeypatch.setattr(type(desk.client), "create", create)


def no_call_follows_a_stop(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Claim all together, stop all after the first slow call, and see that nobody else is called for."""
    stopped: list[str] = []

    def stop_the_others() -> None:
        if stopped:
            return
        stopped.extend(set(PHONES) - set(numbers(desk)))
        with desk.vault.writing() as session:
            for number in stopped:
                suppression.suppress(session, number, by=desk.staff, now=desk.clock.now())

    Slow(desk, monkeypatch, stop_the_others)
    monkeypatch.setattr(sending.Pace, "at_once", 16, raising=False)
    monkeypatch.setattr(sending.Pace, "__init__", lambda self, _: setattr(self, "_begun", 0.0))
    desk.run()
    assert stopped
    assert set(numbers(desk)).isdisjoint(stopped)


@pytest.mark.req("S-4")
def test_what_was_claimed_and_not_called_for_soon_is_put_back_and_asked_about_again(
    desk: Desk, women: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    no_call_follows_a_stop(desk, monkeypatch)

    assert len(numbers(desk)) == 1
    assert sorted(state_of(desk, case_id) for case_id in women) == ["accepted"] + ["held"] * 5


@pytest.mark.req("S-4")
def test_planted_late_call_is_caught(desk: Desk, women: list[UUID], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "SOON", 3600.0)
    monkeypatch.setattr(sending, "FRESH", 3600.0)
    monkeypatch.setattr(WatchedVault, "is_unchanged", lambda _: True)  # It would hide the planted fault.

    with pytest.raises(AssertionError):
        no_call_follows_a_stop(desk, monkeypatch)


def test_a_fault_of_our_own_account_puts_the_others_back(desk: Desk, women: list[UUID]) -> None:
    desk.fault("refuse", code=20003, times=1)

    desk.run()

    assert numbers(desk) == []
    assert sorted(state_of(desk, case_id) for case_id in women) == ["held"] + ["planned"] * 5


@pytest.mark.req("P4")
def test_a_call_that_ends_in_an_unforeseen_error_is_never_put_back(
    desk: Desk, women: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr(sending, "send", break_down)
    with pytest.raises(RuntimeError):
        desk.run()

    assert sorted(state_of(desk, case_id) for case_id in women) == ["planned"] * 5 + ["sending"]
    outcomes.settle(desk.vault, now=desk.clock.now() + timedelta(minutes=1))
    assert sorted(state_of(desk, case_id) for case_id in women) == ["planned"] * 5 + ["unknown"]


def check_others_may_write(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hold six texts in claims that call for nothing: after each, the file is left alone for a while."""
    breaths: list[float] = []
    monkeypatch.setattr(sending.time, "sleep", breaths.append)
    for number in PHONES:
        with desk.vault.writing() as session:
            planned = session.scalars(select(Text.id).where(Text.state == "planned")).all()
            suppression.suppress(session, number, by=desk.staff, now=NOW)
            session.execute(update(Text).where(Text.id.in_(planned)).values(state="planned"))
    assert desk.run() == len(PHONES)
    assert len(breaths) >= 2  # One was claimed first, then up to four, then the rest.
    assert min(breaths) >= 0.01


def test_a_sender_that_calls_for_nothing_lets_others_write(
    desk: Desk, women: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    check_others_may_write(desk, monkeypatch)


def test_planted_sender_without_a_breath_is_caught(
    desk: Desk, women: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "BREATH", 0.0)

    with pytest.raises(AssertionError):
        check_others_may_write(desk, monkeypatch)
