"""Spools: a deposit is on disk before it is acknowledged, and the web side can do nothing but add one."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from time import monotonic
from uuid import UUID, uuid4

import psycopg
import pytest
from builders import NOW
from sqlcipher3 import dbapi2

from outreach.records import spool_sqlite
from outreach.records.spool import (
    Spool,
    SpoolDrain,
    SpoolMissing,
    SpoolUnavailable,
    create_spool,
    open_drain,
    open_spool,
)

QUICKLY = 5.0
"""Seconds within which a deposit that cannot be stored must be refused."""


def test_a_deposit_comes_out_as_it_went_in(spool: Spool, drain: SpoolDrain) -> None:
    deposit = (uuid4(), NOW.replace(microsecond=123456), bytes(range(256)))

    spool.insert(*deposit)

    assert drain.waiting(10) == [deposit]
    assert drain.count() == 1


def test_deposits_come_out_oldest_first_and_are_removed_once(spool: Spool, drain: SpoolDrain) -> None:
    ids = [uuid4() for _ in range(5)]
    for minute, row in enumerate(reversed(ids)):
        spool.insert(row, NOW.replace(minute=59 - minute), b"x")

    assert [each.id for each in drain.waiting(3)] == ids[:3]
    drain.remove(ids[:4])
    drain.remove(ids[:4])

    assert [each.id for each in drain.waiting(10)] == ids[4:]


def test_deposits_of_many_threads_are_all_stored(spool: Spool, drain: SpoolDrain) -> None:
    stored: list[UUID] = []

    def send() -> None:
        for _ in range(25):
            row = uuid4()
            spool.insert(row, NOW, b"sealed")
            stored.append(row)

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {each.id for each in drain.waiting(1000)} == set(stored)
    assert len(stored) == 200


def test_deposits_are_added_while_the_worker_drains(spool: Spool, drain: SpoolDrain) -> None:
    first, second = uuid4(), uuid4()
    spool.insert(first, NOW, b"x")
    drain.remove([first])
    spool.insert(second, NOW, b"x")

    assert [each.id for each in drain.waiting(10)] == [second]


def test_a_second_deposit_under_one_id_is_refused_and_harms_no_other(spool: Spool, drain: SpoolDrain) -> None:
    row = uuid4()
    spool.insert(row, NOW, b"first")

    with pytest.raises(SpoolUnavailable):
        spool.insert(row, NOW, b"second")
    spool.insert(uuid4(), NOW, b"third")

    assert sorted(each.sealed for each in drain.waiting(10)) == [b"first", b"third"]


def test_a_time_without_a_zone_is_refused(spool: Spool) -> None:
    with pytest.raises(ValueError, match="without a zone"):
        spool.insert(uuid4(), NOW.replace(tzinfo=None), b"x")


def test_a_closed_spool_refuses_at_once(tmp_path: Path) -> None:
    create_spool(tmp_path / "intake.db")
    spool = open_spool(tmp_path / "intake.db")
    spool.insert(uuid4(), NOW, b"x")
    spool.close()

    begun = monotonic()
    with pytest.raises(SpoolUnavailable):
        spool.insert(uuid4(), NOW, b"x")
    assert monotonic() - begun < QUICKLY


@pytest.mark.req("R-1")
@pytest.mark.parametrize("replaced", [False, True])
def test_a_file_moved_away_under_a_running_intake_is_never_a_false_success(tmp_path: Path, replaced: bool) -> None:
    place = tmp_path / "intake.db"
    create_spool(place)
    spool = open_spool(place)
    spool.insert(uuid4(), NOW, b"x")
    place.rename(tmp_path / "moved.db")
    if replaced:
        create_spool(place)

    with pytest.raises(SpoolUnavailable, match="moved or replaced"):
        spool.insert(uuid4(), NOW, b"x")
    spool.close()


def test_a_missing_spool_is_named_and_not_made(tmp_path: Path) -> None:
    for opening in (open_spool, open_drain):
        with pytest.raises(SpoolMissing, match="wayside init"):
            opening(tmp_path / "none.db")
    assert list(tmp_path.iterdir()) == []


def test_a_new_spool_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    create_spool(tmp_path / "intake.db")

    assert (tmp_path / "intake.db").stat().st_mode & 0o077 == 0


def test_creating_a_spool_again_keeps_what_waits(spool_address: str, spool: Spool, drain: SpoolDrain) -> None:
    spool.insert(uuid4(), NOW, b"x")

    create_spool(spool_address)

    assert drain.count() == 1


def test_a_server_that_is_down_is_unavailable_quickly_and_not_at_start(tmp_path: Path) -> None:
    spool = open_spool(f"postgresql:///intake?host={tmp_path}&user=wayside_intake")

    begun = monotonic()
    with pytest.raises(SpoolUnavailable, match="does not answer"):
        spool.insert(uuid4(), NOW, b"x")
    assert monotonic() - begun < QUICKLY


@pytest.mark.req("NI-7")
def test_a_server_that_restarted_stores_the_next_deposit(
    database: str, spool: Spool, drain: SpoolDrain, spool_address: str
) -> None:
    if database == "sqlite":
        return
    spool.insert(uuid4(), NOW, b"before")
    with psycopg.connect(spool_address, autocommit=True) as owner:
        owner.execute(b"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'wayside_intake'")

    spool.insert(uuid4(), NOW, b"after")

    assert drain.count() == 2


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool_sqlite, "BUSY_SECONDS", 0.1)


@pytest.mark.req("NI-7")
def test_a_locked_file_is_unavailable_and_works_again_afterwards(tmp_path: Path, impatient: None) -> None:
    create_spool(tmp_path / "intake.db")
    spool = open_spool(tmp_path / "intake.db")
    holder = dbapi2.connect(str(tmp_path / "intake.db"), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")

    with pytest.raises(SpoolUnavailable, match="locked"):
        spool.insert(uuid4(), NOW, b"x")
    holder.execute("ROLLBACK")
    spool.insert(uuid4(), NOW, b"y")

    assert [each.sealed for each in open_drain(tmp_path / "intake.db").waiting(10)] == [b"y"]
    holder.close()
    spool.close()


@pytest.mark.req("R-3")
def test_a_full_disk_is_unavailable_and_never_a_false_success(tmp_path: Path) -> None:
    """The file-size limit of a child process stands in for the disk: writes fail half-way, as on a full one."""
    create_spool(tmp_path / "intake.db")
    stored = run_child(FILL, tmp_path / "intake.db")

    drain = open_drain(tmp_path / "intake.db")
    waiting = {each.id.hex for each in drain.waiting(100_000)}
    drain.close()
    assert stored[-1] == "refused"
    assert set(stored[:-1]) <= waiting
    assert len(stored) > 10


FILL = """
import resource, signal, sys, uuid, datetime
from outreach.records.spool import SpoolUnavailable, open_spool
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
spool = open_spool(sys.argv[1])
for _ in range(2000):
    row = uuid.uuid4()
    try:
        spool.insert(row, datetime.datetime.now(datetime.UTC), bytes(1024))
    except SpoolUnavailable:
        print("refused", flush=True)
        break
    print(row.hex, flush=True)
"""


@pytest.mark.req("R-1")
def test_what_was_acknowledged_is_there_after_a_kill(tmp_path: Path) -> None:
    create_spool(tmp_path / "intake.db")
    stored = run_child(UNTIL_KILLED, tmp_path / "intake.db", kill_after=40)

    drain = open_drain(tmp_path / "intake.db")
    waiting = {each.id.hex for each in drain.waiting(100_000)}
    drain.close()
    assert len(stored) >= 40
    assert set(stored) <= waiting


UNTIL_KILLED = """
import sys, uuid, datetime
from outreach.records.spool import open_spool
spool = open_spool(sys.argv[1])
while True:
    row = uuid.uuid4()
    spool.insert(row, datetime.datetime.now(datetime.UTC), bytes(1024))
    print(row.hex, flush=True)
"""


def run_child(program: str, path: Path, *, kill_after: int | None = None) -> list[str]:
    """Run a program on a spool and return its lines; kill it with SIGKILL after some of them, where asked."""
    root = Path(__file__).parent.parent.parent
    environment = {"PYTHONPATH": str(root), "PATH": os.environ["PATH"]}
    with subprocess.Popen(
        [sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE, text=True, env=environment
    ) as child:
        assert child.stdout is not None
        lines = []
        for line in child.stdout:
            lines.append(line.strip())
            if len(lines) == kill_after:
                child.kill()
        return [line for line in lines if line == "refused" or len(line) == 32]
