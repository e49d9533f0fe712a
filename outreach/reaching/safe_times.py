"""
Reading the safe times an officer wrote down ("weekdays 9-12") into windows. Pure.

Only what is plain is read. Anything else comes back as None, and the caller must treat the answer as a
condition for a human to read: a wrong guess about her hours is a call that he answers.
"""

import re
from datetime import time

from outreach.gate.hours import Window

EARLIEST, LATEST = time(5), time(23)
"""Hours outside these are read by a human: a call at night is never what two digits plainly meant."""

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEK = tuple(range(7))
_NAMED_DAYS: dict[str, tuple[int, ...]] = {
    "weekday": _WEEK[:5],
    "weekdays": _WEEK[:5],
    "weekend": _WEEK[5:],
    "weekends": _WEEK[5:],
    "daily": _WEEK,
    "every day": _WEEK,
    "any day": _WEEK,
}
_DAY = r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*"
_PART = re.compile(
    rf"(?P<days>weekdays?|weekends?|daily|every day|any day|{_DAY}(?:\s*(?:-|to|,|and)\s*{_DAY})*)?\s*"
    r"(?P<begins>\d{1,2}(?::\d{2})?)\s*(?P<first>am|pm)?\s*(?:-|to|until)\s*"
    r"(?P<ends>\d{1,2}(?::\d{2})?)\s*(?P<second>am|pm)?"
)


def read_safe_times(words: str) -> tuple[Window, ...] | None:
    """Return the windows the words plainly name, in her own zone, or None when any part is not plain."""
    windows = []
    for part in re.split(r"[;/]", words.casefold().replace("–", "-")):
        found = _PART.fullmatch(part.strip().rstrip("."))
        window = _window(found) if found else None
        if window is None:
            return None
        windows.append(window)
    return tuple(windows)


def _window(found: re.Match[str]) -> Window | None:
    """Only hours with exactly one reading by day count: "9-12" has one, "6-8" has two."""
    days = _days(found["days"])
    readings = [
        (begins, ends)
        for begins in _readings(found["begins"], found["first"])
        for ends in _readings(found["ends"], found["second"])
        if EARLIEST <= begins < ends <= LATEST
    ]
    if days is None or len(readings) != 1:
        return None
    return Window(days, *readings[0])


def _readings(digits: str, half: str | None) -> tuple[time, ...]:
    """Return what an hour can mean: one time with am, pm, a leading zero or from 13 on; otherwise two."""
    hour, _, rest = digits.partition(":")
    value, minute = int(hour), int(rest or 0)
    if value > 23 or minute > 59 or (half and not 1 <= value <= 12):
        return ()
    morning, evening = time(value % 12, minute), time(value % 12 + 12, minute)
    if half:
        return (evening,) if half == "pm" else (morning,)
    if value > 12 or digits[0] == "0":
        return (time(value, minute),)
    return (morning, evening)


def _days(words: str | None) -> tuple[int, ...] | None:
    if not words:
        return _WEEK
    if words in _NAMED_DAYS:
        return _NAMED_DAYS[words]
    names = [_DAYS.index(name[:3]) for name in re.findall(_DAY, words)]
    if re.search(r"-|to", re.sub(_DAY, "", words)):
        if len(names) != 2 or names[0] >= names[1]:
            return None
        return tuple(range(names[0], names[1] + 1))
    return tuple(sorted(set(names)))
