"""
Meetings as people see them: whose they are, a list by handle, and one meeting with initials and a meeting point.

A meeting is seen by those who may see its case, by those at it, and by its buddy. Alarms are for others than those
who are there: somebody may be looking over their shoulder.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import Session

from outreach import audit, people
from outreach.access import Action, NoSuchCase, StaffCard, visible_cases
from outreach.case_file.standing import open_standings
from outreach.meetings.boxes import CheckDetail, MeetingDetail, newest_check, open_meeting
from outreach.meetings.keeping import is_there, what_blocks
from outreach.meetings.ladder import sign_due_at
from outreach.meetings.overdue import AlarmCard, alarms_of
from outreach.meetings.rules import AHEAD, LIVE, AlarmKind, Block, MeetingState, PlaceKind
from outreach.meetings.wishes import asked_at
from outreach.on_duty.paging import PageAbout
from outreach.records.cases import CaseRecord
from outreach.records.meetings import Meeting, MeetingAlarm
from outreach.records.on_call import PageCall, StaffPage
from outreach.records.staff import Staff
from outreach.terms import Channel

SHOWN = timedelta(days=14)
"""How long meetings stay on the list after they are over."""
MOST = 100


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
    zone: str | None
    """Hers; None where the case does not open."""
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

    def is_late(self, now: datetime) -> bool:
        """Tell whether a sign of life is late."""
        return self.due_at is not None and self.due_at < now


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingCard:
    """One meeting as its page may show it: her initials and where, and no more of her."""

    line: MeetingLine
    detail: MeetingDetail
    point: str
    check: CheckDetail | None
    blocks: tuple[Block, ...]
    alarms: tuple[AlarmCard, ...]
    names: dict[str, str]
    version: int
    asked_at: datetime | None = None
    """When somebody asked for one worker, while nobody has answered."""


def find_meeting(session: Session, staff: StaffCard, meeting_id: UUID) -> Meeting:
    """Return a meeting this person may see. NoSuchCase when there is none or it is not theirs."""
    return _find(session, staff, select(Meeting).where(Meeting.id == meeting_id))


def find_to_change(session: Session, staff: StaffCard, meeting_id: UUID) -> Meeting:
    """Return it as `find_meeting` does, locked: the worker raises no alarm while it changes."""
    return _find(session, staff, select(Meeting).where(Meeting.id == meeting_id).with_for_update())


def read_meeting(session: Session, staff: StaffCard, meeting_id: UUID, *, now: datetime) -> MeetingCard:
    """Return a meeting to be shown to a person, and record the read as one entry. Raises NoSuchCase."""
    meeting = find_meeting(session, staff, meeting_id)
    detail = open_meeting(session, meeting)
    there = is_there(meeting, staff.id)
    audit.record(session, action="meeting.read", by=staff.id, cases=[meeting.case_id], now=now)
    at = max(now, meeting.starts_at) if meeting.state in AHEAD else now
    return MeetingCard(
        line=_lines(session, staff, [meeting])[0],
        detail=detail if not there else detail._replace(help_note=""),
        point=meeting_point(session, meeting, detail),
        check=newest_check(session, meeting),
        blocks=tuple(what_blocks(session, meeting, now=now, at=at)) if meeting.state in AHEAD else (),
        alarms=() if there else alarms_of(session, meeting.id),
        names=_names(session, {UUID(each) for each in (detail.planned_by, detail.agreed_by) if each}),
        version=meeting.version,
        asked_at=asked_at(session, meeting.id),
    )


def line_of(session: Session, staff: StaffCard, meeting_id: UUID) -> MeetingLine:
    """Return one meeting as a line of a list. Raises NoSuchCase."""
    return _lines(session, staff, [find_meeting(session, staff, meeting_id)])[0]


def meetings(session: Session, staff: StaffCard, *, now: datetime) -> tuple[MeetingLine, ...]:
    """Return the meetings of a person, what is due first: their own, those they watch, those of cases they see."""
    since = Meeting.ends_at > now - SHOWN
    rows = session.scalars(
        _seen_by(staff).where(or_(since, Meeting.state.in_(_LIVE))).order_by(Meeting.starts_at).limit(MOST)
    ).all()
    return _lines(session, staff, rows)


def meetings_of_case(session: Session, staff: StaffCard, case_id: UUID) -> tuple[MeetingLine, ...]:
    """Return the meetings of a case, newest first. The page of the case records the read."""
    rows = session.scalars(
        _seen_by(staff).where(Meeting.case_id == case_id).order_by(Meeting.starts_at.desc()).limit(MOST)
    ).all()
    return _lines(session, staff, rows)


def meetings_today(session: Session, staff: StaffCard, *, until: datetime) -> tuple[MeetingLine, ...]:
    """Return the meetings a person goes to or watches until an hour, and every one with an alarm they may answer."""
    theirs = or_(Meeting.lead_id == staff.id, Meeting.second_id == staff.id, Meeting.buddy_id == staff.id)
    ahead = and_(theirs, Meeting.state.in_(_LIVE), Meeting.starts_at < until)
    alarmed = Meeting.id.in_(select(MeetingAlarm.meeting_id).where(MeetingAlarm.settled_at.is_(None)))
    rows = session.scalars(_seen_by(staff).where(or_(ahead, alarmed)).order_by(Meeting.starts_at).limit(MOST)).all()
    found = _lines(session, staff, rows)
    return tuple(each for each in found if each.alarms or each.state in LIVE and each.starts_at < until)


def meeting_point(session: Session, meeting: Meeting, detail: MeetingDetail) -> str:
    """Return where they meet; a phone call says no number. Unaudited: the page that shows it records the read."""
    if detail.way is Channel.CALL:
        return "Phone call"
    return people.destination_of(session, meeting.case_id, meeting.destination_id).value


def sheet_point(point: str, place: PlaceKind) -> str:
    """Return what a printed sheet says of the place: never where she lives."""
    return "Her place. Ask your buddy for the address." if place is PlaceKind.HOME else point


_LIVE = [each.value for each in LIVE]


def _find(session: Session, staff: StaffCard, query: Select[Any]) -> Meeting:
    found: Meeting | None = session.scalars(query.where(_is_seen_by(staff))).one_or_none()
    if found is None:
        raise NoSuchCase
    return found


def _seen_by(staff: StaffCard) -> Select[Any]:
    return select(Meeting).where(_is_seen_by(staff))


def _is_seen_by(staff: StaffCard) -> ColumnElement[bool]:
    if not staff.may(Action.SEE_MEETINGS):
        return false()
    cases = visible_cases(staff).with_only_columns(CaseRecord.id)
    return or_(
        Meeting.case_id.in_(cases),
        Meeting.lead_id == staff.id,
        Meeting.second_id == staff.id,
        Meeting.buddy_id == staff.id,
        Meeting.id.in_(_paged_about(staff)),
    )


def _paged_about(staff: StaffCard) -> Select[Any]:
    """Return the meetings with an open alarm about which this person was paged: whoever is on call sees them too."""
    about = (PageAbout.MEETING_OVERDUE.value, PageAbout.MEETING_DURESS.value)
    return (
        select(MeetingAlarm.meeting_id)
        .join(PageCall, PageCall.id == MeetingAlarm.call_id)
        .join(StaffPage, StaffPage.call_id == PageCall.id)
        .where(StaffPage.staff_id == staff.id, PageCall.about.in_(about), MeetingAlarm.settled_at.is_(None))
    )


def _lines(session: Session, staff: StaffCard, rows: Sequence[Meeting]) -> tuple[MeetingLine, ...]:
    if not rows:
        return ()
    ids = {row.case_id for row in rows}
    cases = {row.id: row for row in session.scalars(select(CaseRecord).where(CaseRecord.id.in_(ids)))}
    standings = open_standings(session, {each.id: each.standing_box for each in cases.values()})
    seen = set(session.scalars(visible_cases(staff).with_only_columns(CaseRecord.id).where(CaseRecord.id.in_(ids))))
    names = _names(session, {who for row in rows for who in (row.lead_id, row.second_id, row.buddy_id) if who})
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
            zone=standings[row.case_id].zone if row.case_id in standings else None,
            lead=names.get(str(row.lead_id), ""),
            second=names.get(str(row.second_id), ""),
            buddy=names.get(str(row.buddy_id), ""),
            am_there=is_there(row, staff.id),
            am_buddy=row.buddy_id == staff.id,
            sees_case=row.case_id in seen,
            alarms=alarms.get(row.id, ()),
        )

    return tuple(line(row) for row in rows)


def _names(session: Session, ids: set[UUID]) -> dict[str, str]:
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
