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
    tests count duplicates in.
    """

    path: Path | None = None
    requests: list[dict[str, Any]] = field(default_factory=list)
    accepts: list[dict[str, Any]] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def note_request(self, at: datetime, method: str, path: str, form: list[tuple[str, str]]) -> dict[str, Any]:
        """Remember a request and return its entry, for the outcome to be added."""
        entry = {"at": at.isoformat(), "method": method, "path": path, "parameters": form, "outcome": None}
        with self._lock:
            self.requests.append(entry)
        return entry

    def note_accept(self, at: datetime, sid: str, form: list[tuple[str, str]]) -> None:
        """Remember an accept, durably when there is a file."""
        entry = {"at": at.isoformat(), "sid": sid, "parameters": form}
        with self._lock:
            self.accepts.append(entry)
            if self.path:
                with self.path.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(entry) + "\n")
                    file.flush()
                    os.fsync(file.fileno())

    def as_json(self) -> dict[str, Any]:
        """Return both lists."""
        with self._lock:
            return {"requests": list(self.requests), "accepts": list(self.accepts)}
