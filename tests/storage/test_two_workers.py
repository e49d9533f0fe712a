"""Two workers of one deployment at once: one event each, one chain, and neither fails."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from agency_world import ANA, NOW, World
from postgres_cluster import as_role

from crypto.keyring import Keyring
from outreach import audit
from outreach.audit_check import verify
from outreach.ingest import drain_intake
from outreach.records.engine import Vault, open_postgres, open_sqlite
from outreach.records.spool import SpoolDrain, open_drain
from outreach.records.work import Task

EVENTS = 40


@pytest.fixture
def other(database: str, vault_url: str, spool_address: str, keyring: Keyring) -> Iterator[tuple[Vault, SpoolDrain]]:
    """A second worker's own connections."""
    is_sqlite = database == "sqlite"
    vault = (
        open_sqlite(Path(vault_url.removeprefix("sqlite:///")), keyring)
        if is_sqlite
        else open_postgres(vault_url, keyring, role="wayside_worker")
    )
    drain = open_drain(spool_address if is_sqlite else as_role(spool_address, "wayside_worker"))
    yield vault, drain
    vault.close()
    drain.close()


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Do each work in a thread of its own, begun together."""
    start = Barrier(len(works))

    def begin(work: Callable[[], Any]) -> Any:
        start.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return [each.result() for each in [pool.submit(begin, work) for work in works]]


@pytest.mark.req("4")
def test_two_workers_make_one_event_of_each_deposit(world: World, other: tuple[Vault, SpoolDrain]) -> None:
    for number in range(EVENTS):
        world.send(victim=ANA | {"full_name": f"Ana {number}"}, agency_case_ref=f"R{number // 4}")
    second = replace(world.ingest, vault=other[0], drain=other[1])

    tallies = at_once(*(lambda parts=parts: drain_intake(parts, now=NOW) for parts in (world.ingest, second)))

    tally = sum(tallies, Counter())
    assert tally["taken_in"] == EVENTS
    assert world.events() == EVENTS
    assert world.waiting() == 0
    assert world.set_aside() == []
    assert world.count(Task) > 0


@pytest.mark.req("P8")
def test_two_workers_chain_the_log_into_one_chain(world: World, other: tuple[Vault, SpoolDrain]) -> None:
    for _ in range(5):
        for _ in range(4):
            world.send()
        world.drain()
        at_once(*(lambda vault=vault: audit.chain(vault) for vault in (world.vault, other[0])))

    head = audit.chain(world.vault)
    with world.vault.reading() as session:
        assert verify(session, head=head) == []
