"""
Bringing a call-in of which she was not told before a supervisor: on their list, and as a page to their phones.

It stays inside the organisation. A page names nothing and nobody, comes at a fixed quarter of an hour, and is one for
all call-ins together while nobody has seen it, so that neither its moment nor its number says how many were not told.
A case that one of them may not see has a page of its own, to those who may.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.on_duty import on_call, paging
from outreach.on_duty.paging import OfCase
from outreach.records.on_call import PageCall
from outreach.terms import PageAbout
from outreach.walls.telling import may_be_told


def page_supervisors(session: Session, case_id: UUID, *, now: datetime) -> None:
    """
    Page supervisors about a call-in at the next fixed tick, unless a page about any still waits to be seen.

    Where one of them is kept away from the case, the others are paged about it alone: a page about all may be seen by
    somebody who finds nothing of this one, and must not stand in for it.
    """
    bosses = on_call.supervisors(session)
    waits = select(PageCall.id).where(PageCall.about == PageAbout.CALL_IN.value, PageCall.seen_at.is_(None))
    is_for_all = may_be_told(session, case_id, bosses) == bosses
    about = PageAbout.CALL_IN if is_for_all else OfCase(PageAbout.CALL_IN, case_id)
    same = PageCall.case_id.is_(None) if is_for_all else PageCall.case_id == case_id
    if session.scalars(waits.where(same).limit(1)).first() is None:
        paging.call(session, bosses, about, now=paging.next_tick(now))
