"""What the page of a case says of the talks: the last result, her own view, the plan. Part of that page's one read."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.records.risk import Assessment
from outreach.risk import safety_plans
from outreach.risk.cards import AssessmentCard, State, card_of
from outreach.risk.safety_plans import PlanCard


@dataclass(frozen=True, slots=True)
class TalksSoFar:
    """The newest assessment, the newest one that was made, and the plan."""

    begun: AssessmentCard | None
    """One that is still open."""
    made: AssessmentCard | None
    plan: PlanCard | None


def talks_so_far(session: Session, case_id: UUID) -> TalksSoFar:
    """Return where the talks stand. Unaudited: the page that shows it records the read."""
    begun, made = (_newest(session, case_id, state) for state in (State.BEGUN, State.MADE))
    return TalksSoFar(begun, made, safety_plans.latest(session, case_id))


def _newest(session: Session, case_id: UUID, state: State) -> AssessmentCard | None:
    query = select(Assessment).where(Assessment.case_id == case_id, Assessment.state == state.value)
    row = session.scalars(query.order_by(Assessment.number.desc()).limit(1)).first()
    return card_of(session, row) if row else None
