"""
What she said earlier and is written down only now, of a way that something newer is known of. Pure.

Whatever makes her less reachable holds at once: a no, the partner's mark, fewer hours, a word to avoid. Whatever makes
her more reachable is left out: only she says it anew (outreach.late_entry).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import NamedTuple

from outreach.gate.hours import Window
from outreach.reaching.destinations import ChannelVerdict, Destination
from outreach.terms import AccountHolder, Channel, Verdict, VerdictSource

_DAY, _WEEK = 24 * 60, 7 * 24 * 60
_NEVER = datetime.min.replace(tzinfo=UTC)
_PARTNERS = (AccountHolder.PARTNERS, AccountHolder.SHARED)


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
    verdicts = dict(known.verdicts)
    for channel, said in told.verdicts.items():
        verdicts[channel] = _lesser(known.verdicts.get(channel), said, now=now)
    is_marked = told.shared_with_offender and not known.shared_with_offender
    is_seen = is_marked or (told.account in _PARTNERS and told.account is not known.account)
    windows = hours_in_both(known.windows, told.windows)
    if known.windows and not windows:
        windows, verdicts = known.windows, {each: _not_known(verdict) for each, verdict in verdicts.items()}
    way = replace(
        known,
        verdicts=verdicts,
        windows=windows,
        may_leave_message=_no_first(known.may_leave_message, told.may_leave_message),
        safe_with_others=_lesser_word(known.safe_with_others, told.safe_with_others),
        words_to_avoid=tuple(dict.fromkeys((*known.words_to_avoid, *told.words_to_avoid))),
        shared_with_offender=known.shared_with_offender or told.shared_with_offender,
        shared_marked_at=now if is_marked else known.shared_marked_at,
        proximity_cleared_at=None if is_seen or told.proximity_cleared_at is None else known.proximity_cleared_at,
        account=told.account if told.account in _PARTNERS else known.account,
        shows_elsewhere=True if told.shows_elsewhere else known.shows_elsewhere,
        location_is_seen=True if told.location_is_seen else known.location_is_seen,
        operator_may_hear=_no_first(known.operator_may_hear, told.operator_may_hear),
        confirmed_at=known.confirmed_at if told.confirmed_at else None,
    )
    if way != known:
        way = replace(way, answered_at=now)
    return TakenIn(way, _without_times(way) != _without_times(told))


def _lesser(known: ChannelVerdict | None, said: ChannelVerdict, *, now: datetime) -> ChannelVerdict:
    before = known or ChannelVerdict(Verdict.UNKNOWN, said.source, now)
    verdict = _lesser_word(before.verdict, said.verdict)
    if verdict is not before.verdict:
        return replace(said, verified_at=now)
    if verdict is said.verdict is Verdict.SAFE and said.condition and not before.condition:
        return replace(before, condition=said.condition)
    return before


def _not_known(said: ChannelVerdict) -> ChannelVerdict:
    """Return what is left of a yes where the hours told never meet: no hour is known to be safe, and she is asked."""
    return replace(said, verdict=Verdict.UNKNOWN) if said.verdict is Verdict.SAFE else said


def _lesser_word(known: Verdict, said: Verdict) -> Verdict:
    return min(known, said, key=_FEWEST_FIRST.index)


_FEWEST_FIRST = (Verdict.UNSAFE, Verdict.UNKNOWN, Verdict.SAFE)


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


def hours_in_both(one: Sequence[Window], other: Sequence[Window]) -> tuple[Window, ...]:
    """Return the hours of the week that lie in both; the ones there are where one names none; () if they never meet."""
    if not one or not other or set(one) == set(other):
        return tuple(one or other)
    stretches = {
        (max(begins, start + turn), min(ends, end + turn))
        for begins, ends in _stretches(one)
        for start, end in _stretches(other)
        for turn in (-_WEEK, 0, _WEEK)
    }
    days: dict[tuple[int, int], list[int]] = {}
    for begins, ends in sorted(each for each in stretches if each[0] < each[1]):
        day = begins % _WEEK // _DAY
        days.setdefault((begins % _DAY, ends % _DAY), []).append(day)
    return tuple(Window(tuple(sorted(set(on))), _wall(begins), _wall(ends)) for (begins, ends), on in days.items())


def _stretches(windows: Sequence[Window]) -> list[tuple[int, int]]:
    """Return the minutes of the week at which windows begin and end; an end may lie in the next week."""
    found = []
    for window in windows:
        begins, ends = (each.hour * 60 + each.minute for each in (window.begins, window.ends))
        length = ends - begins if ends > begins else ends - begins + _DAY
        found += [(day * _DAY + begins, day * _DAY + begins + length) for day in window.days]
    return found


def _wall(minute: int) -> time:
    return time(minute // 60, minute % 60)
