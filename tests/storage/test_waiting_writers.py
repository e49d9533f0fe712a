"""A writer waits beside a process that writes again and again: it gets in at the first moment in between."""

import itertools
from collections.abc import Iterator

import pytest
from sqlcipher3 import dbapi2

from outreach.records import cipher

FREE_FROM, PERIOD = 90, 100
"""The busy process holds the file for 90 ms, and leaves it alone for 10: as a sender does, between two claims."""


class BusyFile:
    """
    A connection to a file that another process holds most of the time, with SQLite's own way of waiting.

    It asks after 1, 2, 5, 10, 15, 20, 25, 25, 25, 50 and 50 ms, and then ten times a second, until its time is over.
    Source: sqliteDefaultBusyCallback in SQLite's main.c.
    """

    def __init__(self) -> None:
        self.at_ms, self.timeout_ms, self.begun = 0, 0, 0

    def execute(self, statement: str) -> None:
        if statement.startswith("PRAGMA busy_timeout = "):
            self.timeout_ms = int(statement.rpartition(" ")[2])
            return
        assert statement == "BEGIN IMMEDIATE"
        waited = 0
        for pause in self._pauses():
            if self.at_ms % PERIOD >= FREE_FROM:
                self.begun += 1
                return
            if waited >= self.timeout_ms:
                raise dbapi2.OperationalError("database is locked")
            pause = min(pause, self.timeout_ms - waited)
            waited, self.at_ms = waited + pause, self.at_ms + pause

    def monotonic(self) -> float:
        return self.at_ms / 1000

    @staticmethod
    def _pauses() -> Iterator[int]:
        return itertools.chain((1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50), itertools.repeat(100))


def check_it_gets_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin writing beside a busy process: it begins within one turn of the other's."""
    file = BusyFile()
    monkeypatch.setattr(cipher.time, "monotonic", file.monotonic)
    cipher.begin_writing(file, patience=10.0)  # type: ignore[arg-type]
    assert (file.begun, file.at_ms <= PERIOD) == (1, True)
    assert file.timeout_ms == 10_000  # For whatever else this connection may wait for.


def test_a_waiting_writer_begins_at_the_first_moment_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    check_it_gets_in(monkeypatch)


def test_planted_waiting_as_sqlite_does_by_itself_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cipher, "ASKED_EVERY_MS", 10_000)

    with pytest.raises((AssertionError, dbapi2.OperationalError)):
        check_it_gets_in(monkeypatch)
