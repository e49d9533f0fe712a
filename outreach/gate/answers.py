"""The two ways in which the gate says no, and how every answer explains itself. `Allowed` is in safe_contact alone."""

from dataclasses import dataclass
from datetime import datetime

from outreach.gate.reasons import REASONS, Reason, Sentence


class Explained:
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


@dataclass(frozen=True, slots=True)
class Held(Explained):
    """Not now: time, or something a person does, opens it. `opens_at` is when time alone does."""

    reason: Reason
    opens_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refused(Explained):
    """No, until what is known of her or of the destination changes."""

    reason: Reason
