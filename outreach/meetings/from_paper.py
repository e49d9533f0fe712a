"""
A meeting that was kept on paper, because the network was down: when they came and when they left, entered afterwards.

It was watched all the while, and its alarms rang; that stays on record. What the entry ends is the watch: whoever was
there says that they are out. It asks no gate and no safety check, since what happened, happened; and it calls for help
like any check-out does.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from outreach import audit
from outreach.access import StaffCard
from outreach.meetings import help as meeting_help
from outreach.meetings import keeping, overdue
from outreach.meetings.boxes import change_meeting
from outreach.meetings.help import Sent
from outreach.meetings.planning import WrongState
from outreach.meetings.rules import LIVE, MeetingState
from outreach.records.meetings import Meeting

EARLY = timedelta(hours=2)
"""How long before its planned start they may have come."""


class OnPaper(NamedTuple):
    """What the sheet says."""

    came_at: datetime
    left_at: datetime


class NotPossible(ValueError):
    """They can not have come long before it was planned, nor left before they came or after now."""


def enter(session: Session, staff: StaffCard, meeting: Meeting, *, paper: OnPaper, sent: Sent, now: datetime) -> None:
    """
    Keep when they came and left, and end the watch. Audited.

    Raises:
        NotTheirs: whoever enters it was not there. WrongState: it is over already. NotPossible.
    """
    if not keeping.is_there(meeting, staff.id):
        raise keeping.NotTheirs
    if meeting.state not in LIVE:
        raise WrongState
    if not meeting.starts_at - EARLY <= paper.came_at <= paper.left_at <= now:
        raise NotPossible("they came about when it was planned, left after that, and by now")
    times = {"came_at": paper.came_at.isoformat(), "left_at": paper.left_at.isoformat(), "written_at": now.isoformat()}
    change_meeting(session, meeting, **times)
    needs_help = meeting_help.keep_words(session, staff, meeting, sent)
    meeting.state, meeting.stage, meeting.next_look_at = MeetingState.OVER.value, 0, None
    overdue.sign_of_life(session, meeting, by=staff.id, now=now)
    audit.record(session, action="meeting.paper", by=staff.id, cases=[meeting.case_id], now=now)
    if needs_help:
        meeting_help.call_for_help(session, meeting, now=now)
