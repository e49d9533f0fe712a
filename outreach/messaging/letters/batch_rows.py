"""The rows of a stack: its places in order, the one live place of a letter. Nothing here decides or audits."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.access import StaffCard, is_open_to
from outreach.messaging.errors import MessagingError
from outreach.messaging.letters.days import day_in, zone_of_any
from outreach.messaging.letters.void_pages import void_letters
from outreach.records.errors import NoSuchRecord
from outreach.records.letters import BatchLetter, LetterBatch
from outreach.records.work import Letter
from outreach.terms import BatchState, LetterState, PlaceState

MAY_BE_PAPER = (
    BatchState.HANDING,
    BatchState.UNSURE,
    BatchState.PRINTED,
    BatchState.SHORT,
    BatchState.COUNTED,
    BatchState.MAILING,
    BatchState.MAILED,
)
"""Where a stack's pages came out of a printer, as far as anybody knows."""
STOPPED = (LetterState.HELD, LetterState.CANCELLED)
"""Letters that go nowhere until a person decides anew."""


class WrongBatchState(MessagingError):
    """The stack is past or before this: somebody else was faster. Read it again."""

    def __init__(self, state: str) -> None:
        super().__init__(f"the batch is {state}")


class InBatch(MessagingError):
    """The letter is in a stack with others: it is printed and mailed with them, or taken out first."""

    def __init__(self, batch_id: UUID) -> None:
        super().__init__("the letter is in a batch")
        self.batch_id = batch_id


class Place(NamedTuple):
    """One place of a stack with its letter."""

    row: BatchLetter
    letter: Letter


def batch_in(session: Session, batch_id: UUID, *states: BatchState) -> LetterBatch:
    """Return a batch that is in one of these states, any where none is named. Raises NoSuchRecord, WrongBatchState."""
    batch = session.get(LetterBatch, batch_id)
    if batch is None:
        raise NoSuchRecord("batch", batch_id)
    if states and batch.state not in states:
        raise WrongBatchState(batch.state)
    return batch


def move_batch(session: Session, batch: LetterBatch, state: BatchState, *, now: datetime) -> None:
    """Set a batch's state; of the time only the day is kept, as it is where its letters go."""
    cases = select(Letter.case_id).join(BatchLetter, BatchLetter.letter_id == Letter.id)
    cases = cases.where(BatchLetter.batch_id == batch.id).order_by(BatchLetter.place)
    batch.state, batch.state_on = state.value, day_in(zone_of_any(session, session.scalars(cases)), now)


def places(session: Session, batch_id: UUID, *states: PlaceState, seen_by: StaffCard | None = None) -> list[Place]:
    """Return a stack's places in order, all or those in these states; for a page, those its reader may hear of."""
    query = select(BatchLetter, Letter).join(Letter, Letter.id == BatchLetter.letter_id)
    query = query.where(BatchLetter.batch_id == batch_id).order_by(BatchLetter.place)
    if seen_by is not None:
        query = query.where(is_open_to(seen_by, Letter.case_id))
    if states:
        query = query.where(BatchLetter.state.in_([each.value for each in states]))
    return [Place(row, letter) for row, letter in session.execute(query)]


def counts(session: Session, batch_ids: Sequence[UUID], *, seen_by: StaffCard) -> dict[UUID, dict[PlaceState, int]]:
    """Return how many places of each stack stand where, of the letters its reader may hear of."""
    query = select(BatchLetter.batch_id, BatchLetter.state, func.count()).where(BatchLetter.batch_id.in_(batch_ids))
    query = query.join(Letter, Letter.id == BatchLetter.letter_id).where(is_open_to(seen_by, Letter.case_id))
    found: dict[UUID, dict[PlaceState, int]] = {each: dict.fromkeys(PlaceState, 0) for each in batch_ids}
    for batch_id, state, many in session.execute(query.group_by(BatchLetter.batch_id, BatchLetter.state)):
        found[batch_id][PlaceState(state)] = many
    return found


def refuse_hidden(session: Session, staff: StaffCard, batch_id: UUID) -> None:
    """Raise NoSuchRecord for a stack of which this person may not hear, as for one that is not there."""
    batch = batch_in(session, batch_id)
    if not is_shown(session, staff, batch, counts(session, [batch_id], seen_by=staff)[batch_id]):
        raise NoSuchRecord("batch", batch_id)


def is_shown(session: Session, staff: StaffCard, batch: LetterBatch, seen: Mapping[PlaceState, int]) -> bool:
    """
    Say whether a person may hear of a stack, of whose letters they may hear of `seen`.

    Where that is none, they still do while they have its paper in hand and a page of it may not go: by its code alone.
    """
    return any(seen.values()) or (holds_paper(staff, batch) and bool(pulled_pages(session, batch.id)))


def holds_paper(staff: StaffCard, batch: LetterBatch) -> bool:
    """Say whether a stack's pages may lie in this person's hands: they prepared it, released it or took it out."""
    return staff.id in (batch.prepared_by_id, batch.released_by_id, batch.fetched_by_id)


def pulled_pages(session: Session, batch_id: UUID) -> list[Place]:
    """Return the places of the letters that go nowhere and whose page may lie in the stack's pile all the same."""
    out, void = places(session, batch_id, PlaceState.OUT), void_letters(session, batch_id)
    return [each for each in out if each.letter.id in void and each.letter.state in STOPPED]


def live_place(session: Session, letter_id: UUID) -> BatchLetter | None:
    """Return a letter's place in the stack it is in; None where it is in none, or was taken out."""
    return session.scalar(
        select(BatchLetter).where(BatchLetter.letter_id == letter_id, BatchLetter.state != PlaceState.OUT.value)
    )


def paper_of(session: Session, letter_id: UUID) -> UUID | None:
    """Return the stack in whose pile of paper a letter's page lies, or may lie; None where it is in none."""
    place = live_place(session, letter_id)
    if place is None or session.get_one(LetterBatch, place.batch_id).state not in MAY_BE_PAPER:
        return None
    return place.batch_id


def batches_of(session: Session, letter_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Return the stack of each of these letters that is in one."""
    live = (BatchLetter.letter_id.in_(letter_ids), BatchLetter.state != PlaceState.OUT.value)
    rows = session.execute(select(BatchLetter.letter_id, BatchLetter.batch_id).where(*live))
    return {row.letter_id: row.batch_id for row in rows}


def refuse_in_batch(session: Session, letter_id: UUID) -> None:
    """Raise InBatch for a letter that is printed and mailed with others."""
    place = live_place(session, letter_id)
    if place is not None and place.state != PlaceState.MAILED:
        raise InBatch(place.batch_id)


def leave(session: Session, letter_id: UUID) -> None:
    """Take a letter out of the stack it is in, if it is in one and not mailed with it."""
    place = live_place(session, letter_id)
    if place is not None and place.state != PlaceState.MAILED:
        place.state = PlaceState.OUT.value
        session.flush()
