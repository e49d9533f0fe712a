"""
From the printer to the mailbox: a stack is taken out once, counted, and mailed; what does not fit holds it.

At each step the gate is asked again for every letter. Those it shuts are held with the cause and named by their code,
so that a person pulls them out of the stack.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from outreach import audit
from outreach.access import NoSuchCase, StaffCard
from outreach.her_word.requests import meet
from outreach.messaging.letters.asking_again import AT_ONCE, Asked, ask_each, ask_of_news, printed_in
from outreach.messaging.letters.batch_making import sheets
from outreach.messaging.letters.batch_rows import batch_in, move_batch, places, pulled_pages
from outreach.messaging.letters.batches import theirs
from outreach.messaging.letters.pile import Pile, refuse_still_inside, weigh_count
from outreach.messaging.letters.printed_codes import make_void
from outreach.messaging.letters.release import CHANGED_SINCE, print_again, pull_out, why_not
from outreach.messaging.letters.rows import content_of, move
from outreach.records.engine import Vault
from outreach.records.errors import NoSuchRecord
from outreach.records.letters import LetterBatch
from outreach.terms import BatchState, Channel, LetterState, PlaceState


class TakenOut(NamedTuple):
    """A stack's pages; or none, when letters had to be pulled first: look at the list, then take it out."""

    pages: tuple[bytes, ...]
    pulled: int


class Mailed(NamedTuple):
    """How many letters went, and the codes of those to pull out of the pile before it goes."""

    mailed: int
    pull_out: tuple[str, ...]


def take_out(vault: Vault, staff: StaffCard, batch_id: UUID, *, clock: Callable[[], datetime]) -> TakenOut:
    """
    Return a ready stack's pages, once, to whoever may see each of its cases. Audited.

    Raises:
        NoSuchCase: a case of it is not theirs. WrongBatchState: it is not ready, or was taken out before.
    """
    with vault.reading() as session:
        _refuse_others(session, staff, batch_id)
    asked = ask_each(vault, batch_id, BatchState.READY, by=staff.id, clock=clock)
    if asked.pulled:
        return TakenOut((), asked.pulled)
    try:
        with vault.writing() as session:
            return _take_out(session, staff, batch_id, asked, now=clock())
    except StaleDataError:
        return TakenOut((), 1)  # A letter was stopped, or the pages were taken, at this very moment: none go out now.


def _take_out(session: Session, staff: StaffCard, batch_id: UUID, asked: Asked, *, now: datetime) -> TakenOut:
    batch = _refuse_others(session, staff, batch_id)
    pulled = ask_of_news(session, batch_id, asked, by=staff.id, now=now)
    if pulled:
        return TakenOut((), pulled)
    pages = tuple(each.pdf for each in sheets(session, batch_id))
    batch.fetched_by_id = staff.id
    move_batch(session, batch, BatchState.PRINTED, now=now)
    _record(session, "batch.take_out", batch_id, by=staff.id, now=now)
    return TakenOut(pages, 0)


def settle_unsure(session: Session, batch_id: UUID, *, came_out: bool, by: UUID, now: datetime) -> None:
    """Say whether a stack came out that a worker may have given to the printer. Audited. Raises WrongBatchState."""
    batch = batch_in(session, batch_id, BatchState.UNSURE)
    move_batch(session, batch, BatchState.PRINTED if came_out else BatchState.READY, now=now)
    _record(session, "batch.settle", batch_id, by=by, now=now)


def count(session: Session, batch_id: UUID, counted: int, *, by: UUID, now: datetime) -> bool:
    """
    Keep how many letters a person counted, and say whether it fits; while it does not, the stack is held. Audited.

    Raises WrongBatchState.
    """
    batch = batch_in(session, batch_id, BatchState.PRINTED, BatchState.SHORT, BatchState.COUNTED)
    batch.counted = counted
    weigh_count(session, batch, now=now)
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
    _void(session, batch, letter_ids, because, by=by, now=now)
    if batch.counted is not None:
        weigh_count(session, batch, now=now)
    _end_if_empty(session, batch, now=now)


def mail(vault: Vault, batch_id: UUID, pile: Pile, *, by: UUID, clock: Callable[[], datetime]) -> Mailed:
    """
    Record that a counted stack goes to the mail, but for the letters left behind; ask for each whether it may. Audited.

    A few letters are one transaction, so that others can write in between; what is killed halfway goes on when it is
    called again, with no letter twice and none missing.

    Raises:
        WrongBatchState: it is not counted. NoSuchRecord: a letter left behind is not in it.
        StillInPile: a letter of it was stopped before, and nobody said that its page is out.
    """
    with vault.writing() as session:
        batch = batch_in(session, batch_id, BatchState.COUNTED, BatchState.MAILING)
        refuse_still_inside(session, batch_id, pile.taken_out)
        _void(session, batch, pile.left_behind, "left behind when the others were mailed", by=by, now=clock())
        move_batch(session, batch, BatchState.MAILING, now=clock())
        _record(session, "batch.check", batch_id, by=by, now=clock())
    is_done = False
    while not is_done:
        with vault.writing() as session:
            is_done = _mail_some(session, batch_id, by=by, now=clock())
    with vault.reading() as session:
        codes = tuple(content_of(session, each.letter).code for each in pulled_pages(session, batch_id))
        return Mailed(len(places(session, batch_id, PlaceState.MAILED)), codes)


def _mail_some(session: Session, batch_id: UUID, *, by: UUID, now: datetime) -> bool:
    """Ask about a few letters and note them as mailed, or void and held; say whether none was left."""
    batch = batch_in(session, batch_id, BatchState.MAILING)
    left = printed_in(session, batch_id)
    for place, letter in left[:AT_ONCE]:
        cause = why_not(session, letter, now=now)
        if cause:
            make_void(session, letter, CHANGED_SINCE, by=by, now=now)
            pull_out(session, letter, cause, by=by, now=now)
            continue
        place.state = PlaceState.MAILED.value
        move(session, letter, LetterState.MAILED, now=now)
        meet(session, letter.case_id, Channel.LETTER, letter.destination_id, at=now)
        audit.record(session, action="letter.mail", by=by, cases=[letter.case_id], now=now)
    if left[AT_ONCE:]:
        return False
    is_mailed = places(session, batch_id, PlaceState.MAILED)
    move_batch(session, batch, BatchState.MAILED if is_mailed else BatchState.UNDONE, now=now)
    _record(session, "batch.mail", batch_id, by=by, now=now)
    return True


def _refuse_others(session: Session, staff: StaffCard, batch_id: UUID) -> LetterBatch:
    batch = batch_in(session, batch_id, BatchState.READY)
    if not theirs(session, staff, batch_id):
        raise NoSuchCase
    return batch


def _void(
    session: Session, batch: LetterBatch, letter_ids: Collection[UUID], because: str, *, by: UUID, now: datetime
) -> None:
    """Make letters again; what a person counted holds for the others. Raises NoSuchRecord, ValueError."""
    if not set(letter_ids) <= {each.letter.id for each in printed_in(session, batch.id)}:
        raise NoSuchRecord("letter of the batch", batch.id)
    was_right = batch.state in (BatchState.COUNTED, BatchState.MAILING)
    for letter_id in letter_ids:
        print_again(session, letter_id, because, by=by, now=now)
    if batch.counted is not None and was_right:
        batch.counted -= len(letter_ids)


def _end_if_empty(session: Session, batch: LetterBatch, *, now: datetime) -> None:
    if not printed_in(session, batch.id) and batch.state != BatchState.COUNTED:
        move_batch(session, batch, BatchState.UNDONE, now=now)


def _record(session: Session, action: str, batch_id: UUID, *, by: UUID, now: datetime) -> None:
    cases = sorted({each.letter.case_id for each in places(session, batch_id)})
    audit.record(session, action=action, by=by, cases=cases, now=now)
