"""
How many texts a second leave: claims, gate, commit, call and the record, to a phone company without delay.

The goal is a ratio to Twilio's bare client posting the same requests, taken in turns in one run, each side in a
process of its own. Every text is to a woman of her own, so that the whole gate is asked about each.
"""

import statistics
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from cli import opening
from cli.bench import many_texts
from cli.bench.own_postgres import NoPostgres, OwnPostgres, own_postgres
from cli.bench.senders import Place, Process, bare, phone_company, sender
from crypto.keyring import KeyPaths, Keyring, create_keys
from crypto.root import KeyFileRoot, create_root_key
from outreach.messaging.sending import MOST_AT_ONCE
from outreach.records.engine import create_vault
from outreach.records.spool import create_spool

WARM_UP = MOST_AT_ONCE
TURN = 4 * MOST_AT_ONCE
"""Whole rounds of the sender, so that no turn ends in the middle of one."""
TURNS = 16
ON_POSTGRES = 4_000
WORKERS = (1, 2, 4)
"""With TURNS of TURN on SQLite and ON_POSTGRES for each of these, 20,000 texts in which none may leave twice."""


def run(*, cases: int = 0, turns: int = TURNS, on_postgres: int = ON_POSTGRES) -> dict[str, Any]:
    """
    Measure sending; the number of cases cannot matter to it.

    Raises:
        RuntimeError: a text was accepted twice, or was not sent.
    """
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        bench = _Bench(Path(folder), stack)
        found = bench.on_sqlite(turns)
        try:
            with own_postgres() as cluster:
                for workers in WORKERS:
                    found |= bench.on_postgres(cluster, workers, on_postgres)
        except NoPostgres as missing:
            found["on PostgreSQL"] = f"not measured: {missing}"
        found["texts accepted twice"] = {"value": bench.twice, "goal": "0", "met": bench.twice == 0}
        found["texts sent"] = bench.sent
    return found


class _Bench:
    """Keys, a phone company, a bare client, and what was counted."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        names = ("keys.json", "a.key", "b.key", "unsealing.json", "sealing.json")
        self._keys = KeyPaths(*(folder / name for name in names))
        self._root = folder / "root.key"
        create_root_key(self._root)
        create_keys(self._keys, KeyFileRoot(self._root))
        self._keyring = Keyring.load(self._keys, KeyFileRoot(self._root))
        self._company = self._start(phone_company)
        self._bare = self._start(bare, self._company.said)
        self.sent = self.twice = 0

    def on_sqlite(self, turns: int) -> dict[str, Any]:
        """Measure one worker beside the bare client, by turns."""
        texts = WARM_UP + turns * TURN
        spool = str(self._folder / "callbacks.db")
        place = self._place(f"sqlite:///{self._folder / 'vault.db'}", spool, texts)
        worker = self._start(sender, place, self._company.said)
        for each in (worker, self._bare):
            _timed(each, WARM_UP)
        self._count(WARM_UP)
        ours, theirs = [], []
        for _ in range(turns):
            theirs.append(_timed(self._bare, TURN))
            self._company.ask("how many")
            self._company.answer()
            ours.append(_timed(worker, TURN))
            self._count(TURN)
        ratio = statistics.median(our / their for our, their in zip(ours, theirs, strict=True))
        return {
            "one worker on SQLite / bare client": {"value": ratio, "goal": ">= 0.5", "met": ratio >= 0.5},
            "texts per second, one worker on SQLite": statistics.median(ours),
            "texts per second, bare client": statistics.median(theirs),
        }

    def on_postgres(self, cluster: OwnPostgres, workers: int, texts: int) -> dict[str, Any]:
        """Measure so many workers on one vault, after as many texts of the bare client."""
        url = cluster.database(f"vault_{workers}")
        place = self._place(url, url, texts + workers * WARM_UP)
        senders = [self._start(sender, place, self._company.said) for _ in range(workers)]
        for each in senders:
            _timed(each, WARM_UP)
        theirs = _timed(self._bare, TURN)
        self._company.ask("how many")
        self._company.answer()
        for each in senders:
            each.ask(0)
        answers = [each.answer() for each in senders]
        for each in senders:
            each.close()
        self._count(texts)
        rate = texts / max(seconds for _, seconds in answers)
        name = f"{workers} worker{'s' if workers > 1 else ''} on PostgreSQL"
        return {f"texts per second, {name}": rate, f"{name} / bare client": rate / theirs}

    def _place(self, vault: str, spool: str, texts: int) -> Place:
        made = create_vault(vault, self._keyring)
        create_spool(spool)
        many_texts.build(made, texts, now=opening.now())
        made.close()
        return Place(self._keys, self._root, vault, spool)

    def _count(self, expected: int) -> None:
        """Ask the phone company what it accepted since it was last asked."""
        self._company.ask("how many")
        different, again = self._company.answer()
        self.sent += different
        self.twice += again
        if different != expected and expected != WARM_UP:
            raise RuntimeError(f"{different} instead of {expected} texts were sent")

    def _start(self, work: Any, *args: Any) -> Process:
        process = Process(work, *args)
        self._stack.callback(process.close)
        return process


def _timed(process: Process, texts: int) -> float:
    """Let a process send so many; return texts per second."""
    process.ask(texts)
    done, seconds = process.answer()
    if done < texts:
        raise RuntimeError(f"{done} instead of {texts} texts were sent")
    return float(done / seconds)
