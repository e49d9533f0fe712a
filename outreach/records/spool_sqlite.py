"""
The embedded spool: a plain SQLite file, written by one thread that commits in groups.

The web side's connection runs under an authorizer that allows an INSERT into the one table and nothing else:
whoever takes over the process still cannot read what waits through it.
"""

import queue
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from sqlcipher3 import dbapi2

from outreach.records.errors import SpoolMissing, SpoolUnavailable, SpoolVersionError
from outreach.records.spool import SCHEMA, Deposit

BUSY_SECONDS = 2.0
"""How long one group waits for the worker's delete before it is given up."""
ANSWER_SECONDS = 4.0
"""How long a request waits for its group."""
GROUP = 256
"""Most deposits in one commit."""

_INSERT = "INSERT INTO deposit (id, received_at, sealed) VALUES (?, ?, ?)"
_ALLOWED = {
    (dbapi2.SQLITE_INSERT, "deposit"),
    (dbapi2.SQLITE_TRANSACTION, "BEGIN"),
    (dbapi2.SQLITE_TRANSACTION, "COMMIT"),
    (dbapi2.SQLITE_TRANSACTION, "ROLLBACK"),
}

_Waiting = tuple[tuple[str, str, bytes], "Future[None]"]


def insert_only(action: int, subject: str | None, _detail: object, _database: object, _trigger: object) -> int:
    """Allow what adding a deposit needs; deny every read, change, deletion, setting and attachment."""
    return int(dbapi2.SQLITE_OK if (action, subject) in _ALLOWED else dbapi2.SQLITE_DENY)


def connect_insert_only(path: Path) -> dbapi2.Connection:
    """
    Open a connection that can add deposits and do nothing else.

    A newer spool than ours is fine: while the program is upgraded, intake goes on accepting.

    Raises:
        SpoolMissing, SpoolUnavailable; SpoolVersionError: the spool is older than this program.
    """
    connection = _connect(path, may_be_newer=True)
    connection.set_authorizer(insert_only)
    return connection


class SqliteSpool:
    """The web side. `insert` is safe from any number of threads."""

    def __init__(self, path: Path) -> None:
        """Open the file now, so that a missing one is told at start."""
        self._path, self._file = path, _identity(path)
        self._connection = connect_insert_only(path)
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._writer = threading.Thread(target=self._write, name="spool writer", daemon=True)
        self._writer.start()

    def insert(self, id: UUID, received_at: datetime, sealed: bytes) -> None:
        """Store one deposit durably before returning; SpoolUnavailable when that is not known."""
        answer: Future[None] = Future()
        if not self._writer.is_alive():
            raise SpoolUnavailable("its writer has stopped")
        self._queue.put(((id.hex, _as_text(received_at), sealed), answer))
        try:
            answer.result(ANSWER_SECONDS)
        except TimeoutError:
            answer.cancel()
            raise SpoolUnavailable("no answer in time") from None
        except dbapi2.Error as error:
            raise SpoolUnavailable(str(error)) from error

    def close(self) -> None:
        """Commit what was accepted, then close the file."""
        self._queue.put(None)
        self._writer.join(ANSWER_SECONDS)

    def _write(self) -> None:
        while (first := self._queue.get()) is not None:
            group, is_last = self._gather(first)
            self._commit(group)
            if is_last:
                break
        self._connection.close()

    def _gather(self, first: _Waiting) -> tuple[list[_Waiting], bool]:
        """Take what else waits already; requests that gave up are left out."""
        group, is_last = [first], False
        while len(group) < GROUP and not is_last:
            try:
                item = self._queue.get_nowait()
            except queue.Empty:
                break
            if item is None:
                is_last = True
            else:
                group.append(item)
        return [waiting for waiting in group if waiting[1].set_running_or_notify_cancel()], is_last

    def _commit(self, group: list[_Waiting]) -> None:
        try:
            self._store([row for row, _ in group])
        except dbapi2.IntegrityError as error:
            if len(group) == 1:
                group[0][1].set_exception(error)
                return
            for waiting in group:  # One bad row must not take its neighbours along.
                self._commit([waiting])
        except Exception as error:
            for _, answer in group:
                answer.set_exception(error if isinstance(error, dbapi2.Error) else dbapi2.OperationalError(str(error)))
        else:
            for _, answer in group:
                answer.set_result(None)

    def _store(self, rows: list[tuple[str, str, bytes]]) -> None:
        if not rows:
            return
        if _identity(self._path) != self._file:
            # SQLite would go on writing to a file that has no name any more, and every 202 would be lost.
            raise dbapi2.OperationalError("its file was moved or replaced: restart this process once it is back")
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(_INSERT, rows)
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise


class SqliteDrain:
    """The worker's side: reads, counts, and deletes what was drained."""

    def __init__(self, path: Path) -> None:
        """Open the file."""
        self._connection = _connect(path, may_be_newer=False)
        self._lock = threading.Lock()

    def waiting(self, limit: int) -> list[Deposit]:
        """Return the deposits waiting longest."""
        query = "SELECT id, received_at, sealed FROM deposit ORDER BY received_at, id LIMIT ?"
        rows = self._run(query, (limit,))
        return [Deposit(UUID(i), datetime.fromisoformat(at).replace(tzinfo=UTC), sealed) for i, at, sealed in rows]

    def remove(self, ids: Sequence[UUID]) -> None:
        """Delete drained deposits, in one commit."""
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                self._connection.executemany("DELETE FROM deposit WHERE id = ?", [(i.hex,) for i in ids])
                self._connection.execute("COMMIT")
            except dbapi2.Error as error:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise SpoolUnavailable(str(error)) from error

    def count(self) -> int:
        """Return how many wait."""
        return int(self._run("SELECT count(*) FROM deposit", ())[0][0])

    @contextmanager
    def closed(self) -> Iterator[int]:
        """Hold the file's write lock for the length of a block, which is given how many wait."""
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                waiting = int(self._connection.execute("SELECT count(*) FROM deposit").fetchone()[0])
            except dbapi2.Error as error:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise SpoolUnavailable(str(error)) from error
            try:
                yield waiting
            finally:
                self._connection.execute("ROLLBACK")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _run(self, query: str, values: tuple[object, ...]) -> list[tuple[str, str, bytes]]:
        with self._lock:
            try:
                return list(self._connection.execute(query, values).fetchall())
            except dbapi2.Error as error:
                raise SpoolUnavailable(str(error)) from error


def _connect(path: Path, *, may_be_newer: bool) -> dbapi2.Connection:
    if not path.is_file():
        raise SpoolMissing(str(path))
    try:
        connection = dbapi2.connect(str(path), timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'deposit'").fetchone() is None:
            connection.close()
            raise SpoolMissing(str(path))
        (found,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        if found < SCHEMA or (found > SCHEMA and not may_be_newer):
            connection.close()
            raise SpoolVersionError(str(path), found, SCHEMA)
    except dbapi2.Error as error:
        raise SpoolUnavailable(str(error)) from error
    return connection


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        seen = path.stat()
    except OSError:
        return None
    return seen.st_dev, seen.st_ino


def _as_text(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError("a time without a zone cannot be stored")
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
