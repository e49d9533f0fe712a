"""
The vault: its engine, its keys in memory, and the two kinds of transaction.

Hides SQLCipher and PostgreSQL behind one shape. A reading transaction is a snapshot and leaves nothing behind;
a writing one takes the write lock first, commits at the end, and refuses to commit boxes nobody accounted for.
"""

import os
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import cast

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2

from crypto.keyring import Keyring
from outreach.records import (
    approvals,
    brought,
    call_ins,
    cases,
    conversation,
    ledger,
    letters,
    marks,
    meetings,
    needs,
    on_call,
    people,
    protocols,
    provider,
    risk,
    signatures,
    staff,
    walls,
    work,
)
from outreach.records.cipher import begin_writing, connect_cipher
from outreach.records.errors import (
    SpoolUnavailable,
    UnrecordedWrite,
    VaultBusy,
    VaultExists,
    VaultMissing,
    VaultUnreachable,
    VaultVersionError,
    WrongVaultKey,
)
from outreach.records.keys import HOUSE, CaseKeyCache, create_case_keys

TABLES = (
    approvals,
    brought,
    call_ins,
    cases,
    conversation,
    ledger,
    letters,
    meetings,
    needs,
    on_call,
    people,
    protocols,
    provider,
    risk,
    signatures,
    staff,
    walls,
    work,
)
"""Every module of tables, loaded with the engine: a table that refers to one nobody imported cannot be written."""

SCHEMA = "0001"
"""The version of the vault's tables this program reads and writes: the head of the Alembic tree."""

PATIENCE = 10.0
"""Seconds a writer waits for another before VaultBusy."""

STORAGE_FAULTS = (OperationalError, InterfaceError, VaultBusy, VaultUnreachable, SpoolUnavailable)
"""What storage raises when it cannot be used now: no fault of what is being worked on, so the round comes again."""


class VaultSession(Session):
    """A session that notices which boxes it writes."""


event.listen(VaultSession, "after_flush", marks.note_flushed)


class Vault:
    """An engine with the organisation's keys; hands out transactions."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        """Take an engine made by this module; `open_vault` is the usual way."""
        self.engine = engine
        self.keyring = keyring
        self.dialect = engine.dialect.name
        self.case_keys = CaseKeyCache()
        snapshot = {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
        self._readers = engine.execution_options(**(snapshot if self.dialect == "postgresql" else {}))
        self._writers = engine.execution_options(writing=True)
        self.is_practice = False
        """Whether this is a demo's vault, with nobody real in it. Set by whoever opens it; else nobody practises."""
        self._turn = threading.Lock() if self.dialect == "sqlite" else None

    @contextmanager
    def reading(self) -> Generator[Session]:
        """Open a snapshot, rolled back at the end. What must be audited cannot be read in it."""
        with self._session(self._readers, writing=False) as session:
            _begin(session)
            yield session

    @contextmanager
    def writing(self) -> Generator[Session]:
        """
        Open a transaction that holds the write lock from its start on SQLite; commit at the end, or roll back.

        Raises:
            VaultBusy: another writer did not finish in time; nothing was written.
            UnrecordedWrite: boxes were written, but no audit entry; nothing was written.
            UnsealedValue, StaleDataError and other errors of the block: nothing was written.
        """
        with self._my_turn(), self._session(self._writers, writing=True) as session:
            _begin(session)
            yield session
            session.flush()
            if marks.are_pending(session):
                raise UnrecordedWrite
            session.commit()

    def close(self) -> None:
        """Close every connection and forget every case key."""
        self.engine.dispose()
        self.case_keys = CaseKeyCache()

    def _session(self, engine: Engine, *, writing: bool) -> Session:
        info = {"keyring": self.keyring, "case_keys": self.case_keys, "writing": writing}
        info["is_practice"] = self.is_practice
        return VaultSession(engine, expire_on_commit=False, info=info)

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        """Queue the writers of this process: SQLite's own waiting is a lottery that starves some for seconds."""
        with nullcontext() if self._turn is None else _held(self._turn):
            yield


def open_vault(
    url: str, keyring: Keyring, *, role: str | None = None, callbacks: Path | None = None, is_practice: bool = False
) -> Vault:
    """Open the vault a URL names: `postgresql://…`, or `sqlite:///path` to a SQLCipher file. Raises as its kinds do."""
    if url.startswith("sqlite:///"):
        vault = open_sqlite(Path(url.removeprefix("sqlite:///")), keyring, callbacks=callbacks)
    else:
        vault = open_postgres(url, keyring, role=role)
    vault.is_practice = is_practice
    return vault


def open_sqlite(path: Path, keyring: Keyring, *, callbacks: Path | None = None) -> Vault:
    """
    Open a SQLCipher vault.

    Args:
        callbacks: the callbacks spool, attached as `callbacks` for the sender: its claim then excludes new deposits.

    Raises:
        VaultMissing, WrongVaultKey, VaultVersionError: with what to do about it.
    """
    if not path.is_file():
        raise VaultMissing(str(path))
    vault = Vault(_sqlite_engine(path, keyring, callbacks), keyring)
    _refuse_other_version(vault, str(path))
    return vault


def open_postgres(url: str, keyring: Keyring, *, role: str | None = None) -> Vault:
    """
    Open a vault in the schema `outreach` of a PostgreSQL database, as one of its roles.

    Raises:
        VaultMissing, VaultUnreachable, VaultVersionError: with what to do about it.
    """
    vault = Vault(_postgres_engine(url, role), keyring)
    _refuse_other_version(vault, _shown(url))
    return vault


def create_vault(url: str, keyring: Keyring) -> Vault:
    """Make a new vault: its tables, and the house's keys. Raises VaultExists rather than touch another."""
    from outreach.records.migrating import migrate_vault

    if url.startswith("sqlite:///"):
        path = Path(url.removeprefix("sqlite:///"))
        if path.exists():
            raise VaultExists(str(path))
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        engine = _sqlite_engine(path, keyring, None)
        with engine.connect() as connection:
            # Once, here: setting it on concurrent first connections fails whatever the busy timeout.
            connection.connection.cursor().execute("PRAGMA journal_mode = WAL")
    else:
        engine = _postgres_engine(url, None)
    vault = Vault(engine, keyring)
    try:
        with engine.begin() as connection:
            if _version(connection) is not None:
                raise VaultExists(_shown(url))
            migrate_vault(connection)
        with vault.writing() as session:
            create_case_keys(session, HOUSE)
            session.add(work.TextingState(id=HOUSE))
    except OperationalError as error:
        vault.close()
        raise VaultUnreachable(_shown(url)) from error
    except BaseException:
        vault.close()
        raise
    return vault


def _sqlite_engine(path: Path, keyring: Keyring, callbacks: Path | None) -> Engine:
    key = keyring.file_key_hex
    engine = create_engine(
        "sqlite://",
        creator=lambda: connect_cipher(path, key, attach=callbacks, patience=PATIENCE),
        module=dbapi2,
        poolclass=QueuePool,
        pool_use_lifo=True,  # The connection used last has the pages in memory.
        hide_parameters=True,
    )
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _postgres_engine(url: str, role: str | None) -> Engine:
    options = "-c search_path=outreach -c timezone=UTC -c synchronous_commit=on"
    if role is not None:
        options += f" -c role={role}"
    address = make_url(url).set(drivername="postgresql+psycopg")
    connect_args = {"options": options, "connect_timeout": 5, "application_name": "wayside"}
    return create_engine(address, connect_args=connect_args, hide_parameters=True, pool_pre_ping=True)


def _begin_sqlite(connection: Connection) -> None:
    if not connection.get_execution_options().get("writing", False):
        connection.exec_driver_sql("BEGIN")
        return
    try:
        begin_writing(cast(dbapi2.Connection, connection.connection.driver_connection), patience=PATIENCE)
    except dbapi2.OperationalError as error:
        raise OperationalError("BEGIN IMMEDIATE", None, error) from error


def _begin(session: Session) -> None:
    try:
        session.connection()
    except OperationalError as error:
        if "locked" in str(error.orig):
            raise VaultBusy from error
        raise


@contextmanager
def _held(turn: threading.Lock) -> Iterator[None]:
    if not turn.acquire(timeout=PATIENCE):
        raise VaultBusy
    try:
        yield
    finally:
        turn.release()


def _version(connection: Connection) -> str | None:
    exists = text("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")
    if connection.dialect.name == "postgresql":
        exists = text("SELECT 1 WHERE to_regclass('outreach.alembic_version') IS NOT NULL")
    if connection.execute(exists).first() is None:
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _refuse_other_version(vault: Vault, place: str) -> None:
    try:
        with vault.engine.connect() as connection:
            found = _version(connection)
    except OperationalError as error:
        vault.close()
        raise VaultUnreachable(place) from error
    except DBAPIError as error:
        vault.close()
        raise WrongVaultKey(place) from error
    if found != SCHEMA:
        vault.close()
        raise VaultMissing(place) if found is None else VaultVersionError(place, found, SCHEMA)


def _shown(url: str) -> str:
    """The address without its pass phrase."""
    return make_url(url).render_as_string(hide_password=True)
