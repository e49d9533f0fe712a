"""
Asking for one worker at a meeting that needs two: a supervisor is paged; any peer may answer after half an hour (20a).

The meeting waits meanwhile, since nothing here changes what keeps it from beginning. It is answered in
outreach.approvals.wishes.
"""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit
from outreach.access import StaffCard
from outreach.approvals.wishes import AGREED, OPEN, WishContent
from outreach.meetings import keeping as meeting_keeping
from outreach.meetings.checks import WORKERS
from outreach.meetings.planning import WrongState
from outreach.meetings.rules import AHEAD
from outreach.on_duty import on_call, paging
from outreach.on_duty.paging import OfCase
from outreach.records.approvals import ApprovalWish
from outreach.records.boxes import BoxNumber
from outreach.records.keys import seal
from outreach.records.meetings import Meeting
from outreach.terms import PageAbout

ONE_WORKER = "one_worker"


def ask(session: Session, staff: StaffCard, meeting: Meeting, *, reason: str, now: datetime) -> UUID:
    """
    Ask for one worker, and return the wish; the one that waits, where it was asked before. Audited.

    Raises WrongState: it began or is over, or nothing stands against one worker.
    """
    if meeting.state not in AHEAD or not needs_two(session, meeting, now=now):
        raise WrongState
    kept = _open(session, meeting.id)
    if kept is not None:
        return kept.id
    row, case_id = uuid4(), meeting.case_id
    content = WishContent(ONE_WORKER, None, None, reason.strip())
    box = seal(session, BoxNumber.APPROVAL_WISH, content, owner=case_id, row=row)
    wish = ApprovalWish(
        id=row, case_id=case_id, asked_by_id=staff.id, asked_at=now, state=OPEN, meeting_id=meeting.id, wish_box=box
    )
    session.add(wish)
    audit.record(session, action="wish.ask", by=staff.id, cases=[case_id], now=now)
    others = [each for each in on_call.supervisors(session) if not meeting_keeping.is_there(meeting, each)]
    paging.call(session, others, OfCase(PageAbout.APPROVAL, case_id), now=now)
    return row


def agree(session: Session, staff: StaffCard, meeting: Meeting, *, because: str, now: datetime) -> None:
    """Keep a supervisor's reason for one worker; nobody is asked any more. Raises as `agree_to_one` does."""
    meeting_keeping.agree_to_one(session, staff, meeting, because=because, now=now)
    kept = _open(session, meeting.id)
    if kept is not None:
        kept.state, kept.settled_by_id, kept.settled_on = AGREED, staff.id, now.date()


def needs_two(session: Session, meeting: Meeting, *, now: datetime) -> bool:
    """Tell whether one worker too few is what keeps it from beginning."""
    at = max(now, meeting.starts_at)
    return any(each.needs == WORKERS for each in meeting_keeping.what_blocks(session, meeting, now=now, at=at))


def asked_at(session: Session, meeting_id: UUID) -> datetime | None:
    """Return when somebody asked for one worker; None where nobody waits for an answer."""
    kept = _open(session, meeting_id)
    return kept.asked_at if kept else None


def _open(session: Session, meeting_id: UUID) -> ApprovalWish | None:
    return session.scalar(select(ApprovalWish).where(ApprovalWish.meeting_id == meeting_id, ApprovalWish.state == OPEN))
