"""
S-15: a sender that is really stopped (SIGSTOP) at an edge, while the world goes on, and woken up again.

It stops itself before or after a commit, a deletion or a byte on a socket. Meanwhile the clock goes on and women stop
texts. What it finds when it wakes up, it must ask about anew: only a text whose call had begun may still leave.
"""

import os
import signal
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from builders import NOW, a_case
from killing import Edges
from nursery_of_workers import arm
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from texting import Desk, new_client, trusting

from outreach.audit import WORKER
from outreach.messaging import claims, sending, suppression
from outreach.messaging.outcomes import STALE
from outreach.records.engine import Vault, open_postgres, open_sqlite
from outreach.records.errors import SpoolUnavailable, VaultBusy
from outreach.records.spool import open_drain
from outreach.records.work import Task, Text
from outreach.tasks import detail_of

FORK = get_context("fork")
WOMEN = 5
NAP, LONG_NAP = timedelta(seconds=5), timedelta(minutes=20)
EDGES = {"sqlite": 6, "postgres": 2}
"""So many in `make test`, spread over all; each one in `make assurance`."""
MOST_EDGES = 400


class Napping(Edges):
    """Edges at one of which the process stops itself; says whether a call had begun there."""

    def __init__(self, fatal: int, is_calling: Any) -> None:
        super().__init__(fatal)
        self.is_calling, self.calls = is_calling, 0

    def reach(self, *args: object) -> None:
        if self.passed == self.fatal:
            self.is_calling.value = self.calls
            os.kill(os.getpid(), signal.SIGSTOP)
        self.passed += 1


class Nap:
    """One desk, and senders of its vault that stop at an edge each."""

    def __init__(self, desk: Desk, vault_url: str, spool_address: str) -> None:
        self.desk, self.vault_url, self.spool_address = desk, vault_url, spool_address
        self.later, self.is_calling = FORK.Value("d", 0.0), FORK.Value("i", 0)
        self.women = 0

    def pass_time(self, by: timedelta) -> None:
        """Let time pass, in every process."""
        self.later.value += by.total_seconds()
        self.desk.clock.advance(by)

    def texts_are_due(self) -> list[str]:
        """Release a text each for some women; return their numbers."""
        numbers = [f"+1336556{self.women + each:04d}" for each in range(WOMEN)]
        self.women += WOMEN
        for number in numbers:
            with self.desk.vault.writing() as session:
                self.desk.case = a_case(session, assigned_to=self.desk.staff)
                self.desk.phone = self.desk.a_phone(session, value=number)
            self.desk.release()
        return numbers

    def sleeps_at(self, edge: int) -> int | None:
        """Start a sender; return its process once it sleeps, None where it never came to that edge."""
        pid = os.fork()
        if pid == 0:
            try:
                self._work(edge)
                os._exit(0)
            finally:
                os._exit(1)
        _, status = os.waitpid(pid, os.WUNTRACED)
        if os.WIFSTOPPED(status):
            return pid
        assert os.waitstatus_to_exitcode(status) == 0
        return None

    def wake(self, pid: int) -> None:
        """Let it go on, to the end of its round."""
        os.kill(pid, signal.SIGCONT)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0

    def _work(self, edge: int) -> None:
        vault, client, drain = self._open(), new_client(self.desk.server), open_drain(self.spool_address)
        edges = Napping(edge, self.is_calling)
        really_call = sending._call

        def call(*args: Any, **named: Any) -> Any:
            edges.calls = 1
            try:
                return really_call(*args, **named)
            finally:
                edges.calls = 0

        sending._call = call
        arm(edges)
        sending.Sender(vault, client, drain, self._now).run_due()

    def _now(self) -> datetime:
        return NOW + timedelta(seconds=self.later.value)

    def _open(self) -> Vault:
        if self.vault_url.startswith("sqlite:///"):
            vault = open_sqlite(Path(self.vault_url.removeprefix("sqlite:///")), self.desk.vault.keyring)
        else:
            vault = open_postgres(self.vault_url, self.desk.vault.keyring)
        vault.is_practice = self.desk.vault.is_practice
        return vault

    def works_meanwhile(self) -> None:
        """Be another sender, for a round."""
        with suppress(VaultBusy, OperationalError, SpoolUnavailable):
            self.desk.run()

    def stop_while_asleep(self, numbers: list[str]) -> set[str]:
        """Stop all these; return whose stop was acknowledged while the sender slept. One that holds a lock may wait."""
        known: set[str] = set()

        def stop() -> None:
            for number in numbers:
                with self.desk.vault.writing() as session:
                    suppression.suppress(session, number, by=WORKER, now=self._now())
                known.add(number)

        self.stopping = Thread(target=stop)
        self.stopping.start()
        self.stopping.join(0.25)
        return set(known)

    def accepted(self) -> list[str]:
        """Return the numbers of all texts that left."""
        return [each["To"] for each in self.desk.accepts]


@pytest.fixture
def nap(desk: Desk, vault_url: str, spool_address: str) -> Nap:
    return Nap(desk, vault_url, spool_address)


def stops_count_after_a_nap(nap: Nap, edge: int) -> bool:
    """Check one edge; return whether there was one."""
    numbers = nap.texts_are_due()
    pid = nap.sleeps_at(edge)
    if pid is None:
        return False
    before = nap.accepted()
    stopped = nap.stop_while_asleep([each for each in numbers if each not in before])
    nap.pass_time(NAP)
    nap.wake(pid)
    nap.stopping.join(30)
    left = nap.accepted()[len(before) :]
    late = [number for number in left if number in stopped]
    assert len(late) <= nap.is_calling.value, f"{late} left after a stop that was acknowledged, at edge {edge}"
    nothing_is_lost(nap)
    return True


def nothing_is_lost(nap: Nap) -> None:
    """Let a sender that nobody stops come to the end; each text left once, was cancelled, or is somebody's task."""
    nap.pass_time(timedelta(seconds=61))
    for _ in range(2 * WOMEN):
        nap.desk.run()
    assert max(Counter(nap.accepted()).values(), default=1) == 1, "twice"
    with nap.desk.vault.reading() as session:
        rows = session.execute(select(Text.id, Text.state)).all()
        open_tasks = session.scalars(select(Task).where(Task.step == "text_check", Task.state == "open"))
        asked = {detail_of(session, task).text_id for task in open_tasks}
    lost = [state for row, state in rows if state not in ("accepted", "cancelled") and str(row) not in asked]
    assert lost == []


def no_burst_after_a_nap(nap: Nap, edge: int) -> bool:
    """Check that what fell behind leaves one a round, besides the one whose call had begun."""
    nap.texts_are_due()
    pid = nap.sleeps_at(edge)
    if pid is None:
        return False
    before = len(nap.accepted())
    nap.pass_time(LONG_NAP)
    nap.wake(pid)
    assert len(nap.accepted()) - before <= 1 + nap.is_calling.value, f"a burst at edge {edge}"
    nothing_is_lost(nap)
    return True


def nobody_sends_twice_after_a_nap(nap: Nap, edge: int) -> bool:
    """Check that a sender which slept longer than a call can take leaves alone what another took over meanwhile."""
    nap.texts_are_due()
    pid = nap.sleeps_at(edge)
    if pid is None:
        return False
    nap.pass_time(STALE + timedelta(seconds=16))
    other = Thread(target=nap.works_meanwhile)
    other.start()
    other.join(0.25)  # One that sleeps with a lock in its hand makes the other wait.
    nap.wake(pid)
    other.join(30)
    nothing_is_lost(nap)
    return True


def at_every_edge(nap: Nap, check: Callable[[Nap, int], bool]) -> int:
    """Check every edge; return how many there are."""
    edge = 0
    while check(nap, edge):
        edge += 1
    return edge


CHECKS: list[Callable[[Nap, int], bool]] = [
    stops_count_after_a_nap,
    no_burst_after_a_nap,
    nobody_sends_twice_after_a_nap,
]


def edges_there_are(nap: Nap) -> int:
    """Return how many edges a sender has that has these texts to send."""
    low, high = 0, MOST_EDGES
    while low < high:
        nap.texts_are_due()
        pid = nap.sleeps_at((low + high) // 2)
        if pid is None:
            high = (low + high) // 2
        else:
            nap.wake(pid)
            low = (low + high) // 2 + 1
        nap.desk.run()
    return low


@pytest.mark.req("S-15")
@pytest.mark.req("P4")
@pytest.mark.parametrize("check", CHECKS)
def test_a_sender_may_sleep_at_any_edge(nap: Nap, check: Callable[[Nap, int], bool], database: str) -> None:
    most = edges_there_are(nap)
    tried = [check(nap, edge) for edge in range(0, most, max(1, most // EDGES[database]))]

    assert sum(tried) >= EDGES[database] - 1


@pytest.mark.assurance
@pytest.mark.req("S-15")
@pytest.mark.parametrize("check", CHECKS)
def test_a_sender_may_sleep_at_every_edge(nap: Nap, check: Callable[[Nap, int], bool]) -> None:
    assert at_every_edge(nap, check) >= edges_there_are(nap) - 5


@pytest.mark.req("S-15")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_planted_sender_that_trusts_what_it_claimed_is_caught(nap: Nap, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three lines of defence: how old a claim may be, how soon its calls begin, and the last look."""
    monkeypatch.setattr(sending, "LONGEST_CLAIM", timedelta(days=1))
    monkeypatch.setattr(sending, "SOON", 999.0)
    monkeypatch.setattr(sending, "still_allowed", trusting)

    with pytest.raises(AssertionError, match="left after a stop"):
        at_every_edge(nap, stops_count_after_a_nap)


@pytest.mark.req("S-15")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_planted_sender_that_hurries_after_a_nap_is_caught(nap: Nap, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "LATE", timedelta(days=1))

    with pytest.raises(AssertionError, match="a burst"):
        at_every_edge(nap, no_burst_after_a_nap)
