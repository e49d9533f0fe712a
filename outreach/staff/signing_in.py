"""
Signing in: pass phrase, then second factor, with limits that no header, race or second browser gets around.

Every try is counted before it is checked, in a transaction of its own, so that tries at the same moment all count.
The limit is per account and knows no address; an unknown e-mail, a wrong phrase and a resting account are one answer.
Argon2 runs outside any transaction: no writer waits for it.
"""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from outreach.records.engine import Vault
from outreach.records.staff import Staff
from outreach.staff import pass_phrases
from outreach.staff.second_factor import spend, step_of
from outreach.staff.sessions import begin, end, half_open
from outreach.staff.staffing import normal_email, second_factor_secret

FREE_TRIES = 5
LONGEST_REST = timedelta(minutes=15)


class SignInRefused(Exception):
    """It did not match, or the account rests after too many tries: one answer for all."""


class _Counted(NamedTuple):
    staff_id: UUID
    kept: str | None
    is_resting: bool


def check_pass_phrase(vault: Vault, email: str, phrase: str, *, now: datetime) -> str:
    """
    Return the token of a half-open session when the pass phrase is right; it opens only the second step.

    Raises:
        SignInRefused.
    """
    with vault.writing() as session:
        counted = _count_try(session, Staff.email == normal_email(email), now=now)
    is_right = pass_phrases.matches(phrase, counted.kept if counted else None)
    if counted is None or counted.is_resting or not is_right:
        raise SignInRefused
    with vault.writing() as session:
        giving_back = update(Staff).where(Staff.id == counted.staff_id, Staff.failed_tries > 0)
        session.execute(giving_back.values(failed_tries=Staff.failed_tries - 1, locked_until=None))
        return begin(session, counted.staff_id, has_second_factor=False, now=now)


def check_second_factor(vault: Vault, half_token: str, code: str, *, now: datetime) -> str:
    """
    Return the token of a full session when the code is right, new, and the half-open session alive.

    The half-open session ends with success; failures leave it open and count.

    Raises:
        SignInRefused.
    """
    with vault.writing() as session:
        staff_id = half_open(session, half_token, now=now)
        counted = _count_try(session, Staff.id == staff_id, now=now) if staff_id else None
    if counted is None or counted.is_resting:
        raise SignInRefused
    with vault.writing() as session:
        row = session.scalars(select(Staff).where(Staff.id == counted.staff_id)).one()
        step = step_of(second_factor_secret(session, row), code, now=now)
        if step is None or not spend(session, row.id, step):
            raise SignInRefused
        session.execute(update(Staff).where(Staff.id == row.id).values(failed_tries=0, locked_until=None))
        end(session, half_token, now=now)
        return begin(session, row.id, has_second_factor=True, now=now)


def _count_try(session: Session, whose: object, *, now: datetime) -> _Counted | None:
    """Count one try against an active account; while it rests nothing is counted and nothing is checked."""
    found = select(Staff.id, Staff.password_hash, Staff.failed_tries, Staff.locked_until)
    row = session.execute(found.where(whose, Staff.is_active).with_for_update()).one_or_none()  # type: ignore[arg-type]
    if row is None:
        return None
    if row.locked_until is not None and row.locked_until > now:
        return _Counted(row.id, None, is_resting=True)
    tries = row.failed_tries + 1
    values = {"failed_tries": tries, "locked_until": now + rest_after(tries) if tries >= FREE_TRIES else None}
    session.execute(update(Staff).where(Staff.id == row.id).values(**values))
    return _Counted(row.id, row.password_hash, is_resting=False)


def rest_after(tries: int) -> timedelta:
    """Return how long an account rests after so many misses in a row: a minute, doubling, a quarter hour at most."""
    return min(timedelta(minutes=2 ** min(tries - FREE_TRIES, 10)), LONGEST_REST)
