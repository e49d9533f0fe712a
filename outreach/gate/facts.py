"""What the gate knows of a case besides the destination. Plain values, assembled by `outreach.gate.gate_facts`."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from outreach.gate.contact_policy import STANDARD, Policy
from outreach.proximity import NOWHERE, PartnersPlaces
from outreach.terms import Channel, Level

VerifiedHow = Literal["in_person", "code_word", "live_call"]


class Approval(StrEnum):
    """
    A person's recorded decision, with a reason, that the gate asks for before it opens.

    Only live ones for this case may be passed in. None of them opens a compromised, suppressed or unsafe way.
    All but SUPERVISOR are about one way: they hold for that channel at that destination and for no other.
    """

    FIRST_CONTACT = "first_contact"
    """An advocate decided on the first contact at a way nobody has checked (at level A, the on-call advocate)."""
    SHARED_PHONE_CALL = "shared_phone_call"
    """An advocate saw that the partner may answer, found no better way, and calls live."""
    CONDITION_HOLDS = "condition_holds"
    """An advocate checked that her condition still holds."""
    PARTNER_WILL_NOT_SEE = "partner_will_not_see"
    """An advocate weighed what the partner may see there, and why this may go all the same."""
    SUPERVISOR = "supervisor"
    """A supervisor let outreach begin where it had to wait for one."""
    COLD_MAIL = "cold_mail"
    """An advocate's reason for a letter where mail is not known to be safe."""
    COLD_MAIL_SECOND_PERSON = "cold_mail_second_person"
    """A second person agreed to that letter."""
    MORE_TEXTS = "more_texts"
    """An advocate's reason for a text above the cap."""
    MORE_ATTEMPTS = "more_attempts"
    """A supervisor's reason for an attempt above the limit."""
    ONCE_IF_DANGER = "once_if_danger"
    """A supervisor saw that the danger has grown, and she had said that we may then try once, in this way."""


CASE_WIDE = frozenset({Approval.SUPERVISOR})
"""What is decided of a whole case. Every other decision is about one way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A live decision: which, when, and the one way it is about (none of either where it is case-wide)."""

    approval: Approval
    at: datetime
    destination_id: UUID | None = None
    channel: Channel | None = None

    def covers(self, destination_id: UUID, channel: Channel) -> bool:
        """Say whether it is about this way."""
        return self.approval in CASE_WIDE or (self.destination_id == destination_id and self.channel is channel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Rule zero: what she asked for live. Opens exactly one channel at one destination until it ends."""

    channel: Channel
    destination_id: UUID
    verified_how: VerifiedHow
    asked_at: datetime
    expires_at: datetime
    by: UUID
    """Who heard her ask."""
    what: str = ""
    """In her words. Sealed apart from the rest and left out wherever it is not shown; the gate never has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """Everything case-wide that the gate weighs, as of now. Counts are of unprompted attempts."""

    level: Level | None
    zone: str
    """Her IANA time zone."""
    is_adult: bool
    """False when she is under 18 or her age is not known: then mail is off."""
    paused: bool
    compromised: bool
    do_not_contact: bool
    she_will_contact_us: bool
    may_try_if_danger: bool = False
    """She asked for no contact and said that we may try once if the danger grows."""
    match_pending: bool
    supervisor_hold: bool
    other_case_unreadable: bool = False
    """Another case of hers does not open, and no supervisor has gone on without it: it may say that contact stops."""
    restricted: bool = False
    """The partner, or someone close to the partner, may see what an officer, a phone company or we know."""
    restriction_lifted_at: datetime | None = None
    """When a restriction was last lifted: an officer's word from before it counts no more."""
    suppressed: frozenset[UUID] = frozenset()
    """Destinations whose phone she stopped texts to."""
    lifted_at: datetime | None = None
    """When contact was last opened again after a stop: what she said or anyone decided before it counts no more."""
    last_event_at: datetime | None = None
    """The agency's time of the newest event; verdicts older than it are ask-first."""
    news_at: datetime | None = None
    """When we learned of the newest event; what two people or a supervisor decided before it is asked anew."""
    offender_letters: tuple[date, ...] = ()
    """Every day on which a letter to the offender was or will be mailed."""
    near: PartnersPlaces = NOWHERE
    """Where the partner may be reached: from every event of the case, and from her other destinations."""
    location_is_seen: bool = False
    """Somebody else can see where a phone of hers is."""
    has_substitute_address: bool = False
    """A state's address program sends her mail on: no mail of ours goes anywhere else (requirement 46)."""
    no_mail_at: datetime | None = None
    """When her no to all mail was noted in papers from before; her own yes to one address since opens that one."""
    no_texts_at: datetime | None = None
    """When her no to all texts was noted in papers from before; her own yes at one phone since opens that one."""
    texts_in_24h: int = 0
    texts_in_7d: int = 0
    attempts_today: int = 0
    attempts_for_event: int = 0
    asked_once: frozenset[UUID] = frozenset()
    """Destinations where the one live call was made: since the yes ran out or, without a yes, for this event."""
    first_contact_done: bool = False
    """Whether she has ever been reached live in this case."""
    approvals: frozenset[Given] = frozenset()
    request: Request | None = None
    policy: Policy = STANDARD
