"""What the emulator saw and accepted, in memory and, when asked, in a file that outlives a kill."""

import json
import os
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any


@dataclass
class Journal:
    """
    Every request with its exact parameters, and every accept.

    With `path`, each accept is one JSON line, on the disk before the caller hears of it: the witness that the crash
    tests count duplicates in. Accepts that come at once share one flush.
    """

    path: Path | None = None
    requests: list[dict[str, Any]] = field(default_factory=list)
    accepts: list[dict[str, Any]] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock, repr=False)
    _flushing: Lock = field(default_factory=Lock, repr=False)
    _file: int | None = field(default=None, repr=False)
    _written: int = 0
    _flushed: int = 0

    def note_request(self, at: datetime, method: str, path: str, form: list[tuple[str, str]]) -> dict[str, Any]:
        """Remember a request and return its entry, for the outcome to be added."""
        entry = {"at": at.isoformat(), "method": method, "path": path, "parameters": form, "outcome": None}
        self.requests.append(entry)
        return entry

    def note_accept(self, at: datetime, sid: str, form: list[tuple[str, str]]) -> None:
        """Remember an accept, durably when there is a file."""
        entry = {"at": at.isoformat(), "sid": sid, "parameters": form}
        if self.path is None:
            self.accepts.append(entry)
            return
        with self._lock:
            self.accepts.append(entry)
            if self._file is None:
                self._file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            os.write(self._file, json.dumps(entry).encode() + b"\n")
            self._written += 1
            mine, file = self._written, self._file
        self._flush(mine, file)

    def _flush(self, mine: int, file: int) -> None:
        """Wait until this thread's line is on the disk; whoever comes first flushes for all that wrote before."""
        with self._flushing:
            if self._flushed < mine:
                written = self._written
                os.fsync(file)
                self._flushed = written

    def as_json(self, since: int = 0) -> dict[str, Any]:
        """Return both lists, the requests from the given place on."""
        return {"requests": self.requests[since:], "accepts": list(self.accepts)}

    def clear(self) -> None:
        """Forget what was seen in memory; the file stays."""
        with self._lock:
            self.requests.clear()
            self.accepts.clear()

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._file is not None:
                os.close(self._file)
                self._file = None
