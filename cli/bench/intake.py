"""
How fast intake is: over HTTP, one process, 16 connections, every 202 committed to SQLite.

The goal is a ratio to the same handler without the commit, taken in turns in one run, since disks and machines
differ. The load comes from a process of its own, and shares this machine's cores with the server.
"""

import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from uuid import uuid4

from cli.bench.load import Load, knock
from cli.init import make_home
from config.home import Home
from crypto.sealing import SealingKey
from crypto.signatures import generate_key_pair, load_private, load_public, sign, verify
from outreach.events import parse_event
from outreach.inbox import PURPOSE, SignedEvent, pack
from outreach.intake.agencies import with_key, write_agencies
from outreach.records.spool import open_drain

TURNS = 6
TURN_SECONDS = 0.9
MOST_PER_SECOND = 4_000
_PERSON = {"full_name": "Dale Fictional", "date_of_birth": "1988-04-02", "phones": ["+13365550142"]}
_PLACE = {"lines": ["1 Main St"], "city": "High Point", "state": "NC", "postal_code": "27262"}
BODY = json.dumps(
    {
        "kind": "level_assigned",
        "occurred_at": "2025-11-20T22:14:00-05:00",
        "jurisdiction": "high-point",
        "level": "B",
        "criteria_version": "2026-01",
        "offender": {**_PERSON, "addresses": [_PLACE]},
        "victim": {**_PERSON, "language": "es", "address": _PLACE},
        "on_scene": {"safe_to_call": "yes", "safe_to_leave_message": "no", "safe_times": "weekdays 9-12"},
    }
).encode()


@dataclass
class _Site:
    """A home with one agency, and what that agency signs with."""

    home: Home
    key: Any
    public: Any
    sent: int = 0

    @classmethod
    def make(cls, folder: Path) -> "_Site":
        home = Home(folder / "home")
        make_home(home, folder / "root" / "root.key", folder / "root" / "kit", is_demo=False, is_single_user=True)
        private_pem, public_pem = generate_key_pair()
        private, public = load_private(private_pem), load_public(public_pem)
        now = datetime.now(UTC)
        write_agencies(home.agencies, with_key({}, "bench", jurisdiction="high-point", public=public, now=now))
        return cls(home, private, public)

    def requests(self, count: int) -> list[bytes]:
        """Return this many signed requests, each with an id of its own, ready for the wire."""
        at = int(time.time())
        self.sent += count
        return [self._request(f"evt_{number}", at) for number in range(self.sent - count, self.sent)]

    def _request(self, event_id: str, at: int) -> bytes:
        return (
            "POST /v1/level-events HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\n"
            f"content-length: {len(BODY)}\r\nwayside-agency: bench\r\nwebhook-id: {event_id}\r\n"
            f"webhook-timestamp: {at}\r\nwebhook-signature: {sign(self.key, event_id, at, BODY)}\r\n\r\n"
        ).encode() + BODY

    @contextmanager
    def serving(self, kind: str) -> Iterator[int]:
        """Serve, with or without the commit; gives the port."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port: int = free.getsockname()[1]
        environ = {**os.environ, "WAYSIDE_HOME": str(self.home.root)}
        command = [sys.executable, "-m", "cli.bench.intake_server", str(port), kind]
        process = subprocess.Popen(command, env=environ, start_new_session=True)  # noqa: S603 - our own module
        try:
            _wait_for(port)
            yield port
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def run(*, cases: int = 0, turns: int = TURNS, turn_seconds: float = TURN_SECONDS) -> dict[str, Any]:
    """
    Measure intake; the number of cases cannot matter to it.

    Returns:
        measure: number, or value, goal and whether it is met.
    """
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(1, get_context("spawn")) as outside:
        site = _Site.make(Path(folder))
        kept: list[Any] = []
        dropped: list[Any] = []
        with site.serving("kept") as durable, site.serving("dropped") as twin:
            for port in (durable, twin):
                outside.submit(knock, port, site.requests(500), seconds=1.0).result()
            for _ in range(turns):
                for port, loads in ((durable, kept), (twin, dropped)):
                    ready = site.requests(int(turn_seconds * MOST_PER_SECOND))
                    loads.append(outside.submit(knock, port, ready, seconds=turn_seconds).result())
        _check_stored(site, sum(load.statuses.get(202, 0) for load in kept))
        return _report(kept, dropped) | _parts(site)


def _check_stored(site: _Site, received: int) -> None:
    drain = open_drain(site.home.intake_spool)
    stored = drain.count()
    drain.close()
    if stored < received:
        raise RuntimeError(f"{received - stored} events were called received and are not stored")


def _report(kept: list[Load], dropped: list[Load]) -> dict[str, Any]:
    ratio = statistics.median(k.per_second / d.per_second for k, d in zip(kept, dropped, strict=True))
    p99 = statistics.median(load.percentile_ms(0.99) for load in kept)
    others = {str(status) for load in (*kept, *dropped) for status in load.statuses if status != 202}
    if others:
        raise RuntimeError(f"intake answered {', '.join(sorted(others))} during the measurement")
    return {
        "durable / the same without the commit": {"value": ratio, "goal": "≥ 0.8", "met": ratio >= 0.8},
        "99th percentile, ms": {"value": p99, "goal": "≤ 50", "met": p99 <= 50},
        "median, ms": statistics.median(load.percentile_ms(0.5) for load in kept),
        "events per second": statistics.median(load.per_second for load in kept),
        "events per second without the commit": statistics.median(load.per_second for load in dropped),
    }


def _parts(site: _Site) -> dict[str, Any]:
    """Say where the time of one event goes, measured alone."""
    at, deposit, sealing = int(time.time()), uuid4(), SealingKey.load(site.home.sealing)
    signature = sign(site.key, "evt_1", at, BODY)
    packed = pack(SignedEvent("bench", "evt_1", at, signature, BODY))
    seal_us = _microseconds(lambda: sealing.seal(packed, purpose=PURPOSE, deposit=deposit))
    return {
        "sealing, µs": {"value": seal_us, "goal": "≤ 250", "met": seal_us <= 250},
        "one signature check (there are two), µs": _microseconds(
            lambda: verify(site.public, "evt_1", at, BODY, signature)
        ),
        "reading the event, µs": _microseconds(lambda: parse_event(BODY)),
    }


def _microseconds(work: Callable[[], object], times: int = 500) -> float:
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds) * 1e6


def _wait_for(port: int) -> None:
    until = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
