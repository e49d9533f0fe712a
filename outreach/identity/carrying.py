"""
What follows her from case to case once a human has said that two are one woman's: what stops contact in any of them
stops it in each. An answer that opens a way goes only from the older case to the newer, and only where she has not
been asked there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from outreach import audit, cases, people
from outreach.case_file.standing import Standing
from outreach.gate.facts import Approval
from outreach.identity.same_person import lock_person
from outreach.meetings.boxes import veto_of
from outreach.meetings.vetoes import add_to_veto
from outreach.messaging.withdrawals import keep_no_of_papers
from outreach.protocols.planning import protocol_kept, supervisor_alert
from outreach.protocols.steps import NOTICES, STEPS, Step
from outreach.reaching import freezing, reach
from outreach.reaching.against import but_no_officers, narrowed
from outreach.reaching.destinations import Destination
from outreach.records.cases import CaseRecord, PossibleMatch
from outreach.records.errors import UNREADABLE
from outreach.records.work import Task
from outreach.tasks import add_task, change_detail, detail_of, end_task, tasks_of
from outreach.terms import ClosedAs, Level, TaskState, Verdict, VerdictSource
from outreach.walls import conflicts

_CARRIED = ("paused", "compromised", "do_not_contact", "may_try_if_danger", "she_will_contact_us", "supervisor_hold")
"""What stands about her in one case and must stand in the other, once they are known to be one person's."""
_STOPPING = ("paused", "compromised", "do_not_contact", "she_will_contact_us")
"""What of it the newer case gives to the older ones: what is about her, and about no event."""
_OWN_WORD = (VerdictSource.VICTIM, VerdictSource.ADVOCATE)


def carry_over(session: Session, match: PossibleMatch, *, by: UUID, now: datetime) -> None:
    """
    Carry what was said of her between two cases that were just decided to be hers, and to her others.

    A third case of hers that does not open holds contact by itself and keeps nothing from the others; it is recorded.
    The caller holds the lock of a stop.

    Raises:
        One of UNREADABLE: a part of one of the two does not open. Nothing may be decided, as it may say no.
    """
    hers = lock_person(session, match.case_id)
    _carry_standing(session, match, by=by, now=now)
    _carry_answers(session, match, by=by, now=now)
    lost: set[UUID] = set()
    _carry_back(session, match, hers, lost, by=by, now=now)
    record, other = session.get_one(CaseRecord, match.case_id), session.get_one(CaseRecord, match.other_case_id)
    record.assigned_to_id = record.assigned_to_id or other.assigned_to_id
    freezing.join(session, match.case_id, by=by, now=now)
    _carry_no_texts(session, match, hers, lost, by=by)
    _carry_vetoes(session, match, hers, lost, by=by, now=now)
    _ask_of_partner_anew(session, match, hers, lost, by=by, now=now)
    if lost:
        audit.record(session, action="case.unreadable", by=by, cases=sorted(lost), now=now)
    conflicts.spread(session, match.case_id, by=by, now=now)


@contextmanager
def _unless_third(match: PossibleMatch, case_id: UUID, lost: set[UUID]) -> Iterator[None]:
    """Go on where a case does not open that the decision is not about, and note it."""
    try:
        yield
    except UNREADABLE:
        if case_id in (match.case_id, match.other_case_id):
            raise
        lost.add(case_id)


def _carry_standing(session: Session, match: PossibleMatch, *, by: UUID, now: datetime) -> None:
    older, _ = cases.standing(session, match.other_case_id)
    newer, _ = cases.standing(session, match.case_id)
    changes: dict[str, Any] = {name: True for name in _CARRIED if getattr(older, name) and not getattr(newer, name)}
    changes |= _how_heard(older, newer)
    if older.stops:
        # What was said before a stop was lifted counts no more, in whichever of her cases it was said.
        changes["stops"] = tuple(sorted({*older.stops, *newer.stops}, key=lambda stop: stop.at))
    if changes:
        cases.change_standing(session, match.case_id, by=by, now=now, **changes)
    if changes.get("do_not_contact"):
        _stop_proposing(session, match.case_id, newer._replace(**changes), by=by, now=now)


def _how_heard(of: Standing, to: Standing) -> dict[str, bool]:
    """Carry with her no whether she was heard to say it: heard in one case of hers, it was heard in each."""
    is_unheard = of.no_contact_unheard and (to.no_contact_unheard or not to.do_not_contact)
    return {"no_contact_unheard": is_unheard} if of.do_not_contact and is_unheard != to.no_contact_unheard else {}


def _stop_proposing(session: Session, case_id: UUID, standing: Standing, *, by: UUID, now: datetime) -> None:
    """
    After "do not contact" no task proposes contact; a supervisor hears of the new event instead (requirement 17).

    Where nobody heard her say so, a call-in stays open and goes before a supervisor.
    """
    for task in tasks_of(session, case_id):
        if task.state != TaskState.OPEN or not STEPS[Step(task.step)].channels:
            continue
        if task.step in NOTICES and standing.no_contact_unheard:
            _look_now(session, task, now=now)
        elif task.step in NOTICES:
            end_task(session, task, TaskState.CLOSED, now=now, outcome=ClosedAs.HER_WORD.value, ended_by=str(by))
        else:
            end_task(session, task, TaskState.SUPERSEDED, now=now, outcome="do_not_contact", ended_by=str(by))
    level = Level(standing.level) if standing.level else None
    protocol = protocol_kept(session, session.get_one(CaseRecord, case_id).protocol_digest)
    add_task(session, case_id, supervisor_alert(protocol, level, at=now, now=now))


def _look_now(session: Session, task: Task, *, now: datetime) -> None:
    """Let the worker bring an open notice before a supervisor, and page them, at its next round."""
    looks = sorted({now.isoformat(), *detail_of(session, task).looks_at}, key=datetime.fromisoformat)
    change_detail(session, task, looks_at=looks)
    task.next_look_at = now


def _carry_answers(session: Session, match: PossibleMatch, *, by: UUID, now: datetime) -> None:
    """
    Let what is known of a way in the older case be known of it in a newer one where nobody has asked her yet.

    What the newer case has against it stays; what any case of hers has is joined afterwards (freezing.join).
    """
    older = {(way.kind, way.value): way for way in people.destinations(session, match.other_case_id)}
    for way in people.destinations(session, match.case_id):
        known = older.get((way.kind, way.value))
        if known is None or not _is_told(known, (*_OWN_WORD, VerdictSource.BROUGHT_OVER)) or _is_told(way, _OWN_WORD):
            continue
        carried = replace(known, id=way.id, version=way.version, text_consent_at=None)
        carried = narrowed(carried, but_no_officers(way))
        reach.save_here(session, match.case_id, carried, version=way.version, by=by, now=now)


def _is_told(way: Destination, sources: tuple[VerdictSource, ...]) -> bool:
    """Tell whether any of these said of a way that it is safe, or that it is not."""
    return any(said.source in sources and said.verdict is not Verdict.UNKNOWN for said in way.verdicts.values())


def _carry_back(
    session: Session, match: PossibleMatch, hers: tuple[UUID, ...], lost: set[UUID], *, by: UUID, now: datetime
) -> None:
    """What stops contact in the newer case stops it in each older one of hers, too."""
    newer, _ = cases.standing(session, match.case_id)
    for case_id in hers[1:]:
        with _unless_third(match, case_id, lost):
            older, _ = cases.standing(session, case_id)
            changes: dict[str, Any] = {name: True for name in _STOPPING if getattr(newer, name)}
            changes = {name: value for name, value in changes.items() if not getattr(older, name)}
            changes |= _how_heard(newer, older)
            if set(newer.stops) - set(older.stops):
                changes["stops"] = tuple(sorted({*older.stops, *newer.stops}, key=lambda stop: stop.at))
            if changes:
                cases.change_standing(session, case_id, by=by, now=now, **changes)


def _carry_vetoes(
    session: Session, match: PossibleMatch, hers: tuple[UUID, ...], lost: set[UUID], *, by: UUID, now: datetime
) -> None:
    """Let each case of hers keep whom she wants as no interpreter in any."""
    vetoes = []
    for each in hers:
        with _unless_third(match, each, lost):
            vetoes.append(veto_of(session, each))
    for veto in vetoes:
        add_to_veto(session, match.case_id, veto, by=by, now=now)


def _ask_of_partner_anew(
    session: Session, match: PossibleMatch, hers: tuple[UUID, ...], lost: set[UUID], *, by: UUID, now: datetime
) -> None:
    """That the partner will not see it was decided in one case without what the others know: it is weighed anew."""
    for each in hers:
        with _unless_third(match, each, lost):
            given = cases.standing(session, each)[0].approvals
            kept = tuple(one for one in given if one.approval != Approval.PARTNER_WILL_NOT_SEE)
            if kept != given:
                cases.change_standing(session, each, by=by, now=now, approvals=kept)


def _carry_no_texts(
    session: Session, match: PossibleMatch, hers: tuple[UUID, ...], lost: set[UUID], *, by: UUID
) -> None:
    """Her no to all texts, in papers of any case of hers, is kept beside the yeses of each; the gate heeds it too."""
    said: set[datetime] = set()
    for each in hers:
        with _unless_third(match, each, lost):
            brought = cases.standing(session, each)[0].brought_over
            said |= {brought.no_texts_at} if brought is not None and brought.no_texts_at else set()
    for each in hers:
        with _unless_third(match, each, lost):
            for said_at in sorted(said):
                keep_no_of_papers(session, each, said_at=said_at, by=by)
