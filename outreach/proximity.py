"""
Whether the partner may see, hear or answer what reaches one of her destinations. Pure.

Each destination is compared with every phone and address that any event gave for the offender, with the household
where they live together, with her other destinations that are or once were shared, and with what is known of the
phone's account; events and destinations of every case that is decided to be hers count. It is asked anew for every
decision of the gate, from the boxes as they are opened: so every new event counts at once, and nothing comparable lies
at rest.

A hit never closes anything. Unprompted texts, messages and letters there are asked about first, until she clears it
or an advocate decides; a live call stays possible with the warning. So an event that names her number as his can not
make her unreachable (requirement 45).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from outreach.reaching import addresses
from outreach.reaching.addresses import Address
from outreach.reaching.destinations import Destination
from outreach.reaching.email_addresses import mailbox
from outreach.terms import AccountHolder, DestinationKind


class Near(StrEnum):
    """How the partner may be near a destination."""

    NAMED = "named"
    """An agency gave it as the partner's too."""
    HOUSEHOLD = "household"
    """They live together, and this is the address."""
    ONCE_SHARED = "once_shared"
    """It is the same as one that is, or was, shared with the partner or known to somebody else."""
    MARKED = "marked"
    """Somebody here noted that the partner uses, pays for or sees it."""
    ACCOUNT = "account"
    """The partner holds its account, or it is on a plan they share."""


class Nearness(NamedTuple):
    """One hit: how, and when we were told (None: we do not know when)."""

    how: Near
    told_at: datetime | None = None


class KnownPlace(NamedTuple):
    """One phone (E.164), address (lines joined by newlines) or e-mail that the partner can reach; how we know."""

    is_phone: bool
    value: str
    nearness: Nearness
    is_email: bool = False


@dataclass(frozen=True, slots=True)
class PartnersPlaces:
    """Everything a case knows of where the partner may be reached, read once and ready to be compared."""

    phones: Mapping[str, tuple[Nearness, ...]]
    addresses: tuple[tuple[Address, Nearness], ...]
    mailboxes: Mapping[str, tuple[Nearness, ...]] = field(default_factory=dict)
    cleared: Mapping[UUID, datetime] = field(default_factory=dict)
    """Ways of this case of which she said in another case of hers, and when, that the partner does not see them."""

    @classmethod
    def of(cls, known: Iterable[KnownPlace], *, cleared: Mapping[UUID, datetime] | None = None) -> "PartnersPlaces":
        """Return the places, each as it was first told: what she cleared stays cleared when it is only repeated."""
        phones: dict[str, tuple[Nearness, ...]] = {}
        mailboxes: dict[str, tuple[Nearness, ...]] = {}
        streets: list[tuple[Address, Nearness]] = []
        told: set[tuple[bool, str, Near]] = set()
        for place in sorted(known, key=_when):
            if (place.is_phone, place.value, place.nearness.how) in told:
                continue
            told.add((place.is_phone, place.value, place.nearness.how))
            if place.is_phone:
                digits = _digits(place.value)
                phones[digits] = (*phones.get(digits, ()), place.nearness)
            elif place.is_email:
                box = mailbox(place.value)
                mailboxes[box] = (*mailboxes.get(box, ()), place.nearness)
            else:
                streets.append((addresses.read(place.value), place.nearness))
        return cls(phones, tuple(streets), mailboxes, cleared or {})


NOWHERE = PartnersPlaces({}, ())


def nearness(destination: Destination, places: PartnersPlaces, *, lifted_at: datetime | None = None) -> Nearness | None:
    """Return the gravest way in which the partner may be near a destination; None where nothing speaks for it."""
    return min(standing_hits(destination, places, lifted_at=lifted_at), key=gravest_first, default=None)


def standing_hits(
    destination: Destination, places: PartnersPlaces, *, lifted_at: datetime | None = None
) -> list[Nearness]:
    """
    Return every way in which the partner may be near a destination, but for what she has cleared.

    Args:
        lifted_at: when a stop of all contact was last lifted; what she cleared before that is asked anew.
    """
    hits = list(_hits(destination, places))
    if not hits:
        return hits
    here = _since_lift(destination.proximity_cleared_at, lifted_at)
    elsewhere = _since_lift(places.cleared.get(destination.id), lifted_at)
    return [hit for hit in hits if not _is_cleared(hit, here) and not _is_cleared_elsewhere(hit, elsewhere)]


def shared_by_mark(destinations: Iterable[Destination]) -> list[KnownPlace]:
    """Return the destinations of hers that are or were shared, or that somebody else uses: others are compared."""
    return [
        KnownPlace(
            each.kind is DestinationKind.PHONE,
            each.value,
            Nearness(Near.ONCE_SHARED, each.shared_marked_at),
            is_email=each.kind is DestinationKind.EMAIL,
        )
        for each in destinations
        if each.shared_with_offender or each.shared_marked_at is not None or each.compromised
    ]


def _hits(destination: Destination, places: PartnersPlaces) -> Iterable[Nearness]:
    if destination.shared_with_offender:
        yield Nearness(Near.MARKED)
    elif destination.shared_marked_at is not None:
        yield Nearness(Near.ONCE_SHARED)
    if destination.account in (AccountHolder.PARTNERS, AccountHolder.SHARED):
        yield Nearness(Near.ACCOUNT)
    if destination.kind is DestinationKind.PHONE:
        yield from places.phones.get(_digits(destination.value), ())
    elif destination.kind is DestinationKind.EMAIL:
        yield from places.mailboxes.get(mailbox(destination.value), ())
    elif places.addresses:
        mine = addresses.read(destination.value)
        yield from (hit for theirs, hit in places.addresses if addresses.same(mine, theirs))


def _is_cleared(hit: Nearness, cleared_at: datetime | None) -> bool:
    """Her word clears what was known when she gave it; what we are told first afterwards is asked about anew."""
    if cleared_at is None:
        return False
    return hit.told_at is None or hit.told_at <= cleared_at


def _is_cleared_elsewhere(hit: Nearness, cleared_at: datetime | None) -> bool:
    """Her word in another case clears what was known by then; what was noted of this way, at no known time, stays."""
    return cleared_at is not None and hit.told_at is not None and hit.told_at <= cleared_at


def _since_lift(cleared_at: datetime | None, lifted_at: datetime | None) -> datetime | None:
    return None if cleared_at is not None and lifted_at is not None and cleared_at < lifted_at else cleared_at


_GRAVITY = (Near.NAMED, Near.HOUSEHOLD, Near.MARKED, Near.ONCE_SHARED, Near.ACCOUNT)


def gravest_first(hit: Nearness) -> int:
    """Return where a hit stands among others: 0 is the gravest."""
    return _GRAVITY.index(hit.how)


def _when(place: KnownPlace) -> tuple[bool, float]:
    told_at = place.nearness.told_at
    return told_at is None, told_at.timestamp() if told_at else 0.0


def same_phone(one: str, other: str) -> bool:
    """Tell whether two numbers ring at one phone."""
    return _digits(one) == _digits(other)


def _digits(phone: str) -> str:
    """Return the last ten digits: with or without its country, a number is one number."""
    if phone[:1] == "+" and phone[1:].isdigit():
        return phone[-10:]
    return "".join(filter(str.isdigit, phone))[-10:]
