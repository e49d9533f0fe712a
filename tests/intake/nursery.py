"""
Run intake under the real server in processes that can be killed: a warmed parent forks one per order.

Run as a program: reads one JSON order per line on standard input, answers one line each. `start` forks a process
group that serves intake with the given environment; `kill` sends it SIGKILL, server and worker alike.
Broken twins of intake live here too, so that the checks can be seen to catch them.
"""

import json
import os
import resource
import signal
import sys
import threading
import time
from typing import Any
from uuid import UUID

from granian import Granian
from granian.constants import Interfaces

import outreach.records.spool_postgres
import outreach.records.spool_sqlite  # noqa: F401 - both warmed here, so that a fork serves at once
import portal.intake
import wsgi


class HastySpool:
    """The planted bug: it answers before the commit."""

    def __init__(self, spool: Any) -> None:
        self._spool = spool

    def insert(self, id: UUID, received_at: Any, sealed: bytes) -> None:
        threading.Thread(target=self._later, args=(id, received_at, sealed), daemon=True).start()

    def _later(self, *deposit: Any) -> None:
        time.sleep(0.02)
        self._spool.insert(*deposit)


def real() -> Any:
    """Build intake as it is deployed."""
    return wsgi.intake()


def hasty() -> Any:
    """Build intake with the planted bug that it answers before the commit."""
    with_spool = portal.intake.create_app
    portal.intake.create_app = lambda parts: with_spool(  # type: ignore[assignment]
        portal.intake.IntakeParts(HastySpool(parts.spool), parts.agencies, parts.sealing, parts.clock)
    )
    return wsgi.intake()


APPS = {"real": real, "hasty": hasty}


def serve(order: dict[str, Any]) -> None:
    """Serve until killed."""
    os.setsid()
    os.environ.update(order["environ"])
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    if limit := order.get("largest_file"):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    server = Granian(
        "wsgi:intake",
        address="127.0.0.1",
        port=order["port"],
        interface=Interfaces.WSGI,
        blocking_threads=8,
        log_level=order.get("log_level", "warning"),
    )
    server.serve(target_loader=lambda *_, **__: APPS[order["app"]]())


def start(order: dict[str, Any]) -> int:
    """Fork a server and return its process group."""
    child = os.fork()
    if child:
        return child
    try:
        serve(order)
    finally:
        os._exit(1)


def kill(group: int) -> None:
    """Kill the group without a word, and wait until it is gone."""
    os.killpg(group, signal.SIGKILL)
    os.waitpid(group, 0)


def main() -> None:
    """Take orders until the input ends."""
    for line in sys.stdin:
        order = json.loads(line)
        done = start(order) if "port" in order else kill(order["kill"])
        print(json.dumps(done), flush=True)


if __name__ == "__main__":
    main()
