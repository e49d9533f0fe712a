"""
Letters that were released, wait for a person, and were left lying for a working day: stacks, and what she asked for.

A letter that nobody mails reaches nobody, and can be read by whoever finds it. Handles, numbers, states and days only,
so nothing here is a recorded read.
"""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.access import StaffCard, visible_cases
from outreach.messaging.letters.batches import PRINTED_ALREADY
from outreach.records.cases import CaseRecord
from outreach.records.letters import LetterBatch
from outreach.records.staff import Staff
from outreach.records.work import Letter
from outreach.terms import BatchState, LetterState
from outreach.workdays import Calendar, postal_holidays

_WAITS = (BatchState.READY, *PRINTED_ALREADY, BatchState.MAILING)
"""Nothing moves these but a person: to be taken out, looked for, counted or mailed."""


class Lying(NamedTuple):
    """One stack that waits, since which day, and who released it."""

    id: UUID
    number: int
    state: BatchState
    since: date
    released_by: str


class AskedFor(NamedTuple):
    """One letter that she asked for and nobody mails: whose by handle, since which day, and who released it."""

    case_id: UUID
    handle: str
    since: date
    released_by: str


def is_left_lying(since: date, today: date, zone: str) -> bool:
    """Say whether a working day came since a stack last moved: no Saturday, Sunday or day without mail. Pure."""
    holidays = postal_holidays(since.year) | postal_holidays(since.year + 1)
    return Calendar(zone, holidays).business_day_after(since, 1) <= today


def left_lying(
    session: Session, *, zone: ZoneInfo, now: datetime, released_by: UUID | None = None
) -> tuple[Lying, ...]:
    """
    Return the stacks that were left lying, longest first.

    Args:
        zone: of the office.
        released_by: whose alone; None for everybody's.
    """
    query = (
        select(LetterBatch, Staff.name)
        .join(Staff, Staff.id == LetterBatch.released_by_id)
        .where(LetterBatch.state.in_([each.value for each in _WAITS]))
        .order_by(LetterBatch.state_on, LetterBatch.number)
    )
    if released_by is not None:
        query = query.where(LetterBatch.released_by_id == released_by)
    today = now.astimezone(zone).date()
    return tuple(
        Lying(row.id, row.number, BatchState(row.state), row.state_on, name)
        for row, name in session.execute(query)
        if is_left_lying(row.state_on, today, zone.key)
    )


def asked_for_lying(
    session: Session, staff: StaffCard, *, zone: ZoneInfo, now: datetime, is_own: bool
) -> tuple[AskedFor, ...]:
    """
    Return the letters by mail that somebody asked for and that lie printed for a working day, longest first.

    Args:
        staff: whose look it is; only of cases they may see.
        is_own: only those that they released themselves.
    """
    lies = (Letter.state == LetterState.PRINTED.value) & Letter.goes_alone.is_(True) & Letter.is_handed.is_(False)
    query = (
        select(Letter.case_id, CaseRecord.handle, Letter.state_at, Staff.name)
        .join(CaseRecord, CaseRecord.id == Letter.case_id)
        .join(Staff, Staff.id == Letter.released_by_id)
        .where(lies, Letter.case_id.in_(visible_cases(staff).with_only_columns(CaseRecord.id)))
        .order_by(Letter.state_at, Letter.id)
    )
    if is_own:
        query = query.where(Letter.released_by_id == staff.id)
    today = now.astimezone(zone).date()
    return tuple(
        AskedFor(row.case_id, row.handle, row.state_at.date(), row.name)
        for row in session.execute(query)
        if is_left_lying(row.state_at.date(), today, zone.key)
    )
