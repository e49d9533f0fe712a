"""
One tap in the portal's process, the sender in another: what is claimed but not called is held back (requirement 26).

The sender is a forked process with connections of its own. It stops at a given point until the tap was made.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from texting import Desk, new_client, trusting

from outreach.access import StaffCard
from outreach.her_word import pausing
from outreach.messaging import sending
from outreach.messaging.halting import under_way
from outreach.messaging.sms import OutgoingText, TwilioSms
from outreach.messaging.wording import Typed
from outreach.records.engine import Vault, open_postgres, open_sqlite
from outreach.records.spool import open_drain
from outreach.terms import Employer, Role

FORK = get_context("fork")
MOST_SECONDS = 1.0


class SlowSms(TwilioSms):
    """A client that says when its call begins, and may wait inside it for a sign."""

    begun: Callable[[], None]

    def create(self, message: OutgoingText, validity_seconds: int) -> str:
        self.begun()
        return super().create(message, validity_seconds)


@dataclass
class TwoProcesses:
    """The portal's side here, a sender in a child."""

    desk: Desk
    vault_url: str
    spool_address: str

    def tap(self) -> None:
        """Stop all contact as the portal does."""
        dana = StaffCard(self.desk.staff, "d@x.test", "Dana", Role.ADVOCATE, Employer.ADVOCACY)
        with self.desk.vault.writing() as session:
            pausing.pause(session, dana, self.desk.case, now=self.desk.clock.now())

    @contextmanager
    def sender(self, work: Callable[["TwoProcesses", Vault], None]) -> Iterator[Any]:
        """Run a sender in a child until it ends by itself."""
        child = FORK.Process(target=self._in_child, args=(work,))
        child.start()
        yield child
        child.join(30)
        assert child.exitcode == 0

    def _in_child(self, work: Callable[["TwoProcesses", Vault], None]) -> None:
        status = 1
        try:
            work(self, self._open())
            status = 0
        finally:
            os._exit(status)

    def _open(self) -> Vault:
        if self.vault_url.startswith("sqlite:///"):
            vault = open_sqlite(Path(self.vault_url.removeprefix("sqlite:///")), self.desk.vault.keyring)
        else:
            vault = open_postgres(self.vault_url, self.desk.vault.keyring)
        vault.is_practice = self.desk.vault.is_practice
        return vault

    def run(self, vault: Vault, begun: Callable[[], None] = lambda: None) -> int:
        """Let the child's sender work off what is due."""
        client = SlowSms(new_client(self.desk.server).account)
        client.begun = begun
        return sending.Sender(vault, client, open_drain(self.spool_address), self.desk.clock.now).run_due()


@pytest.fixture
def two(desk: Desk, vault_url: str, spool_address: str) -> TwoProcesses:
    return TwoProcesses(desk, vault_url, spool_address)


def tap_between_claim_and_call(two: TwoProcesses, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """Let the child claim a text, tap, let it go on; return what the provider got."""
    claimed, tapped = FORK.Event(), FORK.Event()
    claim_several = sending.claim_several

    def claim_and_wait(*args: Any, **named: Any) -> Any:
        claims = claim_several(*args, **named)
        if claims:
            claimed.set()
            tapped.wait(20)
        return claims

    monkeypatch.setattr(sending, "claim_several", claim_and_wait)
    two.desk.release()
    with two.sender(lambda two, vault: two.run(vault) and None):
        assert claimed.wait(20)
        two.tap()
        tapped.set()
    return two.desk.accepts


@pytest.mark.req("26")
@pytest.mark.req("24")
def test_a_text_claimed_by_another_process_is_held_back_by_the_tap(
    two: TwoProcesses, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tap_between_claim_and_call(two, monkeypatch) == []

    with two.desk.vault.reading() as session:
        found = under_way(session, two.desk.case, since=two.desk.clock.now())
    assert (found.texts, found.texts_stopped) == ((), 1)
    assert two.desk.states() == ["held"]
    assert two.desk.tasks() == ["text_check"]


@pytest.mark.req("26")
def test_planted_sender_that_does_not_look_again_is_caught(two: TwoProcesses, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "still_allowed", trusting)

    with pytest.raises(AssertionError):
        assert tap_between_claim_and_call(two, monkeypatch) == []


@pytest.mark.req("26")
def test_a_call_that_had_begun_is_said_to_have_left_before_the_stop(two: TwoProcesses) -> None:
    begun, tapped = FORK.Event(), FORK.Event()
    two.desk.release()

    def begin() -> None:
        begun.set()
        tapped.wait(20)

    with two.sender(lambda two, vault: two.run(vault, begin) and None):
        assert begun.wait(20)
        two.tap()
        with two.desk.vault.reading() as session:
            (left,) = under_way(session, two.desk.case, since=two.desk.clock.now()).texts
        assert left.state == "sending"
        tapped.set()

    with two.desk.vault.reading() as session:
        (left,) = under_way(session, two.desk.case, since=two.desk.clock.now()).texts
    assert left.state == "accepted"
    assert len(two.desk.accepts) == 1


def seconds_to_silence(two: TwoProcesses, texts: int = 40) -> tuple[float, float]:
    """
    Let a child send texts one after another, and tap in between.

    Returns:
        How long after the finger the tap was done, and the last call began.
    """
    two.desk.how = "code_word"
    for number in range(texts):
        two.desk.release(Typed(body=f"Message number {number}"))
    calls, at = FORK.SimpleQueue(), []

    def work(two: TwoProcesses, vault: Vault) -> None:
        two.run(vault, lambda: calls.put(time.monotonic()))
        calls.put(None)

    with two.sender(work):
        while len(at) < 3:
            at.append(calls.get())
        began = time.monotonic()
        two.tap()
        done = time.monotonic()
        while (call := calls.get()) is not None:
            at.append(call)
    assert len(at) < texts, "every text had left: the tap stopped nothing"
    return done - began, max(at) - began


@pytest.mark.req("26")
def test_the_last_call_begins_within_a_second_of_the_tap(two: TwoProcesses) -> None:
    done, last = seconds_to_silence(two)
    print(f"tap done {done * 1000:.0f} ms after the finger, last call {last * 1000:+.0f} ms")

    assert max(done, last) < MOST_SECONDS
    assert {*two.desk.states()} <= {"accepted", "cancelled", "held"}


@pytest.mark.req("26")
def test_planted_stop_that_the_other_process_never_reads_is_caught(
    two: TwoProcesses, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stop kept in this process alone: the child goes on to the last text."""
    monkeypatch.setattr(two, "tap", lambda: None)

    with pytest.raises(AssertionError):
        seconds_to_silence(two, texts=8)
