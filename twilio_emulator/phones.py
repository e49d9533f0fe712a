"""The phones texts go to: what arrived on each, and how each behaves."""

from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from twilio_emulator import lookups


@dataclass(frozen=True)
class Line:
    """One text on a phone's screen."""

    at: datetime
    other: str
    body: str
    from_phone: bool = False


@dataclass(frozen=True)
class Behaviour:
    """
    How texts to a phone end, and how long Twilio's queue keeps them first.

    `refused_with`: the code with which a create request is refused at once. `expires_as`: the status of a text whose
    validity ran out in the queue; Twilio's own pages say no more than "not sent".
    """

    ends_as: str = "delivered"
    error_code: int | None = None
    queue_seconds: float = 0.0
    sending_seconds: float = 0.0
    refused_with: int | None = None
    expires_as: str = "failed"

    @classmethod
    def parse(cls, said: dict[str, Any]) -> "Behaviour":
        """Read a control request; ValueError says what is wrong with it."""
        unknown = set(said) - {field.name for field in fields(cls)}
        if unknown:
            raise ValueError(f"unknown fields: {', '.join(sorted(unknown))}")
        found = cls(**said)
        if found.ends_as not in ("delivered", "undelivered", "failed", "sent"):
            raise ValueError("ends_as is delivered, undelivered, failed or sent")
        if found.expires_as not in ("failed", "undelivered"):
            raise ValueError("expires_as is failed or undelivered")
        for code in (found.error_code, found.refused_with):
            if code is not None and not isinstance(code, int):
                raise ValueError("codes are whole numbers")
        return replace(found, queue_seconds=float(found.queue_seconds), sending_seconds=float(found.sending_seconds))


@dataclass
class Phone:
    """One phone, its lines, and the senders its holder stopped."""

    number: str
    lines: list[Line] = field(default_factory=list)
    stopped: set[str] = field(default_factory=set)
    behaviour: Behaviour = Behaviour()
    line: lookups.Line = lookups.Line()

    def heed(self, kind: str | None, sender: str) -> None:
        """Block or unblock one sender, as Twilio does on a word of the phone's holder."""
        if kind == "STOP":
            self.stopped.add(sender)
        elif kind == "START":
            self.stopped.discard(sender)
