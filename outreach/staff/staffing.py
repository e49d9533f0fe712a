"""
Who works here: adding a colleague, and ending it. Hides the staff table and how links and secrets are kept.

The one-time link is a random token, stored only as a hash. The second-factor secret is made with the colleague's
row and sealed under the house's own key.
"""

import hashlib
import re
import secrets
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pyotp
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from outreach import audit
from outreach.access import OUTSIDE_THE_WALL, StaffCard, sees_cases
from outreach.records.boxes import BoxNumber
from outreach.records.keys import HOUSE, seal, unseal
from outreach.records.staff import EnrolmentLink, Staff, StaffSession
from outreach.terms import Employer, Role

LINK_LASTS = timedelta(hours=48)
_EMAIL = re.compile(r"[^@\s<>\"']{1,64}@[^@\s<>\"']{1,189}")


class StaffingError(Exception):
    """Base of what can be wrong with a change of staff; the text says the mend."""


class NotAnEmail(StaffingError):
    """The address cannot be one."""


class AlreadyOnStaff(StaffingError):
    """Someone with this address works here already."""


class RoleNotAllowed(StaffingError):
    """This employer's people may not hold this role."""


class NotOnStaff(StaffingError):
    """Nobody with this address works here."""


def add_staff(
    session: Session, email: str, name: str, *, role: Role, employer: Employer, now: datetime
) -> tuple[UUID, str]:
    """
    Add a colleague and return their id with the token of a one-time enrolment link, shown once and kept hashed.

    Raises:
        NotAnEmail, AlreadyOnStaff.
        RoleNotAllowed: law enforcement or prosecution employ this person and the role sees cases (requirement 69).
    """
    email = normal_email(email)
    if not _EMAIL.fullmatch(email) or not name.strip():
        raise NotAnEmail("give an e-mail address like name@example.org, and a name")
    refuse_role_outside_the_wall(role, employer)
    if session.scalar(select(Staff.id).where(Staff.email == email)) is not None:
        raise AlreadyOnStaff("someone with this e-mail address is on staff already")
    staff_id = uuid4()
    box = seal(session, BoxNumber.STAFF_SECRETS, [pyotp.random_base32()], owner=HOUSE, row=staff_id)
    session.add(
        Staff(id=staff_id, email=email, name=name.strip(), role=role.value, employer=employer.value, secrets_box=box)
    )
    session.flush()
    audit.record(session, action="staff.add", by=None, cases=(), now=now)
    return staff_id, issue_link(session, staff_id, now=now)


def refuse_role_outside_the_wall(role: Role, employer: Employer) -> None:
    """Raise RoleNotAllowed when the employer is law enforcement or prosecution and the role sees cases."""
    if employer in OUTSIDE_THE_WALL and sees_cases(role):
        raise RoleNotAllowed(
            "people employed by law enforcement or prosecution cannot hold a role that sees cases; "
            "choose administrator, or ask a community advocate"
        )


def issue_link(session: Session, staff_id: UUID, *, now: datetime) -> str:
    """Return the token of a new one-time link that lasts 48 hours; earlier unused links end."""
    earlier = update(EnrolmentLink).where(EnrolmentLink.staff_id == staff_id, EnrolmentLink.used_at.is_(None))
    session.execute(earlier.values(used_at=now))
    token = secrets.token_urlsafe(32)
    link = EnrolmentLink(id=uuid4(), staff_id=staff_id, token_hash=token_hash(token), expires_at=now + LINK_LASTS)
    session.add(link)
    session.flush()
    return token


def renew_link(session: Session, email: str, *, now: datetime) -> str:
    """Return the token of a new link for someone on staff, with a new second factor. NotOnStaff when there is none."""
    row = session.scalar(select(Staff).where(Staff.email == normal_email(email), Staff.is_active))
    if row is None:
        raise NotOnStaff("nobody with this e-mail address is on staff")
    row.secrets_box = seal(session, BoxNumber.STAFF_SECRETS, [pyotp.random_base32()], owner=HOUSE, row=row.id)
    row.password_hash = None
    _end_sessions(session, row.id, now=now)
    audit.record(session, action="staff.link", by=None, cases=(), now=now)
    return issue_link(session, row.id, now=now)


def end_staff(session: Session, email: str, *, now: datetime) -> UUID:
    """End someone's work here: every session of theirs is dead at its next request. NotOnStaff when there is none."""
    staff_id = session.scalar(select(Staff.id).where(Staff.email == normal_email(email)))
    if staff_id is None:
        raise NotOnStaff("nobody with this e-mail address is on staff")
    session.execute(update(Staff).where(Staff.id == staff_id).values(is_active=False))
    _end_sessions(session, staff_id, now=now)
    audit.record(session, action="staff.end", by=None, cases=(), now=now)
    return staff_id


def card(row: Staff) -> StaffCard:
    """Return a colleague's card."""
    return StaffCard(row.id, row.email, row.name, Role(row.role), Employer(row.employer))


def colleagues(session: Session) -> list[StaffCard]:
    """Return everyone who works here now, by name."""
    return [card(row) for row in session.scalars(select(Staff).where(Staff.is_active).order_by(Staff.name))]


def normal_email(email: str) -> str:
    """Return an address as it is stored and compared."""
    return email.strip().casefold()


def token_hash(token: str) -> bytes:
    """Return how a random 256-bit token is kept; it needs no salt, as it cannot be guessed."""
    return hashlib.sha256(token.encode()).digest()


def second_factor_secret(session: Session, row: Staff) -> str:
    """Return the base32 secret of someone's second factor."""
    return str(unseal(session, BoxNumber.STAFF_SECRETS, row.secrets_box, owner=HOUSE, row=row.id)[0])


def _end_sessions(session: Session, staff_id: UUID, *, now: datetime) -> None:
    live = update(StaffSession).where(StaffSession.staff_id == staff_id, StaffSession.ended_at.is_(None))
    session.execute(live.values(ended_at=now))
