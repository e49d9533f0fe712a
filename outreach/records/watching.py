"""
A vault worked on while somebody watches whether anyone else commits anything to it.

A question asked of the vault in a `look` keeps its answer for as long as nothing was committed since, by whatever
process, to whatever table: so nothing can be missed because it has no version. Time alone can change the answer then.
SQLite tells by its own count of other connections' commits, which is why everything here goes over one connection;
PostgreSQL by its snapshots, which name every transaction that has ended.
"""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from outreach.records.engine import Vault

_WATCHED = "watched"
_MANY = 1000
_SNAPSHOT = text("SELECT CAST(pg_current_snapshot() AS text)")
_OWN = text("SELECT CAST(pg_current_xact_id_if_assigned() AS text)")


class Snapshot(NamedTuple):
    """Which transactions of a PostgreSQL cluster had ended: all below `begins`, and others below `ends` but `open`."""

    begins: int
    ends: int
    open: frozenset[int]

    @classmethod
    def read(cls, said: str) -> "Snapshot":
        """Read what pg_current_snapshot says: `10:20:10,14,15`."""
        begins, ends, still_open = said.split(":")
        return cls(int(begins), int(ends), frozenset(int(each) for each in still_open.split(",") if each))

    def saw_end_since(self, before: "Snapshot", *, but: int | None) -> bool:
        """Tell whether any transaction ended since another snapshot, besides one of our own."""
        if self.ends - before.ends > _MANY:
            return True
        were_open = before.open | frozenset(range(before.ends, self.ends))
        return bool(were_open - self.open - {but})


class _Look(NamedTuple):
    """A look, as the database knew its instant."""

    transaction: int
    """Of the watch's own: a later one of them may have written."""
    instant: Any


class WatchedVault(Vault):
    """A vault that tells whether anybody committed anything since its last look. For one thread; close it."""

    def __init__(self, vault: Vault) -> None:
        """Take the vault; on SQLite one of its connections is kept until `let_go`."""
        super().__init__(vault.engine, vault.keyring)
        self.case_keys, self.is_practice, self._turn = vault.case_keys, vault.is_practice, vault._turn
        self._line: Connection = vault.engine.connect()
        if self.dialect == "postgresql":  # Each question sees the present, at the price of one message.
            self._line = self._line.execution_options(isolation_level="AUTOCOMMIT")
        self._places = _places(self._line) if self.dialect == "sqlite" else ()
        self._transactions = 0
        self._own: int | None = None
        self._look: _Look | None = None

    @contextmanager
    def reading(self) -> Generator[Session]:
        """Open a snapshot, as the vault does."""
        self._transactions += 1
        with super().reading() as session:
            yield session

    @contextmanager
    def writing(self) -> Generator[Session]:
        """Open a transaction, as the vault does."""
        self._transactions += 1
        with super().writing() as session:
            yield session
            if self._is_look_of_now() and self.dialect == "postgresql":
                session.flush()
                own = session.scalar(_OWN)
                self._own = int(own) if own else None

    def is_unchanged(self) -> bool:
        """Say whether nobody committed anything since the last look; False without one."""
        if not self._is_look_of_now() or self._look is None:
            return False
        if self.dialect == "sqlite":
            return bool(self._look.instant == self._versions())
        return not self._snapshot_now().saw_end_since(self._look.instant, but=self._own)

    def let_go(self) -> None:
        """Give the connection back."""
        self._line.close()

    def _is_look_of_now(self) -> bool:
        return self._look is not None and self._look.transaction == self._transactions

    def _begin_look(self, session: Session) -> None:
        self._own = None
        if self.dialect == "sqlite":
            instant: Any = self._versions()
        else:
            instant = Snapshot.read(session.scalars(_SNAPSHOT).one())
        self._look = _Look(self._transactions, instant)

    def _versions(self) -> tuple[int, ...]:
        """Return SQLite's counts of other connections' commits. They are of this connection: no other can tell them."""
        raw: Any = self._line.connection.driver_connection
        return tuple(raw.execute(f"PRAGMA {place}.data_version").fetchone()[0] for place in self._places)

    def _snapshot_now(self) -> Snapshot:
        return Snapshot.read(self._line.scalars(_SNAPSHOT).one())

    def _session(self, engine: Engine, *, writing: bool) -> Session:
        session = super()._session(engine, writing=writing)
        session.info[_WATCHED] = self
        if self.dialect == "sqlite":
            self._line.execution_options(writing=writing)
            session.bind = self._line
        return session


def look(session: Session) -> None:
    """Begin a look: what this transaction reads from here on is what the watch will vouch for. Else nothing."""
    watched: WatchedVault | None = session.info.get(_WATCHED)
    if watched is not None:
        watched._begin_look(session)


@contextmanager
def watching(vault: Vault) -> Iterator[WatchedVault]:
    """Give a watched vault for the length of a block."""
    watched = WatchedVault(vault)
    try:
        yield watched
    finally:
        watched.let_go()


def _places(connection: Connection) -> tuple[str, ...]:
    """Return what an SQLite connection has open: the vault, and the spool that is attached to it."""
    raw: Any = connection.connection.driver_connection
    return tuple(row[1] for row in raw.execute("PRAGMA database_list") if row[1] != "temp")
