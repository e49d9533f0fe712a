"""NI-8 at the storage: whoever takes over intake or callbacks still reads nothing, on either database."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from builders import NOW
from postgres_cluster import as_role
from sqlcipher3 import dbapi2

from outreach.records import spool_sqlite
from outreach.records.spool import create_spool

FORBIDDEN = (
    "SELECT * FROM deposit",
    "SELECT count(*) FROM deposit",
    "SELECT 1 FROM deposit WHERE id = 'x'",
    "UPDATE deposit SET sealed = x'00'",
    "DELETE FROM deposit",
    "INSERT INTO deposit SELECT * FROM deposit",
    "INSERT INTO deposit VALUES ('y', '2026-01-01', (SELECT sealed FROM deposit))",
    "DROP TABLE deposit",
    "CREATE TABLE other (x)",
    "CREATE TRIGGER t AFTER INSERT ON deposit BEGIN SELECT 1; END",
    "SELECT * FROM sqlite_master",
    "INSERT INTO alembic_version VALUES ('x')",
    "PRAGMA table_info(deposit)",
    "PRAGMA journal_mode = DELETE",
    "PRAGMA writable_schema = ON",
    "ATTACH DATABASE '{elsewhere}' AS other",
    "VACUUM INTO '{elsewhere}'",
)


def refusals_of_sqlite(path: Path, connect: Callable[[Path], dbapi2.Connection], elsewhere: Path) -> None:
    """Assert that the web side's connection can add a deposit, and do none of what is forbidden."""
    connection = connect(path)
    connection.execute("INSERT INTO deposit (id, received_at, sealed) VALUES (?, ?, ?)", (uuid4().hex, "x", b"x"))
    allowed = []
    for statement in FORBIDDEN:
        try:
            connection.execute(statement.format(elsewhere=elsewhere)).fetchall()
            allowed.append(statement)
        except dbapi2.DatabaseError:
            pass
    connection.close()
    assert allowed == []
    assert not elsewhere.exists()


@pytest.mark.req("NI-8")
def test_the_web_side_of_a_file_can_insert_and_nothing_else(tmp_path: Path) -> None:
    create_spool(tmp_path / "intake.db")

    refusals_of_sqlite(tmp_path / "intake.db", spool_sqlite.connect_insert_only, tmp_path / "elsewhere")


@pytest.mark.req("NI-8")
@pytest.mark.parametrize("hole", ["reading", "no authorizer"])
def test_planted_hole_in_the_authorizer_is_caught(tmp_path: Path, hole: str) -> None:
    create_spool(tmp_path / "intake.db")

    def leaking(action: int, subject: str | None, *rest: object) -> int:
        is_read = action in (dbapi2.SQLITE_SELECT, dbapi2.SQLITE_READ)
        return dbapi2.SQLITE_OK if is_read else spool_sqlite.insert_only(action, subject, *rest)

    def connect(path: Path) -> dbapi2.Connection:
        connection = dbapi2.connect(str(path), isolation_level=None)
        connection.set_authorizer(leaking if hole == "reading" else None)
        return connection

    with pytest.raises(AssertionError, match="SELECT"):
        refusals_of_sqlite(tmp_path / "intake.db", connect, tmp_path / "elsewhere")


def refusals_of_postgres(address: str, role: str) -> None:
    """Assert that an INSERT-only role can add a deposit, and do nothing else in any schema of its database."""
    with psycopg.connect(as_role(address, role), autocommit=True) as web:
        web.execute(b"INSERT INTO spool.deposit VALUES (%s, %s, %s)", (uuid4(), NOW, b"x"))
        allowed = [statement for statement in POSTGRES_FORBIDDEN if is_allowed(web, statement)]
        readable = web.execute(READABLE).fetchall()
    assert (allowed, readable) == ([], [])


def is_allowed(connection: psycopg.Connection, statement: str) -> bool:
    """Any other error came after the permission was granted, and counts as allowed."""
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(statement.encode())
    except psycopg.errors.InsufficientPrivilege:
        return False
    except psycopg.Error:
        return True
    return True


POSTGRES_FORBIDDEN = (
    "SELECT * FROM spool.deposit",
    "SELECT count(*) FROM spool.deposit",
    "SELECT id FROM spool.deposit",
    "UPDATE spool.deposit SET sealed = ''",
    "DELETE FROM spool.deposit",
    "TRUNCATE spool.deposit",
    "INSERT INTO spool.deposit SELECT * FROM spool.deposit",
    "INSERT INTO spool.deposit VALUES (gen_random_uuid(), now(), '') RETURNING id",
    "INSERT INTO spool.deposit VALUES (gen_random_uuid(), now(), '') ON CONFLICT (id) DO NOTHING",
    "LOCK TABLE spool.deposit IN SHARE MODE",
    "CREATE TABLE spool.other (x int)",
    "CREATE TABLE public.other (x int)",
    "SELECT * FROM spool.alembic_version",
    "SET ROLE wayside_worker",
    "COPY spool.deposit TO '/tmp/x'",
    "SELECT pg_read_file('PG_VERSION')",
)

READABLE = b"""
SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
  AND (has_table_privilege(c.oid, 'SELECT') OR has_any_column_privilege(c.oid, 'SELECT'))
  AND c.relkind IN ('r', 'v', 'm')
"""


@pytest.mark.req("NI-8")
@pytest.mark.postgres
@pytest.mark.parametrize("database", ["postgres"])
def test_the_intake_role_can_insert_and_nothing_else(spool_address: str) -> None:
    refusals_of_postgres(spool_address, "wayside_intake")


@pytest.mark.req("NI-8")
@pytest.mark.postgres
@pytest.mark.parametrize("database", ["postgres"])
def test_the_callbacks_role_can_insert_and_nothing_else_beside_the_vault(vault_url: str) -> None:
    refusals_of_postgres(vault_url, "wayside_callbacks")


@pytest.mark.req("NI-8")
@pytest.mark.postgres
@pytest.mark.parametrize("database", ["postgres"])
@pytest.mark.parametrize(
    "grant", ["SELECT ON spool.deposit", "SELECT (id) ON spool.deposit", "DELETE ON spool.deposit", "wayside_worker"]
)
def test_planted_grant_to_the_intake_role_is_caught(spool_address: str, grant: str) -> None:
    with psycopg.connect(spool_address, autocommit=True) as owner:
        owner.execute(f"GRANT {grant} TO wayside_intake".encode())
        try:
            with pytest.raises(AssertionError):
                refusals_of_postgres(spool_address, "wayside_intake")
        finally:
            owner.execute(f"REVOKE {grant} FROM wayside_intake".encode())


@pytest.mark.req("NI-8")
@pytest.mark.postgres
@pytest.mark.parametrize("database", ["postgres"])
def test_the_intake_role_has_no_door_to_the_vault(vault_url: str) -> None:
    with psycopg.connect(as_role(vault_url, "wayside_intake"), autocommit=True) as web:
        for statement in ("SELECT 1 FROM outreach.case_file", "INSERT INTO spool.deposit VALUES (NULL, NULL, NULL)"):
            assert not is_allowed(web, statement)
        assert web.execute(READABLE).fetchall() == []
