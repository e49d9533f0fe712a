"""
The numbers of two protocols side by side: each that differs, old and new, in words. Pure.

A dry run (outreach.protocols.preview) shows what made-up events ask for. What none of them touches, such as how long a
missed check-in may go unnoticed, is seen here alone.
"""

from collections.abc import Iterator
from dataclasses import fields
from datetime import time, timedelta
from typing import NamedTuple

from outreach.gate.contact_policy import Policy
from outreach.protocols.protocol import Protocol, ToldBy
from outreach.terms import Level
from outreach.workdays import Due

Value = timedelta | Due | time | str | int


class Changed(NamedTuple):
    """One number, or one text, that differs."""

    what: str
    was: str
    will: str
    is_laxer: bool | None
    """Whether more time passes, or she is told later; None where that can not be said."""
    is_in_sample: bool
    """Whether the dry run shows what it does as well."""


class _Number(NamedTuple):
    value: Value
    more_is_safer: bool = False
    is_in_sample: bool = True


def changed_numbers(current: Protocol | None, proposed: Protocol) -> tuple[Changed, ...]:
    """Return each number that differs, in the order of the file; none where there is nothing to compare with."""
    if current is None:
        return ()
    was, will = dict(_numbers(current)), dict(_numbers(proposed))
    return tuple(_changed(what, was[what], will[what]) for what in will if was[what] != will[what])


def _numbers(protocol: Protocol) -> Iterator[tuple[str, _Number]]:
    calendar = protocol.calendar
    yield "The office closes at", _Number(calendar.closes)
    yield "Clocks are those of", _Number(calendar.zone)
    yield "Holidays in the file", _Number(len(calendar.holidays))
    for level in (*Level, None):
        name = f"A match at level {level.value}" if level else "A match without a level"
        yield f"{name} is decided within", _Number(protocol.match[level])
    for told_by, name in _TOLD:
        notice = protocol.notice[told_by]
        yield f"She is told before {name} by", _Number(notice.due_before, more_is_safer=True)
        yield f"The last alert before {name} comes by", _Number(notice.last_alert_before, more_is_safer=True)
    yield "News of a call-in that moved is seen within", _Number(protocol.acknowledge)
    yield "A supervisor decides within", _Number(protocol.supervisor)
    yield "Told too late, we see how she is within", _Number(protocol.after_told_too_late)
    again = protocol.again
    yield "Danger is talked about again, after urgent news, within", _Number(again.urgent, is_in_sample=False)
    yield "Danger is talked about again, after other news, within", _Number(again.soon, is_in_sample=False)
    yield "Danger that is high is talked about again every", _Number(again.while_high, is_in_sample=False)
    yield from _of_policy(protocol.policy)
    yield "Read out to who may be under 18", _Number(protocol.read_out or "our own words", is_in_sample=False)


_TOLD: tuple[tuple[ToldBy, str], ...] = (
    ("call_in", "a call-in"),
    ("individual_notification", "a talk face to face"),
)
_POLICY = {
    "meeting_check_hours": ("A safety check before a meeting counts for", timedelta(hours=1)),
    "meeting_buddy_minutes": ("The buddy is told of a missed check-in or check-out after", timedelta(minutes=1)),
    "meeting_supervisor_minutes": ("Supervisors are told of it after", timedelta(minutes=1)),
}


def _of_policy(policy: Policy) -> Iterator[tuple[str, _Number]]:
    """Yield every number of the policy: one that nobody gave words has its own name, so that none changes unseen."""
    for each in fields(Policy):
        value = getattr(policy, each.name)
        words, unit = _POLICY.get(each.name, (each.name.replace("_", " ").capitalize(), None))
        yield words, _Number(value * unit if unit else _plain(value), is_in_sample=False)


def _plain(value: object) -> Value:
    return value if isinstance(value, int | time | timedelta) else str(value)


def _changed(what: str, was: _Number, will: _Number) -> Changed:
    return Changed(what, _words(was.value), _words(will.value), _is_laxer(was, will), will.is_in_sample)


def _is_laxer(was: _Number, will: _Number) -> bool | None:
    before, after = _length(was.value), _length(will.value)
    if before is None or after is None or before[0] != after[0]:
        return None
    return (after < before) if will.more_is_safer else (after > before)


def _length(value: Value) -> tuple[str, timedelta | int] | None:
    """Return what can be compared: lengths of true time with each other, and business days with each other."""
    if isinstance(value, Due):
        return ("days", value.business_days) if value.business_days is not None else _length(value.elapsed or "")
    return ("time", value) if isinstance(value, timedelta) else None


def _words(value: Value) -> str:
    if isinstance(value, Due):
        if value.business_days is not None:
            return _many(value.business_days, "business day")
        return _words(value.elapsed or timedelta())
    if isinstance(value, timedelta):
        minutes = int(value.total_seconds()) // 60
        return _many(minutes, "minute") if minutes % 60 or not minutes else _many(minutes // 60, "hour")
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)


def _many(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
