"""Reading the numbers of a protocol file that a site may make stricter than the programme's, never laxer. Pure."""

from dataclasses import replace
from datetime import timedelta

from outreach.gate.contact_policy import STANDARD, Policy
from outreach.protocols.reading import Reading

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
UNITS = {HOUR: "hours", MINUTE: "minutes"}


def read_policy(part: Reading) -> Policy:
    """Read the table [meetings]: each number it has is shorter than the programme's, or as long."""
    check = _shorter(part, "safety_check", STANDARD.meeting_check_hours, unit=HOUR)
    buddy = _shorter(part, "buddy_after", STANDARD.meeting_buddy_minutes, unit=MINUTE)
    supervisor = _shorter(part, "supervisor_after", STANDARD.meeting_supervisor_minutes, unit=MINUTE)
    part.no_others()
    if buddy > supervisor:
        mend = f"The buddy is told after {buddy} minutes: write as many here or more, or make buddy_after shorter."
        part.fault("supervisor_after", "supervisors would be told before the buddy", mend)
        return STANDARD
    return replace(
        STANDARD,
        meeting_check_hours=check,
        meeting_buddy_minutes=buddy,
        meeting_supervisor_minutes=supervisor,
    )


def _shorter(part: Reading, name: str, most: int, *, unit: timedelta) -> int:
    """Return a number of whole units, no more than the programme's; its own where the file says nothing."""
    found, units = part.elapsed(name, most * unit), UNITS[unit]
    if found > most * unit:
        part.fault(
            name, f"a site may make this shorter than {most} {units}, never longer", f"Write {most} {units} or less."
        )
    elif found % unit:
        part.fault(name, f"this is counted in whole {units}", f'Write it like "{most // 2} {units}".')
    else:
        return found // unit
    return most
