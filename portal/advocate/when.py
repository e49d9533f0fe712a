"""When something happened, as a form asks it: a day and an hour, both left empty for now."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from outreach.case_file.view import CaseHead
from outreach.late_entry import FARTHEST, Unfit, UnfitTime, instant_of, refuse_unfit
from portal.advocate.forms import StrictForm

WHEN = "For what you wrote on paper. Leave day and time empty for now."
MENDS = {
    Unfit.NO_HOUR: "Write about what time it was.",
    Unfit.SKIPPED: "Clocks skipped this hour that night. Choose another one.",
    Unfit.STILL_TO_COME: "This lies in the future.",
    Unfit.TOO_LONG_AGO: f"Only the last {FARTHEST.days} days can be written down. To stop contact, leave this empty.",
    Unfit.BEFORE_THE_CASE: "The case was opened after this day. Choose a later one.",
}
_BESIDE_THE_HOUR = (Unfit.NO_HOUR, Unfit.SKIPPED)


def read_when(form: StrictForm, head: CaseHead, *, now: datetime, day: str = "on", hour: str = "at") -> datetime | None:
    """Return when it happened, in the zone of the case; None for now, and where the mend stands beside its field."""
    zone = ZoneInfo(head.standing.zone)
    try:
        at = instant_of(form[day].data, form[hour].data, zone=zone, now=now)
        if at is not None:
            refuse_unfit(at, opened_on=head.opened_on, zone=zone, now=now)
    except UnfitTime as unfit:
        form.error_of(hour if unfit.why in _BESIDE_THE_HOUR else day, MENDS[unfit.why])
        return None
    return at


def read_day(form: StrictForm, head: CaseHead, *, now: datetime, day: str = "on") -> date | None:
    """Return the day it happened, for what is known to the day; None for today."""
    zone = ZoneInfo(head.standing.zone)
    given = form[day].data
    if given is None or given == now.astimezone(zone).date():
        return None
    try:
        refuse_unfit(datetime.combine(given, time.max, zone), opened_on=head.opened_on, zone=zone, now=now)
    except UnfitTime as unfit:
        form.error_of(day, MENDS[unfit.why])
        return None
    found: date = given
    return found
