"""
Meetings as lines of a list: a handle, colleagues and times, and nothing of her.

Alarms are for others than those who are there: somebody may be looking over their shoulder.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.access import StaffCard, visible_cases
from outreach.meetings.keeping import is_there
from outreach.meetings.ladder import sign_due_at
from outreach.meetings.need_to_know import needs_place
from outreach.meetings.rules import AlarmKind, MeetingState
from outreach.records.cases import CaseRecord
from outreach.records.meetings import Meeting, MeetingAlarm
from outreach.records.staff import Staff


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingLine:
    """One meeting of a list: a handle, colleagues and times; nothing of her."""

    id: UUID
    case_id: UUID
    handle: str
    state: MeetingState
    starts_at: datetime
    check_in_by: datetime
    ends_at: datetime
    zone: str
    """The one in which the hour was agreed."""
    lead: str
    second: str
    buddy: str
    am_there: bool
    am_buddy: bool
    sees_case: bool
    alarms: tuple[AlarmKind, ...]
    """Open alarms; none for those who are there."""

    @property
    def due_at(self) -> datetime | None:
        """Return when they must check in, or out."""
        return sign_due_at(self.state, check_in_by=self.check_in_by, ends_at=self.ends_at)

    def shows_place(self, now: datetime) -> bool:
        """Tell whether this person sees her initials and where: who holds the case, and who needs it still."""
        return self.sees_case or needs_place(
            self.state, starts_at=self.starts_at, ends_at=self.ends_at, is_alarmed=bool(self.alarms), now=now
        )

    def is_late(self, now: datetime) -> bool:
        """Tell whether a sign of life is late."""
        return self.due_at is not None and self.due_at < now


def lines_of(session: Session, staff: StaffCard, rows: Sequence[Meeting]) -> tuple[MeetingLine, ...]:
    """Return meetings this person may see as lines of a list, in that order."""
    if not rows:
        return ()
    ids = {row.case_id for row in rows}
    cases = {row.id: row for row in session.scalars(select(CaseRecord).where(CaseRecord.id.in_(ids)))}
    seen = set(session.scalars(visible_cases(staff).with_only_columns(CaseRecord.id).where(CaseRecord.id.in_(ids))))
    names = names_of(session, {who for row in rows for who in (row.lead_id, row.second_id, row.buddy_id) if who})
    alarms = _open_alarms(session, [row.id for row in rows if not is_there(row, staff.id)])

    def line(row: Meeting) -> MeetingLine:
        return MeetingLine(
            id=row.id,
            case_id=row.case_id,
            handle=cases[row.case_id].handle,
            state=MeetingState(row.state),
            starts_at=row.starts_at,
            check_in_by=row.check_in_by,
            ends_at=row.ends_at,
            zone=row.zone,
            lead=names.get(str(row.lead_id), ""),
            second=names.get(str(row.second_id), ""),
            buddy=names.get(str(row.buddy_id), ""),
            am_there=is_there(row, staff.id),
            am_buddy=row.buddy_id == staff.id,
            sees_case=row.case_id in seen,
            alarms=alarms.get(row.id, ()),
        )

    return tuple(line(row) for row in rows)


def names_of(session: Session, ids: set[UUID]) -> dict[str, str]:
    """Return the names of colleagues by id, as text."""
    return {str(row.id): row.name for row in session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(ids)))}


def _open_alarms(session: Session, ids: Sequence[UUID]) -> dict[UUID, tuple[AlarmKind, ...]]:
    rows = session.execute(
        select(MeetingAlarm.meeting_id, MeetingAlarm.kind).where(
            MeetingAlarm.meeting_id.in_(ids), MeetingAlarm.settled_at.is_(None)
        )
    )
    found: dict[UUID, tuple[AlarmKind, ...]] = {}
    for meeting_id, kind in rows:
        found[meeting_id] = (*found.get(meeting_id, ()), AlarmKind(kind))
    return found
