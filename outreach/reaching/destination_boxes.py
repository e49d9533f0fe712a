"""
What a destination's box holds: the fields of outreach.reaching.destinations.Destination, in sealing order. Pure.

The id and the version are the row's; the box is sealed to the id. Fields added later go at the end with a default.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple
from uuid import UUID

from outreach.gate.hours import Window
from outreach.reaching.destinations import ChannelVerdict, Destination
from outreach.terms import AccountHolder, Channel, DestinationKind, ReachedBy, Verdict, VerdictSource

_KINDS = {each.value: each for each in DestinationKind}
_CHANNELS = {each.value: each for each in Channel}
_VERDICTS = {each.value: each for each in Verdict}
_ACCOUNTS = {each.value: each for each in AccountHolder}
_SOURCES = {each.value: each for each in VerdictSource}
_REACHED_BY = {each.value: each for each in ReachedBy}
"""Calling an enumeration takes five times as long as looking it up, and a page has hundreds."""


class KeptDestination(NamedTuple):
    """Box DESTINATION. Times are RFC 3339 text; wall times of windows are HH:MM."""

    kind: str
    value: str
    label: str
    verdicts: Sequence[Sequence[Any]]
    """Of (channel, verdict, source, verified_at, condition, said_by)."""
    windows: Sequence[Sequence[Any]]
    """Of (days, begins, ends)."""
    may_leave_message: bool | None
    safe_with_others: str
    name_to_use: str
    words_to_avoid: Sequence[str]
    shared_with_offender: bool
    proximity_cleared_at: str | None
    is_substitute_address: bool
    text_consent_at: str | None
    last_live_contact_at: str | None
    compromised: bool
    line_checked_on: str | None = None
    line_fault: str | None = None
    sign_off: str = ""
    who_else: str = ""
    account: str = AccountHolder.UNKNOWN.value
    shows_elsewhere: bool | None = None
    location_is_seen: bool | None = None
    shared_marked_at: str | None = None
    reached_by: str = ReachedBy.VOICE.value
    operator_may_hear: bool | None = None
    subject: str = ""
    confirmed_at: str | None = None
    answered_at: str | None = None


def kept_from(destination: Destination) -> KeptDestination:
    """Return what is sealed of a destination."""
    verdicts = [
        (channel.value, v.verdict.value, v.source.value, v.verified_at.isoformat(), v.condition, v.said_by)
        for channel, v in destination.verdicts.items()
    ]
    return KeptDestination(
        kind=destination.kind.value,
        value=destination.value,
        label=destination.label,
        verdicts=verdicts,
        windows=[(w.days, w.begins.isoformat(), w.ends.isoformat()) for w in destination.windows],
        may_leave_message=destination.may_leave_message,
        safe_with_others=destination.safe_with_others.value,
        name_to_use=destination.name_to_use,
        words_to_avoid=destination.words_to_avoid,
        shared_with_offender=destination.shared_with_offender,
        proximity_cleared_at=_text(destination.proximity_cleared_at),
        is_substitute_address=destination.is_substitute_address,
        text_consent_at=_text(destination.text_consent_at),
        last_live_contact_at=_text(destination.last_live_contact_at),
        compromised=destination.compromised,
        line_checked_on=destination.line_checked_on.isoformat() if destination.line_checked_on else None,
        line_fault=destination.line_fault,
        sign_off=destination.sign_off,
        who_else=destination.who_else,
        account=destination.account.value,
        shows_elsewhere=destination.shows_elsewhere,
        location_is_seen=destination.location_is_seen,
        shared_marked_at=_text(destination.shared_marked_at),
        reached_by=destination.reached_by.value,
        operator_may_hear=destination.operator_may_hear,
        subject=destination.subject,
        confirmed_at=_text(destination.confirmed_at),
        answered_at=_text(destination.answered_at),
    )


def destination_from(fields: Sequence[Any], *, id: UUID, version: int) -> Destination:
    """Return the destination an opened box holds."""
    kept = KeptDestination(*fields)
    return Destination(
        id=id,
        kind=_KINDS[kept.kind],
        value=kept.value,
        label=kept.label,
        verdicts={_CHANNELS[channel]: _verdict(rest) for channel, *rest in kept.verdicts},
        windows=tuple(
            Window(tuple(days), time.fromisoformat(begins), time.fromisoformat(ends))
            for days, begins, ends in kept.windows
        ),
        may_leave_message=kept.may_leave_message,
        safe_with_others=_VERDICTS[kept.safe_with_others],
        name_to_use=kept.name_to_use,
        words_to_avoid=tuple(kept.words_to_avoid),
        shared_with_offender=kept.shared_with_offender,
        proximity_cleared_at=_time(kept.proximity_cleared_at),
        is_substitute_address=kept.is_substitute_address,
        text_consent_at=_time(kept.text_consent_at),
        last_live_contact_at=_time(kept.last_live_contact_at),
        compromised=kept.compromised,
        line_checked_on=date.fromisoformat(kept.line_checked_on) if kept.line_checked_on else None,
        line_fault=kept.line_fault,
        sign_off=kept.sign_off,
        who_else=kept.who_else,
        account=_ACCOUNTS[kept.account],
        shows_elsewhere=kept.shows_elsewhere,
        location_is_seen=kept.location_is_seen,
        shared_marked_at=_time(kept.shared_marked_at),
        reached_by=_REACHED_BY[kept.reached_by],
        operator_may_hear=kept.operator_may_hear,
        subject=kept.subject,
        confirmed_at=_time(kept.confirmed_at),
        answered_at=_time(kept.answered_at),
        version=version,
    )


def _verdict(fields: Sequence[Any]) -> ChannelVerdict:
    verdict, source, verified_at, condition, said_by = fields
    return ChannelVerdict(
        verdict=_VERDICTS[verdict],
        source=_SOURCES[source],
        verified_at=datetime.fromisoformat(verified_at),
        condition=condition,
        said_by=said_by,
    )


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
