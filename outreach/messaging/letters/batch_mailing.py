"""
From the printer to the mailbox: a stack is taken out once, counted, and mailed; what does not fit holds it.

At each step the gate is asked again for every letter. Those it shuts are held with the cause and named by their code,
so that a person pulls them out of the stack.
"""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from outreach import audit
from outreach.access import NoSuchCase, StaffCard
from outreach.her_word.requests import meet
from outreach.messaging.letters.batch_making import sheets
from outreach.messaging.letters.batch_rows import Place, batch_in, move_batch, places
from outreach.messaging.letters.batches import theirs
from outreach.messaging.letters.printed_codes import make_void
from outreach.messaging.letters.release import print_again, pull_out, why_not
from outreach.messaging.letters.rows import content_of, move
from outreach.records.errors import NoSuchRecord
from outreach.records.letters import LetterBatch
from outreach.terms import BatchState, Channel, LetterState, PlaceState

CHANGED_SINCE = "It may not go any more: something changed since it was printed."


class TakenOut(NamedTuple):
    """A stack's pages; or none, when letters had to be pulled first: look at the list, then take it out."""

    pages: tuple[bytes, ...]
    pulled: int


class Mailed(NamedTuple):
    """How many letters went, and the codes of those to pull out of the pile before it goes."""

    mailed: int
    pull_out: tuple[str, ...]


def take_out(session: Session, staff: StaffCard, batch_id: UUID, *, now: datetime) -> TakenOut:
    """
    Return a ready stack's pages, once, to whoever may see each of its cases. Audited.

    Raises:
        NoSuchCase: a case of it is not theirs. WrongBatchState: it is not ready, or was taken out before.
    """
    batch = batch_in(session, batch_id, BatchState.READY)
    if not theirs(session, staff, batch_id):
        raise NoSuchCase
    pulled = _pull_changed(session, batch_id, by=staff.id, now=now)
    if pulled:
        return TakenOut((), len(pulled))
    pages = tuple(each.pdf for each in sheets(session, batch_id))
    batch.fetched_by_id = staff.id
    move_batch(batch, BatchState.PRINTED, now=now)
    _record(session, "batch.take_out", batch_id, by=staff.id, now=now)
    return TakenOut(pages, 0)


def settle_unsure(session: Session, batch_id: UUID, *, came_out: bool, by: UUID, now: datetime) -> None:
    """Say whether a stack came out that a worker may have given to the printer. Audited. Raises WrongBatchState."""
    batch = batch_in(session, batch_id, BatchState.UNSURE)
    move_batch(batch, BatchState.PRINTED if came_out else BatchState.READY, now=now)
    _record(session, "batch.settle", batch_id, by=by, now=now)


def expected(session: Session, batch_id: UUID) -> int:
    """Return how many letters a stack must have now."""
    return len(_in_stack(session, batch_id))


def count(session: Session, batch_id: UUID, counted: int, *, by: UUID, now: datetime) -> bool:
    """
    Keep how many letters a person counted, and say whether it fits; while it does not, the stack is held. Audited.

    Raises WrongBatchState.
    """
    batch = batch_in(session, batch_id, BatchState.PRINTED, BatchState.SHORT, BatchState.COUNTED)
    batch.counted = counted
    _weigh_count(session, batch, now=now)
    _record(session, "batch.count", batch_id, by=by, now=now)
    return batch.state == BatchState.COUNTED


def make_again(
    session: Session, batch_id: UUID, letter_ids: Collection[UUID], because: str, *, by: UUID, now: datetime
) -> None:
    """
    Make letters again whose pages are missing or spoiled: those are void, new ones go with a later stack. Audited.

    Raises:
        NoSuchRecord: a letter is not in this stack. WrongBatchState. ValueError: no reason.
    """
    batch = batch_in(session, batch_id, BatchState.PRINTED, BatchState.SHORT, BatchState.COUNTED)
    inside = {each.letter.id for each in _in_stack(session, batch_id)}
    if not set(letter_ids) <= inside:
        raise NoSuchRecord("letter of the batch", batch_id)
    for letter_id in letter_ids:
        print_again(session, letter_id, because, by=by, now=now)
    if batch.counted is not None and batch.state == BatchState.COUNTED:
        batch.counted -= len(letter_ids)
    if batch.counted is not None:
        _weigh_count(session, batch, now=now)
    _end_if_empty(session, batch, now=now)


def mail(session: Session, batch_id: UUID, left_behind: Collection[UUID], *, by: UUID, now: datetime) -> Mailed:
    """
    Record that a counted stack goes to the mail, but for the letters left behind; ask for each whether it may. Audited.

    Raises:
        WrongBatchState: it is not counted. NoSuchRecord: a letter left behind is not in it.
    """
    batch = batch_in(session, batch_id, BatchState.COUNTED)
    make_again(session, batch_id, left_behind, "left behind when the others were mailed", by=by, now=now)
    # Cancelled or held since it was counted: its envelope lies in the pile all the same.
    gone = _stopped(session, batch_id) if batch.state == BatchState.SHORT else ()
    pulled = _pull_changed(session, batch_id, by=by, now=now)
    going = _in_stack(session, batch_id)
    for place, letter in going:
        place.state = PlaceState.MAILED.value
        move(letter, LetterState.MAILED, now=now)
        meet(session, letter.case_id, Channel.LETTER, letter.destination_id, at=now)
        audit.record(session, action="letter.mail", by=by, cases=[letter.case_id], now=now)
    move_batch(batch, BatchState.MAILED if going else BatchState.UNDONE, now=now)
    _record(session, "batch.mail", batch_id, by=by, now=now)
    return Mailed(len(going), (*gone, *pulled))


def _in_stack(session: Session, batch_id: UUID) -> list[Place]:
    return [each for each in places(session, batch_id, PlaceState.MADE) if each.letter.state == LetterState.PRINTED]


def _stopped(session: Session, batch_id: UUID) -> tuple[str, ...]:
    """Return the codes of letters that were taken out of a stack and go nowhere now."""
    stopped = (LetterState.CANCELLED, LetterState.HELD)
    out = places(session, batch_id, PlaceState.OUT)
    return tuple(content_of(session, each.letter).code for each in out if each.letter.state in stopped)


def _pull_changed(session: Session, batch_id: UUID, *, by: UUID, now: datetime) -> tuple[str, ...]:
    """Hold each letter that may not go any more, with its page void; return their codes."""
    codes = []
    for _, letter in _in_stack(session, batch_id):
        cause = why_not(session, letter, now=now)
        if cause:
            codes.append(content_of(session, letter).code)
            make_void(session, letter, CHANGED_SINCE, by=by, now=now)
            pull_out(session, letter, cause, by=by, now=now)
    return tuple(codes)


def _weigh_count(session: Session, batch: LetterBatch, *, now: datetime) -> None:
    fits = batch.counted == expected(session, batch.id)
    move_batch(batch, BatchState.COUNTED if fits else BatchState.SHORT, now=now)


def _end_if_empty(session: Session, batch: LetterBatch, *, now: datetime) -> None:
    if not _in_stack(session, batch.id) and batch.state != BatchState.COUNTED:
        move_batch(batch, BatchState.UNDONE, now=now)


def _record(session: Session, action: str, batch_id: UUID, *, by: UUID, now: datetime) -> None:
    cases = sorted({each.letter.case_id for each in places(session, batch_id)})
    audit.record(session, action=action, by=by, cases=cases, now=now)
