"""
Real `wayside worker` processes, started in milliseconds and killed at a chosen edge.

A nursery is forked once, with everything imported and no database open; each worker is forked from it, opens its home
as the command does, runs every round once, and kills itself with SIGKILL at the n-th edge it comes to: before and
after each commit of the vault, each deletion from a spool, and each byte it sends to or hears from the provider.
"""

import gc
import json
import os
import signal
import socket
import sys
import traceback
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from killing import Edges
from sqlalchemy.orm import configure_mappers

from cli import opening, texting, worker_roles  # noqa: F401 (loaded once, here, as are the next ones)
from cli.worker import worker
from outreach.intake import rereading  # noqa: F401
from outreach.messaging.look_alikes import readings
from outreach.messaging.wording import phrasebook
from outreach.records.engine import VaultSession
from outreach.records.spool_postgres import PostgresDrain
from outreach.records.spool_sqlite import SqliteDrain

NEVER = -1


class Nursery:
    """A process that forks workers."""

    def __init__(self, environ: dict[str, str], log: Path) -> None:
        """Fork it now: before this process opens the databases its workers will open."""
        self._orders, self._answers = socket.socketpair(), None
        configure_mappers()
        phrasebook()
        readings("warm")
        self._pid = os.fork()
        if self._pid == 0:
            self._orders[0].close()
            _tend(self._orders[1], environ, log)
        self._orders[1].close()
        self._line = self._orders[0].makefile("rw")

    def run(self, *, at: datetime, edge: int = NEVER, role: str | None = None) -> int:
        """Let one worker do every round once at this time; return its exit status, negative when it was killed."""
        self._line.write(json.dumps({"at": at.isoformat(), "edge": edge, "role": role}) + "\n")
        self._line.flush()
        return int(self._line.readline())

    def close(self) -> None:
        """End the nursery."""
        self._line.close()
        self._orders[0].close()
        os.waitpid(self._pid, 0)


def _tend(orders: socket.socket, environ: dict[str, str], log: Path) -> None:
    """Fork a worker for each order; never returns."""
    os.environ.update(environ)
    gc.freeze()  # Else each worker copies what its collector only looks at.
    line = orders.makefile("rw")
    while order := line.readline():
        pid = os.fork()
        if pid == 0:
            _work(json.loads(order), log)
        line.write(f"{os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}\n")
        line.flush()
    os._exit(0)


def _work(order: dict[str, Any], log: Path) -> None:
    """Be a worker: the command itself, once."""
    status = 70
    sys.stderr = log.open("a", buffering=1)
    try:
        at = datetime.fromisoformat(order["at"])
        opening.now = lambda: at
        arm(Edges(order["edge"]))
        arguments = ["--once", *(("--role", order["role"]) if order["role"] else ())]
        worker.main(arguments, standalone_mode=False)
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def arm(edges: Edges) -> None:
    """Make every commit, every deletion from a spool and every byte on a socket an edge, in this process."""
    edges.watch(VaultSession)
    for drain in (SqliteDrain, PostgresDrain):
        _around(drain, "remove", edges)
    for call in ("sendall", "recv_into", "connect"):
        _around(socket.socket, call, edges)


def _around(kind: type, name: str, edges: Edges) -> None:
    really = getattr(kind, name)

    def between(*args: Any, **named: Any) -> Any:
        edges.reach()
        done = really(*args, **named)
        edges.reach()
        return done

    setattr(kind, name, between)


KILLED = -signal.SIGKILL


@contextmanager
def a_nursery(environ: dict[str, str], log: Path) -> Any:
    """Give a nursery, and end it."""
    made = Nursery(environ, log)
    try:
        yield made
    finally:
        made.close()
