"""
Several texts were claimed together and one call breaks: what was called for is settled by what is known of it, and
the others, for whom nobody called, leave after it, once each.
"""

from datetime import timedelta
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from several_women import PHONES, a_woman_who_asked
from sqlalchemy import select, update
from texting import Desk, trusting

from outreach.messaging import claims, outcomes, sending, sms
from outreach.messaging.kill_switch import StopSwitch, stop_texts
from outreach.messaging.sms import Outcome, SendResult
from outreach.records.engine import Vault
from outreach.records.work import Text, TextingState

BURNT = 2
"""Of six calls the third breaks."""
BREAKS = {"drop_after_accept": 1, "drop_before_accept": 0, "status_500": 0, "truncate": 1}
"""Fault -> how many texts Twilio accepted in that call; nobody here can know."""


@pytest.fixture(autouse=True)
def all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sender that claims all six together, as it does with a quick phone company, and does not ask in between."""
    monkeypatch.setattr(sms, "READ_SECONDS", 0.3)

    def begin(pace: Any, *_: Any) -> None:
        pace.at_once, pace._begun = 6, 0.0

    monkeypatch.setattr(sending.Pace, "__init__", begin)


@pytest.fixture
def women(desk: Desk) -> list[UUID]:
    """Six women who asked for a text, in this order."""
    found = []
    for number in PHONES:
        found.append(a_woman_who_asked(desk, number))
        desk.clock.advance(timedelta(seconds=1))
    return found


def break_the_third(desk: Desk, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    really_call, called = sending._call, []

    def call(*said: Any, **named: Any) -> SendResult:
        called.append(1)
        if len(called) == BURNT + 1:
            desk.fault(fault)
        return really_call(*said, **named)

    monkeypatch.setattr(sending, "_call", call)


def states(desk: Desk, women: list[UUID]) -> list[str]:
    with desk.vault.reading() as session:
        by_case = dict(session.execute(select(Text.case_id, Text.state)).all())
    return [by_case[case_id] for case_id in women]


def check_the_batch(desk: Desk, women: list[UUID], fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the break two are accepted, one is unknown and three wait; later those three leave, and none twice."""
    break_the_third(desk, fault, monkeypatch)
    desk.run()
    assert states(desk, women) == ["accepted"] * 2 + ["unknown"] + ["planned"] * 3
    assert desk.tasks() == ["text_check"]
    with desk.vault.reading() as session:
        waiting = session.execute(select(Text.tries, Text.claimed_at).where(Text.state == "planned")).all()
        assert {tuple(each) for each in waiting} == {(0, None)}
        assert session.scalars(select(TextingState.faults)).one() == 1
    for _ in range(3):
        desk.clock.advance(timedelta(seconds=50))
        desk.run()
    assert states(desk, women) == ["accepted"] * 2 + ["unknown"] + ["accepted"] * 3
    called = [accepted["To"] for accepted in desk.accepts]
    assert sorted(called) == sorted(PHONES if BREAKS[fault] else PHONES[:BURNT] + PHONES[BURNT + 1 :])
    assert all(desk.text(text_id)[1].sid for text_id in accepted_ids(desk))


def accepted_ids(desk: Desk) -> list[UUID]:
    with desk.vault.reading() as session:
        return list(session.scalars(select(Text.id).where(Text.state == "accepted")))


@pytest.mark.req("P4")
@pytest.mark.req("S-6")
@pytest.mark.parametrize("fault", BREAKS)
def test_the_others_of_a_batch_are_settled_rightly_when_one_call_breaks(
    desk: Desk, women: list[UUID], fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_the_batch(desk, women, fault, monkeypatch)


def nothing_put_back(vault: Vault, *_: Any, **__: Any) -> None:
    """Forget those nobody called for: they become unknown after a while, though they never left."""


def all_put_back(vault: Vault, *_: Any, now: Any) -> None:
    """Put back the broken one too: it leaves twice."""
    with vault.writing() as session:
        session.execute(
            update(Text).where(Text.state.in_(("sending", "unknown"))).values(state="planned", claimed_at=None, tries=0)
        )


def all_as_one(vault: Vault, results: Any, *, now: Any) -> None:
    """Take what became of the last call for what became of all."""
    for text_id, _ in results:
        outcomes.record_result(vault, text_id, results[-1][1], now=now)


PLANTED = {
    "put_back": nothing_put_back,
    "put_back ": all_put_back,
    "record_results": all_as_one,
    "_is_pointless_to_go_on": lambda result: result.outcome is Outcome.REFUSED,
}


@pytest.mark.req("P4")
@pytest.mark.req("S-6")
@pytest.mark.parametrize("forgotten", PLANTED)
def test_planted_settling_of_a_broken_batch_is_caught(
    desk: Desk, women: list[UUID], forgotten: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, forgotten.strip(), PLANTED[forgotten])

    with pytest.raises(AssertionError):
        check_the_batch(desk, women, "drop_after_accept", monkeypatch)


# A stop pressed while the batch is claimed


def press_inside_the_claim(desk: Desk, monkeypatch: pytest.MonkeyPatch, press: Any) -> None:
    """
    Press a stop when the gate was asked and the claim is not committed yet.

    On PostgreSQL the press is done before the claim is; on SQLite, where there is one writer, right after it.
    """
    really_claim, is_sqlite, pressing = claims._claim, desk.vault.dialect == "sqlite", []

    def claim(*said: Any) -> Any:
        if not pressing:
            pressing.append(Thread(target=press))
            pressing[0].start()
            if not is_sqlite:
                pressing[0].join(10)
                assert not pressing[0].is_alive()
        return really_claim(*said)

    def claim_and_wait(*said: Any, **named: Any) -> Any:
        found = claims.claim_several(*said, **named)
        for each in pressing:
            each.join(10)
        return found

    monkeypatch.setattr(claims, "_claim", claim)
    monkeypatch.setattr(sending, "claim_several", claim_and_wait)


def nothing_leaves(desk: Desk, women: list[UUID], how: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    switch = StopSwitch(tmp_path / "stop")

    def press() -> None:
        if how == "file":
            switch.turn_on()
            return
        with desk.vault.writing() as session:
            stop_texts(session, because="a leak", by=desk.staff, now=desk.clock.now())

    press_inside_the_claim(desk, monkeypatch, press)
    for _ in range(3):
        sending.Sender(desk.vault, desk.client, desk.drain, desk.clock.now, stop=switch).run_due()
    assert desk.accepts == []
    assert states(desk, women) == ["planned"] * 6
    with desk.vault.reading() as session:
        assert {tuple(each) for each in session.execute(select(Text.tries, Text.claimed_at))} == {(0, None)}


@pytest.mark.req("S-16")
@pytest.mark.parametrize("how", ["row", "file"])
def test_a_stop_pressed_inside_the_claim_lets_none_of_the_batch_leave(
    desk: Desk, women: list[UUID], how: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing_leaves(desk, women, how, tmp_path, monkeypatch)


@pytest.mark.req("S-16")
@pytest.mark.parametrize("how", ["row", "file"])
def test_planted_sender_that_believes_its_claim_about_the_stop_is_caught(
    desk: Desk, women: list[UUID], how: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "nothing_may_leave", lambda *_: False)
    monkeypatch.setattr(sending, "still_allowed", trusting)
    if how == "file":
        monkeypatch.setattr(StopSwitch, "is_on", False)

    with pytest.raises(AssertionError):
        nothing_leaves(desk, women, how, tmp_path, monkeypatch)
