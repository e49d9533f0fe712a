"""Whose case it is. Unassigned cases are every supervisor's to see; giving one to somebody is recorded."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from outreach import audit
from outreach.records.cases import CaseRecord
from outreach.records.errors import NoSuchRecord, StaleVersion
from outreach.records.staff import Staff
from outreach.terms import Employer, Role
from outreach.walls.sight import kept_away
from outreach.walls.taking import lock_near

_TAKES_CASES = (Role.ADVOCATE, Role.SUPERVISOR)
_NEVER = (Employer.LAW_ENFORCEMENT, Employer.PROSECUTION)


class CannotTakeCases(ValueError):
    """The colleague is not active, has no role that takes cases, is kept away from it, or is employed by police."""

    def __init__(self, staff_id: UUID) -> None:
        super().__init__(f"staff {staff_id} cannot take a case")


def assign_case(
    session: Session, case_id: UUID, staff_id: UUID | None, *, by: UUID, now: datetime, version: int | None = None
) -> None:
    """
    Give a case to a colleague, or to nobody; audited. Who may assign is the caller's to check.

    A wall that is built at the same moment is waited for: nobody is given a case that they are kept away from.

    Args:
        version: the case as it was shown; none where nobody was shown it.

    Raises:
        CannotTakeCases, NoSuchRecord. StaleVersion: it changed since it was shown.
    """
    lock_near(session, case_id)
    record = session.get(CaseRecord, case_id)
    if record is None:
        raise NoSuchRecord("case", case_id)
    if version not in (None, record.version):
        raise StaleVersion("case")
    if staff_id is not None:
        _refuse_unfit(session, staff_id)
        if staff_id in kept_away(session, (case_id,)):
            raise CannotTakeCases(staff_id)
    record.assigned_to_id = staff_id
    audit.record(session, action="case.assign", by=by, cases=[case_id], now=now)


def _refuse_unfit(session: Session, staff_id: UUID) -> None:
    colleague = session.get(Staff, staff_id)
    if colleague is None:
        raise NoSuchRecord("colleague", staff_id)
    if not colleague.is_active or colleague.role not in _TAKES_CASES or colleague.employer in _NEVER:
        raise CannotTakeCases(staff_id)
