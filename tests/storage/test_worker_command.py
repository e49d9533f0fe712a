"""`wayside worker` in a home of its own: drains once, stops cleanly, says what is wrong."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from agency_world import ANA, SAM

from crypto.sealing import SealingKey
from crypto.signatures import load_private, sign
from outreach.inbox import PURPOSE, SignedEvent, pack
from outreach.records.spool import open_spool

ROOT = Path(__file__).parent.parent.parent
Wayside = Callable[..., "subprocess.CompletedProcess[str]"]
COMMAND = [sys.executable, "-c", "from cli.main import main; main()"]


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WAYSIDE_")}
    return kept | {
        "WAYSIDE_HOME": str(tmp_path / "home"),
        "WAYSIDE_ROOT_KEY_FILE": str(tmp_path / "root.key"),
        "PYTHONPATH": str(ROOT),
    }


@pytest.fixture
def wayside(environ: dict[str, str], tmp_path: Path) -> Wayside:
    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*COMMAND, *arguments], env=environ, cwd=ROOT, capture_output=True, text=True, timeout=120
        )

    made = run("init", "--non-interactive", "--single-user", "--root-key", str(tmp_path / "root.key"),
               "--kit", str(tmp_path / "kit"))  # fmt: skip
    assert made.returncode == 0, made.stderr
    return run


def deposit_event(home: Path, private: bytes, event_id: str) -> None:
    """Lay a signed event into the spool, as intake does."""
    from datetime import UTC, datetime
    from uuid import uuid4

    now = datetime.now(UTC)
    event = {
        "kind": "level_assigned", "occurred_at": now.isoformat(timespec="seconds"), "jurisdiction": "high-point",
        "level": "B", "criteria_version": "2026-01", "offender": SAM, "victim": ANA,
    }  # fmt: skip
    body, deposit, at = json.dumps(event).encode(), uuid4(), int(now.timestamp())
    signed = SignedEvent("hp", event_id, at, sign(load_private(private), event_id, at, body), body)
    sealing = SealingKey.load(home / "public" / "sealing.json")
    spool = open_spool(home / "intake" / "intake.db")
    spool.insert(deposit, now, sealing.seal(pack(signed), purpose=PURPOSE, deposit=deposit))
    spool.close()


@pytest.mark.req("P5")
def test_once_drains_what_waits_and_exits(wayside: Wayside, tmp_path: Path) -> None:
    wayside("events", "keygen", "--out", str(tmp_path / "hp"))
    wayside("agency", "add", "hp", "--jurisdiction", "high-point", "--public-key", str(tmp_path / "hp.pub"))
    deposit_event(tmp_path / "home", (tmp_path / "hp").read_bytes(), "ev-1")

    drained = wayside("worker", "--once")

    assert drained.returncode == 0, drained.stderr
    status = json.loads(wayside("status", "--json").stdout)
    assert (status["deposits_waiting"], status["events_ingested"], status["cases"]) == (0, 1, 1)
    assert status["tasks"]["open"] == 3
    assert not any(word in drained.stderr for word in ("Ana", "Roe", "0199", "Oak"))


def test_a_running_worker_stops_cleanly_when_told(wayside: Wayside, environ: dict[str, str]) -> None:
    command = [*COMMAND, "worker", "--role", "ingest"]
    with subprocess.Popen(command, env=environ, cwd=ROOT, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        assert any("worker.started" in line for line in running.stderr)
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=60) == 0


def test_a_missing_root_key_is_named_and_nothing_starts(wayside: Wayside, tmp_path: Path) -> None:
    (tmp_path / "root.key").unlink()

    failed = wayside("worker", "--once")

    assert failed.returncode == 1
    assert "root.key" in failed.stderr
    assert "Traceback" not in failed.stderr


def test_the_print_role_says_what_is_wrong_with_the_printer_that_is_set(
    wayside: Wayside, environ: dict[str, str], tmp_path: Path
) -> None:
    everybodys = tmp_path / "spool"
    everybodys.mkdir(mode=0o755)
    for setting, mend in (("laser", "queue:NAME"), (f"folder:{everybodys}", "chmod o-rwx")):
        environ["WAYSIDE_LETTER_PRINTER"] = setting
        refused = wayside("worker", "--role", "print", "--once")
        assert refused.returncode != 0
        assert "WAYSIDE_LETTER_PRINTER" in refused.stderr
        assert mend in refused.stderr

    everybodys.chmod(0o700)
    assert wayside("worker", "--role", "print", "--once").returncode == 0
