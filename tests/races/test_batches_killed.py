"""
A print worker killed with SIGKILL at every edge: no letter comes out twice, and none is missing.

The printer's tray is a file that the worker writes line by line; a kill may fall between two lines. A person looks at
the tray whenever the program is unsure, and counts what came out, as the page asks.
"""

import os
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from killing import KILLED, Edges, in_child
from letter_world import LATER, World, make
from sqlalchemy import select
from stacks import PrintDesk, quick_page

from crypto.keyring import Keyring
from outreach.messaging.letters import batch_mailing, batch_making
from outreach.messaging.letters.batch_making import make_batches
from outreach.messaging.letters.batch_rows import places
from outreach.messaging.letters.printers import PrinterKind, Report, Stack
from outreach.messaging.letters.rows import content_of
from outreach.records.engine import Vault, VaultSession, open_vault
from outreach.records.letters import BatchLetter, LetterBatch
from outreach.records.work import Letter
from outreach.terms import BatchState, LetterState, PlaceState

__all__ = ["make"]
LETTERS = 2
EDGES = 17
"""As many as making and handing over two letters have: each of them kills, or the first test says so."""
ROUNDS = {"sqlite": EDGES + 8, "postgres": 5}
AFTERWARDS = timedelta(minutes=10)


class Tray:
    """A printer with a tray: one line per letter that came out, each an edge."""

    kind = PrinterKind.QUEUE

    def __init__(self, path: Path, edges: Edges) -> None:
        self._path, self._edges = path, edges

    def hand_over(self, stack: Stack) -> None:
        for sheet in stack.sheets:
            self._edges.reach()
            with self._path.open("a") as tray:
                tray.write(sheet.code + "\n")
                tray.flush()
                os.fsync(tray.fileno())
        self._edges.reach()

    def reports(self) -> Mapping[str, Report]:
        return {}


class Kills:
    """Rounds of releasing a stack, killing the worker that makes it, and starting another."""

    def __init__(self, desk: PrintDesk, make: Callable[..., World], keyring: Keyring, url: str, tray: Path) -> None:
        self.desk, self._make, self._keyring, self._url, self.tray = desk, make, keyring, url, tray
        self.letters: list[Any] = list(desk.letters)
        self.killed = 0
        tray.touch()

    def round(self, edge: int) -> None:
        """Release a stack, kill its worker at an edge, start another, and let a person settle what is unclear."""
        new = [self._make() for _ in range(LETTERS)]
        self.letters += [world.release() for world in new]
        self.desk.release(self.desk.plan())
        self.killed += in_child(lambda: self._work(Edges(edge), LATER)) == KILLED
        for _ in range(3):
            assert in_child(lambda: self._work(Edges(-1), LATER + AFTERWARDS)) == 0
            self._look_at_the_tray()

    def _work(self, edges: Edges, now: datetime) -> None:
        vault = open_vault(self._url, self._keyring)
        vault.is_practice = True
        edges.watch(VaultSession)
        make_batches(vault, quick_page, Tray(self.tray, edges), clock=lambda: now)

    def _look_at_the_tray(self) -> None:
        """Do what the page asks: say what came out, count it, and void what is missing."""
        came_out = self.came_out()
        with self.desk.vault.writing() as session:
            for batch in session.scalars(select(LetterBatch).where(LetterBatch.state == BatchState.UNSURE.value)).all():
                inside = self.desk_codes(session, batch)
                some = any(code in came_out for code in inside.values())
                by = self.desk.mo.id
                batch_mailing.settle_unsure(session, batch.id, came_out=some, by=by, now=LATER)
                if some:
                    missing = [letter_id for letter_id, code in inside.items() if code not in came_out]
                    batch_mailing.count(session, batch.id, len(inside) - len(missing), by=by, now=LATER)
                    batch_mailing.make_again(session, batch.id, missing, "not in the tray", by=by, now=LATER)

    def desk_codes(self, session: Any, batch: LetterBatch) -> dict[Any, str]:
        inside = places(session, batch.id, PlaceState.MADE)
        return {each.letter.id: content_of(session, each.letter).code for each in inside}

    def came_out(self) -> Counter[str]:
        return Counter(self.tray.read_text().split())

    def settle(self) -> None:
        """Print what was made again, with nobody killed any more."""
        for _ in range(3):
            self.round(-1)

    def check(self) -> None:
        """Every letter came out once, on a page that is not void; nothing came out twice; nothing waits."""
        came_out = self.came_out()
        assert {code: many for code, many in came_out.items() if many > 1} == {}, "came out twice"
        with self.desk.vault.reading() as session:
            for letter_id in self.letters:
                letter = session.get_one(Letter, letter_id)
                assert letter.state == LetterState.PRINTED, f"a letter is {letter.state}"
                assert content_of(session, letter).code in came_out, "missing"
            live = session.scalars(select(BatchLetter.letter_id).where(BatchLetter.state == PlaceState.MADE.value))
            assert sorted(live) == sorted(self.letters)


@pytest.fixture
def kills(vault: Vault, make: Callable[..., World], keyring: Keyring, vault_url: str, tmp_path: Path) -> Kills:
    desk = PrintDesk(vault, [])
    site = Kills(desk, make, keyring, vault_url, tmp_path / "tray")
    world = make()
    site.letters.append(world.release())
    desk.release(desk.plan())
    make_batches(vault, quick_page, Tray(site.tray, Edges(-1)), clock=lambda: LATER)  # Warm: read, compile, print.
    vault.engine.dispose()
    return site


@pytest.mark.req("49")
@pytest.mark.req("P4")
@pytest.mark.req("P5")
def test_a_killed_batch_resumes_with_no_letter_twice_and_none_missing(kills: Kills, database: str) -> None:
    chance = Random(8)  # noqa: S311 (which edge kills is no secret)
    for number in range(ROUNDS[database]):
        kills.round(number if number < EDGES and database == "sqlite" else chance.randrange(EDGES))
    kills.settle()

    assert kills.killed == ROUNDS[database]
    kills.check()


@pytest.mark.assurance
@pytest.mark.req("P4")
def test_two_hundred_killed_batches_resume_whole(kills: Kills) -> None:
    chance = Random(9)  # noqa: S311
    for _ in range(200):
        kills.round(chance.randrange(EDGES))
    kills.settle()

    assert kills.killed == 200
    kills.check()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_planted_second_hand_over_after_a_kill_is_caught(kills: Kills, monkeypatch: pytest.MonkeyPatch) -> None:
    def hand_over_again(vault: Vault, now: datetime) -> int:
        with vault.writing() as session:
            for batch in session.scalars(select(LetterBatch).where(LetterBatch.state == BatchState.HANDING.value)):
                batch.state = BatchState.READY.value
        return 0

    monkeypatch.setattr(batch_making, "_give_up_half_handed", hand_over_again)
    for edge in range(EDGES):
        kills.round(edge)
    kills.settle()
    with pytest.raises(AssertionError, match="came out twice"):
        kills.check()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_planted_stack_that_is_handed_over_before_it_is_whole_is_caught(
    kills: Kills, monkeypatch: pytest.MonkeyPatch
) -> None:
    def any_stack(vault: Vault, kind: object) -> list[Any]:
        with vault.reading() as session:
            return list(session.scalars(select(LetterBatch.id).where(LetterBatch.state == BatchState.MAKING.value)))

    monkeypatch.setattr(batch_making, "_whole", any_stack)
    monkeypatch.setattr(batch_making, "LETTERS_A_ROUND", 1)
    for edge in range(4):
        kills.round(edge)
    with pytest.raises(AssertionError):
        kills.check()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_planted_forgetting_of_an_unsure_stack_is_caught(kills: Kills, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_making, "_give_up_half_handed", lambda *given: 0)
    for edge in range(8, EDGES):
        kills.round(edge)
    with pytest.raises(AssertionError, match="missing"):
        kills.check()
