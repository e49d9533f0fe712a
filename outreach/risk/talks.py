"""Whether her danger was talked about before and a plan made. Ids only, so nothing here is a read of hers."""

from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from outreach.protocols.planning import Talks
from outreach.records.risk import Assessment, SafetyPlan


def talks_of(session: Session, case_id: UUID) -> Talks:
    """Return what was talked about with her. One that was only begun counts: something was said."""
    row = session.execute(
        select(
            exists().where(Assessment.case_id == case_id).label("assessed"),
            exists().where(SafetyPlan.case_id == case_id, SafetyPlan.has_words).label("planned"),
            exists().where(SafetyPlan.case_id == case_id).label("offered"),
        )
    ).one()
    return Talks(bool(row.assessed), bool(row.planned), bool(row.offered))
