"""R-6 for the worker: killed at any commit edge, no event is lost and none is taken in twice."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from agency_world import NOW, World
from killing import KILLED, EdgedDrain, Edges, in_child
from sqlalchemy import func, select

from crypto.keyring import KeyPaths, Keyring
from outreach import ingest
from outreach.ingest import Ingest, drain_intake, purge_drained
from outreach.records.cases import LevelEventRecord
from outreach.records.engine import Vault, VaultSession, open_vault
from outreach.records.ledger import Drained
from outreach.records.spool import Spool, SpoolDrain, open_drain
from outreach.records.work import Task

EVENTS = 4
EDGES = 10
"""As many edges as a start and two batches have: each of them kills."""

Work = Callable[[Ingest], None]


class Kills:
    """Rounds of sending, killing and restarting, over one vault and one spool."""

    def __init__(self, world: World, keyring: Keyring, vault_url: str, spool_address: str) -> None:
        self._world, self._keyring = world, keyring
        self._vault_url, self._spool_address = vault_url, spool_address
        self.sent = 0
        self.killed = 0

    def round(self, edge: int, work: Work) -> None:
        """Send events, let a child drain until it is killed at an edge, and restart it to the end."""
        self._send()
        self.killed += in_child(lambda: self._drain(Edges(edge), work)) == KILLED
        assert in_child(lambda: self._drain(Edges(-1), work)) == 0

    def warm(self) -> None:
        """Do once in the parent what every child would do at first: read mappings, compile statements."""
        self._send()
        as_it_is(self._world.ingest)

    def _send(self) -> None:
        for _ in range(EVENTS):
            self.sent += 1
            victim = {"full_name": f"Fictional {self.sent}", "phones": [f"+1336556{self.sent:04d}"]}
            self._world.send(victim=victim, event_id=f"e{self.sent}")

    def _drain(self, edges: Edges, work: Work) -> None:
        vault = open_vault(self._vault_url, self._keyring)
        edges.watch(VaultSession)
        drain = EdgedDrain(open_drain(self._spool_address), edges)
        work(replace(self._world.ingest, vault=vault, drain=drain))

    def assert_nothing_lost_or_doubled(self) -> None:
        """Every event sent is one row with one set of tasks, and nothing waits."""
        with self._world.vault.reading() as session:
            events = session.scalar(select(func.count()).select_from(LevelEventRecord))
            distinct = session.scalar(select(func.count(LevelEventRecord.event_token.distinct())))
            drained = session.scalar(select(func.count()).select_from(Drained))
            per_case = set(session.scalars(select(func.count()).select_from(Task).group_by(Task.case_id)))
        assert (events, distinct, drained) == (self.sent, self.sent, self.sent)
        assert per_case == {4}, "the steps of the level, and a supervisor's look, for nobody said how old she is"
        assert self._world.waiting() == 0


@pytest.fixture
def kills(
    vault: Vault, spool: Spool, drain: SpoolDrain, key_paths: KeyPaths, keyring: Keyring,
    vault_url: str, spool_address: str, monkeypatch: pytest.MonkeyPatch,
) -> Kills:  # fmt: skip
    monkeypatch.setattr(ingest, "BATCH", 2)
    made = Kills(World(vault, spool, drain, key_paths), keyring, vault_url, spool_address)
    made.warm()
    vault.engine.dispose()
    return made


def as_it_is(parts: Ingest) -> None:
    """Start as the worker starts."""
    purge_drained(parts)
    drain_intake(parts, now=NOW)


def deleting_first(parts: Ingest) -> None:
    """The planted bug: the deposit is deleted before the event commits."""
    while deposits := parts.drain.waiting(ingest.BATCH):
        parts.drain.remove([each.id for each in deposits])
        ingest._settle(parts, [ingest._opened(parts, each) for each in deposits], NOW)


def draining_without_keeping(parts: Ingest) -> None:
    """Another planted bug: the mark that a deposit was drained commits without its event."""
    while deposits := parts.drain.waiting(ingest.BATCH):
        for each in deposits:
            with parts.vault.writing() as session:
                if session.get(Drained, each.id) is None:
                    ingest._mark_drained(session, [each], NOW)
        parts.drain.remove([each.id for each in deposits])


@pytest.mark.req("R-6")
@pytest.mark.req("P5")
def test_a_worker_killed_at_any_edge_loses_and_doubles_nothing(kills: Kills, database: str) -> None:
    rounds = 100 if database == "sqlite" else 10
    chance = Random(6)  # noqa: S311 (which edge kills is no secret)

    for number in range(rounds):
        kills.round(number % EDGES if number < EDGES else chance.randrange(EDGES), as_it_is)

    assert kills.killed >= rounds * 3 // 4
    kills.assert_nothing_lost_or_doubled()


@pytest.mark.req("R-6")
def test_planted_deleting_before_the_commit_is_caught(kills: Kills) -> None:
    for edge in range(4):
        kills.round(edge, deleting_first)

    with pytest.raises(AssertionError):
        kills.assert_nothing_lost_or_doubled()


@pytest.mark.req("R-6")
def test_planted_draining_without_keeping_the_event_is_caught(kills: Kills) -> None:
    kills.round(2, draining_without_keeping)

    with pytest.raises(AssertionError):
        kills.assert_nothing_lost_or_doubled()
