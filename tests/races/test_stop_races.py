"""
S-4, S-4b: a sender in one process, her STOP in another, as close to each other as they can be made to come.

She has two numbers: the text is for one, the STOP comes from the other. Times are of the machine's one monotonic
clock: a claim counts from the moment before its commit, a STOP from the moment it was acknowledged.
"""

import json
import multiprocessing
import os
import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from texting import claim_next

from cli.bench import many_cases, many_texts
from crypto.keyring import Keyring
from outreach.audit import WORKER
from outreach.messaging import claims, suppression
from outreach.messaging.claims import Claim
from outreach.records.engine import Vault, VaultSession, open_postgres, open_sqlite
from outreach.records.errors import SpoolUnavailable, VaultBusy
from outreach.records.spool import SpoolDrain, open_drain, open_spool

FORK = multiprocessing.get_context("fork")
INTERLEAVINGS = 1_000
PATIENCE_SECONDS = 120
LEVELS = ("READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE")
OTHER_NUMBER = 60_000_000
"""Her second number is the first one's number and this."""


class Race:
    """A vault of women with a text each, a process that claims, and one that stops."""

    def __init__(self, vault_url: str, spool: str, keyring: Keyring) -> None:
        self.vault_url, self.spool, self.keyring = vault_url, spool, keyring
        self.level: str | None = None
        self.longest_moment = 0.002
        self.asked = FORK.Value("i", -1)
        self.is_over = FORK.Event()

    def prepare(self, women: int) -> None:
        """Make the women, their phones and their texts, due one after the other."""
        self.women, now = women, datetime.now(UTC)
        self.first_at = now - many_texts.EARLIER
        vault = self.open()
        many_texts.build(vault, women, now=now, second_phone=OTHER_NUMBER)
        vault.close()

    def open(self) -> Vault:
        """Open the vault as one more process does, at the isolation level in question."""
        if self.vault_url.startswith("sqlite"):
            path = Path(self.vault_url.removeprefix("sqlite:///"))
            return open_sqlite(path, self.keyring, callbacks=Path(self.spool))
        vault = open_postgres(self.vault_url, self.keyring)
        if self.level is not None:
            vault._writers = vault._writers.execution_options(isolation_level=self.level)
        return vault

    def run(self, stop: "Stopper") -> Counter[str]:
        """Let both processes run; return how often which came first. Asserts that no claim followed a STOP."""
        told, tells = FORK.Pipe(duplex=False)
        process = FORK.Process(target=self._claim, args=(tells,))
        process.start()
        tells.close()
        try:
            stopped = stop(self)
        finally:
            self.is_over.set()  # Not by `asked`: the sender writes that, and would write over it.
        claimed = dict(json.loads(told.recv_bytes()))
        process.join(60)
        assert process.exitcode == 0
        late = [number for number, at in claimed.items() if at > stopped.get(number, at)]
        assert late == [], f"{len(late)} claims after an acknowledged STOP"
        return Counter("claim" if number in claimed else "stop" for number in stopped)

    def _claim(self, tells: Any) -> None:
        """Be the sender's process."""
        vault, drain = self.open(), open_drain(self.spool)
        found, at = {}, [0]
        event.listen(VaultSession, "before_commit", lambda _: at.__setitem__(0, time.monotonic_ns()))
        self._dawdle()
        until = time.monotonic() + PATIENCE_SECONDS
        while not self.is_over.is_set() and time.monotonic() < until:
            time.sleep(0.004)  # SQLite's waiting writers look again every few milliseconds: leave them a gap.
            claimed = self._one(vault, drain)
            if isinstance(claimed, Claim):
                found[claimed.message.to] = at[0]
        tells.send_bytes(json.dumps(found).encode())
        os._exit(0)

    def _one(self, vault: Vault, drain: SpoolDrain) -> Any:
        try:
            return claim_next(vault, drain, callback_base_url="https://x", now=datetime.now(UTC))
        except (OperationalError, VaultBusy, SpoolUnavailable):
            return None  # The database would not order the two: nothing was claimed.

    def _dawdle(self) -> None:
        """Say whose text is being asked about, and take a moment between the answer and the commit."""
        really_ask, dice = claims.ask, random.Random(4)  # noqa: S311 - when to wait

        def ask(session: Any, text: Any, now: datetime) -> Any:
            answer = really_ask(session, text, now)
            self.asked.value = round((text.release_at - self.first_at) / timedelta(milliseconds=1))
            time.sleep(dice.uniform(0, self.longest_moment))
            return answer

        claims.ask = ask

    def wait_for(self, woman: int) -> None:
        """Wait until the sender is at this woman's text, or has gone past it; a cancelled one it never comes to."""
        until = time.monotonic() + 0.5
        while self.asked.value < woman and time.monotonic() < until:
            time.sleep(0.0001)


Stopper = Callable[[Race], dict[str, int]]


def by_staff(race: Race) -> dict[str, int]:
    """Stop woman after woman, by her other number; return when each was acknowledged, by the text's number."""
    vault, dice, found = race.open(), random.Random(5), {}  # noqa: S311 - whom to stop, and when
    for woman in range(race.women):
        race.wait_for(woman)
        hers = min(woman + dice.randrange(2), race.women - 1)
        time.sleep(dice.uniform(0, 0.002))
        number = many_cases.phone(hers)
        if number not in found and _stop(vault, many_cases.phone(hers + OTHER_NUMBER)):
            found[number] = time.monotonic_ns()
    vault.close()
    return found


def _stop(vault: Vault, number: str) -> bool:
    try:
        with vault.writing() as session:
            suppression.suppress(session, number, by=WORKER, now=datetime.now(UTC))
    except (OperationalError, VaultBusy):
        return False  # Not acknowledged: it is told again, as Twilio does.
    return True


@pytest.fixture
def race(vault_url: str, spool_address: str, keyring: Keyring) -> Race:
    return Race(vault_url, spool_address, keyring)


@pytest.mark.req("S-4b")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_no_claim_follows_a_stop_by_her_other_number(race: Race) -> None:
    race.prepare(INTERLEAVINGS)
    first = race.run(by_staff)

    assert first["claim"] > 0
    assert first["stop"] > 0


@pytest.mark.req("S-4")
@pytest.mark.req("S-4b")
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_no_claim_follows_a_stop_at_any_isolation_level(race: Race, level: str) -> None:
    race.level = level
    race.prepare(INTERLEAVINGS // len(LEVELS) + 1)
    first = race.run(by_staff)

    assert first["claim"] > 0
    assert first["stop"] > 0


@pytest.mark.req("S-4b")
@pytest.mark.parametrize("level", ["READ COMMITTED", "REPEATABLE READ"])
@pytest.mark.parametrize("database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_planted_claim_without_the_lock_is_caught_between_processes(
    race: Race, level: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Without what else would order the two: that her waiting texts are cancelled and, at READ COMMITTED, that the claim
    locks her case's row. At SERIALIZABLE the database itself orders them, and nothing is to be caught.
    """
    monkeypatch.setattr(claims, "lock_for_claim", lambda _: None)
    monkeypatch.setattr(suppression, "cancel_waiting", lambda *_: None)
    if level == "READ COMMITTED":
        monkeypatch.setattr(claims, "_locked", lambda _session, texts, _persons: texts)
    race.level, race.longest_moment = level, 0.02
    race.prepare(60)

    with pytest.raises(AssertionError, match="after an acknowledged STOP"):
        race.run(by_staff)


def by_text(race: Race, watch: float = 0.004) -> dict[str, int]:
    """Lay a text of hers into the callbacks' spool at every other woman; what is claimed before it is read is late."""
    spool, drain = open_spool(race.spool), open_drain(race.spool)
    dice, acknowledged, found = random.Random(6), 0, {}  # noqa: S311 - when to write
    for woman in range(1, race.women, 4):
        race.wait_for(woman)
        time.sleep(dice.uniform(0, 0.002))
        deposit = uuid4()
        try:
            spool.insert(deposit, datetime.now(UTC), b"sealed, and not read yet")
        except SpoolUnavailable:
            continue  # Not acknowledged: it is told again, as Twilio does.
        acknowledged, at = time.monotonic_ns(), race.asked.value
        time.sleep(watch)
        later = range(max(at, woman) + 1, min(at + 3, race.women))
        found |= {many_cases.phone(each): acknowledged for each in later if race.asked.value < each}
        late = [each for each in later if race.asked.value >= each]
        assert late == [], f"{len(late)} claims after an acknowledged STOP"
        drain.remove([deposit])
    spool.close()
    drain.close()
    return {}


@pytest.mark.req("S-4")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_nothing_is_asked_or_claimed_while_a_text_of_hers_waits_to_be_read(race: Race) -> None:
    race.prepare(400)
    race.run(by_text)


@pytest.mark.req("S-4")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_planted_claim_that_looks_at_no_deposit_is_caught(race: Race, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "_callbacks_waiting", lambda *_: False)
    race.prepare(60)

    with pytest.raises(AssertionError, match="after an acknowledged STOP"):
        race.run(lambda each: by_text(each, watch=0.3))
