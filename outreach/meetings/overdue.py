"""
Alarms: a sign of life that did not come, raised by the worker from rows alone, and how a person answers one.

No box is opened here, so that a damaged case or a missing key keeps no alarm from ringing; the portal need not run.
An alarm, its page and the mark that it was raised are one transaction: a worker killed in it has done nothing, and
the next round does all of it; one killed after it has done it once.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, cast
from uuid import UUID, uuid4

from sqlalchemy import CursorResult, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from outreach import audit
from outreach.meetings.ladder import next_look, patience, rungs_due, sign_due_at
from outreach.meetings.rules import AHEAD, LIVE, MORE_TIME, AlarmKind, MeetingState
from outreach.on_duty import on_call, paging
from outreach.on_duty.paging import OfCase
from outreach.records.engine import STORAGE_FAULTS, Vault
from outreach.records.meetings import Meeting, MeetingAlarm
from outreach.terms import PageAbout

ANSWERED, SAFE, HELP_SENT = "answered", "safe", "help_sent"


_log = logging.getLogger(__name__)


class Watched(NamedTuple):
    """What the worker reads of a meeting: who, and when. Nothing that needs a key."""

    id: UUID
    case_id: UUID
    lead_id: UUID
    second_id: UUID | None
    buddy_id: UUID
    state: str
    stage: int
    check_in_by: datetime
    ends_at: datetime
    next_look_at: datetime
    buddy_after: int
    supervisor_after: int

    @property
    def due_at(self) -> datetime | None:
        """Return when they must check in, or out."""
        return sign_due_at(MeetingState(self.state), check_in_by=self.check_in_by, ends_at=self.ends_at)


class Raised(NamedTuple):
    """An alarm to keep."""

    meeting_id: UUID
    kind: AlarmKind
    about_at: datetime
    call_id: UUID
    """The page about it: it opens this meeting, and no other, to whoever was paged."""


class AlarmCard(NamedTuple):
    """One alarm as a page may show it."""

    kind: AlarmKind
    about_at: datetime
    raised_at: datetime
    settled_at: datetime | None
    settled_as: str | None


_WATCHED = tuple(getattr(Meeting, name) for name in Watched._fields)


def look_at_meetings(vault: Vault, *, now: datetime) -> int:
    """Raise every alarm that is due and return how many. Safe to run in several processes."""
    with vault.reading() as session:
        query = select(*_WATCHED).where(Meeting.next_look_at <= now).order_by(Meeting.next_look_at)
        due = [Watched(*row) for row in session.execute(query)]
    raised, failed = 0, None
    for each in due:
        try:
            raised += _look(vault, each, now)
        except STORAGE_FAULTS:
            raise
        except Exception as error:  # One meeting keeps no other's alarm; the round fails at its end, which is loud.
            _log.error("meeting.look_failed meeting=%s error=%s", each.id, type(error).__name__)
            failed = error
    if failed is not None:
        raise failed
    return raised


def _look(vault: Vault, seen: Watched, now: datetime) -> int:
    """Raise what is due of one meeting, unless somebody gave a sign of life or raised it since it was read."""
    policy = patience(seen)
    rungs = rungs_due(seen.due_at, stage=seen.stage, now=now, policy=policy) if seen.due_at else ()
    stage = seen.stage + len(rungs)
    with vault.writing() as session:
        as_seen = (
            Meeting.id == seen.id,
            Meeting.state == seen.state,
            Meeting.stage == seen.stage,
            Meeting.next_look_at == seen.next_look_at,
        )
        later = next_look(seen.due_at, stage=stage, policy=policy)
        moved = update(Meeting).where(*as_seen).values(stage=stage, next_look_at=later)
        taken = session.execute(moved.execution_options(synchronize_session=False))
        if cast("CursorResult[()]", taken).rowcount != 1 or seen.due_at is None or not rungs:
            return 0
        call_id = uuid4()
        for rung in rungs:
            raise_alarm(session, Raised(seen.id, rung, seen.due_at, call_id), now=now)
        about = OfCase(PageAbout.MEETING_OVERDUE, seen.case_id)
        paging.call(session, _called(session, seen, rungs), about, now=now, call_id=call_id)
        audit.record(session, action="meeting.alarm", by=audit.WORKER, cases=[seen.case_id], now=now)
    return len(rungs)


def raise_alarm(session: Session, raised: Raised, *, now: datetime) -> bool:
    """
    Keep that an alarm was raised; tell whether it is new. The caller pages, under the alarm's call, and audits.

    Two who call for help from one meeting at the same instant raise one alarm, and neither is refused.
    """
    session.flush()
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = insert(MeetingAlarm).values(id=uuid4(), **{**raised._asdict(), "kind": raised.kind.value}, raised_at=now)
    once = row.on_conflict_do_nothing(index_elements=["meeting_id", "kind", "about_at"])
    return session.scalar(once.returning(MeetingAlarm.id)) is not None


def _called(session: Session, seen: Watched, rungs: Sequence[AlarmKind]) -> tuple[UUID, ...]:
    """Return whom to page: the buddy; supervisors too where it came to them. Never those who are at the meeting."""
    called = [seen.buddy_id]
    if AlarmKind.SUPERVISOR in rungs:
        called += on_call.supervisors(session)
    there = {seen.lead_id, seen.second_id}
    return tuple(each for each in dict.fromkeys(called) if each not in there)


def alarms_of(session: Session, meeting_id: UUID) -> tuple[AlarmCard, ...]:
    """Return a meeting's alarms, newest first; never to be shown to those who are at the meeting."""
    query = (
        select(MeetingAlarm)
        .where(MeetingAlarm.meeting_id == meeting_id)
        .order_by(MeetingAlarm.raised_at.desc(), MeetingAlarm.kind)
    )
    return tuple(
        AlarmCard(AlarmKind(row.kind), row.about_at, row.raised_at, row.settled_at, row.settled_as)
        for row in session.scalars(query)
    )


def sign_of_life(session: Session, meeting: Meeting, *, by: UUID, now: datetime) -> None:
    """End the alarms about a missed sign, now that it came. A call for help stays: only another person ends it."""
    _settle(session, meeting, by=by, settled_as=ANSWERED, now=now, but=AlarmKind.DURESS)


def settle(session: Session, meeting: Meeting, *, by: UUID, is_safe: bool, now: datetime) -> None:
    """
    Keep how a person answered the alarms of a meeting. Audited.

    Where all is well and it goes on, the next sign is due in half an hour, and the alarm stands watch again.
    """
    _settle(session, meeting, by=by, settled_as=SAFE if is_safe else HELP_SENT, now=now)
    if is_safe and meeting.state in LIVE:
        watch_on(meeting, until=now + MORE_TIME)
    audit.record(session, action="meeting.settle", by=by, cases=[meeting.case_id], now=now)


def watch_on(meeting: Meeting, *, until: datetime) -> None:
    """Expect the next sign of life by then."""
    if meeting.state in AHEAD:
        meeting.check_in_by = until
        meeting.ends_at = max(meeting.ends_at, until + MORE_TIME)
    else:
        meeting.ends_at = until
    meeting.stage, meeting.next_look_at = 0, next_look(until, stage=0, policy=patience(meeting))


def _settle(
    session: Session, meeting: Meeting, *, by: UUID, settled_as: str, now: datetime, but: AlarmKind | None = None
) -> None:
    which = [MeetingAlarm.meeting_id == meeting.id, MeetingAlarm.settled_at.is_(None)]
    if but is not None:
        which.append(MeetingAlarm.kind != but.value)
    values = {"settled_at": now, "settled_by_id": by, "settled_as": settled_as}
    session.execute(update(MeetingAlarm).where(*which).values(**values).execution_options(synchronize_session=False))
