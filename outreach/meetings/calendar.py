"""
A calendar another program can subscribe to: busy or not, and nothing else. Its address is its key.

The address is kept as a hash; a new one ends the old, and an ended one answers like one that never was. What it says
of a meeting is its time: no place, no name, no case, no id of ours, not when it was planned or changed.
"""

import hashlib
import secrets
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from outreach import audit
from outreach.access import Action
from outreach.meetings.need_to_know import KEPT
from outreach.meetings.rules import LIVE
from outreach.records.meetings import CalendarFeed, Meeting
from outreach.records.staff import Staff
from outreach.staff.staffing import card, token_hash
from outreach.walls.sight import is_not_walled_off

AHEAD = timedelta(days=90)
REFRESH = timedelta(hours=1)


def make_feed(session: Session, staff_id: UUID, *, now: datetime) -> str:
    """Return the token of a new address, shown once; the one before ends. Audited."""
    _end(session, staff_id, now)
    token = secrets.token_urlsafe(32)
    session.add(CalendarFeed(id=uuid4(), staff_id=staff_id, token_hash=token_hash(token), made_on=now.date()))
    session.flush()
    audit.record(session, action="calendar.make", by=staff_id, cases=(), now=now)
    return token


def end_feed(session: Session, staff_id: UUID, *, now: datetime) -> None:
    """End the address of a colleague's calendar. Audited."""
    _end(session, staff_id, now)
    audit.record(session, action="calendar.end", by=staff_id, cases=(), now=now)


def made_on(session: Session, staff_id: UUID) -> date | None:
    """Return the day a colleague's address was made; None when there is none."""
    query = select(CalendarFeed.made_on).where(CalendarFeed.staff_id == staff_id, CalendarFeed.ended_on.is_(None))
    return session.scalars(query).first()


def calendar_at(session: Session, token: str, *, zone: ZoneInfo, now: datetime) -> bytes | None:
    """Return the calendar at an address, as iCalendar; None for any other address, ended ones included."""
    feed = session.scalar(
        select(CalendarFeed).where(CalendarFeed.token_hash == token_hash(token), CalendarFeed.ended_on.is_(None))
    )
    row = session.get(Staff, feed.staff_id) if feed else None
    if feed is None or row is None or not row.is_active or not card(row).may(Action.SEE_MEETINGS):
        return None
    theirs = or_(Meeting.lead_id == row.id, Meeting.second_id == row.id)
    near = (Meeting.ends_at > now - KEPT, Meeting.starts_at < now + AHEAD)
    live = Meeting.state.in_([each.value for each in LIVE])
    rows = session.execute(
        select(Meeting.id, Meeting.starts_at, Meeting.ends_at)
        .where(theirs, live, *near, is_not_walled_off(row.id, Meeting.case_id))
        .order_by(Meeting.starts_at, Meeting.id)
    )
    return _written(feed.id, [(row.id, row.starts_at, row.ends_at) for row in rows], zone)


def _written(feed_id: UUID, times: list[tuple[UUID, datetime, datetime]], zone: ZoneInfo) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Busy//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Busy")
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for meeting_id, starts_at, ends_at in times:
        calendar.add_component(_busy(feed_id, meeting_id, starts_at.astimezone(zone), ends_at.astimezone(zone)))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _busy(feed_id: UUID, meeting_id: UUID, starts: datetime, ends: datetime) -> Event:
    event = Event()
    event.add("uid", hashlib.sha256(feed_id.bytes + meeting_id.bytes).hexdigest())
    event.add("dtstamp", starts.astimezone(UTC))  # When it was planned or moved would tell of her, not of us.
    event.add("dtstart", starts)
    event.add("dtend", ends)
    event.add("summary", "Busy")
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE")
    return event


def _end(session: Session, staff_id: UUID, now: datetime) -> None:
    live = update(CalendarFeed).where(CalendarFeed.staff_id == staff_id, CalendarFeed.ended_on.is_(None))
    session.execute(live.values(ended_on=now.date()))
