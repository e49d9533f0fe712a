"""
Whether two of her ways are one phone, one front door or one mailbox, and what is passed on where they are. Pure.

However it is spelled, what is in other hands stays in other hands, and her no stays a no.
"""

from collections.abc import Iterable
from dataclasses import replace

from outreach.proximity import same_phone
from outreach.reaching import addresses
from outreach.reaching.addresses import Address
from outreach.reaching.destinations import Destination
from outreach.reaching.email_addresses import mailbox
from outreach.terms import DestinationKind, Verdict


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


def with_what_is_known(fresh: Destination, known: Iterable[Destination]) -> Destination:
    """Return a new way with what is known against the same one elsewhere: other hands, her noes, the partner."""
    same = [each for each in known if is_same_way(each, fresh)]
    if not same:
        return fresh
    is_shut = fresh.compromised or any(each.compromised for each in same)
    noes = {
        channel: verdict
        for each in same
        for channel, verdict in each.verdicts.items()
        if verdict.verdict is Verdict.UNSAFE
    }
    marked = max(filter(None, (each.shared_marked_at for each in (fresh, *same))), default=None)
    no_message = any(each.may_leave_message is False for each in same)
    with_others = any(each.safe_with_others is Verdict.UNSAFE for each in same)
    return replace(
        fresh,
        verdicts={**fresh.verdicts, **noes},
        compromised=is_shut,
        confirmed_at=None if is_shut else fresh.confirmed_at,
        text_consent_at=None if is_shut else fresh.text_consent_at,
        may_leave_message=False if no_message else fresh.may_leave_message,
        safe_with_others=Verdict.UNSAFE if with_others else fresh.safe_with_others,
        shared_with_offender=fresh.shared_with_offender or any(each.shared_with_offender for each in same),
        shared_marked_at=marked,
    )


def _plain(way: Destination) -> str:
    return " ".join(way.value.casefold().split())


def _parts(way: Destination) -> Address:
    return addresses.read(way.value)
