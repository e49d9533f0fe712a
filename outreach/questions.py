"""What a rule of the gate is asked, and what it may grant. Plain values."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from outreach.answers import Held, Refused
from outreach.destinations import Destination
from outreach.facts import Approval, CaseFacts
from outreach.offender_places import same_address_as_any
from outreach.reasons import Reason
from outreach.terms import Channel, ContentLevel, DestinationKind
from outreach.verdicts import Weighed, weigh


class Leave(NamedTuple):
    """What a rule grants: why, the most that may be said, and when it ends (None: no end of its own)."""

    reason: Reason
    content: ContentLevel
    until: datetime | None = None


class Question(NamedTuple):
    """What a rule weighs: one destination, one channel, one moment (UTC), one case."""

    destination: Destination
    channel: Channel
    at: datetime
    facts: CaseFacts

    @property
    def zone(self) -> ZoneInfo:
        """Return her time zone."""
        return ZoneInfo(self.facts.zone)

    @property
    def is_shared(self) -> bool:
        """Say whether the partner may see or answer what reaches this destination."""
        destination, facts = self.destination, self.facts
        cleared_at = destination.proximity_cleared_at
        if cleared_at is not None and (facts.lifted_at is None or cleared_at >= facts.lifted_at):
            return False
        if destination.shared_with_offender:
            return True
        if destination.kind == DestinationKind.PHONE:
            return destination.value in facts.offender_phones
        return bool(facts.offender_addresses) and same_address_as_any(destination.value, facts.offender_addresses)

    def weighed(self) -> Weighed:
        """Return what the verdict on the channel still carries."""
        facts = self.facts
        return weigh(
            self.destination,
            self.channel,
            at=self.at,
            last_event_at=facts.last_event_at,
            policy=facts.policy,
            lifted_at=facts.lifted_at,
        )

    def approved(self, approval: Approval) -> bool:
        """Say whether that decision of a person is recorded."""
        return approval in self.facts.approvals


Answer = Leave | Held | Refused
