"""
The days of letters and stacks, as they are where she lives: a letter of half past eleven at night is of that day.

Only the day is kept, since nothing needs it finer. Nothing here decides or audits.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from outreach import cases
from outreach.records.errors import UNREADABLE


def zone_of(session: Session, case_id: UUID) -> ZoneInfo:
    """Return the zone of a case's jurisdiction. Raises NoSuchRecord."""
    return ZoneInfo(cases.standing(session, case_id)[0].zone)


def zone_of_any(session: Session, case_ids: Iterable[UUID]) -> ZoneInfo:
    """Return the zone of the first of these cases that opens; where none does, that of the clock itself."""
    for case_id in case_ids:
        with suppress(*UNREADABLE):
            return zone_of(session, case_id)
    return ZoneInfo("UTC")


def day_in(zone: ZoneInfo, moment: datetime) -> date:
    """Return the day of an instant in a zone."""
    return moment.astimezone(zone).date()


def day_of(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the day of an instant in a zone, as midnight in UTC: a column of instants that keeps days."""
    return datetime.combine(day_in(zone, moment), time(0), UTC)
