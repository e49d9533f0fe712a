"""A sheet of paper for a meeting where no phone works: redacted, once per meeting, and not for long."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from outreach import audit
from outreach.access import StaffCard
from outreach.meetings.boxes import change_meeting, open_meeting
from outreach.meetings.planning import WrongState
from outreach.meetings.rules import LIVE
from outreach.meetings.view import find_meeting, find_to_change, line_of, meeting_point, sheet_point
from outreach.records.staff import Staff

LASTS = timedelta(hours=2)
"""How long after its expected end a sheet may still be around."""


class ReasonWanted(ValueError):
    """It was printed before: once more needs a reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What the paper says: no surname, no case, never where she lives."""

    initials: str
    point: str
    starts_at: datetime
    check_in_by: datetime
    ends_at: datetime
    buddy: str
    buddy_phone: str
    destroy_at: datetime


def print_sheet(session: Session, staff: StaffCard, meeting_id: UUID, *, reason: str, now: datetime) -> Sheet:
    """
    Return the sheet, and keep that it was printed. Audited.

    Raises:
        NoSuchCase. WrongState: the meeting is over, was called off, or passed a day ago.
        ReasonWanted: it was printed before, and no reason was given.
    """
    meeting = find_to_change(session, staff, meeting_id)
    if meeting.state not in LIVE or not line_of(session, staff, meeting_id).shows_place(now):
        raise WrongState
    detail = open_meeting(session, meeting)
    if detail.prints and not reason.strip():
        raise ReasonWanted
    printed = (now.isoformat(), str(staff.id), reason.strip())
    change_meeting(session, meeting, prints=[*detail.prints, printed])
    audit.record(session, action="meeting.print", by=staff.id, cases=[meeting.case_id], now=now)
    return Sheet(
        initials=detail.initials,
        point=sheet_point(meeting_point(session, meeting, detail), detail.place_kind),
        starts_at=meeting.starts_at,
        check_in_by=meeting.check_in_by,
        ends_at=meeting.ends_at,
        buddy=_first_name(session, meeting.buddy_id),
        buddy_phone=detail.buddy_phone,
        destroy_at=meeting.ends_at + LASTS,
    )


def times_printed(session: Session, staff: StaffCard, meeting_id: UUID) -> int:
    """Return how often the sheet of a meeting was printed. Raises NoSuchCase."""
    return len(open_meeting(session, find_meeting(session, staff, meeting_id)).prints)


def _first_name(session: Session, staff_id: UUID) -> str:
    return session.get_one(Staff, staff_id).name.split()[0]
