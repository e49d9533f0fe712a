"""
Stacks of letters: one person prepares, another releases, never the same; then the print role makes them.

A stack holds letters of cases its preparer may see. Every step asks again what may change, and a letter leaves the
stack with its reason rather than the stack stopping for it.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import Select, false, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outreach import audit
from outreach.access import StaffCard, visible_cases
from outreach.approvals.second_person import is_heard
from outreach.messaging.errors import MessagingError
from outreach.messaging.letters.batch_rows import batch_in, counts, leave, move_batch, places, refuse_hidden
from outreach.messaging.letters.days import day_in, zone_of_any
from outreach.messaging.letters.release import print_again
from outreach.records.cases import CaseRecord
from outreach.records.errors import NoSuchRecord, StaleVersion
from outreach.records.letters import BatchLetter, LetterBatch
from outreach.records.work import Letter
from outreach.terms import BatchState, LetterState, PlaceState, Role
from outreach.walls.sight import is_behind_walls

MOST = 100
"""Letters of one stack: what a person can fold and count in one go. The next stack takes the rest."""

PRINTED_ALREADY = (BatchState.UNSURE, BatchState.PRINTED, BatchState.SHORT, BatchState.COUNTED)
_NOT_YET = (BatchState.PLANNED, BatchState.MAKING, BatchState.READY)


class NothingToPrint(MessagingError):
    """No letter of theirs is ready for a stack."""

    permanent = False


class NeedsAnother(MessagingError):
    """Another person must release it: not who prepared it and, in the first half hour, a supervisor."""


def ready(staff: StaffCard, *, now: datetime) -> Select[Letter]:
    """
    Return the query of letters that this person could put into a stack now, longest waiting first.

    What she asked for goes without one, by one person's hands: it waits for nobody (rule zero).
    """
    theirs = visible_cases(staff).where(CaseRecord.closed_on.is_(None)).with_only_columns(CaseRecord.id)
    is_in_one = select(BatchLetter.id).where(
        BatchLetter.letter_id == Letter.id, BatchLetter.state != PlaceState.OUT.value
    )
    is_for_two = Letter.goes_alone == false()
    is_due = (Letter.state == LetterState.RELEASED.value) & (Letter.release_at <= now)
    return (
        select(Letter)
        .where(
            Letter.case_id.in_(theirs),
            is_for_two,
            is_due | (Letter.state == LetterState.PRINTED.value),
            ~is_in_one.exists(),
        )
        .order_by(Letter.release_at, Letter.id)
    )


def plan(session: Session, staff: StaffCard, *, now: datetime) -> UUID:
    """
    Put what is ready into a stack, and return its id. Nothing is printed until another person releases it. Audited.

    Raises:
        NothingToPrint. StaleVersion: somebody prepared one at the same moment; look again.
    """
    letters = _together(session, session.scalars(ready(staff, now=now).limit(MOST)).all())
    if not letters:
        raise NothingToPrint
    batch_id, number = uuid4(), (session.scalar(select(func.max(LetterBatch.number))) or 0) + 1
    try:
        today = day_in(zone_of_any(session, (each.case_id for each in letters)), now)
        session.add(_planned(batch_id, number, by=staff.id, now=now, today=today))
        session.flush()
        session.add_all(
            BatchLetter(id=uuid4(), batch_id=batch_id, letter_id=letter.id, place=place, state=PlaceState.PLANNED.value)
            for place, letter in enumerate(letters, start=1)
        )
        session.flush()
    except IntegrityError:
        raise StaleVersion("batch") from None
    _record(session, "batch.plan", batch_id, by=staff.id, now=now)
    return batch_id


def _together(session: Session, letters: Sequence[Letter]) -> Sequence[Letter]:
    """
    Return those of these letters that may lie in one stack, longest waiting first.

    A stack is in many hands, so a letter of a case that not everyone may see lies with others of that case alone.
    """
    cases = {each.case_id for each in letters}
    walled = select(CaseRecord.id).where(CaseRecord.id.in_(cases), is_behind_walls())
    apart = set(session.scalars(walled))
    shared = [each for each in letters if each.case_id not in apart]
    return shared or [each for each in letters if each.case_id == letters[0].case_id]


def release(session: Session, staff: StaffCard, batch_id: UUID, *, now: datetime) -> None:
    """
    Let a stack be printed, as the second person. Audited.

    Raises:
        NeedsAnother: who prepared it cannot; in the first half hour only a supervisor can.
        WrongBatchState, NoSuchRecord.
    """
    batch = batch_in(session, batch_id, BatchState.PLANNED)
    refuse_hidden(session, staff, batch_id)
    if not may_release(staff, batch, now=now):
        raise NeedsAnother
    batch.released_by_id = staff.id
    move_batch(session, batch, BatchState.MAKING, now=now)
    _record(session, "batch.release", batch_id, by=staff.id, now=now)


def may_release(staff: StaffCard, batch: LetterBatch, *, now: datetime) -> bool:
    """Say whether this person may be the second one of a stack, now."""
    return staff.id != batch.prepared_by_id and is_heard(staff, batch.prepared_at, now=now)


def may_handle(staff: StaffCard, batch: LetterBatch) -> bool:
    """Say whether a stack is in this person's hands: to count, mail or give it up. Others only look, and release."""
    return staff.role is Role.SUPERVISOR or staff.id in (batch.prepared_by_id, batch.released_by_id)


def refuse_other_hands(session: Session, staff: StaffCard, batch_id: UUID) -> None:
    """Raise NoSuchRecord for a stack that is in other hands, as for one that is not there."""
    if not may_handle(staff, batch_in(session, batch_id)):
        raise NoSuchRecord("batch", batch_id)
    refuse_hidden(session, staff, batch_id)


def count_to_release(session: Session, staff: StaffCard, *, now: datetime) -> int:
    """Return how many stacks this person may release now. Unaudited: a number."""
    planned = LetterBatch.state == BatchState.PLANNED.value
    waiting = [
        each for each in session.scalars(select(LetterBatch).where(planned)) if may_release(staff, each, now=now)
    ]
    seen = counts(session, [each.id for each in waiting], seen_by=staff)
    return sum(1 for each in waiting if any(seen[each.id].values()))


def leave_out(session: Session, batch_id: UUID, letter_id: UUID, *, by: UUID, now: datetime) -> None:
    """Take one letter out of a stack that is not released yet; it waits for the next one. Audited."""
    batch_in(session, batch_id, BatchState.PLANNED)
    found = [each.letter for each in places(session, batch_id, PlaceState.PLANNED) if each.letter.id == letter_id]
    if not found:
        raise NoSuchRecord("letter of the batch", letter_id)
    leave(session, letter_id)
    audit.record(session, action="batch.leave_out", by=by, cases=[found[0].case_id], now=now)


def undo(session: Session, batch_id: UUID, because: str, *, by: UUID, now: datetime) -> None:
    """
    Give a stack up. What may have come out of a printer is void, and made again with new codes; the rest waits.

    Raises:
        WrongBatchState: it is mailed, or was given up. ValueError: no reason where pages may exist.
    """
    batch = batch_in(session, batch_id, *_NOT_YET, *PRINTED_ALREADY)
    _record(session, "batch.undo", batch_id, by=by, now=now)
    for place, letter in places(session, batch_id, PlaceState.PLANNED, PlaceState.MADE):
        if batch.state in PRINTED_ALREADY and letter.state == LetterState.PRINTED:
            print_again(session, letter.id, because, by=by, now=now)
        else:
            place.state = PlaceState.OUT.value
    move_batch(session, batch, BatchState.UNDONE, now=now)


def theirs(session: Session, staff: StaffCard, batch_id: UUID) -> bool:
    """Say whether a person may see every case of a stack: only then names and addresses are shown to them."""
    cases = {each.letter.case_id for each in places(session, batch_id) if each.row.state != PlaceState.OUT}
    query = visible_cases(staff).where(CaseRecord.id.in_(cases)).with_only_columns(CaseRecord.id)
    return set(session.scalars(query)) == cases


def _planned(batch_id: UUID, number: int, *, by: UUID, now: datetime, today: date) -> LetterBatch:
    return LetterBatch(
        id=batch_id,
        number=number,
        state=BatchState.PLANNED.value,
        prepared_by_id=by,
        prepared_at=now,
        state_on=today,
    )


def _record(session: Session, action: str, batch_id: UUID, *, by: UUID, now: datetime) -> None:
    cases = sorted({each.letter.case_id for each in places(session, batch_id)})
    audit.record(session, action=action, by=by, cases=cases, now=now)
