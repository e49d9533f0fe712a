"""`wayside grants`: on PostgreSQL, let each process do what it needs as its own role, and nothing else."""

from pathlib import Path

import click
import psycopg

from cli.faults import Mendable
from config.settings import WorkerSettings, load

FILES = Path(__file__).parent.parent / "config" / "grants"


class GrantsError(Mendable):
    """The grants of a database are as they were before."""


@click.command()
def grants() -> None:
    """Apply config/grants to each PostgreSQL database, as its owner. Again after each upgrade; harmless twice."""
    found = databases(load(WorkerSettings))
    if not found:
        raise GrantsError(
            "no PostgreSQL address is set: name the owner in WAYSIDE_DATABASE_URL, _INBOX_URL, _CALLBACKS_URL"
        )
    for name, url in found.items():
        apply(name, url)
        click.echo(f"{name}: each process has its own role, with the grants of config/grants/{name}.sql")


def databases(settings: WorkerSettings) -> dict[str, str]:
    """Return the addresses of databases on a server, by the name of their file of grants."""
    known = {
        "vault": settings.database_url,
        "intake": settings.inbox_url,
        "callbacks": settings.callbacks_url,
    }
    return {name: url for name, url in known.items() if url and url.startswith("postgresql:")}


def apply(name: str, url: str) -> None:
    """
    Make the roles that are missing and apply one file of grants, all or nothing.

    Raises:
        GrantsError: this role may not, or there is nothing to grant on yet; the text says what to do.
    """
    remarks: list[str] = []
    try:
        with psycopg.connect(url) as connection:
            connection.add_notice_handler(lambda said: _note_warning(said, remarks))
            for file in ("roles.sql", f"{name}.sql"):
                connection.execute((FILES / file).read_bytes())
            if remarks:  # To grant nothing for want of ownership is no error to the server.
                raise GrantsError(f"{name}: {remarks[0]}. Run `wayside grants` as the owner of the database")
    except psycopg.errors.InsufficientPrivilege as fault:
        raise GrantsError(
            f"{name}: {_first_line(fault)}. Run `wayside grants` as the owner of the database; where that role may "
            "make no others, have config/grants/roles.sql run first by one that may"
        ) from None
    except (psycopg.errors.InvalidSchemaName, psycopg.errors.UndefinedTable):
        raise GrantsError(f"{name}: its tables are not there yet: run `wayside init` first") from None
    except psycopg.OperationalError:
        raise GrantsError(f"{name}: the server does not answer, or refuses this role") from None


def _note_warning(said: psycopg.errors.Diagnostic, remarks: list[str]) -> None:
    if said.severity_nonlocalized == "WARNING":
        remarks.append(str(said.message_primary))


def _first_line(fault: psycopg.Error) -> str:
    return str(fault).splitlines()[0]
