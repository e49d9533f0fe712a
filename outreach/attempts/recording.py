"""
Recording an attempt and what its outcome changes. What an outcome means: outreach.attempts.outcomes (pure).

A limit never refuses a record: what happened, happened. Limits are the gate's, before the attempt. One that is written
down afterwards counts at the time it was made, but for what makes her less reachable: that begins now
(outreach.late_entry).
"""

from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from outreach import audit, cases, people
from outreach.attempts.outcomes import Effects, effects_of
from outreach.call_ins import answering
from outreach.call_ins.answering import Ended
from outreach.case_file.contents import AttemptDetail
from outreach.case_file.history import history_of
from outreach.case_file.words import AttemptNote, seal_note
from outreach.her_word import danger_try
from outreach.her_word.requests import live_requests, meet
from outreach.identity.same_person import lock_person
from outreach.late_entry import UnfitTime, refuse_unfit, was_asked_by_then
from outreach.messaging.suppression import lock_for_stop
from outreach.protocols.steps import NOTICES, STEPS, Step
from outreach.reaching import freezing, reach
from outreach.reaching.destinations import ChannelVerdict, Destination
from outreach.records.boxes import BoxNumber
from outreach.records.cases import CaseRecord
from outreach.records.errors import UNREADABLE
from outreach.records.keys import seal
from outreach.records.work import Attempt, Task
from outreach.risk import assessments, safety_plans
from outreach.tasks import end_task, tasks_of
from outreach.terms import Channel, DestinationKind, Outcome, ReachedBy, TaskState, Verdict, VerdictSource

FREEZING = (Outcome.UNSAFE, Outcome.WRONG_NUMBER)
"""Outcomes that freeze a destination: what was claimed for it before must be done first."""


class Made(NamedTuple):
    """One attempt as an advocate tells it. Two taps fill the first two fields; the rest may stay empty."""

    channel: Channel
    outcome: Outcome
    destination_id: UUID | None = None
    task_id: UUID | None = None
    at: datetime | None = None
    """When it was made; None is now. Earlier, it is one that is written down afterwards."""
    she_contacted_us: bool = False
    reason: str | None = None
    """A supervisor's, for one above the limit."""
    note: str = ""
    may_try_if_danger: bool = False
    """Her answer when she wants no contact: may we try once if danger rises?"""


class Logged(NamedTuple):
    """What was stored, and what to ask or do now, in plain words."""

    attempt_id: UUID
    ask: tuple[str, ...]


class InvalidAttempt(ValueError):
    """An attempt that cannot have been made: not at that time, or for another case's task or way."""


def log_attempt(session: Session, case_id: UUID, made: Made, *, by: UUID, now: datetime) -> Logged:
    """
    Store an attempt with everything its outcome changes, audited in the same transaction.

    Raises:
        InvalidAttempt: it lies in the future or too far back, or its task is another case's.
        NoSuchRecord: the case has no such destination.
    """
    at = made.at or now
    if made.at is not None:
        _refuse_unfit(session, case_id, at, now=now)
    if made.outcome in FREEZING:
        lock_for_stop(session)
    lock_person(session, case_id)  # Before anything is stored: two who note her no at once must not wait in a ring.
    task = _task(session, case_id, made)
    way = _way(session, case_id, made)
    attempt_id = _store(session, case_id, made, way, by=by, now=now)
    effects = effects_of(
        made.outcome,
        channel=made.channel,
        step=Step(task.step) if task else None,
        kind=way.kind if way else None,
    )
    if not made.she_contacted_us:
        tried = danger_try.Try(made.outcome.value, at, made.task_id)
        danger_try.end_with(session, case_id, tried, by=by, now=now)
    if task is not None and made.outcome is Outcome.DECLINED and task.state == TaskState.OPEN:
        _note_declined_talk(session, case_id, Step(task.step), by=by, now=now)
    to_do = _end_tasks(session, case_id, task, Ended(effects, made.outcome, at), by=by, now=now)
    if way is not None and effects.meets_request:
        meet(session, case_id, made.channel, way.id, at=at)
    if way is not None:
        _change_way(session, case_id, way, effects, at=at, by=by, now=now)
        if effects.compromised:
            freezing.follow(session, case_id, way, by=by, now=now)
    _change_standing(session, case_id, made, effects, by=by, now=now)
    audit.record(session, action="attempt.record", by=by, cases=[case_id], now=now)
    return Logged(attempt_id, (*effects.ask, *to_do))


def _refuse_unfit(session: Session, case_id: UUID, at: datetime, *, now: datetime) -> None:
    opened_on = session.get_one(CaseRecord, case_id).opened_on
    zone = ZoneInfo(cases.standing(session, case_id)[0].zone)
    try:
        refuse_unfit(at, opened_on=opened_on, zone=zone, now=now)
    except UnfitTime as unfit:
        raise InvalidAttempt(f"an attempt cannot have been made then: {unfit.why}") from None


def _note_declined_talk(session: Session, case_id: UUID, step: Step, *, by: UUID, now: datetime) -> None:
    """A talk she did not want was offered: that is noted where talks are, and it comes up again when it should."""
    if STEPS[step].action == "assess":
        assessments.skip(session, case_id, by=by, now=now)
    elif STEPS[step].action == "plan":
        safety_plans.decline(session, case_id, by=by, now=now)


def _task(session: Session, case_id: UUID, made: Made) -> Task | None:
    if made.task_id is None:
        return None
    task = session.get(Task, made.task_id)
    if task is None or task.case_id != case_id:
        raise InvalidAttempt("the task is another case's")
    return task


def _way(session: Session, case_id: UUID, made: Made) -> Destination | None:
    if made.destination_id is None:
        return None
    return people.destination_of(session, case_id, made.destination_id)


def _store(session: Session, case_id: UUID, made: Made, way: Destination | None, *, by: UUID, now: datetime) -> UUID:
    at, events = made.at or now, history_of(session, case_id)
    known = [each for each in events if made.at is None or each.sent.received_at <= at] or events[:1]
    detail = AttemptDetail(
        at=at.isoformat(),
        by=str(by),
        channel=made.channel.value,
        outcome=made.outcome.value,
        destination_id=str(made.destination_id) if made.destination_id else None,
        event_id=str(known[-1].row_id) if known else None,
        was_prompted=made.she_contacted_us or _she_asked(session, case_id, made, at),
        she_contacted_us=made.she_contacted_us,
        written_at=now.isoformat() if at < now else None,
        reached_by=(way.reached_by if way and made.channel is Channel.CALL else ReachedBy.VOICE).value,
    )
    row_id = uuid4()
    box = seal(session, BoxNumber.ATTEMPT, detail, owner=case_id, row=row_id)
    note = seal_note(session, case_id, AttemptNote(made.note, made.reason), row=row_id)
    session.add(Attempt(id=row_id, case_id=case_id, task_id=made.task_id, attempt_box=box, note_box=note))
    return row_id


def _she_asked(session: Session, case_id: UUID, made: Made, at: datetime) -> bool:
    asked = live_requests(session, case_id, at=at)
    return any((r.channel, r.destination_id) == (made.channel, made.destination_id) for r in asked)


def _end_tasks(
    session: Session, case_id: UUID, task: Task | None, ended: Ended, *, by: UUID, now: datetime
) -> tuple[str, ...]:
    """End what the try settles, and return what to do now about a notice that it does not."""
    was_asked = task is not None and was_asked_by_then(task.opens_at, ended.at)
    done = [task] if task is not None and was_asked and ended.effects.completes else []
    if ended.effects.completes_all_contact:
        contacts = [each for each in tasks_of(session, case_id) if STEPS[Step(each.step)].channels]
        done = [*contacts, *(each for each in done if each not in contacts)]
    to_do = list(answering.stays_open(task, ended)) if task is not None else []
    for each in done:
        if each.step in NOTICES:
            to_do += answering.end_notice(session, each, ended, is_its_own=each is task, by=by, now=now)
        elif each.state == TaskState.OPEN:
            end_task(session, each, TaskState.DONE, now=ended.at, outcome=ended.outcome.value, ended_by=str(by))
    return tuple(dict.fromkeys(to_do))


def _change_way(
    session: Session, case_id: UUID, way: Destination, effects: Effects, *, at: datetime, by: UUID, now: datetime
) -> None:
    unsafe = ChannelVerdict(Verdict.UNSAFE, VerdictSource.ADVOCATE, now)
    is_live = effects.is_live_contact and way.kind is DestinationKind.PHONE
    last_live = max(filter(None, (way.last_live_contact_at, at))) if is_live else way.last_live_contact_at
    changed = replace(
        way,
        verdicts={**way.verdicts, **dict.fromkeys(effects.unsafe_channels, unsafe)},
        last_live_contact_at=last_live,
        text_consent_at=None if effects.compromised else way.text_consent_at,
        confirmed_at=None if effects.compromised else way.confirmed_at,
        compromised=way.compromised or effects.compromised,
    )
    if changed != way:
        reach.save_destination(session, case_id, changed, version=way.version, by=by, now=now)


def _change_standing(session: Session, case_id: UUID, made: Made, effects: Effects, *, by: UUID, now: datetime) -> None:
    changes: dict[str, Any] = {}
    if effects.do_not_contact:
        changes |= {"do_not_contact": True, "may_try_if_danger": made.may_try_if_danger}
    if effects.she_will_contact_us:
        changes["she_will_contact_us"] = True
    for hers in lock_person(session, case_id) if changes else ():
        try:
            heard = _how_heard(session, hers, effects)
            cases.change_standing(session, hers, by=by, now=now, **changes, **heard)
        except UNREADABLE:
            if hers == case_id:
                raise
            audit.record(session, action="case.unreadable", by=by, cases=[hers], now=now)


def _how_heard(session: Session, case_id: UUID, effects: Effects) -> dict[str, Any]:
    """Keep with her no whether she was heard to say it: what is written makes none unheard that was heard before."""
    if not effects.do_not_contact:
        return {}
    kept, _ = cases.standing(session, case_id)
    was_heard = kept.do_not_contact and not kept.no_contact_unheard
    return {"no_contact_unheard": not (effects.is_live_contact or was_heard)}
