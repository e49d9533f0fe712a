"""The phones texts go to: what arrived on each, and how each behaves."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from twilio_emulator import lookups

STOP_WORDS = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"})
START_WORDS = frozenset({"start", "unstop", "yes"})
"""Twilio's own defaults: it blocks and unblocks the pair (sender, phone) by itself, whatever we think of it."""


@dataclass(frozen=True)
class Line:
    """One text on a phone's screen."""

    at: datetime
    other: str
    body: str
    from_phone: bool = False


@dataclass(frozen=True)
class Behaviour:
    """How texts to a phone end, and how long Twilio's queue keeps them first."""

    ends_as: str = "delivered"
    error_code: int | None = None
    queue_seconds: float = 0.0

    @classmethod
    def parse(cls, said: dict[str, Any]) -> "Behaviour":
        """Read a control request; ValueError says what is wrong with it."""
        unknown = set(said) - {"ends_as", "error_code", "queue_seconds"}
        if unknown:
            raise ValueError(f"unknown fields: {', '.join(sorted(unknown))}")
        ends_as = said.get("ends_as", "delivered")
        if ends_as not in ("delivered", "undelivered", "failed", "sent"):
            raise ValueError("ends_as is delivered, undelivered, failed or sent")
        code = said.get("error_code")
        return cls(ends_as, None if code is None else int(code), float(said.get("queue_seconds", 0.0)))


@dataclass
class Phone:
    """One phone, its lines, and the senders its holder stopped."""

    number: str
    lines: list[Line] = field(default_factory=list)
    stopped: set[str] = field(default_factory=set)
    behaviour: Behaviour = Behaviour()
    line: lookups.Line = lookups.Line()

    def reply(self, line: Line) -> None:
        """Put the holder's own text on the screen, and do with it what Twilio does."""
        self.lines.append(line)
        word = line.body.strip().lower()
        if word in STOP_WORDS:
            self.stopped.add(line.other)
        elif word in START_WORDS:
            self.stopped.discard(line.other)
