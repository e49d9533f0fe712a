"""Faults someone set: what goes wrong with the next requests, and how often."""

from collections import deque
from dataclasses import dataclass, replace
from enum import StrEnum
from threading import Lock
from typing import Any


class FaultKind(StrEnum):
    """What can go wrong with one create request. `after` means: the message was accepted all the same."""

    DELAY = "delay"
    DROP_BEFORE_ACCEPT = "drop_before_accept"
    DROP_AFTER_ACCEPT = "drop_after_accept"
    RESET_BEFORE_ACCEPT = "reset_before_accept"
    RESET_AFTER_ACCEPT = "reset_after_accept"
    TRUNCATE = "truncate"
    STALL_BEFORE_ACCEPT = "stall_before_accept"
    STALL_AFTER_ACCEPT = "stall_after_accept"
    STATUS_429 = "status_429"
    QUEUE_FULL = "queue_full"
    STATUS_500 = "status_500"
    STATUS_500_AFTER_ACCEPT = "status_500_after_accept"
    REFUSE = "refuse"

    @property
    def accepts(self) -> bool:
        """Whether the message goes out although the caller may never hear so."""
        return self in _ACCEPTING


_ACCEPTING = frozenset(
    {
        FaultKind.DELAY,
        FaultKind.DROP_AFTER_ACCEPT,
        FaultKind.RESET_AFTER_ACCEPT,
        FaultKind.TRUNCATE,
        FaultKind.STALL_AFTER_ACCEPT,
        FaultKind.STATUS_500_AFTER_ACCEPT,
    }
)


@dataclass(frozen=True)
class Fault:
    """One fault, for the next `times` create requests."""

    kind: FaultKind
    times: int = 1
    seconds: float = 0.0
    code: int = 21211

    @classmethod
    def parse(cls, said: dict[str, Any]) -> "Fault":
        """Read a control request; ValueError says what is wrong with it."""
        unknown = set(said) - {"kind", "times", "seconds", "code"}
        if unknown:
            raise ValueError(f"unknown fields: {', '.join(sorted(unknown))}")
        return cls(
            kind=FaultKind(said.get("kind", "")),
            times=int(said.get("times", 1)),
            seconds=float(said.get("seconds", 0.0)),
            code=int(said.get("code", 21211)),
        )


class FaultQueue:
    """The faults still to come, oldest first; safe to use from several threads."""

    def __init__(self) -> None:
        self._waiting: deque[Fault] = deque()
        self._lock = Lock()

    def add(self, fault: Fault) -> None:
        """Put a fault behind those already waiting."""
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        """Forget them all."""
        with self._lock:
            self._waiting.clear()

    def take(self) -> Fault | None:
        """Return what goes wrong with the request at hand, if anything."""
        with self._lock:
            if not self._waiting:
                return None
            fault = self._waiting.popleft()
            if fault.times > 1:
                self._waiting.appendleft(replace(fault, times=fault.times - 1))
            return fault
