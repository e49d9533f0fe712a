"""
Finding the instants of meetings anew from the hours on the wall, since the rules of clocks change.

The worker does so when it begins and every hour, for meetings that lie ahead; no box is opened. Rows alone are read
and written, as alarms are (outreach.meetings.overdue).
"""

from collections.abc import Callable
from datetime import datetime, tzinfo
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from outreach import audit
from outreach.meetings.hours import Hours, Wall, moved
from outreach.meetings.ladder import next_look, patience
from outreach.meetings.rules import AHEAD
from outreach.records.engine import Vault
from outreach.records.meetings import Meeting

_AHEAD = [each.value for each in AHEAD]


def find_hours_anew(vault: Vault, *, now: datetime, zone_of: Callable[[str], tzinfo] = ZoneInfo.no_cache) -> int:
    """Move the instants of meetings ahead to where clocks will show their hours, and return how many moved."""
    with vault.reading() as session:
        ahead = select(Meeting.id).where(Meeting.state.in_(_AHEAD), Meeting.stage == 0, Meeting.starts_at > now)
        found = list(session.scalars(ahead))
    return sum(_find_anew(vault, each, now, zone_of) for each in found)


def _find_anew(vault: Vault, meeting_id: UUID, now: datetime, zone_of: Callable[[str], tzinfo]) -> bool:
    ahead = (Meeting.id == meeting_id, Meeting.state.in_(_AHEAD), Meeting.stage == 0, Meeting.starts_at > now)
    columns = select(
        Meeting.case_id,
        Meeting.wall_starts,
        Meeting.wall_ends,
        Meeting.zone,
        Meeting.starts_at,
        Meeting.check_in_by,
        Meeting.ends_at,
        Meeting.buddy_after,
        Meeting.supervisor_after,
    )
    with vault.writing() as session:
        row = session.execute(columns.where(*ahead).with_for_update()).one_or_none()
        if row is None:
            return False
        was = Hours(row.starts_at, row.check_in_by, row.ends_at)
        hours = moved(Wall(row.wall_starts, row.wall_ends, row.zone), was, zone=zone_of(row.zone))
        if hours is None:
            return False
        look_at = next_look(hours.check_in_by, stage=0, policy=patience(row))
        change = update(Meeting).where(*ahead).values(**hours._asdict(), next_look_at=look_at)
        session.execute(change.execution_options(synchronize_session=False))
        audit.record(session, action="meeting.clocks", by=audit.WORKER, cases=[row.case_id], now=now)
    return True
