"""
The spool on PostgreSQL: one plain INSERT per deposit, as a role that can do nothing else.

Opens no connection until the first deposit, so that intake starts, and answers 503, while the server is down.
"""

import queue
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.conninfo import conninfo_to_dict

from outreach.records.errors import SpoolMissing, SpoolUnavailable, SpoolVersionError
from outreach.records.spool import SCHEMA, Deposit

KEPT_OPEN = 16
"""Connections kept for the next deposit."""

_OPTIONS = (
    "-c search_path=spool -c timezone=UTC -c synchronous_commit=on -c statement_timeout=3000 -c lock_timeout=2000"
)
_INSERT = "INSERT INTO deposit (id, received_at, sealed) VALUES (%s, %s, %s)"


class PostgresSpool:
    """The web side. `insert` is safe from any number of threads."""

    def __init__(self, url: str) -> None:
        """Take the address; nothing is opened yet."""
        self._url = url
        self._idle: queue.LifoQueue[psycopg.Connection[Any]] = queue.LifoQueue(KEPT_OPEN)

    def insert(self, id: UUID, received_at: datetime, sealed: bytes) -> None:
        """Store one deposit durably before returning; SpoolUnavailable when that is not known."""
        if received_at.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        row = (id, received_at, sealed)
        try:
            connection = self._idle.get_nowait()
        except queue.Empty:
            self._insert_on(_connect(self._url), row)
            return
        try:
            self._insert_on(connection, row)
        except SpoolUnavailable:
            if not connection.closed:
                raise
            self._insert_again(row)

    def close(self) -> None:
        """Close the connections kept."""
        while not self._idle.empty():
            self._idle.get_nowait().close()

    def _insert_again(self, row: tuple[object, ...]) -> None:
        """Try once on a new connection: the kept one had died. The same random id there already means it is stored."""
        try:
            self._insert_on(_connect(self._url), row)
        except SpoolUnavailable as error:
            if not isinstance(error.__cause__, psycopg.errors.UniqueViolation):
                raise

    def _insert_on(self, connection: psycopg.Connection[Any], row: tuple[object, ...]) -> None:
        try:
            connection.execute(_INSERT, row)
        except psycopg.Error as error:
            if connection.broken:
                connection.close()
            else:
                self._keep(connection)
            raise SpoolUnavailable(error.sqlstate or "the server does not answer") from error
        self._keep(connection)

    def _keep(self, connection: psycopg.Connection[Any]) -> None:
        try:
            self._idle.put_nowait(connection)
        except queue.Full:
            connection.close()


class PostgresDrain:
    """The worker's side: reads, counts, and deletes what was drained."""

    def __init__(self, url: str) -> None:
        """Connect now; a drain without its database is of no use."""
        self._url = url
        self._connection = _connect(url)
        try:
            _refuse_other_version(self._connection, url)
        except BaseException:
            self._connection.close()
            raise

    def waiting(self, limit: int) -> list[Deposit]:
        """Return the deposits waiting longest."""
        rows = self._run("SELECT id, received_at, sealed FROM deposit ORDER BY received_at, id LIMIT %s", (limit,))
        return [Deposit(i, at.astimezone(UTC), bytes(sealed)) for i, at, sealed in rows.fetchall()]

    def remove(self, ids: Sequence[UUID]) -> None:
        """Delete drained deposits, in one commit."""
        self._run("DELETE FROM deposit WHERE id = ANY(%s)", (list(ids),))

    def count(self) -> int:
        """Return how many wait."""
        row = self._run("SELECT count(*) FROM deposit", ()).fetchone()
        return int(row[0]) if row else 0

    @contextmanager
    def closed(self) -> Iterator[int]:
        """Hold a share lock, which no insert can share, for the length of a block, which is given how many wait."""
        if self._connection.closed:
            self._connection = _connect(self._url)
        try:
            with self._connection.transaction(force_rollback=True):
                self._connection.execute("LOCK TABLE deposit IN SHARE MODE")
                yield self.count()
        except psycopg.Error as error:
            raise SpoolUnavailable(error.sqlstate or "the server does not answer") from error

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _run(self, query: str, values: tuple[object, ...]) -> psycopg.Cursor[Any]:
        if self._connection.closed:
            self._connection = _connect(self._url)
        try:
            return self._connection.execute(query.encode(), values)
        except psycopg.Error as error:
            if self._connection.broken:
                self._connection.close()
            raise SpoolUnavailable(error.sqlstate or "the server does not answer") from error


def _refuse_other_version(connection: psycopg.Connection[Any], url: str) -> None:
    """Refuse another version's table, as the embedded spool does: this side reads what the other wrote."""
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except psycopg.errors.UndefinedTable:
        raise SpoolMissing(_shown(url)) from None
    except psycopg.Error as error:
        raise SpoolUnavailable(error.sqlstate or "the server does not answer") from error
    if row is None or row[0] != SCHEMA:
        raise SpoolVersionError(_shown(url), row[0] if row else "none", SCHEMA)


def _shown(url: str) -> str:
    """Say which database, without the pass phrase."""
    parts = conninfo_to_dict(url)
    return f"postgresql://{parts.get('host', '')}/{parts.get('dbname', '')}"


def _connect(url: str) -> psycopg.Connection[Any]:
    try:
        return psycopg.connect(url, autocommit=True, options=_OPTIONS, connect_timeout=2, tcp_user_timeout=3000)
    except psycopg.Error as error:
        raise SpoolUnavailable("the server does not answer") from error
