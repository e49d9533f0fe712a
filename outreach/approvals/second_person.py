"""
Who may be the second person of a decision, and from when: a supervisor at once, any colleague after half an hour.

One rule for every wish and every stack (requirement 20a). A wall around a case beats the wait.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement

from outreach.access import StaffCard
from outreach.records.approvals import ApprovalWish
from outreach.records.cases import CaseRecord
from outreach.records.letters import MailApproval
from outreach.terms import Role
from outreach.walls.sight import is_not_walled_off, may_be_restricted

PEERS_AFTER = timedelta(minutes=30)
"""A supervisor may answer before; from then on any colleague."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One wish that waits, as whoever may answer it sees it in a list: nothing of it was read."""

    id: UUID
    case_id: UUID
    handle: str
    asked_by: str
    asked_at: datetime
    is_mine: bool
    """Who asked cannot answer."""


def is_heard(staff: StaffCard, asked_at: datetime, *, now: datetime) -> bool:
    """Say whether a colleague's word counts by now. That it is not the asker's own is the caller's to see to."""
    return staff.role is Role.SUPERVISOR or now >= asked_at + PEERS_AFTER


def may_see(staff: StaffCard, wishes: type[ApprovalWish | MailApproval], *, now: datetime) -> ColumnElement[bool]:
    """Hold for the wishes a colleague may answer by now, and for their own; the query has the case as well."""
    is_open = is_not_walled_off(staff.id, CaseRecord.id)
    if staff.role is Role.SUPERVISOR:
        return is_open
    is_theirs = (wishes.asked_at <= now - PEERS_AFTER) & ~may_be_restricted()
    return is_open & (is_theirs | (wishes.asked_by_id == staff.id))


def wish_of(row: ApprovalWish | MailApproval, handle: str, name: str, staff: StaffCard) -> Wish:
    """Return a wish as a list shows it."""
    return Wish(
        id=row.id,
        case_id=row.case_id,
        handle=handle,
        asked_by=name,
        asked_at=row.asked_at,
        is_mine=row.asked_by_id == staff.id,
    )
