"""
Whose phone a page can not reach, and why: nobody set it up, or the last push to it failed.

A failed push is tried again by itself (outreach.on_duty.pagers); this says it to people, since a page on a screen that
nobody looks at reaches nobody. Names of colleagues only, no case; so nothing here is a recorded read.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.on_duty import on_call
from outreach.records.on_call import PageCall, StaffPage, StaffPager
from outreach.records.staff import Staff

LATELY = timedelta(days=30)
"""A push that failed before then says nothing of a phone today."""


class Cause(StrEnum):
    """Why a colleague's phone is not reached; the last two as `outreach.on_duty.pagers` notes them on a page."""

    NO_PHONE = "no_phone"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"


class Unreached(NamedTuple):
    """One colleague whom a page does not reach on their phone."""

    name: str
    cause: Cause
    since: datetime | None
    """When they were paged in vain; None where no phone is set up."""


def unreached_phones(session: Session, *, now: datetime) -> tuple[Unreached, ...]:
    """
    Return whose phone is not reached, by name: whoever is on call in the next week, supervisors, and who was paged.

    A push that arrives ends it. Who left, or may not be called any more, is not named.
    """
    shifts = on_call.shifts(session, since=now, until=now + on_call.AHEAD)
    failed = _failed(session, now)
    wanted = (*(each.staff_id for each in shifts), *on_call.supervisors(session), *failed)
    called = on_call.at_work(session, wanted)
    with_phone = set(session.scalars(select(StaffPager.staff_id).where(StaffPager.staff_id.in_(called))))
    names = {row.id: row.name for row in session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(called)))}
    found = [Unreached(names[each], Cause.NO_PHONE, None) for each in called if each not in with_phone]
    found += [Unreached(names[each], *failed[each]) for each in called if each in with_phone and each in failed]
    return tuple(sorted(found, key=lambda each: (each.name, each.cause)))


def _failed(session: Session, now: datetime) -> dict[UUID, tuple[Cause, datetime]]:
    """Return those whose newest page that was tried did not reach the push service, with why and since when."""
    tried = (
        select(StaffPage.staff_id, StaffPage.fault, PageCall.called_at)
        .join(PageCall, PageCall.id == StaffPage.call_id)
        .where(PageCall.called_at > now - LATELY, StaffPage.fault.is_not(None) | StaffPage.pushed_at.is_not(None))
        .order_by(PageCall.called_at, PageCall.id)
    )
    newest = {row.staff_id: (row.fault, row.called_at) for row in session.execute(tried)}
    told = (Cause.UNREACHABLE.value, Cause.REFUSED.value)
    return {who: (Cause(fault), since) for who, (fault, since) in newest.items() if fault in told}
