"""A PostgreSQL cluster of the tests' own, in memory where it fits: made, started on a unix socket only, removed."""

import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

import psycopg
from room import roomiest

_VALUES = ("listen_addresses=", "fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=60")
_SETTINGS = [part for value in _VALUES for part in ("-c", value)]
_ENVIRONMENT = {"PATH": os.environ["PATH"], "LC_ALL": "C"}


class PostgresMissing(Exception):
    """There is no PostgreSQL to test against."""


def find_binaries() -> Path:
    """Return the folder with initdb: `$PG_BIN`, else the newest of Debian's."""
    named = os.environ.get("PG_BIN")
    candidates = [Path(named)] if named else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in candidates:
        if (folder / "initdb").exists():
            return folder
    raise PostgresMissing("no PostgreSQL found: install the package postgresql, or set PG_BIN to its bin folder")


def as_role(url: str, role: str) -> str:
    """Return the same address for another role."""
    return re.sub(r"&user=\w+", f"&user={role}", url)


class PostgresCluster:
    """A running cluster. `fsync` is off: these tests do not pull the plug."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self.binaries = binaries
        self.folder = folder
        self.data = folder / "data"
        self._owner: psycopg.Connection | None = None

    @classmethod
    def start(cls) -> "PostgresCluster":
        """Make and start a cluster below the temporary folder; the socket's path must stay under 107 characters."""
        folder = Path(tempfile.mkdtemp(prefix="wspg", dir=roomiest()))
        cluster = cls(find_binaries(), folder)
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        cluster.run(
            "initdb", "-D", str(cluster.data), "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8", "--locale=C"
        )
        cluster.serve()
        return cluster

    def serve(self) -> None:
        """Start the server as a child that ends when this process does, however that ends."""
        command = [str(self.binaries / "postgres"), "-D", str(self.data), "-k", str(self.folder), *_SETTINGS]
        with (self.folder / "log").open("wb") as log:
            self.server = subprocess.Popen(
                as_postgres(command, "--pdeathsig=INT"), cwd=self.folder, env=_ENVIRONMENT, stdout=log, stderr=log
            )
        for _ in range(600):
            try:
                psycopg.connect(self.url("postgres")).close()
                return
            except psycopg.OperationalError:
                with suppress(subprocess.TimeoutExpired):
                    self.server.wait(0.1)
                    break
        raise RuntimeError(f"the server did not start: {(self.folder / 'log').read_text()[-2000:]}")

    def stop(self) -> None:
        """Stop the server at once and remove everything."""
        if self._owner is not None:
            self._owner.close()
        self.server.send_signal(signal.SIGQUIT)
        self.server.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str, user: str = "postgres") -> str:
        """Return the address of a database, for its owner; `as_role` makes it another's."""
        return f"postgresql:///{database}?host={self.folder}&user={user}"

    def create_database(self, name: str, *, template: str = "template0") -> str:
        """Make a database, empty or a clone, and return its address."""
        self.run_sql("postgres", f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database and whoever is connected to it."""
        self.run_sql("postgres", f'DROP DATABASE "{name}" WITH (FORCE)')

    def run_sql(self, database: str, sql: str) -> None:
        """Run statements as the owner; those of the cluster itself on one line that stays open."""
        if database == "postgres":
            if self._owner is None:
                self._owner = psycopg.connect(self.url(database), autocommit=True)
            self._owner.execute(sql.encode())
            return
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(sql.encode())

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs, which refuse root, as `postgres`."""
        command = as_postgres([str(self.binaries / program), *arguments])
        done = subprocess.run(command, cwd=self.folder, env=_ENVIRONMENT, capture_output=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{program} failed: {done.stderr.decode()[-2000:]}")


def as_postgres(command: list[str], *options: str) -> list[str]:
    """Return a command that runs as `postgres` when we are root, and as ourselves otherwise."""
    who = ["--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    return ["setpriv", *who, *options, *command] if who or options else command
