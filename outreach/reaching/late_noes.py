"""
What she said earlier and is written down only now, of a way that something newer is known of. Pure.

Whatever makes her less reachable holds at once, as anything told against a way does (outreach.reaching.against), and
what is not said again is known no more. Whatever makes her more reachable is left out: only she says it anew
(outreach.late_entry).
"""

from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

from outreach.reaching.against import narrowed
from outreach.reaching.destinations import ChannelVerdict, Destination
from outreach.terms import Channel, Verdict, VerdictSource

_NEVER = datetime.min.replace(tzinfo=UTC)
_FEWEST_FIRST = (Verdict.UNSAFE, Verdict.UNKNOWN, Verdict.SAFE)


class TakenIn(NamedTuple):
    """The way with what holds at once, and whether anything that was said is left out."""

    way: Destination
    leaves_out: bool


def with_late_noes(known: Destination, told: Destination, *, now: datetime) -> TakenIn:
    """
    Return what is known of a way with all that was told against it.

    Args:
        told: the way as it was when it was told, of any time before `now`; her noes begin now.
    """
    is_marked = told.shared_with_offender and not known.shared_with_offender
    fresh = {
        channel: replace(said, verified_at=now) for channel, said in told.verdicts.items() if not _is_no(known, channel)
    }
    way = narrowed(known, replace(told, verdicts=fresh, shared_marked_at=now if is_marked else None))
    way = replace(
        way,
        verdicts={channel: _repeated(said, fresh.get(channel)) for channel, said in way.verdicts.items()},
        may_leave_message=_no_first(way.may_leave_message, told.may_leave_message),
        safe_with_others=min(way.safe_with_others, told.safe_with_others, key=_FEWEST_FIRST.index),
        proximity_cleared_at=way.proximity_cleared_at if told.proximity_cleared_at else None,
        operator_may_hear=_no_first(way.operator_may_hear, told.operator_may_hear),
        confirmed_at=way.confirmed_at if told.confirmed_at else None,
    )
    if way != known:
        way = replace(way, answered_at=now)
    return TakenIn(way, _without_times(way) != _without_times(told))


def _is_no(known: Destination, channel: Channel) -> bool:
    here = known.verdicts.get(channel)
    return here is not None and here.verdict is Verdict.UNSAFE


def _repeated(known: ChannelVerdict, told: ChannelVerdict | None) -> ChannelVerdict:
    """Return a verdict, but not known where a yes was not said again."""
    is_open = told is not None and told.verdict is Verdict.UNKNOWN and known.verdict is Verdict.SAFE
    return told if told is not None and is_open else known


def _no_first(known: bool | None, said: bool | None) -> bool | None:
    return min(known, said, key=(False, None, True).index)


def _without_times(way: Destination) -> Destination:
    """Return a way to be compared by what it says, whenever and by whom it was said."""
    said: dict[Channel, ChannelVerdict] = {
        channel: replace(way.verdicts[channel], verified_at=_NEVER, said_by="", source=VerdictSource.VICTIM)
        for channel in way.verdicts
        if way.verdicts[channel].verdict is not Verdict.UNKNOWN
    }
    cleared, confirmed = (_NEVER if each else None for each in (way.proximity_cleared_at, way.confirmed_at))
    return replace(
        way,
        verdicts=said,
        answered_at=None,
        shared_marked_at=None,
        proximity_cleared_at=cleared,
        confirmed_at=confirmed,
        words_to_avoid=tuple(sorted(way.words_to_avoid)),
    )
