"""
The night card: who waits while the office is shut, for whoever is on call and during the shift only.

It shows handles, what is due, and the safest first way with the gate's answer; of a case that is opened also her ways,
what is wanted at once, and nothing anybody wrote about her. Every look is recorded. No caseload is needed for it,
and none is gained by it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit, people
from outreach.access import Action, NoSuchCase, StaffCard
from outreach.case_file.view import CaseView, attempts_of, head_of_record, view_of
from outreach.gate.gate_facts import facts_for_gate
from outreach.her_word import code_words
from outreach.her_word.code_words import Alarm
from outreach.her_word.requests import live_requests
from outreach.messaging.incoming import newest_at
from outreach.on_duty import on_call
from outreach.on_duty.on_call import Shift
from outreach.on_duty.who_waits import Span, Turn, who_waits
from outreach.protocols.steps import STEPS, Step
from outreach.reaching.next_way import NextWay, SafestWay, next_way
from outreach.records.cases import CaseRecord
from outreach.records.errors import UNREADABLE
from outreach.records.ledger import AuditEntry, AuditSubject
from outreach.records.on_call import OnCallShift
from outreach.records.work import Task
from outreach.support.needs import NeedCard
from outreach.terms import Level, Outcome, Role
from outreach.today import Duty, duties_of_case
from outreach.walls.night import AT_ONCE, shown_at_night, waits_at_night, with_the_way_alone
from outreach.walls.sight import is_not_walled_off

AHEAD = timedelta(hours=12)
"""How far ahead a supervisor without a shift looks."""
LATELY = timedelta(hours=1)
"""How long after a shift a call is taken that came in it: nobody types to the minute."""
READ, CALLED, PAGE = "night.read", "night.call", "night.page"
"""What the log says of a look: one case, one number to call it, the card of all."""


_NOTHING_WRITTEN: dict[str, Any] = {
    "events": (),
    "attempts": (),
    "texts": (),
    "letters": (),
    "reasons": {},
    "names": {},
}


class Hers(NamedTuple):
    """What came from her since the shift began: when, and not a word of it."""

    message_at: datetime | None = None
    """The newest text from a phone of hers; nobody knows who typed it."""
    contact_at: datetime | None = None
    """When she last got in touch by herself, as a colleague noted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One case on the card."""

    case_id: UUID
    handle: str
    zone: str
    duties: tuple[Duty, ...]
    way: NextWay | None
    """None where the case does not open: somebody must be told."""
    hers: Hers = Hers()
    is_way_alone: bool = False
    """It is restricted: no more than the handle, the time and the safest way is shown."""


class Done(NamedTuple):
    """One try of a shift."""

    at: datetime
    handle: str
    outcome: Outcome


class NightCard(NamedTuple):
    """Who waits until the end of the shift, as far as one page shows it."""

    shift: Shift | None
    """None for a supervisor who is not on call."""
    until: datetime
    rows: tuple[Waiting, ...]
    turn: Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class NightCase:
    """One case as the colleague on call sees it: a view without anything that was written about her."""

    view: CaseView
    needs: tuple[NeedCard, ...]
    """Open ones; their notes are left out."""
    alarm: Alarm | None
    hers: Hers = Hers()
    is_way_alone: bool = False
    """It is restricted: the view has the safest way and what is due, and nothing else that is hers."""


def on_duty(session: Session, staff: StaffCard, *, now: datetime) -> tuple[Shift | None, datetime]:
    """Return a colleague's shift and until when they look ahead. NoSuchCase for who is not on call, but supervisors."""
    shift = on_call.shift_of(session, staff, at=now)
    if not staff.may(Action.SEE_NIGHT) or (shift is None and staff.role is not Role.SUPERVISOR):
        raise NoSuchCase
    return shift, shift.ends_at if shift else now + AHEAD


def was_on_duty(session: Session, staff: StaffCard, *, now: datetime) -> None:
    """Pass whoever is on call, or was until lately: what they typed is taken. NoSuchCase for others, as `on_duty`."""
    ended = on_call.shifts(session, since=now - LATELY, until=now)
    if staff.may(Action.SEE_NIGHT) and any(each.staff_id == staff.id for each in ended):
        return
    on_duty(session, staff, now=now)


def find_lately(session: Session, staff: StaffCard, case_id: UUID, *, now: datetime) -> CaseRecord:
    """Return a case that may have been on this colleague's card; it has left it. NoSuchCase as `was_on_duty`."""
    was_on_duty(session, staff, now=now)
    found = session.scalars(select(CaseRecord).where(CaseRecord.id == case_id, shown_at_night(staff))).one_or_none()
    if found is None:
        raise NoSuchCase
    return found


def night_card(session: Session, staff: StaffCard, *, now: datetime, page: int = 1) -> NightCard:
    """
    Return a page of who waits, who can not wait first; one recorded read of all on it. NoSuchCase as `on_duty`.

    A case that does not open stands at the top of its page, since somebody must be told.
    """
    shift, until = on_duty(session, staff, now=now)
    span = Span(_since(shift, now), until)
    turn = who_waits(session, staff, span=span, page=page)
    records = session.scalars(select(CaseRecord).where(CaseRecord.id.in_(turn.case_ids)))
    found, alone = {each.id: each for each in records}, with_the_way_alone(session, staff, turn.case_ids)
    rows = [_row(session, found[e], is_way_alone=e in alone, span=span, now=now) for e in turn.case_ids]
    if found:
        audit.record(session, action=PAGE, by=staff.id, cases=list(turn.case_ids), now=now)
    return NightCard(shift, until, tuple(sorted(rows, key=lambda each: each.way is not None)), turn)


def find_waiting(session: Session, staff: StaffCard, case_id: UUID, *, now: datetime) -> CaseRecord:
    """Return a case that is on this colleague's card now. NoSuchCase for every other, and without a shift."""
    _, until = on_duty(session, staff, now=now)
    waits = select(Task.case_id).where(Task.case_id == case_id, waits_at_night(until))
    shown = select(CaseRecord).where(CaseRecord.id == case_id, CaseRecord.id.in_(waits), shown_at_night(staff))
    found = session.scalars(shown).one_or_none()
    if found is None:
        raise NoSuchCase
    return found


def find_in_full(session: Session, staff: StaffCard, case_id: UUID, *, now: datetime) -> CaseRecord:
    """Return a case of the card of which more may be seen than the way. NoSuchCase as `find_waiting`."""
    found = find_waiting(session, staff, case_id, now=now)
    if with_the_way_alone(session, staff, (case_id,)):
        raise NoSuchCase
    return found


def open_night_case(
    session: Session, staff: StaffCard, case_id: UUID, *, now: datetime, action: str = READ
) -> NightCase:
    """Return a case of the card, and record the look as one entry. NoSuchCase as `find_waiting`."""
    record = find_waiting(session, staff, case_id, now=now)
    view = view_of(session, staff, head_of_record(session, record), now=now, action=action)
    view = replace(view, **_NOTHING_WRITTEN, requests=tuple(live_requests(session, case_id, at=now)))
    is_alarm = any(each.step is Step.SUPERVISOR_URGENT for each in view.duties)
    alarm = code_words.read_alarm(session, case_id, by=staff.id, now=now) if is_alarm else None
    if with_the_way_alone(session, staff, (case_id,)):
        return NightCase(view=_way_alone(view), needs=(), alarm=alarm, is_way_alone=True)
    needs = tuple(each._replace(note="") for each in view.needs if each.is_open)
    shift, _ = on_duty(session, staff, now=now)
    return NightCase(view=view, needs=needs, alarm=alarm, hers=_hers(session, case_id, _since(shift, now)))


def duties_on_card(session: Session, staff: StaffCard, case_id: UUID, *, now: datetime) -> tuple[Duty, ...]:
    """Return what is due in a case of the card, soonest first. NoSuchCase as `find_waiting`."""
    _, until = on_duty(session, staff, now=now)
    find_waiting(session, staff, case_id, now=now)
    return tuple(each for each in duties_of_case(session, case_id) if _is_on_card(each, until))


def done_in_shift(session: Session, staff: StaffCard, shift: Shift, *, now: datetime) -> tuple[Done, ...]:
    """Return the tries a colleague made in their shift, oldest first: handles and outcomes. One recorded read."""
    ours = (
        select(CaseRecord.id, CaseRecord.handle)
        .join(AuditSubject, AuditSubject.case_id == CaseRecord.id)
        .join(AuditEntry, AuditEntry.id == AuditSubject.entry_id)
        .where(AuditEntry.actor_id == staff.id, AuditEntry.action == "attempt.record")
        .where(AuditEntry.at >= shift.begins_at, AuditEntry.at <= now, is_not_walled_off(staff.id, CaseRecord.id))
        .group_by(CaseRecord.id, CaseRecord.handle)
    )
    handles = {row[0]: row[1] for row in session.execute(ours)}
    made = [
        Done(datetime.fromisoformat(each.detail.at), handle, Outcome(each.detail.outcome))
        for case_id, handle in handles.items()
        for each in attempts_of(session, case_id)
        if each.detail.by == str(staff.id)
    ]
    if handles:
        audit.record(session, action=PAGE, by=staff.id, cases=list(handles), now=now)
    return tuple(sorted(each for each in made if shift.begins_at <= each.at <= now))


def hand_over(session: Session, staff: StaffCard, *, now: datetime) -> None:
    """Note that who waits was told to the next colleague. Audited. NoSuchCase without a shift."""
    shift = on_call.shift_of(session, staff, at=now)
    if shift is None:
        raise NoSuchCase
    session.get_one(OnCallShift, shift.id).handed_over_at = now
    audit.record(session, action="on_call.hand_over", by=staff.id, cases=(), now=now)


def _since(shift: Shift | None, now: datetime) -> datetime:
    """Return since when the night is: the beginning of the shift; for a supervisor without one, half a day ago."""
    return shift.begins_at if shift else now - AHEAD


def _hers(session: Session, case_id: UUID, since: datetime) -> Hers:
    """Return what came from her since then; nothing where it does not open, which keeps no way from the card."""
    try:
        message_at = newest_at(session, case_id)
        made = [each.detail for each in attempts_of(session, case_id)]
    except UNREADABLE:
        return Hers()
    contact_at = max((datetime.fromisoformat(each.at) for each in made if each.she_contacted_us), default=None)
    return Hers(*(each if each and each >= since else None for each in (message_at, contact_at)))


def _way_alone(view: CaseView) -> CaseView:
    """Return what is shown of a restricted case: contact that is due, and the safest way to make it."""
    due = (each for each in view.duties if STEPS[each.step].channels and each.step is not Step.NEED_NOW)
    duties = tuple(replace(each, detail=each.detail._replace(need="")) for each in due)
    best = view.next_way if isinstance(view.next_way, SafestWay) else None
    of_best = (best.destination.id, best.channel) if best else None
    ways = tuple(each for each in view.ways if (each.destination.id, each.channel) == of_best)
    return replace(view, ways=ways, duties=duties, call_ins=(), requests=(), needs=(), meetings=())


def _row(session: Session, record: CaseRecord, *, is_way_alone: bool, span: Span, now: datetime) -> Waiting:
    case_id, handle = record.id, record.handle
    try:
        facts = facts_for_gate(session, case_id, at=now)
        duties = tuple(each for each in duties_of_case(session, case_id) if _is_on_card(each, span.until))
        hers = _hers(session, case_id, span.since)
        channels = next((STEPS[each.step].channels for each in duties if STEPS[each.step].channels), ())
        named = {"channels": channels} if channels else {}
        way = next_way(people.destinations(session, case_id), at=now, facts=facts, **named)
    except UNREADABLE:
        return Waiting(case_id=case_id, handle=handle, zone="UTC", duties=(), way=None)
    if is_way_alone:
        hers = Hers()
    return Waiting(
        case_id=case_id,
        handle=handle,
        zone=facts.zone,
        duties=duties,
        way=way,
        hers=hers,
        is_way_alone=is_way_alone,
    )


def _is_on_card(duty: Duty, until: datetime) -> bool:
    of_level = duty.level in (Level.A, Level.B) and duty.due_at <= until
    return duty.missed_cause is None and (of_level or duty.step.value in AT_ONCE)
