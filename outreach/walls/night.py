"""
What a colleague on call may see at night of a case that not everyone may see, and who is told where they may not.

- A wall hides the case from them altogether.
- A colleague is involved: nobody sees it by being on call, as whoever is on call may be that colleague's friend.
- Restricted for another cause: they are to help within four hours, so the card shows its handle, when it is due and
  the safest way, and no more of her.

A case that may be hers as well is shown in the same way until a human has said that it is another's (walls.sight).
Somebody always hears of it: where it is hidden from anyone on call, those who may see it are paged instead.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from outreach.access import StaffCard, visible_cases
from outreach.on_duty import on_call, paging
from outreach.protocols.steps import Step
from outreach.records.cases import CaseRecord
from outreach.records.engine import Vault
from outreach.records.on_call import PageCall
from outreach.records.work import Task
from outreach.terms import Level, PageAbout, TaskState
from outreach.walls.sight import is_behind_walls, is_no_colleagues, is_not_walled_off, may_be_restricted
from outreach.walls.telling import is_hidden_from_duty, on_duty_for

AHEAD = timedelta(hours=12)
"""How far ahead the worker looks for cases of which somebody on call hears nothing, and how often it tells again."""
AT_ONCE = (Step.NEED_NOW.value, Step.SUPERVISOR_URGENT.value)
"""What waits at night whatever the level and whenever it is due."""


def waits_at_night(until: datetime) -> ColumnElement[bool]:
    """Say which tasks bring a case onto the card: of level A or B and due by then, or wanted at once."""
    of_level = and_(Task.level.in_((Level.A.value, Level.B.value)), Task.due_at <= until)
    return and_(Task.state == TaskState.OPEN.value, or_(of_level, Task.step.in_(AT_ONCE)))


def shown_at_night(staff: StaffCard) -> ColumnElement[bool]:
    """Hold for the cases a colleague may see by being on call; who sees a case by day sees it at night, too."""
    by_day = CaseRecord.id.in_(visible_cases(staff).with_only_columns(CaseRecord.id))
    return and_(is_not_walled_off(staff.id, CaseRecord.id), or_(by_day, is_no_colleagues()))


def with_the_way_alone(session: Session, staff: StaffCard, case_ids: Collection[UUID]) -> frozenset[UUID]:
    """Return those of these cases of which a colleague on call sees no more than handle, time and safest way."""
    by_day = visible_cases(staff).with_only_columns(CaseRecord.id)
    query = select(CaseRecord.id).where(CaseRecord.id.in_(case_ids), may_be_restricted(), CaseRecord.id.not_in(by_day))
    return frozenset(session.scalars(query))


def tell_of_hidden(vault: Vault, *, now: datetime) -> int:
    """
    Page those who may see a case that waits now and is hidden from somebody on call; return how many were told of.

    At the next tick, so that the moment tells nothing; once for each half day in which it waits. A match that only
    those who may see a restricted case can decide is told of, too.
    """
    with vault.reading() as session:
        if not _untold(session, now):
            return 0
    with vault.writing() as session:
        found, at = _untold(session, now), paging.next_tick(now)
        for case_id in found:
            wanted = () if _has_match_to_decide(session, case_id) else on_duty_for(session, case_id, at=at).first
            paging.page_instead(session, case_id, wanted, at=at)
        return len(found)


def _untold(session: Session, now: datetime) -> list[UUID]:
    """Return the waiting cases that somebody on call does not see, of which nobody was told in the last half day."""
    duty = on_call.on_duty(session, at=now)
    if not (duty.first or duty.second):
        return []
    told = select(PageCall.id).where(
        PageCall.case_id == CaseRecord.id,
        PageCall.about == PageAbout.ON_CALL.value,
        PageCall.called_at > now - AHEAD,
    )
    waiting = (
        select(CaseRecord.id)
        .join(Task, Task.case_id == CaseRecord.id)
        .where(waits_at_night(now + AHEAD), ~told.exists())
        .where(is_behind_walls())
        .group_by(CaseRecord.id)
        .order_by(CaseRecord.id)
    )
    found = session.scalars(waiting).all()
    return [e for e in found if is_hidden_from_duty(session, e, at=now) or _has_match_to_decide(session, e)]


def _has_match_to_decide(session: Session, case_id: UUID) -> bool:
    """Tell whether a match waits of a case that may be restricted: who sees the way alone can not decide it."""
    asks = select(Task.id).join(CaseRecord, CaseRecord.id == Task.case_id)
    asks = asks.where(CaseRecord.id == case_id, may_be_restricted())
    asks = asks.where(Task.step == Step.DECIDE_MATCH.value, Task.state == TaskState.OPEN.value)
    return session.scalar(asks.limit(1)) is not None
