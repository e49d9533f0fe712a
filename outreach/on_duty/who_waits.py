"""
Who waits at night, in the order of the card: level A, wanted at once or paged about, and then the others, each by time.

Of level A is who has, or had, a task of that level: what waits may be lighter, as a notice she was owed before.

Read from plain columns, before any box is opened, so that no case is left out by chance. All of those first ones are on
the first page, however many they are; the others fill it, and the pages after it.
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from outreach.access import StaffCard
from outreach.records.cases import CaseRecord
from outreach.records.on_call import PageCall, StaffPage
from outreach.records.work import Task
from outreach.terms import Level
from outreach.walls.night import AT_ONCE, shown_at_night, waits_at_night

MOST = 40
"""Cases on one page of the card, but for the first where more than so many can not wait."""


class Span(NamedTuple):
    """The while a night card looks at."""

    since: datetime
    until: datetime


class Turn(NamedTuple):
    """One page of those who wait."""

    case_ids: tuple[UUID, ...]
    """In the order of the card."""
    number: int
    """Which page it is, from 1; the last where the one that was asked for is not there."""
    before: int
    """How many wait on the pages before."""
    after: int
    """How many wait on the pages after: none with a task of level A, all due no earlier than the last of this one."""

    @property
    def total(self) -> int:
        """Return how many wait in all."""
        return self.before + len(self.case_ids) + self.after


def who_waits(session: Session, staff: StaffCard, *, span: Span, page: int) -> Turn:
    """Return one page of those who wait for a colleague. Opens no box; unaudited, as ids alone are read."""
    found = session.execute(_in_order(staff, span)).all()
    first = max(MOST, sum(1 for row in found if row.is_later == 0))
    pages = 1 + max(0, -(-(len(found) - first) // MOST))
    number = min(max(1, page), pages)
    ends = first + (number - 1) * MOST
    begins = ends - MOST if number > 1 else 0
    shown = found[begins:ends]
    return Turn(tuple(row.id for row in shown), number, begins, len(found) - begins - len(shown))


def _in_order(staff: StaffCard, span: Span) -> Select[UUID, int]:
    is_later = _is_later(staff, span)
    return (
        select(CaseRecord.id, is_later.label("is_later"))
        .join(Task, Task.case_id == CaseRecord.id)
        .where(waits_at_night(span.until), shown_at_night(staff))
        .group_by(CaseRecord.id, CaseRecord.handle)
        .order_by(is_later, func.min(Task.due_at), CaseRecord.handle)
    )


def _is_later(staff: StaffCard, span: Span) -> ColumnElement[int]:
    """Return 0 for a case that can not wait: of level A, wanted at once, or one they were paged about in the while."""
    ever = aliased(Task)
    was_a = select(ever.id).where(ever.case_id == CaseRecord.id, ever.level == Level.A.value).exists()
    paged = (
        select(PageCall.case_id)
        .join(StaffPage, StaffPage.call_id == PageCall.id)
        .where(StaffPage.staff_id == staff.id, PageCall.case_id.is_not(None), PageCall.called_at >= span.since)
    )
    is_grave = or_(was_a, Task.step.in_(AT_ONCE), CaseRecord.id.in_(paged))
    return func.min(case((is_grave, 0), else_=1))
