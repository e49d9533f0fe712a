"""
She was told of a call-in in time, on paper, and it was written down after the call-in had begun.

A notice whose call-in has begun undone is missed for ever (requirement 13). "Undone" is about what was done, not about
when it was typed: with the network down at 3 pm she may well have been told before a call-in at 6. But whoever missed
a notice could write the same, so one person's word changes nothing. The try keeps both times, the notice stays missed,
and a supervisor who is not the one that wrote it down looks at the paper. With the supervisor's signature it counts as
told in time, marked for ever as written down afterwards, and its row keeps that it had been missed; or it stays missed.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from outreach import audit
from outreach.access import NoSuchCase, StaffCard, find_case, visible_cases
from outreach.attempts.outcomes import completes
from outreach.call_ins.closing import ClosingDetail, MayNotClose, closings_of
from outreach.case_file.contents import AttemptDetail, read_as
from outreach.late_entry import FARTHEST, was_asked_by_then
from outreach.protocols.steps import NOTICES, Step
from outreach.records.boxes import BoxNumber
from outreach.records.call_ins import NoticeClosing
from outreach.records.cases import CaseRecord
from outreach.records.errors import UNREADABLE
from outreach.records.keys import seal, unseal
from outreach.records.work import Attempt, Task
from outreach.tasks import detail_of, end_task
from outreach.terms import Channel, MissedCause, Outcome, Role, TaskState


class Seen(StrEnum):
    """What a supervisor signs about such a telling. Kept as the kind of a NOTICE_CLOSING box."""

    TOLD = "told_before"
    MISSED = "stays_missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class LateTelling:
    """One telling before a call-in that was written down after it had begun."""

    task_id: UUID
    case_id: UUID
    handle: str
    call_in_at: datetime
    told_at: datetime
    written_at: datetime
    written_by: UUID
    outcome: Outcome
    signed: ClosingDetail | None = None
    """What a supervisor found, and why; None while it waits for one."""


def late_tellings(session: Session, staff: StaffCard, *, now: datetime) -> tuple[LateTelling, ...]:
    """Return those that wait for a supervisor's look in the cases this person may see, newest first. Unaudited."""
    theirs = CaseRecord.id.in_(visible_cases(staff).with_only_columns(CaseRecord.id))
    is_lately = Task.due_at > now - 4 * FARTHEST
    found = _read(session, theirs & is_lately & Task.state.in_((TaskState.MISSED.value, TaskState.CLOSED.value)))
    waiting = {each.task_id: each for each in sorted(found, key=_written) if each.signed is None}
    return tuple(sorted(waiting.values(), key=_written, reverse=True))


def late_telling_of(session: Session, task_id: UUID) -> LateTelling | None:
    """Return the newest of one notice, signed or not; None when there is none. The page records the read."""
    return max(_read(session, Task.id == task_id), key=_written, default=None)


def sign(session: Session, staff: StaffCard, task_id: UUID, *, seen: Seen, reason: str, now: datetime) -> None:
    """
    Keep what a supervisor found: it counts as told in time, marked, or it stays missed. Audited.

    Raises:
        NoSuchCase: no such notice, or nothing of it waits.
        MayNotClose: they are no supervisor, wrote it down themselves, or give no reason.
    """
    task = session.get(Task, task_id)
    telling = late_telling_of(session, task_id) if task is not None else None
    if task is None or telling is None or telling.signed is not None:
        raise NoSuchCase
    find_case(session, staff, task.case_id)
    if staff.role is not Role.SUPERVISOR or staff.id == telling.written_by or not reason.strip():
        raise MayNotClose
    signed = ClosingDetail(seen.value, reason.strip(), (), str(staff.id), now.isoformat())
    row = uuid4()
    box = seal(session, BoxNumber.NOTICE_CLOSING, signed, owner=task.case_id, row=row)
    session.add(NoticeClosing(id=row, case_id=task.case_id, task_id=task.id, closing_box=box))
    if seen is Seen.TOLD:
        task.missed_cause = task.missed_cause or MissedCause.NOT_DONE.value  # It stays on its row, as its mark.
        task.state = TaskState.OPEN.value
        told = {"outcome": telling.outcome.value, "ended_by": str(telling.written_by)}
        end_task(session, task, TaskState.DONE, now=telling.told_at, **told)
    audit.record(session, action=f"notice.{seen.value}", by=staff.id, cases=[task.case_id], now=now)


def _read(session: Session, where: ColumnElement[bool]) -> list[LateTelling]:
    query = (
        select(Attempt, Task, CaseRecord.handle)
        .join(Task, Task.id == Attempt.task_id)
        .join(CaseRecord, CaseRecord.id == Task.case_id)
        .where(Task.step.in_([each.value for each in NOTICES]), where)
    )
    found: list[LateTelling] = []
    for row in session.execute(query):
        with suppress(*UNREADABLE):  # A case that does not open keeps no other telling from being looked at.
            telling = _telling(session, *row)
            found += [replace(telling, signed=_signed(session, telling))] if telling else []
    return found


def _written(telling: LateTelling) -> datetime:
    return telling.written_at


def _signed(session: Session, telling: LateTelling) -> ClosingDetail | None:
    signed = (each for each in closings_of(session, telling.task_id) if each.kind in set(Seen))
    after = (each for each in signed if datetime.fromisoformat(each.signed_at) >= telling.written_at)
    return max(after, key=lambda each: each.signed_at, default=None)


def _telling(session: Session, attempt: Attempt, task: Task, handle: str) -> LateTelling | None:
    fields = unseal(session, BoxNumber.ATTEMPT, attempt.attempt_box, owner=attempt.case_id, row=attempt.id)
    made = read_as(AttemptDetail, fields)
    if made.written_at is None:  # Most are written down as they are made: nothing else of them is opened.
        return None
    call_in = detail_of(session, task).call_in_at
    if call_in is None:
        return None
    at, written_at = datetime.fromisoformat(made.at), datetime.fromisoformat(made.written_at)
    outcome = Outcome(made.outcome)
    call_in_at = datetime.fromisoformat(call_in)
    is_late = at < call_in_at <= written_at and was_asked_by_then(task.opens_at, at)
    if not is_late or not completes(Step(task.step), Channel(made.channel), outcome):
        return None
    return LateTelling(
        task_id=task.id,
        case_id=task.case_id,
        handle=handle,
        call_in_at=call_in_at,
        told_at=at,
        written_at=written_at,
        written_by=UUID(made.by),
        outcome=outcome,
    )
