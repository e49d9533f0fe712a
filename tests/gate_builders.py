"""Builders of destinations and facts for the gate, with defaults under which a text is allowed; pass what matters."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from outreach.gate.facts import Given
from outreach.proximity import KnownPlace, Near, Nearness, PartnersPlaces
from outreach.safe_contact import Approval, CaseFacts, ChannelVerdict, Destination, Request, Window
from outreach.terms import Channel, DestinationKind, Level, Verdict, VerdictSource

AT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
"""A Tuesday, ten in the morning in High Point."""
WEEKDAY_MORNINGS = Window((0, 1, 2, 3, 4), time(9), time(12))
SHE = UUID(int=7)
ADVOCATE = UUID(int=8)


def a_verdict(
    verdict: Verdict = Verdict.SAFE,
    *,
    days_old: float = 3,
    source: VerdictSource = VerdictSource.VICTIM,
    condition: str | None = None,
    at: datetime = AT,
) -> ChannelVerdict:
    return ChannelVerdict(verdict, source, at - timedelta(days=days_old), condition)


def a_phone(verdict: ChannelVerdict | None = None, **changes: Any) -> Destination:
    """A phone of hers that is safe in every way she said so."""
    verdict = verdict or a_verdict()
    fields: dict[str, Any] = {
        "id": SHE,
        "kind": DestinationKind.PHONE,
        "value": "+13365550199",
        "verdicts": dict.fromkeys(DestinationKind.PHONE.channels, verdict),
        "windows": (WEEKDAY_MORNINGS,),
        "may_leave_message": True,
        "safe_with_others": Verdict.SAFE,
        "text_consent_at": AT - timedelta(days=2),
        "name_to_use": "Dana",
    }
    return Destination(**fields | changes)


def an_unchecked_phone(**changes: Any) -> Destination:
    """A phone nobody asked her about."""
    fields = {"verdicts": {}, "windows": (), "may_leave_message": None, "text_consent_at": None} | changes
    return a_phone(**fields)


def an_address(verdict: ChannelVerdict | None = None, **changes: Any) -> Destination:
    fields: dict[str, Any] = {
        "id": SHE,
        "kind": DestinationKind.ADDRESS,
        "value": "12 Oak Street\nHigh Point, NC 27262",
        "verdicts": {Channel.LETTER: verdict or a_verdict()},
        "safe_with_others": Verdict.SAFE,
        "name_to_use": "Dana",
    }
    return Destination(**fields | changes)


def a_place(verdict: ChannelVerdict | None = None, **changes: Any) -> Destination:
    fields: dict[str, Any] = {
        "id": SHE,
        "kind": DestinationKind.PLACE,
        "value": "Library on Main Street",
        "verdicts": {Channel.MEETING: verdict or a_verdict()},
    }
    return Destination(**fields | changes)


def a_page(verdict: ChannelVerdict | None = None, **changes: Any) -> Destination:
    """A page of her own that she has opened."""
    verdicts = {Channel.PAGE: verdict or a_verdict()}
    fields: dict[str, Any] = {"id": SHE, "kind": DestinationKind.PAGE, "value": "her page", "verdicts": verdicts}
    return Destination(**fields | changes)


def an_email(verdict: ChannelVerdict | None = None, **changes: Any) -> Destination:
    """An e-mail address that she read back, and said is safe."""
    fields: dict[str, Any] = {
        "id": SHE,
        "kind": DestinationKind.EMAIL,
        "value": "maria@example.org",
        "verdicts": {Channel.EMAIL: verdict or a_verdict()},
        "safe_with_others": Verdict.SAFE,
        "subject": "Library books",
        "confirmed_at": AT - timedelta(days=3),
    }
    return Destination(**fields | changes)


def his(*values: str, told_at: datetime | None = AT - timedelta(days=5), how: Near = Near.NAMED) -> PartnersPlaces:
    """Phones and addresses of the partner's, as events named them; mailboxes as she told us of them."""
    return PartnersPlaces.of(
        KnownPlace(each.startswith("+"), each, Nearness(how, told_at), is_email="@" in each) for each in values
    )


def given(*approvals: Approval, for_way: UUID = SHE, at: datetime = AT - timedelta(hours=1)) -> frozenset[Given]:
    """Decisions about one destination of hers, by every channel it carries."""
    return frozenset(
        Given(approval=each, at=at, destination_id=for_way, channel=channel)
        for each in approvals
        for channel in Channel
    )


def some_facts(**changes: Any) -> CaseFacts:
    """A quiet case in which she has been reached before. Approvals may be named alone: they are for SHE then."""
    if "approvals" in changes:
        named = changes["approvals"]
        changes["approvals"] = given(*(a for a in named if isinstance(a, Approval))) | {
            each for each in named if isinstance(each, Given)
        }
    fields: dict[str, Any] = {
        "level": Level.C,
        "zone": "America/New_York",
        "is_adult": True,
        "paused": False,
        "compromised": False,
        "do_not_contact": False,
        "she_will_contact_us": False,
        "match_pending": False,
        "supervisor_hold": False,
        "first_contact_done": True,
    }
    return CaseFacts(**fields | changes)


def a_request(channel: Channel, **changes: Any) -> Request:
    """What she asked for an hour ago, for the rest of the day."""
    fields: dict[str, Any] = {
        "channel": channel,
        "destination_id": SHE,
        "what": "the time of our meeting",
        "verified_how": "code_word",
        "asked_at": AT - timedelta(hours=1),
        "expires_at": AT + timedelta(hours=8),
        "by": ADVOCATE,
    }
    return Request(**fields | changes)


def another_id() -> UUID:
    return uuid4()
