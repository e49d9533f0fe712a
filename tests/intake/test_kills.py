"""What intake called received is stored, whatever happens to the process: killed, out of space, locked out."""

import http.client
import itertools
import json
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from postgres_cluster import as_role
from signed_events import SourceAgency, a_body

from crypto.keyring import KeyPaths
from crypto.root import KeyFileRoot
from crypto.unsealing import UnsealingKeys
from outreach.inbox import PURPOSE, unpack
from outreach.records.spool import Deposit, open_drain

NURSERY = Path(__file__).with_name("nursery.py")
ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 20


class Nursery:
    """A process that forks servers quickly."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(NURSERY)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
        )

    def order(self, **order: Any) -> Any:
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(PATIENCE_SECONDS)


class Site:
    """A home with one agency, and a place for deposits; served, killed, and looked into."""

    def __init__(self, nursery: Nursery, home: Path, key_paths: KeyPaths, web: str, worker: str) -> None:
        self.nursery, self.home, self.agency = nursery, home, SourceAgency()
        (home / "public").mkdir(parents=True)
        (home / "home.json").write_text('{"format": 1, "demo": false, "single_user": true}')
        (home / "public" / "sealing.json").write_bytes(key_paths.sealing.read_bytes())
        self.agency.register(home / "public" / "agencies.json", now=datetime.now(UTC))
        self.keys = UnsealingKeys.load(key_paths.unsealing, KeyFileRoot(key_paths.keys.parent / "root.key"))
        self.web, self.drain = web, open_drain(worker)
        self.port = 0
        self.answered: list[tuple[str, int]] = []
        self._opened: dict[UUID, str] = {}

    def start(self, app: str = "real", **more: Any) -> int:
        self.port = _free_port()
        environ = {"WAYSIDE_HOME": str(self.home), "WAYSIDE_INBOX_URL": self.web}
        return self.nursery.order(app=app, port=self.port, environ=environ, log=str(self.home / "log"), **more)

    def kill(self, group: int) -> None:
        self.nursery.order(kill=group)

    def send_until(self, ids: Iterator[int], is_over: threading.Event) -> None:
        """Send one event after another on one connection, and note every answer, until told or cut off."""
        connection = _connect(self.port)
        try:
            while not is_over.is_set():
                event_id = f"evt_{next(ids)}"
                self.answered.append((event_id, self.send(connection, event_id)))
        except (OSError, http.client.HTTPException):
            return
        finally:
            connection.close()

    def send(self, connection: http.client.HTTPConnection, event_id: str) -> int:
        body = a_body("call_in_cancelled")
        connection.request(
            "POST", "/v1/level-events", body, self.agency.headers(body, at=datetime.now(UTC), id=event_id)
        )
        answer = connection.getresponse()
        answer.read()
        return answer.status

    def stored_ids(self) -> set[str]:
        """Return the event ids of what waits now; each deposit is opened once."""
        return {self._opened.get(each.id) or self._open(each) for each in self.drain.waiting(100_000)}

    def _open(self, deposit: Deposit) -> str:
        packed = self.keys.unseal(deposit.sealed, purpose=PURPOSE, deposit=deposit.id)
        return self._opened.setdefault(deposit.id, unpack(packed).event_id)

    def check_nothing_promised_is_lost(self) -> int:
        """Fail when an event was called received and is not there; return how many were received."""
        received = {event_id for event_id, status in self.answered if status == 202}
        lost = received - self.stored_ids()
        assert lost == set(), f"{len(lost)} of {len(received)} events were called received and are not stored"
        return len(received)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _connect(port: int) -> http.client.HTTPConnection:
    """Connect as soon as the server listens."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        try:
            connection.connect()
        except ConnectionRefusedError:
            assert time.monotonic() < until, "the server did not start"
            time.sleep(0.005)
            continue
        return connection


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    running = Nursery()
    yield running
    running.close()


@pytest.fixture
def site(nursery: Nursery, tmp_path: Path, key_paths: KeyPaths, spool_address: str, database: str) -> Iterator[Site]:
    roles = {"sqlite": (spool_address,) * 2}.get(database) or [
        as_role(spool_address, f"wayside_{name}") for name in ("intake", "worker")
    ]
    built = Site(nursery, tmp_path / "home", key_paths, *roles)
    yield built
    built.drain.close()


def a_round(site: Site, ids: Iterator[int], chance: random.Random, app: str = "real") -> int:
    """Start, let four agencies send, kill at a random moment, and look what is stored."""
    group = site.start(app)
    is_over = threading.Event()
    before = len(site.answered)
    senders = [threading.Thread(target=site.send_until, args=(ids, is_over)) for _ in range(4)]
    for sender in senders:
        sender.start()
    until = time.monotonic() + PATIENCE_SECONDS
    while len(site.answered) == before and time.monotonic() < until:
        time.sleep(0.001)
    time.sleep(chance.uniform(0, 0.04))
    site.kill(group)
    is_over.set()
    for sender in senders:
        sender.join()
    return site.check_nothing_promised_is_lost()


@pytest.mark.req("R-6")
def test_no_kill_loses_an_event_that_was_called_received(site: Site, database: str) -> None:
    chance, ids = random.Random(6), itertools.count()  # noqa: S311 - when to kill
    rounds = {"sqlite": 100, "postgres": 10}[database]
    received = [a_round(site, ids, chance) for _ in range(rounds)]
    assert received[-1] >= rounds


def test_planted_answer_before_the_commit_is_caught(site: Site) -> None:
    chance, ids = random.Random(7), itertools.count()  # noqa: S311 - when to kill
    with pytest.raises(AssertionError, match="are not stored"):
        _ = [a_round(site, ids, chance, app="hasty") for _ in range(10)]


def until_refused(site: Site, app: str = "real") -> list[int]:
    """Let the files of intake grow no further than 256 KiB, and send until ten answers are no 202."""
    group = site.start(app, largest_file=256 * 1024)
    connection = _connect(site.port)
    statuses: list[int] = []
    while sum(status != 202 for status in statuses) < 10 and len(statuses) < 500:
        event_id = f"evt_{len(site.answered)}"
        statuses.append(site.send(connection, event_id))
        site.answered.append((event_id, statuses[-1]))
    connection.close()
    site.kill(group)
    return statuses


@pytest.mark.req("R-6")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_full_disk_is_answered_503_and_nothing_promised_is_lost(site: Site) -> None:
    statuses = until_refused(site)
    assert set(statuses) == {202, 503}
    assert site.check_nothing_promised_is_lost() >= 10

    group = site.start()
    connection = _connect(site.port)
    assert site.send(connection, "evt_after") == 202
    connection.close()
    site.kill(group)
    assert "evt_after" in site.stored_ids()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_planted_answer_before_the_commit_is_caught_by_a_full_disk(site: Site) -> None:
    until_refused(site, app="hasty")
    with pytest.raises(AssertionError, match="are not stored"):
        site.check_nothing_promised_is_lost()
