"""Which hours of the week two lists of safe hours have in common. Pure."""

from collections.abc import Sequence
from datetime import time

from outreach.gate.hours import Window

_DAY, _WEEK = 24 * 60, 7 * 24 * 60


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
