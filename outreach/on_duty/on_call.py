"""
Who is on call: the rota, its gaps, and who is on duty at an instant. Hides the table of shifts.

A gap is never silent: it is shown to supervisors, it fails `doctor`, and while it lasts they are paged themselves.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from outreach import audit
from outreach.access import OUTSIDE_THE_WALL, StaffCard
from outreach.records.errors import NoSuchRecord
from outreach.records.on_call import OnCallShift
from outreach.records.staff import Staff
from outreach.terms import Role

AHEAD = timedelta(days=7)
"""How far ahead the rota must have no gap."""
LONGEST = timedelta(days=14)
"""A longer shift is a slip of the pen."""
_SEES_CASES = (Role.ADVOCATE.value, Role.SUPERVISOR.value)
_OUTSIDE = tuple(each.value for each in OUTSIDE_THE_WALL)


class Turn(StrEnum):
    """Who is paged first, and who when the first does not answer."""

    FIRST = "first"
    SECOND = "second"


class BadShift(ValueError):
    """A shift that cannot be: it ends before it begins, is over, is too long, or the colleague takes no cases."""


class Duty(NamedTuple):
    """Who is on call at an instant."""

    first: tuple[UUID, ...]
    second: tuple[UUID, ...]


class NewShift(NamedTuple):
    """A shift to put on the rota; times aware."""

    staff_id: UUID
    turn: Turn
    begins_at: datetime
    ends_at: datetime


class Shift(NamedTuple):
    """One shift of the rota."""

    id: UUID
    staff_id: UUID
    name: str
    turn: Turn
    begins_at: datetime
    ends_at: datetime
    handed_over_at: datetime | None


class Gap(NamedTuple):
    """A while in which nobody is first on call."""

    begins_at: datetime
    ends_at: datetime


def add_shift(session: Session, new: NewShift, *, by: UUID | None, now: datetime) -> UUID:
    """Put a colleague on call for a while and return the shift's id. Audited. Raises BadShift."""
    if not (new.begins_at < new.ends_at and now < new.ends_at and new.ends_at - new.begins_at <= LONGEST):
        raise BadShift("a shift ends after it begins, is not over yet, and lasts two weeks at most")
    if not at_work(session, (new.staff_id,)):
        raise BadShift("only a colleague who sees cases can be on call")
    row = OnCallShift(id=uuid4(), **{**new._asdict(), "turn": new.turn.value}, made_by_id=by)
    session.add(row)
    audit.record(session, action="on_call.add", by=by, cases=(), now=now)
    return row.id


def take_away(session: Session, shift_id: UUID, *, by: UUID, now: datetime) -> None:
    """Take a shift off the rota. Audited. Raises NoSuchRecord, also for one that is over or gone."""
    row = session.get(OnCallShift, shift_id)
    if row is None or row.taken_away_by_id is not None or row.ends_at <= now:
        raise NoSuchRecord("shift", shift_id)
    row.taken_away_by_id = by
    audit.record(session, action="on_call.take_away", by=by, cases=(), now=now)


def on_duty(session: Session, *, at: datetime) -> Duty:
    """Return who is on call at an instant."""
    now = [each for each in shifts(session, since=at, until=at) if each.begins_at <= at]
    first, second = (tuple(dict.fromkeys(s.staff_id for s in now if s.turn is turn)) for turn in Turn)
    return Duty(first, tuple(each for each in second if each not in first))


def shift_of(session: Session, staff: StaffCard, *, at: datetime) -> Shift | None:
    """Return the shift a colleague has at an instant, the longer of two; None when they are not on call."""
    theirs = [s for s in shifts(session, since=at, until=at) if s.staff_id == staff.id and s.begins_at <= at]
    return max(theirs, key=lambda shift: shift.ends_at, default=None)


def shifts(session: Session, *, since: datetime, until: datetime) -> list[Shift]:
    """Return the shifts that are not over by `since` and begin by `until`, of those who may be on call, in order."""
    query = (
        select(OnCallShift, Staff.name)
        .join(Staff, Staff.id == OnCallShift.staff_id)
        .where(
            OnCallShift.ends_at > since,
            OnCallShift.begins_at <= until,
            OnCallShift.taken_away_by_id.is_(None),
            *_may_be_called(),
        )
        .order_by(OnCallShift.begins_at, OnCallShift.turn, Staff.name)
    )
    return [
        Shift(row.id, row.staff_id, name, Turn(row.turn), row.begins_at, row.ends_at, row.handed_over_at)
        for row, name in session.execute(query)
    ]


def gaps(session: Session, *, since: datetime, until: datetime) -> list[Gap]:
    """Return when nobody is first on call between two instants."""
    first = [(s.begins_at, s.ends_at) for s in shifts(session, since=since, until=until) if s.turn is Turn.FIRST]
    return uncovered(first, since=since, until=until)


def uncovered(spans: Sequence[tuple[datetime, datetime]], *, since: datetime, until: datetime) -> list[Gap]:
    """Return what of a while none of the spans covers. Pure."""
    found, reached = [], since
    for begins_at, ends_at in sorted(spans):
        if begins_at >= until:
            break
        if begins_at > reached:
            found.append(Gap(reached, begins_at))
        reached = max(reached, ends_at)
    return [*found, Gap(reached, until)] if reached < until else found


def at_work(session: Session, staff_ids: Sequence[UUID]) -> tuple[UUID, ...]:
    """Return those of these colleagues who work here and may see cases, in the order given."""
    known = set(session.scalars(select(Staff.id).where(Staff.id.in_(staff_ids), *_may_be_called())))
    return tuple(each for each in dict.fromkeys(staff_ids) if each in known)


def supervisors(session: Session) -> tuple[UUID, ...]:
    """Return every supervisor who works here."""
    query = select(Staff.id).where(Staff.role == Role.SUPERVISOR.value, *_may_be_called()).order_by(Staff.name)
    return tuple(session.scalars(query))


def everyone(session: Session) -> tuple[UUID, ...]:
    """Return everyone who works here and may see cases."""
    return tuple(session.scalars(select(Staff.id).where(*_may_be_called()).order_by(Staff.name)))


def _may_be_called() -> tuple[ColumnElement[bool], ...]:
    return (Staff.is_active.is_(True), Staff.role.in_(_SEES_CASES), Staff.employer.not_in(_OUTSIDE))
