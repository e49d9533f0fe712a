"""`wayside init` and `wayside grants` let each process do what it needs on PostgreSQL, and nothing else."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from click.testing import CliRunner
from postgres_cluster import PostgresCluster, as_role

from cli import granting
from cli.granting import GrantsError, apply
from cli.main import wayside
from crypto.keyring import Keyring
from outreach.records.engine import create_vault

pytestmark = [pytest.mark.postgres, pytest.mark.req("W-1")]

OWNER = "an_operator"
"""Owns the database and is no superuser; makes no roles."""


@pytest.fixture(scope="session")
def roles(postgres_cluster: PostgresCluster) -> None:
    postgres_cluster.run_sql("postgres", (granting.FILES / "roles.sql").read_text())
    postgres_cluster.run_sql("postgres", f"CREATE ROLE {OWNER} LOGIN NOSUPERUSER")


@pytest.fixture
def database_of_owner(postgres_cluster: PostgresCluster, roles: None) -> Iterator[Callable[[], str]]:
    """A function that makes an empty database and returns its owner's address."""
    made: list[str] = []

    def make() -> str:
        made.append(f"granted_{uuid4().hex}")
        url = postgres_cluster.create_database(made[-1])
        postgres_cluster.run_sql(made[-1], f'ALTER DATABASE "{made[-1]}" OWNER TO {OWNER}')
        return as_role(url, OWNER)

    yield make
    for name in made:
        postgres_cluster.drop_database(name)


@pytest.fixture
def bare(database_of_owner: Callable[[], str], keyring: Keyring) -> str:
    """The owner's address of a vault on which nothing is granted yet."""
    url = database_of_owner()
    create_vault(url, keyring).close()
    return url


def may(url: str, role: str, statement: str) -> bool:
    with psycopg.connect(as_role(url, role).replace("+psycopg", "")) as connection:
        try:
            connection.execute(statement)
        except psycopg.errors.InsufficientPrivilege:
            return False
    return True


READS, DELETES = "SELECT 1 FROM outreach.case_file", "DELETE FROM outreach.case_file"


def test_the_owner_grants_each_process_its_part_without_being_a_superuser(bare: str) -> None:
    assert not may(bare, "wayside_portal", READS)

    apply("vault", bare)

    assert may(bare, "wayside_portal", READS)
    assert may(bare, "wayside_worker", READS)
    assert not may(bare, "wayside_portal", DELETES)
    assert not may(bare, "wayside_intake", READS)


def test_granting_again_takes_away_what_was_granted_beside_it(bare: str) -> None:
    apply("vault", bare)
    with psycopg.connect(bare.replace("+psycopg", "")) as connection:
        connection.execute("GRANT DELETE ON outreach.case_file TO wayside_portal")
    assert may(bare, "wayside_portal", DELETES)

    apply("vault", bare)

    assert not may(bare, "wayside_portal", DELETES)
    assert may(bare, "wayside_portal", READS)


def test_who_does_not_own_the_database_is_told_and_nothing_changes(bare: str) -> None:
    apply("vault", bare)

    with pytest.raises(GrantsError, match="as the owner of the database"):
        apply("vault", as_role(bare, "wayside_portal"))

    assert may(bare, "wayside_portal", READS)


def test_without_tables_the_mend_is_to_make_them(database_of_owner: Callable[[], str]) -> None:
    with pytest.raises(GrantsError, match="run `wayside init` first"):
        apply("vault", database_of_owner())


def test_an_owner_that_may_make_no_roles_is_told_who_can(
    bare: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(granting.FILES, tmp_path / "grants")
    monkeypatch.setattr(granting, "FILES", tmp_path / "grants")
    roles = tmp_path / "grants" / "roles.sql"
    roles.write_text(roles.read_text().replace("'wayside_portal'", "'nobody_yet'"))

    with pytest.raises(GrantsError, match=r"roles\.sql run first by one that may"):
        apply("vault", bare)


def test_init_on_a_server_makes_the_tables_and_grants_them(
    database_of_owner: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    urls = {name: database_of_owner() for name in ("DATABASE", "INBOX", "CALLBACKS")}
    for name, url in urls.items():
        monkeypatch.setenv(f"WAYSIDE_{name}_URL", url.replace("+psycopg", ""))
    monkeypatch.setenv("WAYSIDE_HOME", str(tmp_path / "home"))
    keys = ["--root-key", str(tmp_path / "key" / "root.key"), "--kit", str(tmp_path / "key" / "kit.txt")]

    done = CliRunner().invoke(wayside, ["init", "--non-interactive", *keys], catch_exceptions=False)
    again = CliRunner().invoke(wayside, ["grants"], catch_exceptions=False)

    assert done.exit_code == 0, done.output
    assert again.output.count("each process has its own role") == 3
    assert may(urls["DATABASE"], "wayside_portal", READS)
    for name, role in (("INBOX", "wayside_intake"), ("CALLBACKS", "wayside_callbacks")):
        assert not may(urls[name], role, "SELECT 1 FROM spool.deposit")
        assert may(urls[name], "wayside_worker", "SELECT 1 FROM spool.deposit")
