"""
"Does the partner work in police, courts, dispatch or a phone company?": asked in the first conversation, kept once.

A yes restricts the case there and then (requirement 11). A no, or no answer, changes nothing that stands.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from outreach import people
from outreach.access import StaffCard, find_case
from outreach.walls.restricting import Cause, restrict
from outreach.walls.taking import lock_near

SHE_SAID = "She says that the partner works there."


class PartnerWork(StrEnum):
    """Her answer."""

    UNKNOWN = "unknown"
    NO = "no"
    YES = "yes"


def note(session: Session, staff: StaffCard, case_id: UUID, answer: PartnerWork, *, now: datetime) -> None:
    """Keep her answer; a yes restricts every case about her. Audited. Raises NoSuchCase."""
    find_case(session, staff, case_id)
    lock_near(session, case_id)
    card = people.read(session, case_id, by=staff.id, now=now)
    if card.partner_work != answer:
        people.amend(session, case_id, version=card.version, by=staff.id, now=now, partner_work=answer.value)
    if answer is PartnerWork.YES:
        restrict(session, staff, case_id, Cause.OFFICER, words=SHE_SAID, now=now)
