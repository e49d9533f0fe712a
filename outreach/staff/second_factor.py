"""Time-based one-time codes (RFC 6238): six digits, 30 seconds, one step of slack either way, each step once."""

from datetime import datetime
from uuid import UUID

import pyotp
from sqlalchemy import update
from sqlalchemy.orm import Session

from outreach.records.staff import Staff

SECONDS = 30
SLACK = (0, -1, 1)


def step_of(secret: str, code: str, *, now: datetime) -> int | None:
    """Return the time step a code belongs to, or None when it is none of the three that count now."""
    digits = "".join(code.split())
    if len(digits) != 6 or not (digits.isascii() and digits.isdigit()):
        return None
    totp = pyotp.TOTP(secret)
    current = int(now.timestamp()) // SECONDS
    return next(
        (current + off for off in SLACK if pyotp.utils.strings_equal(totp.generate_otp(current + off), digits)), None
    )


def spend(session: Session, staff_id: UUID, step: int) -> bool:
    """Use up a time step, once for ever; False when it or a later one was used before."""
    spent = update(Staff).where(Staff.id == staff_id, Staff.last_totp_step < step).values(last_totp_step=step)
    return session.scalar(spent.returning(Staff.id)) is not None


def provisioning_uri(secret: str, email: str) -> str:
    """Return the otpauth address a phone app reads from the QR picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="Wayside")
