"""
How long those who do not hold her case know her initials and where she meets us: while they need it (P6). Pure.

Whoever goes and whoever watches needs it until the day after. What is open to those who hold the case is not weighed
here. For those who are there an open alarm is none: what they see must not tell of it.
"""

from datetime import datetime, timedelta

from outreach.meetings.boxes import MeetingDetail
from outreach.meetings.rules import LIVE, MeetingState

KEPT = timedelta(days=1)
"""After the expected end: time to say how it went."""


def needs_place(
    state: MeetingState, *, starts_at: datetime, ends_at: datetime, is_alarmed: bool, now: datetime
) -> bool:
    """Tell whether those at a meeting and its buddy still need her initials and the place."""
    if state is MeetingState.UNDER_WAY or is_alarmed:
        return True  # However late it is: somebody may have to go there.
    if state not in LIVE and starts_at > now:
        return False  # Called off, or settled another way: nobody goes.
    return now < ends_at + KEPT


def faded(detail: MeetingDetail) -> MeetingDetail:
    """Return what is left of a plan for those who need no more of it: nothing of her, no phone, no words."""
    return detail._replace(
        initials="",
        interpreter="",
        buddy_phone="",
        agreed_because="",
        note="",
        help_note="",
        called_off_because="",
    )
