"""A small public file, read again whenever it changed: a key that was ended stops counting at the next request."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

T = TypeVar("T")
_Look = tuple[int, int, int] | None


class Reread(Generic[T]):
    """What a file says now, at the cost of one look at its name when nothing changed."""

    def __init__(self, path: Path, read: Callable[[Path], T]) -> None:
        """Take the path, and what reads it; `read` is called for a missing file too, and may raise."""
        self._path, self._read = path, read
        self._known: tuple[_Look, T] | None = None

    def now(self) -> T:
        """Return what the file says. Whatever `read` raises is raised each time, never hidden by old news."""
        look = self._look()
        known = self._known
        if known is None or known[0] != look:
            known = (look, self._read(self._path))
            self._known = known
        return known[1]

    def _look(self) -> _Look:
        """Look first and read afterwards: a change in between is seen next time."""
        try:
            seen = os.stat(self._path)
        except FileNotFoundError:
            return None
        return seen.st_mtime_ns, seen.st_size, seen.st_ino
