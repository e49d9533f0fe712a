"""How fast the worker takes in events with matching among many cases, and whether a poll for due work stays flat."""

import json
import random
import statistics
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cli.bench import many_cases
from cli.protocols import read_protocols
from crypto.keyring import KeyPaths, Keyring, create_keys
from crypto.root import KeyFileRoot, create_root_key
from crypto.sealing import SealingKey
from crypto.signatures import generate_key_pair, load_private, load_public, sign
from crypto.unsealing import UnsealingKeys
from outreach import audit
from outreach.inbox import PURPOSE, SignedEvent, pack
from outreach.ingest import Ingest, drain_intake
from outreach.ingesting.deposits import Opener
from outreach.intake.agencies import Agency, AgencyKey
from outreach.records.engine import Vault, create_vault, open_vault
from outreach.records.spool import create_spool, open_drain, open_spool
from outreach.records.work import Task
from outreach.scheduling.queue import due_tasks

AGENCY = "bench-agency"
EVENTS = 600
WARM_UP = 50
"""Events taken in before the measurement, so that it sees statements compiled and code warm."""
GOAL_EVENTS = 150
POLLS = 200
DUE = 20
SMALL, LARGE = 1_000, 1_000_000


def run(*, cases: int = 100_000, large: int = LARGE) -> dict[str, Any]:
    """Measure and return each figure with its goal. Makes and removes its own home under the temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        keys = _keys(home)
        per_second, seconds = _ingest(home, keys, cases)
        small, big = _poll_seconds(home, keys[1], (SMALL, large))
    return {
        "events_per_second": {
            "value": per_second,
            "goal": f">= {GOAL_EVENTS}",
            "met": per_second >= GOAL_EVENTS if cases >= 100_000 else None,
        },
        "processor_ms_per_event": seconds * 1000,
        f"due_poll_{large}_to_{SMALL}_rows": {"value": big / small, "goal": "<= 1.5", "met": big / small <= 1.5},
        "due_poll_ms": big * 1000,
    }


def _keys(home: Path) -> tuple[KeyPaths, Keyring, KeyFileRoot]:
    create_root_key(home / "root.key")
    root = KeyFileRoot(home / "root.key")
    paths = KeyPaths(*(home / name for name in ("keys.json", "a.key", "b.key", "unsealing.json", "sealing.json")))
    create_keys(paths, root)
    return paths, Keyring.load(paths, root), root


def _ingest(home: Path, keys: tuple[KeyPaths, Keyring, KeyFileRoot], cases: int) -> tuple[float, float]:
    """Return events per second and processor seconds per event, sustained, deposits opened and removed included."""
    paths, keyring, root = keys
    now = datetime.now(UTC)
    url, protocols = f"sqlite:///{home / 'many.db'}", read_protocols()
    made = create_vault(url, keyring)
    many_cases.build(made, cases, protocol_text=protocols["high-point"], now=now)
    made.close()
    sender = _Sender(home, paths, now)
    events = list(enumerate(_events(cases, now)))
    opener = Opener(UnsealingKeys.load(paths.unsealing, root), {AGENCY: sender.agency})
    parts = Ingest(open_vault(url, keyring), open_drain(home / "intake.db"), opener, protocols)
    sender.deposit(events[:WARM_UP])
    drain_intake(parts, now=now)
    sender.deposit(events[WARM_UP:])
    begun, worked = time.perf_counter(), time.process_time()
    tally = drain_intake(parts, now=now)
    took, worked = time.perf_counter() - begun, time.process_time() - worked
    parts.vault.close()
    if tally["taken_in"] != EVENTS:
        raise RuntimeError(f"the measurement took in {dict(tally)} instead of {EVENTS} events")
    return EVENTS / took, worked / EVENTS


class _Sender:
    """An agency of the measurement, and the spool its events are laid into as intake does it."""

    def __init__(self, home: Path, paths: KeyPaths, now: datetime) -> None:
        private, public = generate_key_pair()
        self.agency = Agency(AGENCY, "high-point", (AgencyKey(load_public(public), now - timedelta(days=1)),))
        self._signer, self._sealing = load_private(private), SealingKey.load(paths.sealing)
        self._spool, self._now = home / "intake.db", now
        create_spool(self._spool)

    def deposit(self, events: list[tuple[int, dict[str, Any]]]) -> None:
        """Sign, seal and lay down numbered events."""
        spool = open_spool(self._spool)
        for number, event in events:
            body, deposit, at = json.dumps(event).encode(), uuid4(), int(self._now.timestamp())
            signature = sign(self._signer, f"new-{number}", at, body)
            packed = pack(SignedEvent(AGENCY, f"new-{number}", at, signature, body))
            spool.insert(deposit, self._now, self._sealing.seal(packed, purpose=PURPOSE, deposit=deposit))
        spool.close()


def _events(cases: int, now: datetime) -> list[dict[str, Any]]:
    """Six in ten are new people, two continue a case, two share a phone with one."""
    chance = random.Random(3)  # noqa: S311 (not a secret)
    events = []
    for number in range(WARM_UP + EVENTS):
        kind = number % 10
        known = chance.randrange(cases)
        victim: dict[str, Any] = {
            "full_name": many_cases.name(chance),
            "date_of_birth": many_cases.born(chance).isoformat(),
            "phones": [many_cases.phone(known if kind >= 6 else 20_000_000 + number)],
            "address": {"lines": [f"{number} Example Street"], "city": "High Point", "state": "NC"},
        }
        if kind >= 8:
            del victim["date_of_birth"]
        events.append(
            {
                "kind": "level_changed" if kind >= 8 else "level_assigned",
                "occurred_at": now.isoformat(),
                "jurisdiction": "high-point",
                "agency_case_ref": f"B{known}" if kind >= 8 else f"N{number}",
                "level": "ABCD"[number % 4],
                "criteria_version": "2026-01",
                "offender": {
                    "full_name": many_cases.name(chance),
                    "date_of_birth": many_cases.born(chance).isoformat(),
                    "phones": [many_cases.phone(40_000_000 + number)],
                },
                "victim": victim,
                "on_scene": {"safe_to_call": "yes", "safe_times": "weekdays 9-12"},
            }
        )
    return events


def _poll_seconds(home: Path, keyring: Keyring, sizes: tuple[int, int]) -> tuple[float, float]:
    """Return the median times of a poll that finds the same few due tasks among so many, asked by turns."""
    now = datetime.now(UTC)
    vaults = [create_vault(f"sqlite:///{home / f'tasks-{rows}.db'}", keyring) for rows in sizes]
    for vault, rows in zip(vaults, sizes, strict=True):
        _fill(vault, rows, now)
    with ExitStack() as stack:
        sessions = [stack.enter_context(vault.reading()) for vault in vaults]
        times = [[_poll(session, now) for session in sessions] for _ in range(POLLS)]
    for vault in vaults:
        vault.close()
    small, large = (statistics.median(column) for column in zip(*times, strict=True))
    return small, large


def _poll(session: Session, now: datetime) -> float:
    begun = time.perf_counter()
    found = session.execute(due_tasks(now, 100)).all()
    took = time.perf_counter() - begun
    if len(found) != DUE:
        raise RuntimeError(f"a poll found {len(found)} instead of {DUE} tasks")
    return took


def _fill(vault: Vault, rows: int, now: datetime) -> None:
    (case_id,) = many_cases.build(vault, 1, protocol_text=read_protocols()["high-point"], now=now)
    box = b"\x01\x01" + bytes(160)
    for first in range(0, rows, many_cases.CHUNK):
        tasks = []
        for number in range(first, min(first + many_cases.CHUNK, rows)):
            look = now - timedelta(hours=1) if number < DUE else now + timedelta(minutes=number)
            state = "open" if number < DUE or number % 3 else "done"
            tasks.append(
                {
                    "id": uuid4(),
                    "case_id": case_id,
                    "step": "first_contact",
                    "state": state,
                    "opens_at": now,
                    "due_at": look,
                    "next_look_at": look if state == "open" else None,
                    "detail_box": box,
                    "version": 1,
                }  # fmt: skip
            )
        with vault.writing() as session:
            session.execute(insert(Task), tasks)
            audit.record(session, action="bench.build", by=None, cases=[], now=now)
