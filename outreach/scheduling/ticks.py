"""
Whether somebody still looks at each queue: a worker's round leaves a tick, and silence is an alarm.

A round that fails leaves none, so that one which fails for minutes is as loud as one that does not run.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from outreach.records.engine import Vault
from outreach.records.meetings import Meeting
from outreach.records.on_call import PageCall, PageTick, StaffPage
from outreach.records.provider import QueueTick
from outreach.records.staff import Staff
from outreach.records.work import Letter, Text
from outreach.terms import LetterState, TextState

if TYPE_CHECKING:
    from outreach.scheduling.runner import Round

SILENCE = timedelta(minutes=2)
"""A queue nobody looked at for longer raises the alarm."""
EVERY = timedelta(seconds=30)
"""How often a tick is written down: a write every second would only wear the disk."""


class Queue(StrEnum):
    """The queues whose silence is an alarm, by the name of their round."""

    TEXTS = "send"
    CALLBACKS = "callbacks"
    NEWS = "ingest"
    DUE = "escalation"
    LETTERS = "print"
    PAGES = "pages"
    PAGERS = "pagers"
    MEETINGS = "meetings"


class Silent(NamedTuple):
    """A queue nobody looks at, and since when; None when nobody ever did, although one is needed."""

    queue: Queue
    since: datetime | None


def ticked(vault: Vault, each: "Round", *, clock: Callable[[], datetime]) -> "Round":
    """Return the round, leaving a tick whenever it ended well."""
    noted_at: datetime | None = None

    def work() -> Mapping[str, int]:
        nonlocal noted_at
        counts, now = each.work(), clock()
        if noted_at is None or abs(now - noted_at) >= EVERY:
            with vault.writing() as session:
                note(session, each.name, now=now)
            noted_at = now
        return counts

    return replace(each, work=work)


def note(session: Session, name: str, *, now: datetime) -> None:
    """Note that a worker has looked at a queue."""
    dialect = session.get_bind().dialect.name
    row = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(QueueTick)
    row = row.values(name=name, ticked_at=now)
    session.execute(row.on_conflict_do_update(index_elements=["name"], set_={"ticked_at": now}))


def ticks(session: Session) -> dict[str, datetime]:
    """Return when a worker last looked at each queue, by the name of its round."""
    return {name: at for name, at in session.execute(select(QueueTick.name, QueueTick.ticked_at))}


def silent(session: Session, *, now: datetime) -> tuple[Silent, ...]:
    """Return the queues nobody looks at. A queue that never had a worker is one once it needs one."""
    seen = ticks(session)
    late = [each for each, overdue in _NEEDED.items() if each not in seen and overdue(session, now)]
    known = [each for each in Queue if each in seen and now - seen[each] > SILENCE]
    return tuple(Silent(each, seen.get(each)) for each in Queue if each in {*late, *known})


def _is_text_overdue(session: Session, now: datetime) -> bool:
    query = select(func.min(Text.release_at)).where(Text.state == TextState.PLANNED.value)
    first = session.scalar(query)
    return first is not None and now - first > SILENCE


def _is_letter_overdue(session: Session, now: datetime) -> bool:
    query = select(func.min(Letter.release_at)).where(Letter.state == LetterState.RELEASED.value)
    first = session.scalar(query)
    return first is not None and now - first > SILENCE


def _is_page_overdue(session: Session, now: datetime) -> bool:
    tick = session.scalar(select(func.min(PageTick.tick_at)).where(PageTick.is_rung.is_(False)))
    handed = session.scalar(select(func.min(PageCall.escalates_at)))
    return any(due is not None and now - due > SILENCE for due in (tick, handed))


def _is_push_overdue(session: Session, now: datetime) -> bool:
    due = session.scalar(select(func.min(StaffPage.push_at)))
    return due is not None and now - due > SILENCE


def _is_meeting_overdue(session: Session, now: datetime) -> bool:
    first = session.scalar(select(func.min(Meeting.next_look_at)))
    return first is not None and now - first > SILENCE


def has_begun(session: Session, _now: datetime) -> bool:
    """Say whether people work here: somebody has signed in once."""
    # What agencies sent waits where neither the portal nor the vault can see it: that people work here must do.
    return session.scalar(select(Staff.id).where(Staff.password_hash.is_not(None)).limit(1)) is not None


_NEEDED = {
    Queue.NEWS: has_begun,
    Queue.DUE: has_begun,
    Queue.TEXTS: _is_text_overdue,
    Queue.CALLBACKS: _is_text_overdue,
    Queue.LETTERS: _is_letter_overdue,
    Queue.PAGES: _is_page_overdue,
    Queue.PAGERS: _is_push_overdue,
    Queue.MEETINGS: _is_meeting_overdue,
}
"""What shows that a queue is missing its worker where it never had one (no text leaves with callbacks unread)."""
