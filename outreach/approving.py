"""Decisions the gate asks a person for: who may give which, for how long, and that a second person is another one."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from outreach import cases
from outreach.access import StaffCard, find_case
from outreach.cases import Approved
from outreach.facts import Approval
from outreach.terms import Role

LASTS: dict[Approval, timedelta] = {
    Approval.FIRST_CONTACT: timedelta(days=7),
    Approval.SHARED_PHONE_CALL: timedelta(hours=24),
    Approval.CONDITION_HOLDS: timedelta(hours=24),
    Approval.SUPERVISOR: timedelta(days=7),
    Approval.COLD_MAIL: timedelta(days=7),
    Approval.COLD_MAIL_SECOND_PERSON: timedelta(days=7),
    Approval.MORE_TEXTS: timedelta(hours=24),
    Approval.MORE_ATTEMPTS: timedelta(hours=24),
}
"""How long each holds before it must be decided again."""

SUPERVISORS_ONLY = frozenset({Approval.SUPERVISOR, Approval.MORE_ATTEMPTS, Approval.COLD_MAIL_SECOND_PERSON})


class NotTheirsToDecide(Exception):
    """This decision needs a supervisor, or another person than the one who gave the first half of it."""


def may_decide(staff: StaffCard, approval: Approval) -> bool:
    """Return whether a person's role may give this decision at all."""
    return staff.role is Role.SUPERVISOR or approval not in SUPERVISORS_ONLY


def decide(
    session: Session, staff: StaffCard, case_id: UUID, *, approval: Approval, reason: str, now: datetime
) -> datetime:
    """
    Keep a decision about a case this person may see; return when it ends.

    Raises:
        NoSuchCase.
        NotTheirsToDecide: it needs a supervisor, or the second of two people is the first again.
        ValueError: no reason was given.
    """
    find_case(session, staff, case_id)
    if not may_decide(staff, approval) or _is_first_again(session, staff, case_id, approval, now):
        raise NotTheirsToDecide
    until = now + LASTS[approval]
    given = Approved(approval.value, str(staff.id), now.isoformat(), until.isoformat())
    cases.approve(session, case_id, given, because=reason, now=now)
    return until


def _is_first_again(session: Session, staff: StaffCard, case_id: UUID, approval: Approval, now: datetime) -> bool:
    """Two people means two: whoever gave one half of a cold-mail decision cannot give the other."""
    halves = {Approval.COLD_MAIL, Approval.COLD_MAIL_SECOND_PERSON}
    if approval not in halves:
        return False
    (other,) = halves - {approval}
    standing, _ = cases.standing(session, case_id)
    live = (each for each in standing.approvals if datetime.fromisoformat(each.until) > now)
    return any(each.approval == other and each.by == str(staff.id) for each in live)
