"""What a rule of the gate is asked, and what it may grant. Plain values."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from outreach.gate.answers import Held, Refused
from outreach.gate.facts import Approval, CaseFacts, Given
from outreach.gate.reasons import Reason
from outreach.gate.verdicts import Weighed, weigh
from outreach.proximity import Near, Nearness, gravest_first, nearness, standing_hits
from outreach.reaching.destinations import Destination
from outreach.terms import Channel, ContentLevel, Verdict


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
    def near(self) -> Nearness | None:
        """Return how the partner may see or answer what reaches this destination; None where nothing speaks for it."""
        return nearness(self.destination, self.facts.near, lifted_at=self.facts.lifted_at)

    @property
    def seen_by_others(self) -> Reason | None:
        """
        Return why what leaves a trace here may be read by somebody else; None where nobody here thinks so.

        An advocate's decision counts for what was known when it was given; what we are told later is asked anew.
        """
        hits = standing_hits(self.destination, self.facts.near, lifted_at=self.facts.lifted_at)
        undecided = [hit for hit in hits if not self._is_decided(hit.told_at)]
        if undecided:
            gravest = min(undecided, key=gravest_first)
            return Reason.PARTNERS_ACCOUNT if gravest.how is Near.ACCOUNT else Reason.PARTNER_MAY_SEE
        if self.destination.shows_elsewhere is True and not self._is_decided(None):
            return Reason.SHOWS_ELSEWHERE
        is_read_by_others = self.destination.who_else and self.destination.safe_with_others == Verdict.UNSAFE
        if is_read_by_others and self.channel is not Channel.LETTER and not self._is_decided(None):
            return Reason.OTHERS_MAY_SEE
        return None

    def _is_decided(self, told_at: datetime | None) -> bool:
        # An e-mail stays and is passed on with one tap: only she can say that nobody else opens her mailbox.
        given = () if self.channel is Channel.EMAIL else self._given(Approval.PARTNER_WILL_NOT_SEE)
        return any(told_at is None or told_at <= each.at for each in given)

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

    @property
    def news_at(self) -> datetime | None:
        """Return since when nothing new is known: a decision from before it did not weigh that."""
        return max(filter(None, (self.facts.last_event_at, self.facts.news_at)), default=None)

    def approved(self, approval: Approval, *, since: datetime | None = None) -> bool:
        """Say whether that decision of a person is recorded for this way, and not from before `since`."""
        return any(since is None or since <= each.at for each in self._given(approval))

    def _given(self, approval: Approval) -> Iterator[Given]:
        lifted_at = self.facts.lifted_at
        for each in self.facts.approvals:
            is_live = lifted_at is None or each.at >= lifted_at
            if is_live and each.approval is approval and each.covers(self.destination.id, self.channel):
                yield each


Answer = Leave | Held | Refused
