"""
Pages to staff: who is asked to look, until somebody says that they have seen it, and who is asked next.

A page says the same words whatever it is about, and names no case. News of level A or B asks for one at the next
fixed tick, so that neither its moment nor its number tells what came (docs/adr/0010). How a page reaches a phone is
hidden in `outreach.on_duty.pagers`. Nothing here ever goes to her: P2 is about what leaves to her.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import Select, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from outreach import audit
from outreach.on_duty import ladder, on_call
from outreach.records.engine import Vault
from outreach.records.inserting import insert_held_of
from outreach.records.on_call import PageCall, PageTick, StaffPage
from outreach.terms import Level, PageAbout
from outreach.walls.sight import is_not_walled_off
from outreach.walls.telling import in_charge, is_hidden_from_duty, may_be_told, on_duty_for

TICK = timedelta(minutes=15)
"""Pages about news go out at these fixed moments only, counted from midnight UTC."""
WORDS = "Wayside: please look at your page."
"""All that a page ever says, whatever it is about."""
_ASKED = "asked_tick"


class OfCase(NamedTuple):
    """Why somebody is paged, and the case it is about: nobody who is kept away from it is."""

    about: PageAbout
    case_id: UUID


class WaitingPage(NamedTuple):
    """A page that nobody has seen yet, as the screen of one who was paged shows it."""

    call_id: UUID
    about: PageAbout
    called_at: datetime
    rung: int


class Rounded(NamedTuple):
    """What one round did."""

    called: int
    handed_on: int


def next_tick(now: datetime) -> datetime:
    """Return the first fixed tick that is not before `now`."""
    now = now.astimezone(UTC)
    since = now - now.replace(hour=0, minute=0, second=0, microsecond=0)
    return now + -since % TICK


def pages(sent: Level | None, level: Level | None) -> bool:
    """Say whether an event pages whoever is on call: it names level A or B, or the case is of one."""
    return bool({sent, level} & {Level.A, Level.B})


def page_at_next_tick(
    session: Session, *, now: datetime, case_id: UUID | None = None, maybe: Collection[UUID] = ()
) -> None:
    """
    Have whoever is on call paged at the next fixed tick, once for all that came before it.

    News of a case that is hidden from one of them pages those who may hear of it instead, at the same tick.

    Args:
        case_id: what the news is about; `maybe` are cases that may be hers as well, not yet written down as such.
    """
    tick = next_tick(now)
    if case_id is not None and is_hidden_from_duty(session, case_id, maybe, at=tick):
        page_instead(session, case_id, on_duty_for(session, case_id, maybe, at=tick).first, at=tick)
        return
    if session.info.get(_ASKED) == tick:
        return
    session.info[_ASKED] = tick
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = insert(PageTick).values(tick_at=tick, is_rung=False)
    # A tick that was rung while this waited to be written is rung again: rather twice than never.
    session.execute(row.on_conflict_do_update(index_elements=["tick_at"], set_={"is_rung": False}))


def page_instead(session: Session, case_id: UUID, staff_ids: Sequence[UUID], *, at: datetime) -> None:
    """Page these, at a tick and once, about a case that is hidden from somebody on call; or else supervisors."""
    insert_held_of(session, case_id)  # The call refers to the case, which a round of events may still hold back.
    same = (PageCall.case_id == case_id, PageCall.about == PageAbout.ON_CALL.value, PageCall.called_at == at)
    if session.scalars(select(PageCall.id).where(*same).limit(1)).first() is None:
        call(session, staff_ids, OfCase(PageAbout.ON_CALL, case_id), now=at)


def call(
    session: Session,
    staff_ids: Sequence[UUID],
    about: PageAbout | OfCase,
    *,
    now: datetime,
    call_id: UUID | None = None,
) -> UUID:
    """
    Page these colleagues, at once, and return the id of the call; supervisors, where none of them works here.

    Who is kept away from the case it is about is left out, on every rung. Where that leaves nobody, or only who is at
    the meeting it is about, supervisors are paged that there is such a case; else whoever works here. What they see
    names none.
    Worked off by the worker: a push to each one's phone, and the next rung of the ladder while nobody answers.
    """
    what, case_id = about if isinstance(about, OfCase) else (about, None)
    wanted = may_be_told(session, case_id, on_call.at_work(session, staff_ids))
    rung = 0 if wanted else ladder.SUPERVISORS
    wanted = wanted or in_charge(session, case_id)
    made = PageCall(
        id=call_id or uuid4(),
        about=what.value,
        case_id=case_id,
        called_at=now,
        rung=rung,
        escalates_at=now + (ladder.ANSWER_WITHIN if rung == 0 else ladder.AGAIN),
    )
    session.add(made)
    session.flush()
    called = ladder.but_those_there(session, made, wanted)
    ladder.page_each(session, made.id, called, now=now)
    if not called and case_id is not None:
        ladder.page_unseen(session, made, now=now)
    return made.id


def call_on_call(session: Session, about: PageAbout | OfCase, *, now: datetime, but: UUID | None = None) -> UUID:
    """
    Page whoever is on call now; supervisors, where nobody is.

    Args:
        but: whose screen must look as ever, as what happened there is to stay unseen; the ladder may reach them later.
    """
    case_id = about.case_id if isinstance(about, OfCase) else None
    duty = on_duty_for(session, case_id, at=now)
    several = (duty.first, duty.second, in_charge(session, case_id))
    wanted: Sequence[UUID] = next(filter(None, ([each for each in some if each != but] for some in several)), [])
    return call(session, wanted, about, now=now)


def waiting_for(session: Session, staff_id: UUID) -> tuple[WaitingPage, ...]:
    """Return the pages to a colleague that nobody has seen yet, newest first."""
    query = (
        select(PageCall.id, PageCall.about, PageCall.called_at, PageCall.rung)
        .join(StaffPage, StaffPage.call_id == PageCall.id)
        .where(StaffPage.staff_id == staff_id, PageCall.seen_at.is_(None))
        .where(PageCall.case_id.is_(None) | is_not_walled_off(staff_id, PageCall.case_id))
        .order_by(PageCall.called_at.desc(), PageCall.id)
    )
    return tuple(WaitingPage(row[0], PageAbout(row[1]), row[2], row[3]) for row in session.execute(query))


def acknowledge(session: Session, staff_id: UUID, *, now: datetime, call_id: UUID | None = None) -> int:
    """
    Note that a colleague has seen the pages to them, or one of them; return how many that ended. Audited.

    Nobody is paged about these any more. Pages to others only stay as they are.
    """
    seen = [each.call_id for each in waiting_for(session, staff_id) if call_id in (None, each.call_id)]
    if not seen:
        return 0
    session.execute(
        update(PageCall)
        .where(PageCall.id.in_(seen), PageCall.seen_at.is_(None))
        .values(seen_at=now, seen_by_id=staff_id, escalates_at=None)
    )
    session.execute(update(StaffPage).where(StaffPage.call_id.in_(seen)).values(push_at=None))
    audit.record(session, action="page.see", by=staff_id, cases=(), now=now)
    return len(seen)


def look_at_pages(vault: Vault, *, now: datetime) -> Rounded:
    """
    Ring the ticks that have come, and hand on what nobody answered. Safe to run in several processes.

    All of it is one transaction: being killed in it leaves everything as it was, for the next round.
    """
    with vault.reading() as session:
        if not any(session.scalar(query.limit(1)) for query in (_ticks_due(now), ladder.calls_due(now))):
            return Rounded(0, 0)
    with vault.writing() as session:
        called = _ring(session, now)
        return Rounded(called, ladder.hand_on(session, now))


def _ring(session: Session, now: datetime) -> int:
    """Page whoever is on call, once for all ticks that have come: after an outage there is no burst."""
    ticks = session.scalars(_ticks_due(now).with_for_update(skip_locked=True)).all()
    for tick in ticks:
        tick.is_rung = True
    if not ticks:
        return 0
    call_on_call(session, PageAbout.ON_CALL, now=now)
    return 1


def _ticks_due(now: datetime) -> Select[PageTick]:
    return select(PageTick).where(PageTick.is_rung.is_(False), PageTick.tick_at <= now)
