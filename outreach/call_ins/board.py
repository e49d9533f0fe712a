"""
All coming call-ins a person may see, each with its countdown: by day, those of which she was not told first.

Handles, times and states only, so no look at the board is a recorded read. It is for our own people: nothing of it
is handed to anybody, and no address of the portal gives it in another form.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, and_, func, select
from sqlalchemy.orm import Session

from outreach.access import NoSuchCase, StaffCard, find_case, visible_cases
from outreach.call_ins.changes import Change, changes_in, seen_at
from outreach.call_ins.interlock import Colour, Countdown, Notice, Stand, countdown, last_alert_of
from outreach.case_file.contents import TaskDetail
from outreach.case_file.standing import Standing, open_standing, open_standings
from outreach.protocols.steps import NOTICES, Step
from outreach.records.cases import CaseRecord
from outreach.records.staff import Staff
from outreach.records.work import Task
from outreach.tasks import detail_of
from outreach.terms import Level, MissedCause, TaskState

MOST = 3000
"""Notices read for one board, soonest first: more than any programme has; the rest is counted, not listed."""
PASSED_SHOWN = timedelta(days=7)
_LONGEST_LEAD = timedelta(days=31)
"""No protocol asks for notice longer than this before a call-in: what is due later than that may still lie ahead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallIn:
    """One call-in of one case, as it stands now."""

    task_id: UUID
    case_id: UUID
    handle: str
    level: Level | None
    step: Step
    at: datetime
    due_at: datetime
    zone: str
    countdown: Countdown
    assigned_to_id: UUID | None
    holder: str
    """The colleague's name; empty where nobody holds the case."""
    standing: Standing
    opens_at: datetime
    event_id: str
    """The agency's id of the event that first told of it. Never shown."""
    changes: tuple[Change, ...] = ()

    @property
    def on(self) -> date:
        """Return the day of the call-in where the case is."""
        return self.at.astimezone(ZoneInfo(self.zone)).date()


class Board(NamedTuple):
    """The call-ins to show."""

    ahead: tuple[CallIn, ...]
    passed: tuple[CallIn, ...]
    more: int
    """How many more notices there are than were read."""
    unreadable: tuple[str, ...]
    """Handles of cases whose call-ins cannot be shown, because they do not open."""


_Known = Row[Task, str, bytes, UUID | None, str]

_RANK = {
    Stand.NOT_TOLD: 0,
    Stand.MISSED: 1,
    Stand.NO_SAFE_WAY: 2,
    Stand.TRIED_ENOUGH: 2,
    Stand.HER_WORD: 3,
    Stand.DECLINED: 4,
    Stand.TOLD: 4,
    Stand.TOLD_AFTERWARDS: 4,
    Stand.CALLED_OFF: 5,
}


def board_of(session: Session, staff: StaffCard, *, now: datetime, is_own: bool = False, most: int = MOST) -> Board:
    """Return the call-ins ahead in the cases a person may see, or only in their own, and those of the last week."""
    query = _notices(staff, now)
    query = query.where(CaseRecord.assigned_to_id == staff.id) if is_own else query
    rows = session.execute(query.limit(most + 1)).all()
    found, lost = _read(session, rows[:most], now=now)
    kept = [each for each in _without_replaced(found) if each.at > now - PASSED_SHOWN]
    ahead = sorted((each for each in kept if each.at > now), key=_not_told_first)
    passed = [each for each in kept if each.at <= now and each.countdown.stand is not Stand.CALLED_OFF]
    passed.sort(key=lambda each: each.at, reverse=True)
    more = _count(session, query) - most if len(rows) > most else 0
    return Board(tuple(ahead), tuple(passed), more, lost)


def call_ins_of(session: Session, case_id: UUID, *, now: datetime) -> tuple[CallIn, ...]:
    """Return every call-in of one case that is ahead, or of which she was not told in the last week; soonest first."""
    rows = session.execute(_query().where(Task.case_id == case_id)).all()
    found, _ = _read(session, rows, now=now)
    shown = (
        each
        for each in _without_replaced(found)
        if each.at > now or (each.at > now - PASSED_SHOWN and each.countdown.stand is Stand.MISSED)
    )
    return tuple(sorted(shown, key=_not_told_first))


def find_call_in(session: Session, staff: StaffCard, task_id: UUID, *, now: datetime) -> CallIn:
    """Return one call-in of a case this person may see, whatever became of it. NoSuchCase for anything else."""
    task = session.get(Task, task_id)
    if task is None or task.step not in NOTICES:
        raise NoSuchCase
    record = find_case(session, staff, task.case_id)
    row = session.execute(_query().where(Task.id == task_id)).one()
    open_standing(session, record.id, record.standing_box)  # One that does not open is an error here, not left out.
    (found,), _ = _read(session, [row], now=now)
    return found


def red_ones(session: Session, staff: StaffCard, *, now: datetime, most: int = MOST) -> tuple[CallIn, ...]:
    """Return the call-ins ahead for which too little time is left, soonest first: what a supervisor has to see."""
    board = board_of(session, staff, now=now, most=most)
    red = (each for each in board.ahead if each.countdown.colour is Colour.RED)
    return tuple(sorted(red, key=lambda each: each.at))


def counts_of(call_ins: Iterable[CallIn]) -> Mapping[Stand, int]:
    """Return how many call-ins stand how."""
    return Counter(each.countdown.stand for each in call_ins)


def by_day(call_ins: Iterable[CallIn]) -> dict[date, list[CallIn]]:
    """Return call-ins by their day, in the order given."""
    found: dict[date, list[CallIn]] = {}
    for each in call_ins:
        found.setdefault(each.on, []).append(each)
    return found


def _count(session: Session, query: Select[Task, str, bytes, UUID | None, str]) -> int:
    ids = query.with_only_columns(Task.id).order_by(None).subquery()
    return session.scalar(select(func.count()).select_from(ids)) or 0


def _query() -> Select[Task, str, bytes, UUID | None, str]:
    return (
        select(Task, CaseRecord.handle, CaseRecord.standing_box, CaseRecord.assigned_to_id, Staff.name)
        .join(CaseRecord, CaseRecord.id == Task.case_id)
        .outerjoin(Staff, Staff.id == CaseRecord.assigned_to_id)
        .where(Task.step.in_([step.value for step in NOTICES]))
        .order_by(Task.due_at, Task.id)
    )


def _notices(staff: StaffCard, now: datetime) -> Select[Task, str, bytes, UUID | None, str]:
    theirs = CaseRecord.id.in_(visible_cases(staff).with_only_columns(CaseRecord.id))
    return _query().where(and_(theirs, Task.due_at > now - _LONGEST_LEAD - PASSED_SHOWN))


def _read(session: Session, rows: Sequence[_Known], *, now: datetime) -> tuple[list[CallIn], tuple[str, ...]]:
    standings = open_standings(session, {row[0].case_id: row[2] for row in rows})
    changes = changes_in(session, list(standings))
    found = [
        _call_in(session, row, standings[row[0].case_id], changes, now=now)
        for row in rows
        if row[0].case_id in standings
    ]
    lost = {row[1] for row in rows if row[0].case_id not in standings}
    return found, tuple(sorted(lost))


def _call_in(
    session: Session, row: _Known, standing: Standing, changes: Mapping[UUID, list[Change]], *, now: datetime
) -> CallIn:
    task, handle, _, assigned_to_id, holder = row
    detail = detail_of(session, task)
    at = _at(task, detail)
    looks = [datetime.fromisoformat(look) for look in detail.looks_at]
    notice = Notice(
        state=TaskState(task.state),
        call_in_at=at,
        due_at=task.due_at,
        last_alert_at=last_alert_of(looks, at),
        outcome=detail.outcome,
        missed_cause=MissedCause(task.missed_cause) if task.missed_cause else None,
    )
    return CallIn(
        task_id=task.id,
        case_id=task.case_id,
        handle=handle,
        level=Level(task.level) if task.level else None,
        step=Step(task.step),
        at=at,
        due_at=task.due_at,
        zone=standing.zone,
        countdown=countdown(notice, now=now),
        assigned_to_id=assigned_to_id,
        holder=holder or "",
        standing=standing,
        opens_at=task.opens_at,
        event_id=detail.event_id,
        changes=tuple(seen_at(change, at, is_open=task.state == TaskState.OPEN) for change in changes.get(task.id, ())),
    )


def _without_replaced(found: Sequence[CallIn]) -> list[CallIn]:
    """Leave out dates that hold no more: she was told of one, it was moved, and a newer notice is about the new one."""
    newest: dict[tuple[UUID, str], datetime] = {}
    for each in found:
        key = each.case_id, each.event_id
        newest[key] = max(each.opens_at, newest.get(key, each.opens_at))
    return [
        each
        for each in found
        if each.countdown.stand in (Stand.NOT_TOLD, Stand.MISSED)
        or not each.event_id
        or each.opens_at == newest[each.case_id, each.event_id]
    ]


def _not_told_first(each: CallIn) -> tuple[date, int, datetime, str]:
    return each.on, _RANK[each.countdown.stand], each.at, each.handle


def _at(task: Task, detail: TaskDetail) -> datetime:
    return datetime.fromisoformat(detail.call_in_at) if detail.call_in_at else task.due_at
