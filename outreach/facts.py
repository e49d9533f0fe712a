"""What the gate knows of a case besides the destination. Plain values, assembled by `cases.facts_for_gate`."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from outreach.contact_policy import STANDARD, Policy
from outreach.terms import Channel, Level

VerifiedHow = Literal["in_person", "code_word", "live_call"]


class Approval(StrEnum):
    """
    A person's recorded decision, with a reason, that the gate asks for before it opens.

    Only live ones for this case may be passed in. None of them opens a compromised, suppressed or unsafe way.
    """

    FIRST_CONTACT = "first_contact"
    """An advocate decided on the first contact at a way nobody has checked (at level A, the on-call advocate)."""
    SHARED_PHONE_CALL = "shared_phone_call"
    """An advocate saw that the partner may answer, found no better way, and calls live."""
    CONDITION_HOLDS = "condition_holds"
    """An advocate checked that her condition still holds."""
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
    match_pending: bool
    supervisor_hold: bool
    suppressed: frozenset[UUID] = frozenset()
    """Destinations whose phone she stopped texts to."""
    lifted_at: datetime | None = None
    """When contact was last opened again after a stop: what she said or anyone decided before it counts no more."""
    last_event_at: datetime | None = None
    """The agency's time of the newest event; verdicts older than it are ask-first."""
    offender_letter_on: date | None = None
    offender_phones: frozenset[str] = frozenset()
    """E.164, from every event of the case."""
    offender_addresses: frozenset[str] = frozenset()
    """Address lines joined by newlines, from every event of the case."""
    texts_in_24h: int = 0
    texts_in_7d: int = 0
    attempts_today: int = 0
    attempts_for_event: int = 0
    asked_once: frozenset[UUID] = frozenset()
    """Destinations where the one live call was made: since the yes ran out or, without a yes, for this event."""
    first_contact_done: bool = False
    """Whether she has ever been reached live in this case."""
    approvals: frozenset[Approval] = frozenset()
    request: Request | None = None
    policy: Policy = STANDARD
