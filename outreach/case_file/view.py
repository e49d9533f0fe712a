"""
One case as a person may see it: who, which ways and what the gate says of each, what is due, what happened.

Opening it is one recorded read, whatever the page shows of it. Everything comes out as frozen values.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import people
from outreach.access import StaffCard, find_case
from outreach.attempts.limits import NextTry, next_try
from outreach.attempts.tried import tries_for_newest_event
from outreach.call_ins.board import CallIn, call_ins_of
from outreach.case_file.contents import AttemptDetail, read_as
from outreach.case_file.history import Kept, history_of
from outreach.case_file.standing import Standing, open_standing
from outreach.case_file.words import AttemptNote, notes_of, reasons_of
from outreach.gate.facts import CaseFacts, Request
from outreach.gate.gate_facts import facts_for_gate
from outreach.her_word.requests import requests_in_her_words
from outreach.identity import minors_tasks
from outreach.importing.papers import KeptPapers, papers_of
from outreach.matching import match_to_decide
from outreach.meetings.boxes import veto_of
from outreach.meetings.interpreters import Veto
from outreach.meetings.lines import MeetingLine
from outreach.meetings.view import meetings_of_case
from outreach.messaging.letters.desk import LetterCard, letters_of
from outreach.messaging.suppression import has_stopped
from outreach.messaging.threads import TextCard, is_answered, texts_of
from outreach.people import VictimCard
from outreach.reaching.destinations import Destination
from outreach.reaching.next_way import NextWay, next_way
from outreach.records.boxes import BoxNumber
from outreach.records.cases import CaseRecord
from outreach.records.keys import unseal
from outreach.records.staff import Staff
from outreach.records.work import Attempt
from outreach.risk.talk_view import TalksSoFar, talks_so_far
from outreach.safe_contact import Decision, may_contact
from outreach.support.needs import NeedCard, needs_of
from outreach.terms import Channel, ContentLevel
from outreach.today import Duty, duties_of_case

MASKED, REVEALED, CALLED, WRITTEN = "case.read", "contact.read", "contact.call", "email.read"
"""What the log says of a read: all masked, all shown, one number shown to call it, one e-mail shown to write to it."""


@dataclass(frozen=True, slots=True)
class Way:
    """One channel at one destination, with the gate's answer of this moment."""

    destination: Destination
    channel: Channel
    decision: Decision


@dataclass(frozen=True, slots=True)
class MadeAttempt:
    """One attempt, and what was said of it."""

    detail: AttemptDetail
    said: AttemptNote


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHead:
    """What every page of a case needs: the handle and the standing; nothing that names or locates anyone."""

    id: UUID
    handle: str
    jurisdiction: str
    opened_on: date
    assigned_to_id: UUID | None
    standing: Standing
    version: int
    is_restricted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """Everything the page of a case shows."""

    head: CaseHead
    victim: VictimCard
    ways: tuple[Way, ...]
    next_way: NextWay
    facts: CaseFacts
    next_try: NextTry
    duties: tuple[Duty, ...]
    call_ins: tuple[CallIn, ...]
    needs: tuple[NeedCard, ...]
    veto: Veto
    """Whom she does not want as an interpreter."""
    read_out: str
    """What her state wants read out first, where she is or may be under 18; empty: words of ours, or an adult."""
    events: tuple[Kept, ...]
    attempts: tuple[MadeAttempt, ...]
    requests: tuple[Request, ...]
    texts: tuple[TextCard, ...]
    letters: tuple[LetterCard, ...]
    talks: TalksSoFar
    meetings: tuple[MeetingLine, ...]
    papers: KeptPapers | None
    """Of a case that was brought over from before: what was kept of the papers."""
    match_to_decide: UUID | None
    """A question whether she is known already; one without a task too, as a case from before has none."""
    reasons: dict[datetime, str]
    """Why things were decided, by the instant of the decision."""
    names: dict[str, str]
    """Staff id as text -> name, for those who appear in it."""


def head_of_record(session: Session, record: CaseRecord) -> CaseHead:
    """Return the head of a case whose row was read. Whether it may be seen is the caller's to check."""
    return _head(session, record)


def head_of(session: Session, staff: StaffCard, case_id: UUID) -> CaseHead:
    """Return the head of a case this person may see. NoSuchCase when there is none or it is not theirs."""
    return _head(session, find_case(session, staff, case_id))


def open_case_view(
    session: Session, staff: StaffCard, case_id: UUID, *, now: datetime, action: str = MASKED
) -> CaseView:
    """
    Return a case, and record the read as one entry. NoSuchCase when there is none or it is not theirs.

    `action` is MASKED, REVEALED, CALLED or WRITTEN: what the page it is for shows of her.
    """
    return view_of(session, staff, head_of(session, staff, case_id), now=now, action=action)


def view_of(session: Session, staff: StaffCard, head: CaseHead, *, now: datetime, action: str) -> CaseView:
    """Return the view of a case whose head somebody was let see, and record the read as one entry."""
    case_id = head.id
    contact = people.read_contact(session, case_id, by=staff.id, now=now, action=action)
    facts = facts_for_gate(session, case_id, at=now)
    texts = texts_of(session, case_id)
    requests = tuple(
        each for each in requests_in_her_words(session, case_id, at=now) if not is_answered(each, texts, now=now)
    )
    if facts.request is not None and is_answered(facts.request, texts, now=now):
        facts = replace(facts, request=None)
    attempts = attempts_of(session, case_id)
    return CaseView(
        head=head,
        victim=contact.victim,
        ways=ways_of(contact.destinations, facts, requests, now=now, has_stopped=has_stopped(session, case_id)),
        next_way=next_way(contact.destinations, at=now, facts=facts),
        facts=facts,
        next_try=_next_try(session, contact.destinations, facts, case_id, now=now),
        duties=duties_of_case(session, case_id),
        call_ins=call_ins_of(session, case_id, now=now),
        needs=needs_of(session, case_id),
        veto=veto_of(session, case_id),
        read_out="" if facts.is_adult else minors_tasks.read_out_of(session, case_id),
        events=history_of(session, case_id),
        attempts=attempts,
        requests=requests,
        texts=texts,
        letters=letters_of(session, case_id),
        talks=talks_so_far(session, case_id),
        meetings=meetings_of_case(session, staff, case_id),
        papers=papers_of(session, case_id) if head.standing.brought_over is not None else None,
        match_to_decide=match_to_decide(session, case_id) if facts.match_pending else None,
        reasons=reasons_of(session, case_id),
        names=names_of(session, _mentioned(head, attempts, requests)),
    )


def _next_try(
    session: Session, ways: Sequence[Destination], facts: CaseFacts, case_id: UUID, *, now: datetime
) -> NextTry:
    """Return what may be tried next for the newest event: under the limits, and what would be new."""
    return next_try(
        tries_for_newest_event(session, case_id),
        at=now,
        zone=facts.zone,
        level=facts.level,
        policy=facts.policy,
        channels={channel for way in ways for channel in way.kind.channels},
    )


def known_ways(
    session: Session, staff: StaffCard, case_id: UUID, *, now: datetime
) -> tuple[CaseHead, tuple[Destination, ...]]:
    """Return a case's head and the ways to reach her, for a form that names them masked; recorded. NoSuchCase."""
    head = head_of(session, staff, case_id)
    return head, people.read_contact(session, case_id, by=staff.id, now=now, action=MASKED).destinations


def ways_of(
    destinations: Sequence[Destination],
    facts: CaseFacts,
    requests: Sequence[Request],
    *,
    now: datetime,
    has_stopped: bool,
) -> tuple[Way, ...]:
    """
    Return what the gate says now of every channel of every destination, saying as little as one can.

    `has_stopped`: her STOP on any phone she ever had counts for texts to all of them (requirement 32).
    """
    phones = frozenset(each.id for each in destinations) if has_stopped else facts.suppressed
    facts = replace(facts, suppressed=phones)
    return tuple(
        Way(destination, channel, ask_gate(destination, channel, facts, requests, now=now))
        for destination in destinations
        for channel in destination.channels
    )


def ask_gate(
    destination: Destination, channel: Channel, facts: CaseFacts, requests: Sequence[Request], *, now: datetime
) -> Decision:
    """Ask the gate about one way with neutral words, with her live request for it when there is one."""
    hers = (each for each in requests if each.destination_id == destination.id and each.channel == channel)
    asked = replace(facts, request=next(hers, facts.request))
    return may_contact(destination, channel, ContentLevel.NEUTRAL, at=now, facts=asked)


def attempts_of(session: Session, case_id: UUID) -> tuple[MadeAttempt, ...]:
    """Return the attempts of a case, newest first. Unaudited: the page that shows them records the read."""
    rows = session.execute(select(Attempt.id, Attempt.attempt_box).where(Attempt.case_id == case_id)).all()
    notes = notes_of(session, case_id)
    made = (
        MadeAttempt(
            read_as(AttemptDetail, unseal(session, BoxNumber.ATTEMPT, box, owner=case_id, row=row)),
            notes.get(row, AttemptNote()),
        )
        for row, box in rows
    )
    return tuple(sorted(made, key=lambda each: datetime.fromisoformat(each.detail.at), reverse=True))


def names_of(session: Session, ids: set[str]) -> dict[str, str]:
    """Return the names of staff by their ids as text; what is no id of theirs is left out."""
    wanted = [UUID(each) for each in ids if len(each) in (32, 36)]
    if not wanted:
        return {}
    return {str(row.id): row.name for row in session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(wanted)))}


def _mentioned(head: CaseHead, attempts: Sequence[MadeAttempt], requests: Sequence[Request]) -> set[str]:
    noted = {each.detail.by for each in attempts} | {each.by for each in head.standing.stops}
    return {str(head.assigned_to_id), *noted, *(str(each.by) for each in requests)}


def _head(session: Session, record: CaseRecord) -> CaseHead:
    return CaseHead(
        id=record.id,
        handle=record.handle,
        jurisdiction=record.jurisdiction,
        opened_on=record.opened_on,
        assigned_to_id=record.assigned_to_id,
        standing=open_standing(session, record.id, record.standing_box),
        version=record.version,
        is_restricted=record.is_restricted,
    )
