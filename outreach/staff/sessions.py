"""
Signed-in browsers. The token is random and kept only as a hash; ending one, or its owner's work, counts at once.

Idle 15 minutes, 12 hours at most (NIST SP 800-63B-4 section 2.2.3 asks for less than 30 minutes and 24 hours or less).
"""

import secrets
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from outreach.access import StaffCard
from outreach.records.staff import Staff, StaffSession
from outreach.staff.staffing import card, token_hash

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=12)
HALF_OPEN = timedelta(minutes=5)
NOTED_EVERY = timedelta(seconds=60)
"""How exact `seen_at` is: a page writes it only when this much has passed."""


def begin(session: Session, staff_id: UUID, *, has_second_factor: bool, now: datetime) -> str:
    """Open a session and return its token, which is stored nowhere."""
    token = secrets.token_urlsafe(32)
    row = StaffSession(id=uuid4(), staff_id=staff_id, id_hash=token_hash(token), begun_at=now, seen_at=now)
    row.has_second_factor = has_second_factor
    session.add(row)
    session.flush()
    return token


def resume(session: Session, token: str, *, now: datetime) -> tuple[StaffCard, bool] | None:
    """
    Return whose session this is, and whether it is time to note that it was seen; None when it is not alive.

    Alive: second factor given, not ended, not idle too long, not too old, its owner still on staff.
    """
    found = session.execute(
        select(Staff, StaffSession.seen_at)
        .join(StaffSession, StaffSession.staff_id == Staff.id)
        .where(
            StaffSession.id_hash == token_hash(token),
            StaffSession.has_second_factor,
            StaffSession.ended_at.is_(None),
            StaffSession.seen_at > now - IDLE,
            StaffSession.begun_at > now - LONGEST,
            Staff.is_active,
        )
    ).one_or_none()
    return None if found is None else (card(found[0]), now - found[1] >= NOTED_EVERY)


def note_seen(session: Session, token: str, *, now: datetime) -> None:
    """Move the idle clock of a live session on; one that ended meanwhile stays ended."""
    live = update(StaffSession).where(StaffSession.id_hash == token_hash(token), StaffSession.ended_at.is_(None))
    session.execute(live.values(seen_at=now))


def half_open(session: Session, token: str, *, now: datetime) -> UUID | None:
    """Return whose half-open session this is: pass phrase given, second factor still to come, 5 minutes old at most."""
    return session.scalar(
        select(StaffSession.staff_id).where(
            StaffSession.id_hash == token_hash(token),
            StaffSession.has_second_factor.is_(False),
            StaffSession.ended_at.is_(None),
            StaffSession.begun_at > now - HALF_OPEN,
        )
    )


def owner_of(session: Session, token: str) -> UUID | None:
    """Return whose fully opened session this is or was, alive or not; None when there never was one."""
    named = StaffSession.id_hash == token_hash(token), StaffSession.has_second_factor
    return session.scalar(select(StaffSession.staff_id).where(*named))


def end(session: Session, token: str, *, now: datetime) -> None:
    """End a session; nothing happens when it has ended already."""
    live = update(StaffSession).where(StaffSession.id_hash == token_hash(token), StaffSession.ended_at.is_(None))
    session.execute(live.values(ended_at=now))
