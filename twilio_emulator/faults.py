"""Faults someone set: what goes wrong with the next requests, and how often."""

from collections import deque
from dataclasses import dataclass, replace
from enum import StrEnum
from threading import Lock
from typing import Any


class FaultKind(StrEnum):
    """What can go wrong with one request. `after` means: what was asked was done all the same."""

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
    UNAUTHORISED = "unauthorised"
    STATUS_503 = "status_503"
    SLOW_BODY = "slow_body"
    GARBLED = "garbled"

    @property
    def accepts(self) -> bool:
        """Whether the message goes out although the caller may never hear so."""
        return self in _ACCEPTING


class Operation(StrEnum):
    """What a request asks of Twilio; a fault waits for one of them, or for any."""

    CREATE = "create"
    FETCH = "fetch"
    LIST = "list"
    UPDATE = "update"
    DELETE = "delete"
    LOOKUP = "lookup"
    SERVICE = "service"
    ANY = "any"


_ACCEPTING = frozenset(
    {
        FaultKind.DELAY,
        FaultKind.DROP_AFTER_ACCEPT,
        FaultKind.RESET_AFTER_ACCEPT,
        FaultKind.TRUNCATE,
        FaultKind.STALL_AFTER_ACCEPT,
        FaultKind.STATUS_500_AFTER_ACCEPT,
        FaultKind.SLOW_BODY,
        FaultKind.GARBLED,
    }
)


@dataclass(frozen=True)
class Fault:
    """One fault, for the next `times` requests of one kind."""

    kind: FaultKind
    times: int = 1
    seconds: float = 0.0
    code: int = 21211
    on: Operation = Operation.CREATE

    @classmethod
    def parse(cls, said: dict[str, Any]) -> "Fault":
        """Read a control request; ValueError says what is wrong with it."""
        unknown = set(said) - {"kind", "times", "seconds", "code", "on"}
        if unknown:
            raise ValueError(f"unknown fields: {', '.join(sorted(unknown))}")
        return cls(
            kind=FaultKind(said.get("kind", "")),
            times=int(said.get("times", 1)),
            seconds=float(said.get("seconds", 0.0)),
            code=int(said.get("code", 21211)),
            on=Operation(said.get("on", "create")),
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

    def waiting(self) -> list[Fault]:
        """Return those still to come."""
        with self._lock:
            return list(self._waiting)

    def take(self, operation: Operation = Operation.CREATE) -> Fault | None:
        """Return what goes wrong with the request at hand, if anything."""
        if not self._waiting:
            return None
        with self._lock:
            fits = [at for at, fault in enumerate(self._waiting) if fault.on in (operation, Operation.ANY)]
            if not fits:
                return None
            place, fault = fits[0], self._waiting[fits[0]]
            del self._waiting[place]
            if fault.times > 1:
                self._waiting.insert(place, replace(fault, times=fault.times - 1))
            return fault
