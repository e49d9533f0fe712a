"""
Migrations, run by the program itself: two Alembic trees, one for the vault and one for the spools.

The connection is passed in, already open and keyed; nothing reads an alembic.ini.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

_TREES = Path(__file__).parent / "migrations"


def migrate_vault(connection: Connection, *, to: str = "head") -> None:
    """Bring the vault's tables to a version, inside the caller's transaction."""
    _migrate(connection, "vault", "outreach", to)


def migrate_spool(connection: Connection, *, to: str = "head") -> None:
    """Bring a spool's table to a version, inside the caller's transaction."""
    _migrate(connection, "spool", "spool", to)


def tree(name: str) -> Config:
    """Return the configuration of one tree: `vault` or `spool`."""
    config = Config()
    config.set_main_option("script_location", str(_TREES / name))
    return config


def _migrate(connection: Connection, name: str, schema: str, to: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {schema}"))
    config = tree(name)
    config.attributes["connection"] = connection
    if to == "base" or to.startswith("-"):
        command.downgrade(config, to)
    else:
        command.upgrade(config, to)
