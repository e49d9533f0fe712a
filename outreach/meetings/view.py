"""
Meetings as people see them: whose they are, a list by handle, and one meeting with initials and a meeting point.

A meeting is seen by those who may see its case, by those at it, and by its buddy. Alarms are for others than those
who are there: somebody may be looking over their shoulder. A wall takes a meeting from everyone it keeps away, but from
who is there while it goes on: they must be able to come out, and to call for help.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select
from sqlalchemy.orm import Session

from outreach import audit, people
from outreach.access import Action, NoSuchCase, StaffCard, visible_cases
from outreach.meetings.boxes import CheckDetail, MeetingDetail, newest_check, open_meeting
from outreach.meetings.keeping import is_there, what_blocks
from outreach.meetings.lines import MeetingLine, lines_of, names_of
from outreach.meetings.need_to_know import faded
from outreach.meetings.overdue import AlarmCard, alarms_of
from outreach.meetings.rules import AHEAD, LIVE, Block, MeetingState, PlaceKind
from outreach.meetings.wishes import asked_at
from outreach.records.cases import CaseRecord
from outreach.records.meetings import Meeting, MeetingAlarm
from outreach.records.on_call import PageCall, StaffPage
from outreach.terms import Channel, PageAbout
from outreach.walls.sight import is_not_walled_off

SHOWN = timedelta(days=14)
"""How long meetings stay on the list after they are over."""
MOST = 100
A_PAGE = 60
"""Meetings on one page of the list, beside those that are due."""
SOON = timedelta(hours=2)
"""A sign of life that is due within this is looked for now."""


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
    is_faded: bool = False
    """It has passed, and this person does not hold the case: nothing of her is on this card."""


def find_meeting(session: Session, staff: StaffCard, meeting_id: UUID) -> Meeting:
    """Return a meeting this person may see. NoSuchCase when there is none or it is not theirs."""
    return _find(session, staff, select(Meeting).where(Meeting.id == meeting_id))


def find_to_change(session: Session, staff: StaffCard, meeting_id: UUID) -> Meeting:
    """Return it as `find_meeting` does, locked: the worker raises no alarm while it changes."""
    return _find(session, staff, select(Meeting).where(Meeting.id == meeting_id).with_for_update())


def find_to_heed(session: Session, staff: StaffCard, meeting_id: UUID) -> Meeting | None:
    """Return a meeting this person goes to, locked, whatever keeps its page from them: help is theirs all the same."""
    query = select(Meeting).where(Meeting.id == meeting_id, _goes(staff)).with_for_update()
    return session.scalars(query).one_or_none()


def is_seen(session: Session, staff: StaffCard, meeting_id: UUID) -> bool:
    """Tell whether this person may see a meeting now; what they did may have ended it for them."""
    return session.scalar(select(Meeting.id).where(Meeting.id == meeting_id, _is_seen_by(staff))) is not None


def read_meeting(session: Session, staff: StaffCard, meeting_id: UUID, *, now: datetime) -> MeetingCard:
    """Return a meeting to be shown to a person, and record the read as one entry. Raises NoSuchCase."""
    meeting = find_meeting(session, staff, meeting_id)
    detail, line = open_meeting(session, meeting), lines_of(session, staff, [meeting])[0]
    there = is_there(meeting, staff.id)
    audit.record(session, action="meeting.read", by=staff.id, cases=[meeting.case_id], now=now)
    if not line.shows_place(now):
        return _faded(line, detail, version=meeting.version)
    at = max(now, meeting.starts_at) if meeting.state in AHEAD else now
    return MeetingCard(
        line=line,
        detail=detail if not there else detail._replace(help_note=""),
        point=meeting_point(session, meeting, detail),
        check=newest_check(session, meeting),
        blocks=tuple(what_blocks(session, meeting, now=now, at=at)) if meeting.state in AHEAD else (),
        alarms=() if there else alarms_of(session, meeting.id),
        names=names_of(session, {UUID(each) for each in (detail.planned_by, detail.agreed_by) if each}),
        version=meeting.version,
        asked_at=asked_at(session, meeting.id),
    )


def _faded(line: MeetingLine, detail: MeetingDetail, *, version: int) -> MeetingCard:
    return MeetingCard(
        line=line,
        detail=faded(detail),
        point="",
        check=None,
        blocks=(),
        alarms=(),
        names={},
        version=version,
        is_faded=True,
    )


def line_of(session: Session, staff: StaffCard, meeting_id: UUID) -> MeetingLine:
    """Return one meeting as a line of a list. Raises NoSuchCase."""
    return lines_of(session, staff, [find_meeting(session, staff, meeting_id)])[0]


class MeetingList(NamedTuple):
    """A person's meetings: all that are due, and one page of the others."""

    due: tuple[MeetingLine, ...]
    """Alarmed, under way, late, or soon to check in: every one, however many there are."""
    others: tuple[MeetingLine, ...]
    page: int
    total: int
    """How many others there are on all pages."""

    @property
    def more(self) -> int:
        """Return how many others come on later pages."""
        return self.total - (self.page - 1) * A_PAGE - len(self.others)


def meetings(session: Session, staff: StaffCard, *, now: datetime, page: int = 1) -> MeetingList:
    """
    Return the meetings of a person: their own, those they watch, those of cases they see. What is due comes whole.

    The others come a page at a time: those ahead, the soonest first, then those that passed, the newest first.

    Args:
        page: from 1; the first or the last where there is no such.
    """
    is_due = _is_due(staff, now=now)
    listed = or_(Meeting.ends_at > now - SHOWN, Meeting.state.in_(_LIVE))
    others = _seen_by(staff).where(listed, ~is_due)
    total = session.scalar(others.with_only_columns(func.count(Meeting.id))) or 0
    page = min(max(1, page), max(1, -(-total // A_PAGE)))
    rank = case((Meeting.state.in_(_LIVE), 0), (Meeting.state == MeetingState.OVER.value, 1), else_=2)
    soonest = case((Meeting.state.in_(_LIVE), Meeting.starts_at))
    here = others.order_by(rank, soonest, Meeting.starts_at.desc(), Meeting.id).offset((page - 1) * A_PAGE)
    return MeetingList(
        lines_of(session, staff, session.scalars(_seen_by(staff).where(is_due).order_by(Meeting.starts_at)).all()),
        lines_of(session, staff, session.scalars(here.limit(A_PAGE)).all()),
        page,
        total,
    )


def _is_due(staff: StaffCard, *, now: datetime) -> ColumnElement[bool]:
    """Hold for what has to be looked at now; an alarm is none for those who are there."""
    alarmed = Meeting.id.in_(select(MeetingAlarm.meeting_id).where(MeetingAlarm.settled_at.is_(None)))
    there = or_(Meeting.lead_id == staff.id, Meeting.second_id.is_not_distinct_from(staff.id))
    checks_in = and_(Meeting.state.in_([each.value for each in AHEAD]), Meeting.check_in_by <= now + SOON)
    return or_(and_(alarmed, ~there), Meeting.state == MeetingState.UNDER_WAY.value, checks_in)


def meetings_of_case(session: Session, staff: StaffCard, case_id: UUID) -> tuple[MeetingLine, ...]:
    """Return the meetings of a case, newest first. The page of the case records the read."""
    rows = session.scalars(
        _seen_by(staff).where(Meeting.case_id == case_id).order_by(Meeting.starts_at.desc()).limit(MOST)
    ).all()
    return lines_of(session, staff, rows)


def meetings_today(session: Session, staff: StaffCard, *, until: datetime) -> tuple[MeetingLine, ...]:
    """Return the meetings a person goes to or watches until an hour, and every one with an alarm they may answer."""
    theirs = or_(Meeting.lead_id == staff.id, Meeting.second_id == staff.id, Meeting.buddy_id == staff.id)
    ahead = and_(theirs, Meeting.state.in_(_LIVE), Meeting.starts_at < until)
    alarmed = Meeting.id.in_(select(MeetingAlarm.meeting_id).where(MeetingAlarm.settled_at.is_(None)))
    rows = session.scalars(_seen_by(staff).where(or_(ahead, alarmed)).order_by(Meeting.starts_at).limit(MOST)).all()
    found = lines_of(session, staff, rows)
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
    theirs = or_(
        Meeting.case_id.in_(cases),
        _goes(staff),
        Meeting.buddy_id == staff.id,
        Meeting.id.in_(_paged_about(staff)),
    )
    return and_(theirs, or_(is_not_walled_off(staff.id, Meeting.case_id), _is_there_now(staff)))


def _is_there_now(staff: StaffCard) -> ColumnElement[bool]:
    return and_(_goes(staff), Meeting.state == MeetingState.UNDER_WAY.value)


def _goes(staff: StaffCard) -> ColumnElement[bool]:
    return or_(Meeting.lead_id == staff.id, Meeting.second_id == staff.id)


def _paged_about(staff: StaffCard) -> Select[Any]:
    """Return the meetings with an open alarm about which this person was paged: whoever is on call sees them too."""
    about = (PageAbout.MEETING_OVERDUE.value, PageAbout.MEETING_DURESS.value)
    return (
        select(MeetingAlarm.meeting_id)
        .join(PageCall, PageCall.id == MeetingAlarm.call_id)
        .join(StaffPage, StaffPage.call_id == PageCall.id)
        .where(StaffPage.staff_id == staff.id, PageCall.about.in_(about), MeetingAlarm.settled_at.is_(None))
    )
