"""Which colleagues are taken when: those at a meeting, and those who watch over one. Two plans never race for one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from outreach.meetings.rules import LIVE, Plan, Taken
from outreach.records.meetings import Meeting
from outreach.records.staff import Staff


def take_turns(session: Session, plan: Plan) -> None:
    """
    Wait for whoever is planning for one of these colleagues just now, and make others wait until this plan is kept.

    Rows in one order, so that no two wait in a ring. The lock leaves alone whoever only refers to these colleagues.
    SQLite has one writer at a time anyway.
    """
    rows = select(Staff.id).where(Staff.id.in_(_people(plan))).order_by(Staff.id)
    session.execute(rows.with_for_update(key_share=True)).all()


def taken(session: Session, plan: Plan, *, since: datetime) -> tuple[Taken, ...]:
    """Return the meetings at which a plan's people are, or over which they watch, that are not over."""
    wanted = set(_people(plan))
    rows = session.execute(
        select(Meeting.lead_id, Meeting.second_id, Meeting.buddy_id, Meeting.starts_at, Meeting.ends_at).where(
            Meeting.state.in_([each.value for each in LIVE]),
            Meeting.ends_at > since - timedelta(days=1),
            or_(Meeting.lead_id.in_(wanted), Meeting.second_id.in_(wanted), Meeting.buddy_id.in_(wanted)),
        )
    )
    return tuple(
        Taken(who, row.starts_at, row.ends_at, watches=who == row.buddy_id)
        for row in rows
        for who in (row.lead_id, row.second_id, row.buddy_id)
        if who in wanted
    )


def _people(plan: Plan) -> Sequence[UUID]:
    return [each for each in (plan.lead, plan.second, plan.buddy) if each is not None]
