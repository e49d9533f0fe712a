"""
Bringing a call-in of which she was not told before a supervisor: on their list, and as a page to their phones.

It stays inside the organisation. A page names nothing and nobody, comes at a fixed quarter of an hour, and is one for
all call-ins together while nobody has seen it, so that neither its moment nor its number says how many were not told.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.on_duty import on_call, paging
from outreach.on_duty.paging import PageAbout
from outreach.records.on_call import PageCall


def page_supervisors(session: Session, *, now: datetime) -> None:
    """Page supervisors about call-ins at the next fixed tick, unless a page about them still waits to be seen."""
    waits = select(PageCall.id).where(PageCall.about == PageAbout.CALL_IN.value, PageCall.seen_at.is_(None))
    if session.scalars(waits.limit(1)).first() is None:
        paging.call(session, on_call.supervisors(session), PageAbout.CALL_IN, now=paging.next_tick(now))
