"""How a new colleague sets a pass phrase and a second factor from a one-time link."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from outreach.records.staff import EnrolmentLink, Staff
from outreach.staff import pass_phrases
from outreach.staff.second_factor import provisioning_uri, step_of
from outreach.staff.staffing import second_factor_secret, token_hash


class DeadLink(LookupError):
    """The link is unknown, used or too old: one answer for all three."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """What the enrolment page shows."""

    staff_id: UUID
    name: str
    email: str
    secret: str = field(repr=False)
    uri: str = field(repr=False)
    """otpauth address for the QR picture."""


class EnrolmentRefused(ValueError):
    """What was typed cannot be accepted; one list of sentences per field."""

    def __init__(self, faults: dict[str, list[str]]) -> None:
        super().__init__("enrolment refused")
        self.faults = faults


def open_link(session: Session, token: str, *, now: datetime) -> Invitation:
    """Return who a link is for; changes nothing. DeadLink when it opens nothing."""
    row = session.execute(
        select(Staff)
        .join(EnrolmentLink, EnrolmentLink.staff_id == Staff.id)
        .where(
            EnrolmentLink.token_hash == token_hash(token),
            EnrolmentLink.used_at.is_(None),
            EnrolmentLink.expires_at > now,
            Staff.is_active,
        )
    ).scalar_one_or_none()
    if row is None:
        raise DeadLink
    secret = second_factor_secret(session, row)
    return Invitation(row.id, row.name, row.email, secret, provisioning_uri(secret, row.email))


def enrol(session: Session, token: str, *, phrase: str, code: str, now: datetime) -> UUID:
    """
    Use the link: keep the pass phrase, confirm the second factor, end the link.

    The code counts as used: it cannot also sign in.

    Raises:
        DeadLink.
        EnrolmentRefused: the phrase is weak or the code does not match; the link stays good.
    """
    invitation = open_link(session, token, now=now)
    faults: dict[str, list[str]] = {}
    if weak := pass_phrases.faults(phrase, email=invitation.email, name=invitation.name):
        faults["phrase"] = weak
    step = step_of(invitation.secret, code, now=now)
    if step is None:
        faults["code"] = ["These digits do not match. Wait for the next six and try again."]
    if faults or step is None:
        raise EnrolmentRefused(faults)
    _use(session, token, now=now)
    kept = {"password_hash": pass_phrases.keep(phrase), "last_totp_step": step, "failed_tries": 0, "locked_until": None}
    session.execute(update(Staff).where(Staff.id == invitation.staff_id).values(**kept))
    return invitation.staff_id


def _use(session: Session, token: str, *, now: datetime) -> None:
    """End the link, once: of two requests at the same moment one finds it dead."""
    link = update(EnrolmentLink).where(EnrolmentLink.token_hash == token_hash(token), EnrolmentLink.used_at.is_(None))
    if session.scalar(link.values(used_at=now).returning(EnrolmentLink.id)) is None:
        raise DeadLink
