"""
The ladder of a page that nobody answers: who is paged next, and what is done where nobody who may see a case is there.

Rung 0 is whoever was asked first, 1 the second on call, SUPERVISORS the last. Whoever has seen a page ends its climb.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from outreach.on_duty import on_call
from outreach.records.meetings import Meeting, MeetingAlarm
from outreach.records.on_call import PageCall, StaffPage
from outreach.terms import PageAbout
from outreach.walls.telling import in_charge, may_be_told, on_duty_for

ANSWER_WITHIN = timedelta(minutes=10)
"""How long those paged have before the next ones are."""
AGAIN = timedelta(minutes=15)
"""How often supervisors and whoever is on call are paged again while nobody answers."""
SUPERVISORS = 2
"""The rung of the ladder on which supervisors are paged; the second on call stands on the one before."""
_MEETINGS = (PageAbout.MEETING_OVERDUE, PageAbout.MEETING_DURESS)


def hand_on(session: Session, now: datetime) -> int:
    """Page who is next; where no supervisor can be, those paged before once more, and that there is such a case."""
    calls = session.scalars(calls_due(now).with_for_update(skip_locked=True)).all()
    for each in calls:
        each.rung, wanted = _next_rung(session, each, now)
        each.escalates_at = now + (ANSWER_WITHIN if each.rung < SUPERVISORS else AGAIN)
        in_sight = may_be_told(session, each.case_id, on_call.supervisors(session))
        is_lost = each.rung == SUPERVISORS and not but_those_there(session, each, in_sight)
        page_each(session, each.id, (*wanted, *(_paged_before(session, each) if is_lost else ())), now=now)
        if is_lost and each.case_id is not None and _is_open(session, each):
            page_unseen(session, each, now=now)
    return len(calls)


def calls_due(now: datetime) -> Select[PageCall]:
    """Return the query of the calls whose next rung has come."""
    return select(PageCall).where(PageCall.escalates_at <= now).order_by(PageCall.escalates_at)


def but_those_there(session: Session, call: PageCall, staff_ids: Sequence[UUID]) -> tuple[UUID, ...]:
    """
    Leave out, of a page about a meeting, who is there: a phone that rings there would tell.

    Who is at another meeting with an open alarm is left out as well, unless nobody else is: that alarm may stay open
    for long, and must not silence every other one. That nobody saw a page is told to nobody at any such meeting.
    """
    if PageAbout(call.about) not in (*_MEETINGS, PageAbout.UNSEEN):
        return tuple(staff_ids)
    alarmed = (
        select(MeetingAlarm.call_id, Meeting.lead_id, Meeting.second_id)
        .join(Meeting, Meeting.id == MeetingAlarm.meeting_id)
        .where(MeetingAlarm.settled_at.is_(None) | (MeetingAlarm.call_id == call.id))
    )
    rows = session.execute(alarmed).all()
    here = {who for row in rows if row.call_id == call.id for who in row[1:]}
    elsewhere = {who for row in rows for who in row[1:]}
    away = tuple(each for each in staff_ids if each not in here)
    free = tuple(each for each in away if each not in elsewhere)
    return free if PageAbout(call.about) is PageAbout.UNSEEN else free or away


def page_unseen(session: Session, unseen: PageCall, *, now: datetime) -> None:
    """Page that nobody who may see a case was there to be paged about it; one page while nobody has seen that."""
    waits = select(PageCall).where(PageCall.about == PageAbout.UNSEEN.value, PageCall.seen_at.is_(None))
    made = session.scalars(waits.limit(1)).first()
    if made is not None and PageAbout(unseen.about) not in _MEETINGS:
        return
    if made is None:
        made = PageCall(id=uuid4(), about=PageAbout.UNSEEN.value, called_at=now, rung=SUPERVISORS, escalates_at=None)
    away = [
        but_those_there(session, unseen, some) for some in (on_call.supervisors(session), on_call.everyone(session))
    ]
    free = [but_those_there(session, made, some) for some in away]
    called = next(filter(None, (*free, *away)), ())
    if called:
        made.escalates_at = now + AGAIN
        session.add(made)
        session.flush()
        page_each(session, made.id, called, now=now)


def page_each(session: Session, call_id: UUID, staff_ids: Sequence[UUID], *, now: datetime) -> None:
    """Page these about a call, those who were paged about it before once more."""
    before = {row.staff_id: row for row in session.scalars(select(StaffPage).where(StaffPage.call_id == call_id))}
    for staff_id in dict.fromkeys(staff_ids):
        known = before.get(staff_id)
        if known is not None:
            known.push_at, known.tries = now, 0
        else:
            session.add(StaffPage(id=uuid4(), call_id=call_id, staff_id=staff_id, push_at=now))
    session.flush()


def _next_rung(session: Session, each: PageCall, now: datetime) -> tuple[int, tuple[UUID, ...]]:
    """Return the next rung and who stands on it; a rung on which nobody new stands is passed over."""
    duty = on_duty_for(session, each.case_id, at=now)
    both = (*duty.first, *duty.second)
    if each.rung + 1 < SUPERVISORS:
        free = but_those_there(session, each, both)
        if set(free) - set(_paged_before(session, each)):
            return each.rung + 1, free
    return SUPERVISORS, but_those_there(session, each, (*in_charge(session, each.case_id), *both))


def _paged_before(session: Session, call: PageCall) -> tuple[UUID, ...]:
    """Return who was paged about a call, but for those who may not be any more."""
    paged = session.scalars(select(StaffPage.staff_id).where(StaffPage.call_id == call.id)).all()
    return but_those_there(session, call, may_be_told(session, call.case_id, on_call.at_work(session, paged)))


def _is_open(session: Session, call: PageCall) -> bool:
    """Tell whether anyone must still hear of a call: its alarm is not settled, or no page that told of it was seen."""
    if PageAbout(call.about) in _MEETINGS:
        alarm = select(MeetingAlarm.id).where(MeetingAlarm.call_id == call.id, MeetingAlarm.settled_at.is_(None))
        return session.scalars(alarm.limit(1)).first() is not None
    told = select(PageCall.id).where(PageCall.about == PageAbout.UNSEEN.value, PageCall.seen_at >= call.called_at)
    return session.scalars(told.limit(1)).first() is None
