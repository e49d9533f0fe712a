"""What is known of one way of hers: a phone, an address, a place, an e-mail. Plain values; the gate weighs them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from outreach.gate.hours import Window
from outreach.late_entry import is_overtaken
from outreach.terms import AccountHolder, Channel, DestinationKind, ReachedBy, Verdict, VerdictSource


@dataclass(frozen=True, slots=True)
class ChannelVerdict:
    """Whether one channel is safe at one destination, who said so and when."""

    verdict: Verdict
    source: VerdictSource
    verified_at: datetime
    condition: str | None = None
    """Her own words, such as "only while he is in custody"; no machine decides whether it still holds."""
    said_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """One phone, address, place or e-mail at which she might be reached. A channel without a verdict is unknown."""

    id: UUID
    kind: DestinationKind
    value: str
    """E.164 for a phone; address lines joined by newlines; the name of a place; an e-mail address in small letters."""
    label: str = ""
    verdicts: Mapping[Channel, ChannelVerdict]
    windows: tuple[Window, ...] = ()
    may_leave_message: bool | None = None
    safe_with_others: Verdict = Verdict.UNKNOWN
    """Whether it is safe when somebody else answers, hears or opens it."""
    name_to_use: str = ""
    words_to_avoid: tuple[str, ...] = ()
    shared_with_offender: bool = False
    proximity_cleared_at: datetime | None = None
    """When she herself said that the partner does not see this one."""
    is_substitute_address: bool = False
    text_consent_at: datetime | None = None
    """When her opt-in to texts was confirmed from this phone; None while it is not, or after she withdrew it."""
    last_live_contact_at: datetime | None = None
    compromised: bool = False
    line_checked_on: date | None = None
    """When the provider was last asked what kind of line this is."""
    line_fault: str | None = None
    """What it said against texts here; her yes was taken back then."""
    sign_off: str = ""
    """The theme she picked for texts to be signed with here; never a person's name."""
    who_else: str = ""
    """Who else uses, answers or opens it, in a few words without names; empty is not known, or nobody."""
    account: AccountHolder = AccountHolder.UNKNOWN
    shows_elsewhere: bool | None = None
    """Whether what comes here shows on another device too (a shared tablet, a watch, a car)."""
    location_is_seen: bool | None = None
    """Whether somebody else can see where this phone is."""
    shared_marked_at: datetime | None = None
    """When it was last marked as shared with the partner; stays when the mark goes: it was shared once."""
    reached_by: ReachedBy = ReachedBy.VOICE
    """How a call to this phone is placed."""
    operator_may_hear: bool | None = None
    """She said that a relay operator or a video interpreter may hear details; not known is no."""
    subject: str = ""
    """The subject line she accepts in an e-mail."""
    confirmed_at: datetime | None = None
    """When she confirmed this e-mail address: read it back live, or wrote to us from it. None: it may be another's."""
    answered_at: datetime | None = None
    """When anybody last wrote down what she said of it: nothing said before that, and written down after, counts."""
    version: int = 0

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Return what this one carries: as its kind, but no message where a call is not by voice."""
        is_by_voice = self.reached_by is ReachedBy.VOICE
        return tuple(each for each in self.kind.channels if is_by_voice or each is not Channel.VOICEMAIL)

    @property
    def is_overheard(self) -> bool:
        """Return whether somebody in between hears a call to this phone, and she has not said that they may."""
        return self.reached_by is not ReachedBy.VOICE and self.operator_may_hear is not True

    def is_overtaken(self, said_at: datetime) -> bool:
        """Tell whether anything was learned of it since something was said that is only now written down."""
        times = (each.verified_at for each in self.verdicts.values())
        return is_overtaken(said_at, (*times, self.proximity_cleared_at, self.shared_marked_at, self.answered_at))


def as_shown(destination: Destination) -> tuple[int, str, UUID]:
    """Return what orders destinations on a page: phones, addresses, places, pages, e-mails; then by label."""
    return _SHOWN.index(destination.kind), destination.label, destination.id


_SHOWN = ("phone", "address", "place", "page", "email")
