"""A PostgreSQL of a measurement's own: found, made, started on a unix socket, removed. As durable as any other."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

PATIENCE_SECONDS = 60


class NoPostgres(Exception):
    """There is none to measure on; the text says what to do."""


@contextmanager
def own_postgres() -> Iterator["OwnPostgres"]:
    """Start a cluster; it is stopped and removed at the end. Raises NoPostgres."""
    named = os.environ.get("PG_BIN")
    folders = [Path(named)] if named else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    binaries = next((each for each in folders if (each / "initdb").exists()), None)
    if binaries is None:
        raise NoPostgres("no PostgreSQL found: install the package postgresql, or set PG_BIN to its bin folder")
    folder = Path(tempfile.mkdtemp(prefix="wsb", dir="/tmp"))  # noqa: S108 - a socket's path must be short
    cluster = OwnPostgres(binaries, folder)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


class OwnPostgres:
    """A running cluster."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self._binaries, self._folder = binaries, folder
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make and start it."""
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(self._folder, owner.pw_uid, owner.pw_gid)
        data = str(self._folder / "data")
        making = self._command("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C")
        subprocess.run(making, cwd=self._folder, stdout=subprocess.DEVNULL, check=True)  # noqa: S603 - ours
        serving = self._command("postgres", "-D", data, "-k", str(self._folder), "-c", "listen_addresses=")
        with (self._folder / "log").open("wb") as log:
            self._server = subprocess.Popen(serving, cwd=self._folder, stdout=log, stderr=log)  # noqa: S603 - ours
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                psycopg.connect(self._url("postgres")).close()
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    raise NoPostgres("a PostgreSQL was found and did not start") from None
                time.sleep(0.1)
            else:
                return

    def database(self, name: str) -> str:
        """Make an empty database and return its address."""
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0'.encode())
        return self._url(name)

    def stop(self) -> None:
        """Stop it and remove everything."""
        if self._server is not None:
            self._server.terminate()
            self._server.wait(PATIENCE_SECONDS)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _url(self, database: str) -> str:
        return f"postgresql:///{database}?host={self._folder}&user=postgres"

    def _command(self, program: str, *arguments: str) -> list[str]:
        who = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
        return [*who, str(self._binaries / program), *arguments]
