"""
Whether two of her ways are one phone, one front door or one mailbox, however they are spelled. Pure.

What holds against one then holds against the other (outreach.reaching.against).
"""

from outreach.proximity import same_phone
from outreach.reaching import addresses
from outreach.reaching.addresses import Address
from outreach.reaching.destinations import Destination
from outreach.reaching.email_addresses import mailbox
from outreach.terms import DestinationKind


def is_same_way(one: Destination, other: Destination) -> bool:
    """Tell whether two ways may be one; parts that either address leaves out fit."""
    if one.kind is not other.kind:
        return False
    if one.kind is DestinationKind.PHONE:
        return same_phone(one.value, other.value)
    if one.kind is DestinationKind.EMAIL:
        return mailbox(one.value) == mailbox(other.value)
    return _plain(one) == _plain(other) or addresses.same(addresses.read(one.value), addresses.read(other.value))


def adds_nothing(fresh: Destination, known: Destination) -> bool:
    """Tell whether two that are one way are known as well: an address with a part that was missing is worth keeping."""
    if fresh.kind is not DestinationKind.ADDRESS:
        return True
    return all(old or not new for new, old in zip(_parts(fresh), _parts(known), strict=True))


def _plain(way: Destination) -> str:
    return " ".join(way.value.casefold().split())


def _parts(way: Destination) -> Address:
    return addresses.read(way.value)
