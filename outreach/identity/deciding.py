"""
What a human decides about a case: whether two cases are one person's, whether outreach may begin, what an agency's
change of dates does. Until then nothing changes, and nothing merges by itself (requirements 9, 10, 15).

Who may decide is the caller's to check.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit, cases, people
from outreach.call_ins.notices import notice_of
from outreach.case_file.contents import TaskDetail
from outreach.case_file.standing import Standing
from outreach.identity.brought_noes import with_noes
from outreach.identity.same_person import lock_person
from outreach.meetings.vetoes import join_vetoes
from outreach.messaging.suppression import lock_for_stop
from outreach.messaging.withdrawals import keep_no_of_papers
from outreach.protocols.planning import protocol_of, supervisor_alert
from outreach.protocols.plans import PlannedTask
from outreach.protocols.protocol import Protocol
from outreach.protocols.steps import NOTICES, STEPS, Step
from outreach.reaching import freezing, reach
from outreach.reaching.destinations import Destination
from outreach.reaching.same_way import with_what_is_known
from outreach.records.cases import CaseRecord, PossibleMatch, ProtocolText
from outreach.records.errors import UNREADABLE
from outreach.records.work import Task
from outreach.tasks import WrongTask, add_task, change_detail, detail_of, end_task, get_task, tasks_of
from outreach.terms import ClosedAs, Level, TaskState, VerdictSource
from outreach.walls import conflicts

_ACKNOWLEDGEMENTS = (
    Step.ACKNOWLEDGE_RESCHEDULE,
    Step.ACKNOWLEDGE_CANCEL,
    Step.ACKNOWLEDGE_REMOVAL,
    Step.ACKNOWLEDGE_CORRECTION,
    Step.ACKNOWLEDGE_STEP_DOWN,
)
_CARRIED = ("paused", "compromised", "do_not_contact", "may_try_if_danger", "she_will_contact_us", "supervisor_hold")
"""What stands about her in one case and must stand in the other, once they are known to be one person's."""
_STOPPING = ("paused", "compromised", "do_not_contact", "she_will_contact_us")
"""What of it the newer case gives to the older ones: what is about her, and about no event."""


class AlreadyDecided(ValueError):
    """Somebody decided this match before. Nothing was changed."""


def decide(session: Session, match_id: UUID, *, same: bool, by: UUID, now: datetime) -> None:
    """
    Settle whether a case is the same person's as an older one.

    The same: the cases stay two and are linked by the decision; the older case's holds, her "do not contact" and
    what she said of the ways both cases have now hold in the newer one too, and its advocate takes both.
    Another person: nothing is carried. The gate opens when no other match of the case is left to decide.

    Raises:
        AlreadyDecided.
    """
    if same:
        lock_for_stop(session)  # No text is claimed while it is not yet known whose cases these are.
    match = session.get_one(PossibleMatch, match_id)
    if match.decision is not None:
        raise AlreadyDecided(f"match {match_id} was decided before")
    match.decision = "same" if same else "different"
    match.decided_by_id = by
    if same:
        _carry_over(session, match, by=by, now=now)
    _end_question(session, match, by=by, now=now)
    audit.record(session, action="match.decide", by=by, cases=[match.case_id, match.other_case_id], now=now)


def begin_outreach(session: Session, task_id: UUID, *, may_begin: bool, by: UUID, now: datetime) -> None:
    """
    Settle a supervisor's alert. `may_begin` lifts the hold on new outreach; otherwise it stays as it is.

    It holds her, not a case: in each other case of hers it is lifted as well, unless an alert is open there.

    Raises:
        TaskEnded, WrongTask.
    """
    task = _task_of(session, task_id, (Step.SUPERVISOR_ALERT,))
    for case_id in lock_person(session, task.case_id) if may_begin else ():
        with suppress(*(() if case_id == task.case_id else UNREADABLE)):  # That one holds her until it opens again.
            _end_hold(session, case_id, by=by, now=now, is_answered=case_id == task.case_id)
    end_task(session, task, TaskState.DONE, now=now, outcome="begin" if may_begin else "kept", ended_by=str(by))
    audit.record(session, action="alert.settle", by=by, cases=[task.case_id], now=now)


def _end_hold(session: Session, case_id: UUID, *, by: UUID, now: datetime, is_answered: bool) -> None:
    standing, _ = cases.standing(session, case_id)
    alerts = (each for each in tasks_of(session, case_id) if each.step == Step.SUPERVISOR_ALERT)
    if standing.supervisor_hold and (is_answered or all(each.state != TaskState.OPEN for each in alerts)):
        cases.change_standing(session, case_id, by=by, now=now, supervisor_hold=False)


def acknowledge(session: Session, task_id: UUID, *, accept: bool, by: UUID, now: datetime) -> None:
    """
    Settle what an event proposed: accepted, the tasks it concerns take the new date, or close for a cancellation.

    Not accepted, the earlier deadlines stand.

    Raises:
        TaskEnded, WrongTask.
    """
    task = _task_of(session, task_id, _ACKNOWLEDGEMENTS)
    detail = detail_of(session, task)
    if accept:
        _carry_out(session, task, detail, by=by, now=now)
    end_task(session, task, TaskState.DONE, now=now, outcome="acknowledged" if accept else "kept", ended_by=str(by))
    audit.record(session, action="proposal.settle", by=by, cases=[task.case_id], now=now)


def complete(session: Session, task_id: UUID, *, by: UUID, now: datetime) -> None:
    """
    End a task that was done without an attempt: an assessment, a plan, a decision on a letter.

    Raises:
        TaskEnded; WrongTask for a decision that has a form of its own, and for a notice before a call-in, which only
            a try that counts ends, or a supervisor who signs.
    """
    task = get_task(session, task_id)
    if task.step in (Step.DECIDE_MATCH, Step.SUPERVISOR_ALERT, *_ACKNOWLEDGEMENTS, *NOTICES):
        raise WrongTask(task)
    end_task(session, task, TaskState.DONE, now=now, outcome="done", ended_by=str(by))
    audit.record(session, action="task.complete", by=by, cases=[task.case_id], now=now)


def _task_of(session: Session, task_id: UUID, steps: tuple[Step, ...]) -> Task:
    task = get_task(session, task_id)
    if task.step not in steps:
        raise WrongTask(task)
    return task


def _carry_out(session: Session, task: Task, detail: TaskDetail, *, by: UUID, now: datetime) -> None:
    concerned = [session.get_one(Task, UUID(each)) for each in detail.concerns]
    if task.step == Step.ACKNOWLEDGE_CANCEL and not concerned:
        concerned = _notices_of(session, task.case_id, detail.event_id)
    still_open = [each for each in concerned if each.state == TaskState.OPEN]
    if detail.new_call_in_at is None:
        for each in still_open:
            end_task(session, each, TaskState.SUPERSEDED, now=now, outcome="acknowledged", ended_by=str(by))
        return
    call_in_at, protocol = datetime.fromisoformat(detail.new_call_in_at), _protocol_of(session, task.case_id)
    for each in still_open:
        _move(session, each, call_in_at, protocol, now=now)
    if concerned and not still_open and call_in_at > now:
        _add_notice(session, concerned[0], detail, protocol, now=now)


def _notices_of(session: Session, case_id: UUID, event_id: str) -> list[Task]:
    """A cancellation that came before its call-in could name no notice then; it means those made since."""
    notices = [each for each in tasks_of(session, case_id) if each.step in NOTICES]
    return [each for each in notices if detail_of(session, each).event_id == event_id]


def _add_notice(session: Session, ended: Task, detail: TaskDetail, protocol: Protocol, *, now: datetime) -> None:
    """The notice ended before its new date was agreed to: she has not been told that one."""
    call_in_at, step = datetime.fromisoformat(detail.new_call_in_at or ""), Step(ended.step)
    due_at = call_in_at - notice_of(step, protocol).due_before
    level = Level(ended.level) if ended.level else None
    fresh = PlannedTask(step, level, now, due_at, (due_at,), detail.event_id, call_in_at)
    task_id = add_task(session, ended.case_id, fresh)
    _move(session, session.get_one(Task, task_id), call_in_at, protocol, now=now)


def _move(session: Session, task: Task, call_in_at: datetime, protocol: Protocol, *, now: datetime) -> None:
    notice = notice_of(Step(task.step), protocol)
    task.due_at = call_in_at - notice.due_before
    looks = sorted({max(at, now) for at in (task.due_at, call_in_at - notice.last_alert_before, call_in_at)})
    task.next_look_at = looks[0]
    change_detail(session, task, call_in_at=call_in_at.isoformat(), looks_at=[at.isoformat() for at in looks])


def _carry_over(session: Session, match: PossibleMatch, *, by: UUID, now: datetime) -> None:
    older, _ = cases.standing(session, match.other_case_id)
    newer, _ = cases.standing(session, match.case_id)
    changes: dict[str, Any] = {name: True for name in _CARRIED if getattr(older, name) and not getattr(newer, name)}
    if older.stops:
        # What was said before a stop was lifted counts no more, in whichever of her cases it was said.
        changes["stops"] = tuple(sorted({*older.stops, *newer.stops}, key=lambda stop: stop.at))
    if changes:
        cases.change_standing(session, match.case_id, by=by, now=now, **changes)
    if changes.get("do_not_contact"):
        _stop_proposing(session, match.case_id, newer, by=by, now=now)
    _carry_her_word(session, match, by=by, now=now)
    _carry_back(session, match, by=by, now=now)
    record, other = session.get_one(CaseRecord, match.case_id), session.get_one(CaseRecord, match.other_case_id)
    record.assigned_to_id = record.assigned_to_id or other.assigned_to_id
    freezing.join(session, match.case_id, by=by, now=now)
    _carry_no_texts(session, match.case_id, by=by)
    join_vetoes(session, match.case_id, by=by, now=now)
    conflicts.spread(session, match.case_id, by=by, now=now)


def _carry_no_texts(session: Session, case_id: UUID, *, by: UUID) -> None:
    """Her no to all texts, in papers of any case of hers, is kept beside the yeses of each; the gate heeds it too."""
    hers = lock_person(session, case_id)
    brought = (cases.standing(session, each)[0].brought_over for each in hers)
    for said_at in sorted({each.no_texts_at for each in brought if each is not None and each.no_texts_at}):
        for each in hers:
            keep_no_of_papers(session, each, said_at=said_at, by=by)


def _carry_back(session: Session, match: PossibleMatch, *, by: UUID, now: datetime) -> None:
    """What stops contact in the newer case stops it in each older one of hers, too."""
    newer, _ = cases.standing(session, match.case_id)
    papers = people.destinations(session, match.case_id) if newer.brought_over is not None else ()
    for case_id in lock_person(session, match.case_id)[1:]:
        for way in people.destinations(session, case_id) if papers else ():
            changed = with_noes(way, papers)
            if changed != way:
                reach.save_destination(session, case_id, changed, version=way.version, by=by, now=now)
        older, _ = cases.standing(session, case_id)
        changes: dict[str, Any] = {name: True for name in _STOPPING if getattr(newer, name)}
        changes = {name: value for name, value in changes.items() if not getattr(older, name)}
        if set(newer.stops) - set(older.stops):
            changes["stops"] = tuple(sorted({*older.stops, *newer.stops}, key=lambda stop: stop.at))
        if changes:
            cases.change_standing(session, case_id, by=by, now=now, **changes)


def _stop_proposing(session: Session, case_id: UUID, standing: Standing, *, by: UUID, now: datetime) -> None:
    """After "do not contact" no task proposes contact; a supervisor hears of the new event instead (requirement 17)."""
    for task in tasks_of(session, case_id):
        if task.state != TaskState.OPEN or not STEPS[Step(task.step)].channels:
            continue
        if task.step in NOTICES:
            end_task(session, task, TaskState.CLOSED, now=now, outcome=ClosedAs.HER_WORD.value, ended_by=str(by))
        else:
            end_task(session, task, TaskState.SUPERSEDED, now=now, outcome="do_not_contact", ended_by=str(by))
    level = Level(standing.level) if standing.level else None
    add_task(session, case_id, supervisor_alert(_protocol_of(session, case_id), level, at=now, now=now))


def _carry_her_word(session: Session, match: PossibleMatch, *, by: UUID, now: datetime) -> None:
    """What she or an advocate said of a phone or an address holds for the same one in the newer case."""
    older = {(way.kind, way.value): way for way in people.destinations(session, match.other_case_id)}
    for way in people.destinations(session, match.case_id):
        known = older.get((way.kind, way.value))
        if known is not None and (known.compromised or _has_her_word(known)):
            carried = replace(
                known,
                id=way.id,
                version=way.version,
                shared_with_offender=known.shared_with_offender or way.shared_with_offender,
                text_consent_at=None,
            )
            carried = with_noes(carried, (way,))
            if way.compromised:  # An older yes takes nothing back out of other hands.
                carried = with_what_is_known(carried, (way,))
            reach.save_destination(session, match.case_id, carried, version=way.version, by=by, now=now)


def _has_her_word(way: Destination) -> bool:
    return any(verdict.source is not VerdictSource.ON_SCENE for verdict in way.verdicts.values())


def _end_question(session: Session, match: PossibleMatch, *, by: UUID, now: datetime) -> None:
    undecided = select(PossibleMatch.id).where(
        PossibleMatch.case_id == match.case_id, PossibleMatch.decision.is_(None), PossibleMatch.id != match.id
    )
    left = session.scalars(undecided.order_by(PossibleMatch.id)).first()
    questions = [
        task
        for task in tasks_of(session, match.case_id)
        if task.step == Step.DECIDE_MATCH and task.state == TaskState.OPEN
    ]
    for task in questions:
        if left is not None:
            change_detail(session, task, match_id=str(left))
        else:
            end_task(session, task, TaskState.DONE, now=now, outcome=match.decision, ended_by=str(by))
    if left is None:
        cases.change_standing(session, match.case_id, by=by, now=now, match_pending=False)


def _protocol_of(session: Session, case_id: UUID) -> Protocol:
    digest = session.get_one(CaseRecord, case_id).protocol_digest
    return protocol_of(session.get_one(ProtocolText, digest).text)
