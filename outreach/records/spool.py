"""
Spools: where sealed deposits wait. The web side may only insert; the worker drains.

A spool is its own database: an embedded SQLite file without a key (the payloads are sealed), or a PostgreSQL
database with a role that holds INSERT and nothing else. Imports no table of the vault: intake loads this module.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol
from uuid import UUID

from outreach.records.errors import SpoolMissing, SpoolUnavailable

__all__ = ["Deposit", "Spool", "SpoolDrain", "SpoolMissing", "SpoolUnavailable", "open_drain", "open_spool"]


SCHEMA = "0001"
"""The version of the table this program writes and reads: the head of the spools' Alembic tree."""


class Deposit(NamedTuple):
    """One sealed input as it waits."""

    id: UUID
    received_at: datetime
    sealed: bytes


class Spool(Protocol):
    """The web side of a spool: it can add, and see nothing."""

    def insert(self, id: UUID, received_at: datetime, sealed: bytes) -> None:
        """
        Store one deposit durably before returning.

        Raises:
            SpoolUnavailable: within a few seconds, whenever the deposit is not known to be on disk.
        """

    def close(self) -> None:
        """Finish what was accepted and let go of the storage."""


class SpoolDrain(Protocol):
    """The worker's side of a spool."""

    def waiting(self, limit: int) -> list[Deposit]:
        """Return the deposits waiting longest, at most `limit`."""

    def remove(self, ids: Sequence[UUID]) -> None:
        """Delete deposits that were drained; unknown ids are no error."""

    def count(self) -> int:
        """Return how many wait."""

    def closed(self) -> AbstractContextManager[int]:
        """Keep new deposits out for the length of a block, which is given how many wait. Raises SpoolUnavailable."""

    def close(self) -> None:
        """Let go of the storage."""


def open_spool(where: str | Path) -> Spool:
    """
    Open the web side.

    Args:
        where: a `postgresql://` address of an INSERT-only role, or the path of an embedded file.

    Raises:
        SpoolMissing: there is no file.
    """
    if _is_postgres(where):
        from outreach.records.spool_postgres import PostgresSpool

        return PostgresSpool(str(where))
    from outreach.records.spool_sqlite import SqliteSpool

    return SqliteSpool(_path(where))


def open_drain(where: str | Path) -> SpoolDrain:
    """Open the worker's side of an existing spool. Raises SpoolMissing, SpoolVersionError, SpoolUnavailable."""
    if _is_postgres(where):
        from outreach.records.spool_postgres import PostgresDrain

        return PostgresDrain(str(where))
    from outreach.records.spool_sqlite import SqliteDrain

    return SqliteDrain(_path(where))


def create_spool(where: str | Path) -> None:
    """Make the spool's table, and the file where it is one. Does nothing to a spool that is there already."""
    from outreach.records.spool_making import create_postgres_spool, create_sqlite_spool

    if _is_postgres(where):
        create_postgres_spool(str(where))
    else:
        create_sqlite_spool(_path(where))


def _is_postgres(where: str | Path) -> bool:
    return str(where).startswith("postgresql:")


def _path(where: str | Path) -> Path:
    return Path(str(where).removeprefix("sqlite:///"))
