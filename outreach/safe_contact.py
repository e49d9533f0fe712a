"""
The one gate: may she be contacted here, in this way, now? Pure, default deny, closed on any error.

`Allowed` is made nowhere else; every sender takes one. Docs: docs/adr/0005-the-gate.md.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from outreach.destinations import ChannelVerdict, Destination
from outreach.facts import Approval, CaseFacts, Request
from outreach.hours import Window
from outreach.reasons import REASONS, Reason, Sentence
from outreach.terms import Channel, ContentLevel

__all__ = [
    "REASONS",
    "Allowed",
    "Approval",
    "CaseFacts",
    "ChannelVerdict",
    "Decision",
    "Destination",
    "Held",
    "Reason",
    "Refused",
    "Request",
    "Sentence",
    "Window",
    "may_contact",
]

_MADE_HERE = object()


class NotFromTheGate(TypeError):
    """Something other than the gate tried to make an Allowed."""


class _Explained:
    """What every answer can say of itself."""

    __slots__ = ()
    reason: Reason

    @property
    def cause(self) -> str:
        """Return the cause in plain words, without a name."""
        return REASONS[self.reason].worded().cause

    @property
    def remedy(self) -> str:
        """Return what would change the answer, in plain words without a name; empty when nothing need change."""
        return REASONS[self.reason].worded().remedy

    def sentence(self, name: str = "", partner: str = "") -> Sentence:
        """Return cause and remedy with her chosen name, and the partner's, filled in."""
        return REASONS[self.reason].worded(name, partner)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed(_Explained):
    """Leave to contact her: here, in this way, saying no more than `content`, before `until`."""

    destination_id: UUID
    channel: Channel
    content: ContentLevel
    until: datetime
    reason: Reason
    made_by: object = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.made_by is not _MADE_HERE:
            raise NotFromTheGate("Allowed is made only by outreach.safe_contact.may_contact")


@dataclass(frozen=True, slots=True)
class Held(_Explained):
    """Not now: time, or something a person does, opens it. `opens_at` is when time alone does."""

    reason: Reason
    opens_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refused(_Explained):
    """No, until what is known of her or of the destination changes."""

    reason: Reason


Decision = Allowed | Held | Refused


def may_contact(
    destination: Destination, channel: Channel, content_level: ContentLevel, *, at: datetime, facts: CaseFacts
) -> Decision:
    """Answer whether she may be contacted at `destination` by `channel` at the instant `at` (aware)."""
    # Denies everything until the rules land.
    return Refused(Reason.CANNOT_TELL)
