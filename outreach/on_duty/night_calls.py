"""
Calls that came from her while the office was shut: what she asked, kept for her advocate, or for supervisors.

Such a call is never limited and needs no proof of who it is (requirements 18, 28). What is kept opens no way and
says nothing back: whoever takes it down learns neither whether there is such a case nor whose it is.
"""

from contextlib import suppress
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from outreach import audit
from outreach.access import NoSuchCase, StaffCard, visible_cases
from outreach.attempts.recording import Made, log_attempt
from outreach.identity.same_person import lock_person
from outreach.protocols.planning import protocol_kept, supervisor_alert
from outreach.protocols.steps import Step
from outreach.records.boxes import BoxNumber
from outreach.records.cases import CaseRecord
from outreach.records.errors import UNREADABLE
from outreach.records.keys import HOUSE, seal, unseal
from outreach.records.on_call import NightCall
from outreach.records.work import Task
from outreach.tasks import add_task
from outreach.terms import Channel, Level, Outcome, TaskState
from outreach.walls.sight import kept_away

_BOX = BoxNumber.NIGHT_CALL


class Said(NamedTuple):
    """What a colleague on call took down."""

    asked: str
    """What she asked, in her words."""
    known_by: str = ""
    """How it was known to be she: live_call, in_person or code_word; empty: nobody knows who it was."""
    handle: str = ""
    """The two words of a case, as they were typed."""


class KeptCall(NamedTuple):
    """Box NIGHT_CALL, in sealing order. New fields go at the end with a default. Times are RFC 3339 text."""

    at: str
    by: str
    asked: str
    known_by: str = ""
    handle: str = ""
    done: str = ""
    """What a supervisor did about one that is no case's."""


class CallLine(NamedTuple):
    """One call that is no case's, as a list shows it: nothing of it was read."""

    id: UUID
    came_on: date


def note_on_card(
    session: Session, staff: StaffCard, case_id: UUID, said: Said, *, done: UUID | None, now: datetime
) -> None:
    """
    Keep a call about a case of the card, with a task to read it; where it was she, it counts as contact from her.

    That the case is on the card is the caller's to check (outreach.on_duty.night). Audited.

    Args:
        done: the task that was talked about with her and is done; only where it was known to be she.
    """
    lock_person(session, case_id)  # Before anything is kept, as an attempt takes it.
    _keep_in_case(session, case_id, said, by=staff.id, now=now)
    if said.known_by:
        made = Made(Channel.CALL, Outcome.REACHED, task_id=done, she_contacted_us=True)
        log_attempt(session, case_id, made, by=staff.id, now=now)
    audit.record(session, action="night_call.keep", by=staff.id, cases=[case_id], now=now)


def note_of_other(session: Session, staff: StaffCard, said: Said, *, now: datetime) -> None:
    """
    Keep a call about no case of the card: for the advocate of the case of that handle, else for supervisors.

    For both, where its writer is kept away from that case: what waits for supervisors is counted on a page that the
    writer may see, and must grow there as it does for a case that never was.
    """
    wanted = func.lower(CaseRecord.handle) == said.handle.strip().lower()
    _keep_where_it_belongs(session, staff, wanted, said, now=now)


def note_off_card(session: Session, staff: StaffCard, case_id: UUID, said: Said, *, now: datetime) -> None:
    """
    Keep a call about a case that left the card while it was typed, as `note_of_other` does.

    That they are, or lately were, on call is the caller's to check (outreach.on_duty.night).
    """
    _keep_where_it_belongs(session, staff, CaseRecord.id == case_id, said, now=now)


def _keep_where_it_belongs(
    session: Session, staff: StaffCard, wanted: ColumnElement[bool], said: Said, *, now: datetime
) -> None:
    found = session.scalar(select(CaseRecord.id).where(wanted, CaseRecord.closed_on.is_(None)))
    with suppress(*UNREADABLE):  # One that does not open gets a supervisor's task instead.
        if found is not None:
            _keep_in_case(session, found, said, by=staff.id, now=now)
            audit.record(session, action="night_call.keep", by=staff.id, cases=[found], now=now)
            if staff.id not in kept_away(session, (found,)):
                return
    row = uuid4()
    kept = KeptCall(now.isoformat(), str(staff.id), said.asked.strip(), handle=said.handle.strip())
    box = seal(session, _BOX, kept, owner=HOUSE, row=row)
    session.add(NightCall(id=row, came_on=now.date(), call_box=box))
    audit.record(session, action="night_call.keep", by=staff.id, cases=[], now=now)


def read_of_case(session: Session, case_id: UUID, *, by: UUID, now: datetime) -> tuple[KeptCall, ...]:
    """Return the calls of a case that nobody has dealt with, oldest first, to be shown to a person. Audited."""
    found = [_opened(session, row) for row in _open_of_case(session, case_id)]
    audit.record(session, action="night_call.read", by=by, cases=[case_id], now=now)
    return tuple(sorted(found, key=lambda each: datetime.fromisoformat(each.at)))


def settle_case(session: Session, case_id: UUID, *, by: UUID, now: datetime) -> None:
    """Note that her advocate dealt with the calls of a case. The caller ends the task, and audits."""
    for row in _open_of_case(session, case_id):
        row.settled_by_id, row.settled_on = by, now.date()


def waiting(session: Session) -> tuple[CallLine, ...]:
    """Return the calls that are no case's and wait for a supervisor, oldest first. Opens no box."""
    query = select(NightCall.id, NightCall.came_on).where(NightCall.case_id.is_(None), NightCall.settled_on.is_(None))
    return tuple(CallLine(*row) for row in session.execute(query.order_by(NightCall.came_on, NightCall.id)))


def read(session: Session, call_id: UUID, *, by: UUID, now: datetime) -> KeptCall:
    """Return one such call, to be shown to a person. Audited. Raises NoSuchCase, also for one that was settled."""
    found = _opened(session, _open_row(session, call_id))
    audit.record(session, action="night_call.read", by=by, cases=[], now=now)
    return found


def attach(session: Session, staff: StaffCard, call_id: UUID, handle: str, *, now: datetime) -> UUID:
    """Say whose call it was: it goes to that case, with a task to read it. Audited. Raises NoSuchCase."""
    row = _open_row(session, call_id)
    wanted = visible_cases(staff).where(func.lower(CaseRecord.handle) == handle.strip().lower())
    case = session.scalars(wanted).one_or_none()
    if case is None:
        raise NoSuchCase
    kept = _opened(session, row)
    if not _has_it(session, case.id, kept):
        said = Said(kept.asked)
        _keep_in_case(session, case.id, said, by=UUID(kept.by), now=datetime.fromisoformat(kept.at))
    _settle(session, row, kept._replace(asked="", done=f"It went to {case.handle}."), by=staff.id, now=now)
    audit.record(session, action="night_call.attach", by=staff.id, cases=[case.id], now=now)
    return case.id


def is_with_its_case(session: Session, staff: StaffCard, kept: KeptCall) -> bool:
    """Tell whether a call waits in the case it named as well, as far as this person may see that case."""
    wanted = visible_cases(staff).where(func.lower(CaseRecord.handle) == kept.handle.strip().lower())
    return any(_has_it(session, each.id, kept) for each in session.scalars(wanted))


def settle(session: Session, call_id: UUID, *, done: str, by: UUID, now: datetime) -> None:
    """Note what was done about a call that is no case's. Audited. Raises NoSuchCase; ValueError: nothing was said."""
    if not done.strip():
        raise ValueError("say what was done")
    row = _open_row(session, call_id)
    _settle(session, row, _opened(session, row)._replace(done=done.strip()), by=by, now=now)
    audit.record(session, action="night_call.settle", by=by, cases=[], now=now)


def _keep_in_case(session: Session, case_id: UUID, said: Said, *, by: UUID, now: datetime) -> None:
    """Keep a call in a case, and ask whoever holds it to read it; one task for all that wait."""
    row = uuid4()
    kept = KeptCall(now.isoformat(), str(by), said.asked.strip(), said.known_by)
    box = seal(session, _BOX, kept, owner=case_id, row=row)
    record = session.get_one(CaseRecord, case_id)
    levels = (Task.case_id == case_id, Task.state == TaskState.OPEN.value, Task.level.is_not(None))
    known = [Level(each) for each in session.scalars(select(Task.level).where(*levels)) if each]
    level = max(known, key=lambda each: each.gravity, default=None)
    due = supervisor_alert(protocol_kept(session, record.protocol_digest), level, at=now, now=now)
    asked = (Task.case_id == case_id, Task.step == Step.RANG_IN.value, Task.state == TaskState.OPEN.value)
    if session.scalar(select(Task.id).where(*asked)) is None:
        # Without a level: the words are for who holds the case, so that it is no task of the night card.
        add_task(session, case_id, due._replace(step=Step.RANG_IN, level=None))
    session.add(NightCall(id=row, case_id=case_id, came_on=now.date(), call_box=box))


def _open_of_case(session: Session, case_id: UUID) -> list[NightCall]:
    query = select(NightCall).where(NightCall.case_id == case_id, NightCall.settled_on.is_(None))
    return list(session.scalars(query.with_for_update()))


def _has_it(session: Session, case_id: UUID, kept: KeptCall) -> bool:
    """Tell whether a case has a call already: from the same colleague, at the same instant."""
    with suppress(*UNREADABLE):
        had = [_opened(session, row) for row in session.scalars(select(NightCall).where(NightCall.case_id == case_id))]
        return any((each.at, each.by) == (kept.at, kept.by) for each in had)
    return False


def _open_row(session: Session, call_id: UUID) -> NightCall:
    row = session.get(NightCall, call_id, with_for_update=True)
    if row is None or row.case_id is not None or row.settled_on is not None:
        raise NoSuchCase
    return row


def _opened(session: Session, row: NightCall) -> KeptCall:
    return KeptCall(*unseal(session, _BOX, row.call_box, owner=row.case_id or HOUSE, row=row.id))


def _settle(session: Session, row: NightCall, kept: KeptCall, *, by: UUID, now: datetime) -> None:
    row.call_box = seal(session, _BOX, kept, owner=HOUSE, row=row.id)
    row.settled_by_id, row.settled_on = by, now.date()
