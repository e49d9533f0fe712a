"""Make a spool's file or table. Apart from the rest, so that a running intake loads neither Alembic nor SQLAlchemy."""

import os
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlcipher3 import dbapi2

from outreach.records.errors import SpoolUnavailable
from outreach.records.migrating import migrate_spool


def create_sqlite_spool(path: Path) -> None:
    """Create the file, readable by its owner only, in WAL mode, at the newest version."""
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    engine = create_engine(
        "sqlite://", creator=lambda: dbapi2.connect(str(path), check_same_thread=False), module=dbapi2
    )
    try:
        with engine.connect() as connection:
            # Once, here: setting it on concurrent first connections fails whatever the busy timeout.
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            connection.rollback()
            migrate_spool(connection)
            connection.commit()
    except OperationalError as error:
        raise SpoolUnavailable(f"{path} ({error.orig}). Is the disk full, or is it not mounted") from error
    finally:
        engine.dispose()


def create_postgres_spool(url: str) -> None:
    """Create schema and table as the database's owner. Roles and grants are in config/grants."""
    address = make_url(url).set(drivername="postgresql+psycopg")
    engine = create_engine(address, connect_args={"options": "-c search_path=spool"}, hide_parameters=True)
    try:
        with engine.begin() as connection:
            migrate_spool(connection)
    except OperationalError as error:
        raise SpoolUnavailable("the server does not answer, or refuses this role") from error
    finally:
        engine.dispose()
