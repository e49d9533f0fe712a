"""The kill switch and a sender in a process of its own: a second after the word, no call to Twilio begins."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from builders import a_case
from texting import Desk, new_client

from outreach.messaging import breaker, sending
from outreach.messaging.kill_switch import start_texts, stop_texts
from outreach.records.engine import Vault, open_postgres, open_sqlite
from outreach.records.spool import open_drain

TEXTS = 80
LONGEST = 1.0
"""Seconds from the word to the last call."""


class Sender:
    """A worker's sending role in a process of its own, looking every hundredth of a second."""

    def __init__(self, desk: Desk, vault_url: str, spool_address: str) -> None:
        self.desk, self.vault_url, self.spool_address, self.pid = desk, vault_url, spool_address, 0

    def start(self) -> None:
        self.pid = os.fork()
        if self.pid == 0:
            try:
                self._work()
            finally:
                os._exit(1)

    def kill(self) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.pid = 0

    def _work(self) -> None:
        vault, client, drain = self._open(), new_client(self.desk.server), open_drain(self.spool_address)
        while True:
            sending.Sender(vault, client, drain, self.desk.clock.now).run_due()
            time.sleep(0.01)

    def _open(self) -> Vault:
        if self.vault_url.startswith("sqlite:///"):
            vault = open_sqlite(Path(self.vault_url.removeprefix("sqlite:///")), self.desk.vault.keyring)
        else:
            vault = open_postgres(self.vault_url, self.desk.vault.keyring)
        vault.is_practice = self.desk.vault.is_practice
        return vault


@pytest.fixture
def sender(desk: Desk, vault_url: str, spool_address: str) -> Iterator[Sender]:
    one = Sender(desk, vault_url, spool_address)
    yield one
    one.kill()


def wait_for(said: Callable[[], bool], *, seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not said():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.005)


def many_are_due(desk: Desk) -> None:
    for number in range(TEXTS):
        with desk.vault.writing() as session:
            desk.case = a_case(session, assigned_to=desk.staff)
            desk.phone = desk.a_phone(session, value=f"+1336555{1000 + number}")
        desk.release()


def the_word_counts_in_every_process(desk: Desk, sender: Sender) -> None:
    """Check S-16: stop while another process sends; then kill that one, start a new one, and let texts leave again."""
    many_are_due(desk)
    sender.start()
    wait_for(lambda: len(desk.accepts) >= 5)
    with desk.vault.writing() as session:
        stop_texts(session, because="a test of the switch", by=desk.staff, now=desk.clock.now())
    said_at = time.monotonic()
    last, last_at = len(desk.accepts), said_at
    while time.monotonic() < said_at + 2 * LONGEST:
        if len(desk.accepts) != last:
            last, last_at = len(desk.accepts), time.monotonic()
        time.sleep(0.01)
    assert last_at - said_at <= LONGEST, f"a call {last_at - said_at:.2f} s after the word"
    assert last < TEXTS, "all had left: nothing was stopped"
    sender.kill()
    sender.start()
    time.sleep(LONGEST)
    assert len(desk.accepts) == last, "a restart forgot the word"


@pytest.mark.req("S-16")
@pytest.mark.req("43a")
def test_a_second_after_the_word_no_call_begins_and_a_restart_forgets_nothing(desk: Desk, sender: Sender) -> None:
    the_word_counts_in_every_process(desk, sender)

    with desk.vault.writing() as session:
        start_texts(session, by=desk.staff, now=desk.clock.now())
    wait_for(lambda: len(desk.accepts) == TEXTS)
    assert len({each["To"] for each in desk.accepts}) == TEXTS


@pytest.mark.req("S-16")
def test_planted_sender_that_does_not_look_is_caught(
    desk: Desk, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breaker, "is_stopped", lambda _: False)
    monkeypatch.setattr(sending, "nothing_may_leave", lambda *_: False)

    with pytest.raises(AssertionError):
        the_word_counts_in_every_process(desk, sender)
