"""
Killing a worker at the edges of its commits, from a warmed parent.

The child is forked with everything imported, opens its own connections, counts edges (before and after every commit
of the vault, before and after every deletion from the spool) and kills itself, with SIGKILL, at the one it was told.
"""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

KILLED = -signal.SIGKILL


@dataclass
class Edges:
    """Counts edges and kills at one; a negative number never kills."""

    fatal: int
    passed: int = 0

    def reach(self, *_: object) -> None:
        """Come to an edge."""
        if self.passed == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        self.passed += 1

    def watch(self, session_class: type[Session]) -> None:
        """Make every commit of these sessions two edges."""
        event.listen(session_class, "before_commit", self.reach)
        event.listen(session_class, "after_commit", self.reach)


class EdgedDrain:
    """A drain whose deletions are two edges."""

    def __init__(self, drain: Any, edges: Edges) -> None:
        self._drain, self._edges = drain, edges

    def remove(self, ids: Any) -> None:
        """Delete, between two edges."""
        self._edges.reach()
        self._drain.remove(ids)
        self._edges.reach()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._drain, name)


def in_child(work: Callable[[], None]) -> int:
    """Run work in a forked child and return its exit status: 0, 1, or minus the signal that killed it."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
