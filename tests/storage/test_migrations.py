"""Migrations: the tables are what the models say, and data survives going up, down and up again (R-5)."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from builders import NOW, a_case, a_destination
from postgres_cluster import as_role
from sqlalchemy import Connection, Engine, MetaData, create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlcipher3 import dbapi2

from crypto.keyring import Keyring
from outreach import people
from outreach.records import cases, ledger, spool, work
from outreach.records import people as people_tables
from outreach.records import staff as staff_tables
from outreach.records.base import Base
from outreach.records.engine import SCHEMA, Vault, open_vault
from outreach.records.errors import SpoolVersionError
from outreach.records.migrating import migrate_spool, migrate_vault, tree
from outreach.records.spool import SpoolDrain, create_spool, open_drain, open_spool
from outreach.records.spool_tables import spool_metadata

pytestmark = pytest.mark.req("R-5")

VAULT_TABLES = (cases, ledger, work, people_tables, staff_tables)


@pytest.fixture
def spool_engine(database: str, spool_address: str) -> Iterator[Engine]:
    if database == "sqlite":
        engine = create_engine(f"sqlite:///{spool_address}", module=dbapi2)
    else:
        options = {"options": "-c search_path=spool"}
        engine = create_engine(spool_address.replace("postgresql:", "postgresql+psycopg:"), connect_args=options)
    yield engine
    engine.dispose()


def differences(connection: Connection, metadata: MetaData) -> list[object]:
    """Return how the tables differ from the models, nullability, types and indexes included."""
    context = MigrationContext.configure(connection)
    return compare_metadata(context, metadata)


def test_the_vaults_tables_are_what_its_models_say(vault: Vault) -> None:
    assert len(VAULT_TABLES) == 5
    with vault.engine.connect() as connection:
        assert differences(connection, Base.metadata) == []


def test_the_spools_table_is_what_its_model_says(spool_engine: Engine) -> None:
    with spool_engine.connect() as connection:
        assert differences(connection, spool_metadata) == []


def test_planted_difference_between_table_and_model_is_caught(vault: Vault) -> None:
    with vault.engine.begin() as connection:
        connection.execute(text("ALTER TABLE task ADD COLUMN note VARCHAR(10)"))

    with pytest.raises(AssertionError):
        test_the_vaults_tables_are_what_its_models_say(vault)


def test_the_program_wants_the_newest_version_of_the_vault() -> None:
    assert ScriptDirectory.from_config(tree("vault")).get_current_head() == SCHEMA
    assert ScriptDirectory.from_config(tree("spool")).get_current_head() == spool.SCHEMA


def test_a_vault_with_data_goes_down_and_up_again(vault: Vault) -> None:
    with vault.writing() as session:
        a_destination(session, a_case(session))

    with vault.engine.begin() as connection:
        migrate_vault(connection, to="base")
    with vault.engine.begin() as connection:
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
        migrate_vault(connection)

    with vault.engine.connect() as connection:
        assert differences(connection, Base.metadata) == []


def test_migrating_to_where_it_is_keeps_the_data(vault: Vault, vault_url: str, keyring: Keyring) -> None:
    with vault.writing() as session:
        case_id = a_case(session)
        given = a_destination(session, case_id)

    with vault.engine.begin() as connection:
        migrate_vault(connection)

    again = open_vault(vault_url, keyring)
    with again.reading() as session:
        assert people.destinations(session, case_id) == (given,)
    again.close()


def test_a_spool_goes_down_and_up_again(spool_engine: Engine) -> None:
    for version in ("base", "head", "head"):
        with spool_engine.begin() as connection:
            migrate_spool(connection, to=version)

    with spool_engine.connect() as connection:
        assert differences(connection, spool_metadata) == []


def test_an_older_intake_keeps_accepting_on_a_newer_spool(tmp_path: Path) -> None:
    create_spool(tmp_path / "intake.db")
    newer = dbapi2.connect(str(tmp_path / "intake.db"), isolation_level=None)
    newer.execute("ALTER TABLE deposit ADD COLUMN attempts INTEGER DEFAULT 0")
    newer.execute("UPDATE alembic_version SET version_num = '9999'")
    newer.close()

    spool = open_spool(tmp_path / "intake.db")
    spool.insert(uuid4(), NOW, b"x")
    spool.close()

    newer = dbapi2.connect(str(tmp_path / "intake.db"))
    assert newer.execute("SELECT count(*) FROM deposit").fetchone() == (1,)
    newer.close()
    with pytest.raises(SpoolVersionError):  # The worker is the one to be upgraded: it reads what is there.
        open_drain(tmp_path / "intake.db")


def test_an_intake_refuses_a_spool_older_than_itself(tmp_path: Path) -> None:
    create_spool(tmp_path / "intake.db")
    older = dbapi2.connect(str(tmp_path / "intake.db"), isolation_level=None)
    older.execute("UPDATE alembic_version SET version_num = '0000'")
    older.close()

    with pytest.raises(SpoolVersionError, match="0000"):
        open_spool(tmp_path / "intake.db")


def test_a_drain_on_a_server_refuses_a_spool_of_another_version(spool_address: str, drain: SpoolDrain) -> None:
    """The embedded drain is tried above; both say which version they found."""
    drain.close()
    if spool_address.startswith("postgresql:"):
        owner = create_engine(make_url(spool_address).set(drivername="postgresql+psycopg"))
        with owner.begin() as connection:
            connection.execute(text("UPDATE spool.alembic_version SET version_num = '9999'"))
        owner.dispose()
        worker = as_role(spool_address, "wayside_worker")
    else:
        newer = dbapi2.connect(spool_address, isolation_level=None)
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
        newer.close()
        worker = spool_address

    with pytest.raises(SpoolVersionError, match="9999"):
        open_drain(worker)
