"""
Protocols: what is due at each level in one jurisdiction, as a versioned file. Pure: text in, a Protocol or every
fault out. What an event then makes of it is in `duties`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from types import MappingProxyType
from typing import Literal

from outreach.gate.contact_policy import STANDARD, Policy
from outreach.protocols.lines import not_toml, placed
from outreach.protocols.policy import read_policy
from outreach.protocols.reading import Fault, Reading
from outreach.protocols.steps import PROTOCOL_STEPS, STEPS, Step
from outreach.terms import Level
from outreach.workdays import Calendar, Due

__all__ = ["Fault", "Notice", "Protocol", "ProtocolError", "StepDue", "digest", "parse"]

ToldBy = Literal["call_in", "individual_notification"]


@dataclass(frozen=True, slots=True)
class StepDue:
    """One step of a level and how long it may take."""

    step: Step
    due: Due


@dataclass(frozen=True, slots=True)
class Notice:
    """How long before the offender is told she is told: due, and the last alert."""

    due_before: timedelta = timedelta(hours=72)
    last_alert_before: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Again:
    """How soon her danger is talked about again: after what is urgent, after anything else, and while it is high."""

    urgent: Due
    soon: Due
    while_high: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """One jurisdiction's duties."""

    jurisdiction: str
    version: str
    calendar: Calendar
    offender_told_by: ToldBy
    levels: Mapping[Level, tuple[StepDue, ...]]
    match: Mapping[Level | None, Due]
    notice: Mapping[ToldBy, Notice]
    acknowledge: Due
    supervisor: Due
    after_told_too_late: Due
    events: Mapping[str, tuple[StepDue, ...]]
    again: Again
    policy: Policy = STANDARD
    """The programme's numbers, stricter where the site made them so: of meetings, so far."""
    read_out: str = ""
    """The state's limits of silence, read out to who may be under 18 before any question; empty: words of ours."""


class ProtocolError(ValueError):
    """A protocol file that can not be used; lists every fault at once, each with its place and mend."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(fault.said for fault in faults))


def digest(text: str) -> str:
    """Return the SHA-256 of a protocol file's text in hexadecimal; cases keep it."""
    return sha256(text.encode()).hexdigest()


def parse(text: str) -> Protocol:
    """
    Read a protocol file.

    Raises:
        ProtocolError: with every fault, in the order of the file's parts.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProtocolError((not_toml(error, text),)) from None
    top = Reading(table)
    protocol = _read(top)
    if top.faults:
        raise ProtocolError(placed(top.faults, text))
    return protocol


def _read(top: Reading) -> Protocol:
    if top.number("format") not in (None, 1):
        top.fault("format", "this program reads format 1", "Set format = 1.")
    jurisdiction, version, zone = top.slug("jurisdiction"), top.line("version"), top.zone("zone")
    told_by = top.choice("offender_told_by", ("call_in", "individual_notification"))
    office = top.part("office")
    calendar = Calendar(zone, office.dates("holidays"), office.clock("closes"))
    office.no_others()
    protocol = Protocol(
        jurisdiction=jurisdiction,
        version=version,
        calendar=calendar,
        offender_told_by="call_in" if told_by == "call_in" else "individual_notification",
        match=_match(top.part("match")),
        notice=_notices(top.part("notice", required=False)),
        levels=_levels(top.part("levels")),
        **_decisions(top.part("decisions")),
        events=_events(top.part("events", required=False)),
        again=_again(top.part("again", required=False)),
        policy=read_policy(top.part("meetings", required=False)),
        read_out=_read_out(top.part("minors", required=False)),
    )
    top.no_others()
    return protocol


def _read_out(part: Reading) -> str:
    found = part.words("read_out", _LONGEST_READ_OUT) if part.has("read_out") else ""
    part.no_others()
    return found


def _match(part: Reading) -> Mapping[Level | None, Due]:
    found: dict[Level | None, Due] = {level: part.due(level.value) for level in Level}
    found[None] = part.due("without_level")
    at_a = found[Level.A].elapsed
    if at_a is not None and at_a > _MATCH_AT_A:
        part.fault("A", "at level A the match is decided within 15 minutes", 'Write A = "15 minutes" or less.')
    part.no_others()
    return MappingProxyType(found)


def _decisions(part: Reading) -> dict[str, Due]:
    found = {name: part.due(name) for name in ("acknowledge", "supervisor", "after_told_too_late")}
    part.no_others()
    return found


def _notices(part: Reading) -> Mapping[ToldBy, Notice]:
    call_in = _notice(part.part("call_in", required=False))
    individual = _notice(part.part("individual_notification", required=False))
    part.no_others()
    return MappingProxyType({"call_in": call_in, "individual_notification": individual})


def _notice(part: Reading) -> Notice:
    least = Notice()
    due_before = part.elapsed("due_before", least.due_before)
    last_alert = part.elapsed("last_alert_before", least.last_alert_before)
    if due_before < least.due_before:
        part.fault("due_before", "she must be told 72 hours before, or sooner", "Write 72 hours or more.")
    if not least.last_alert_before <= last_alert < due_before:
        mend = "Write 24 hours or more, and less than due_before."
        part.fault("last_alert_before", "the last alert comes 24 hours before, or sooner, and after due_before", mend)
    part.no_others()
    return Notice(due_before, last_alert)


def _again(part: Reading) -> Again:
    least = Again(*(Due(elapsed=timedelta(hours=hours)) for hours in (24, 72, _HOURS_WHILE_HIGH)))
    named = (("urgent", least.urgent), ("soon", least.soon), ("while_high", least.while_high))
    urgent, soon, while_high = (part.due(name) if part.has(name) else default for name, default in named)
    if while_high.elapsed is None or while_high.elapsed > timedelta(hours=_HOURS_WHILE_HIGH):
        part.fault("while_high", "while danger is high, it is talked about every 30 days", "Write 720 hours or less.")
    part.no_others()
    return Again(urgent, soon, while_high)


def _levels(part: Reading) -> Mapping[Level, tuple[StepDue, ...]]:
    found = {}
    for level in Level:
        at_level = part.part(level.value)
        steps = _steps(at_level, "steps")
        if steps and not any(STEPS[each.step].channels for each in steps):
            at_level.fault("steps", "no step reaches her", "Add a step such as first_contact or outreach.")
        if level is Level.A and any(each.due.elapsed is None for each in steps):
            at_level.fault("steps", "level A works day and night", 'Write its deadlines in hours, such as "4 hours".')
        at_level.no_others()
        found[level] = steps
    part.no_others()
    return MappingProxyType(found)


def _steps(part: Reading, name: str) -> tuple[StepDue, ...]:
    found = []
    for item in part.parts(name):
        step = item.choice("step", tuple(step.value for step in PROTOCOL_STEPS), what="step")
        due = item.due("due")
        item.no_others()
        if step:
            found.append(StepDue(Step(step), due))
    steps = [each.step for each in found]
    if len(set(steps)) < len(steps):
        part.fault(name, "a step is named twice", "Name each step once.")
    return tuple(found)


def _events(part: Reading) -> Mapping[str, tuple[StepDue, ...]]:
    # What a file leaves out keeps its default: a silent file must not mean that nobody looks after a release.
    found = {name: _steps(part, name) if part.has(name) else default for name, default in _EVENTS.items()}
    part.no_others()
    return MappingProxyType(found)


_LONGEST_READ_OUT = 600
_MATCH_AT_A = timedelta(minutes=15)
_HOURS_WHILE_HIGH = 30 * 24


def _once(step: Step, hours: int) -> tuple[StepDue, ...]:
    return (StepDue(step, Due(elapsed=timedelta(hours=hours))),)


_EVENTS: dict[str, tuple[StepDue, ...]] = {
    "custody_out": _once(Step.CUSTODY_CHECK, 4),
    "custody_in": _once(Step.CUSTODY_CHECK, 24),
    "order_issued": _once(Step.ORDER_CHECK, 24),
    "order_served": _once(Step.ORDER_CHECK, 4),
    "order_modified": _once(Step.ORDER_CHECK, 24),
    "order_expired": _once(Step.ORDER_CHECK, 24),
    "order_dismissed": _once(Step.ORDER_CHECK, 4),
    "offender_notified": _once(Step.NOTIFIED_CHECK, 24),
    "letter_mailed": _once(Step.NOTIFIED_CHECK, 72),
}
