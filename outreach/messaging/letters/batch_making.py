"""
Making the stacks that two people released: the print role's work, letter by letter, in an order that can be left.

Each letter is one transaction, so that a worker that is killed goes on where it stopped, with no letter twice and none
missing; how far it is shows on the page. The gate is asked again for each. Handing a stack to a printer happens at most
once: what a killed worker leaves half handed over, a person settles, because nobody else can see the printer's tray.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from crypto.boxes import Place as BoxPlace
from outreach import audit
from outreach.audit import WORKER
from outreach.messaging.errors import WrongState
from outreach.messaging.letters.asking_again import Asked, ask_each, ask_of_news
from outreach.messaging.letters.batch_rows import WrongBatchState, batch_in, move_batch, places
from outreach.messaging.letters.printers import LetterPrinter, PrinterFault, PrinterKind, Sheet, Stack
from outreach.messaging.letters.printing import PrintLetter, print_one
from outreach.messaging.letters.release import pull_out, why_not
from outreach.messaging.letters.rows import content_of
from outreach.records.boxes import KEY_CLASSES, BoxNumber
from outreach.records.engine import Vault
from outreach.records.errors import RecordsError
from outreach.records.keys import case_key
from outreach.records.letters import BatchLetter, LetterBatch
from outreach.records.work import Letter
from outreach.terms import BatchState, LetterState, PlaceState

LONGEST_HANDING = timedelta(minutes=5)
"""Giving a stack to a printer takes seconds; after this, whoever did it is gone."""
LETTERS_A_ROUND = 50
"""Then the round ends, so that other work of the worker is not kept waiting."""

_log = logging.getLogger(__name__)


class Made(NamedTuple):
    """What one round did."""

    made: int = 0
    out: int = 0
    handed_over: int = 0
    unsure: int = 0
    failed: int = 0


def make_batches(
    vault: Vault, print_letter: PrintLetter, printer: LetterPrinter, *, clock: Callable[[], datetime]
) -> Made:
    """Carry every released stack on. Safe to run in several processes and to kill at any point."""
    unsure = _give_up_half_handed(vault, clock())
    made = out = failed = 0
    for place_id in _to_make(vault):
        state = _one(vault, print_letter, place_id, clock)
        made, out, failed = (
            made + (state is PlaceState.MADE), out + (state is PlaceState.OUT), failed + (state is None),
        )  # fmt: skip
    handed = sum(_finish(vault, batch_id, printer, clock) for batch_id in _whole(vault, printer.kind))
    return Made(made, out, handed, unsure, failed)


def _to_make(vault: Vault) -> list[UUID]:
    query = (
        select(BatchLetter.id)
        .join(LetterBatch, LetterBatch.id == BatchLetter.batch_id)
        .where(LetterBatch.state == BatchState.MAKING.value, BatchLetter.state == PlaceState.PLANNED.value)
        .order_by(LetterBatch.number, BatchLetter.place)
    )
    with vault.reading() as session:
        return list(session.scalars(query.limit(LETTERS_A_ROUND)))


def _one(vault: Vault, print_letter: PrintLetter, place_id: UUID, clock: Callable[[], datetime]) -> PlaceState | None:
    """Make one letter ready, or take it out; None when it is to be tried again."""
    try:
        with vault.reading() as session:
            letter = session.get_one(Letter, session.get_one(BatchLetter, place_id).letter_id)
        if letter.state == LetterState.RELEASED:
            print_one(vault, print_letter, letter.id, clock)
        with vault.writing() as session:
            return _settle(session, place_id, now=clock())
    except (StaleDataError, WrongState, WrongBatchState):
        return None  # Another worker or an advocate was faster; the next round looks again.
    except RecordsError as error:
        _log.warning("batch.put_off place=%s error=%s", place_id, type(error).__name__)
    except Exception as error:  # One letter that nobody foresaw must not keep the others.
        _log.error("batch.failed place=%s error=%s", place_id, type(error).__name__)
        return _take_out(vault, place_id)
    return None


def _settle(session: Session, place_id: UUID, *, now: datetime) -> PlaceState:
    """Ask the gate in the transaction that keeps the place, and keep it or take it out."""
    place = session.get_one(BatchLetter, place_id)
    batch_in(session, place.batch_id, BatchState.MAKING)
    if place.state != PlaceState.PLANNED:
        return PlaceState(place.state)
    letter = session.get_one(Letter, place.letter_id)
    cause = why_not(session, letter, now=now) if letter.state == LetterState.PRINTED else ""
    if letter.state == LetterState.PRINTED and not cause:
        place.state = PlaceState.MADE.value
        audit.record(session, action="batch.make", by=WORKER, cases=[letter.case_id], now=now)
        return PlaceState.MADE
    if cause:
        pull_out(session, letter, cause, by=WORKER, now=now)
    place.state = PlaceState.OUT.value  # Held, cancelled, or put off to another day: it is not for this stack.
    audit.record(session, action="batch.leave_out", by=WORKER, cases=[letter.case_id], now=now)
    return PlaceState.OUT


def _take_out(vault: Vault, place_id: UUID) -> PlaceState | None:
    try:
        with vault.writing() as session:
            session.get_one(BatchLetter, place_id).state = PlaceState.OUT.value
    except Exception as error:  # The next round sees it again, after the others.
        _log.error("batch.not_taken_out place=%s error=%s", place_id, type(error).__name__)
        return None
    return PlaceState.OUT


def _whole(vault: Vault, kind: PrinterKind) -> list[UUID]:
    """Return the stacks of which nothing is left to make, and those that wait to be handed over by us."""
    is_left = select(BatchLetter.id).where(
        BatchLetter.batch_id == LetterBatch.id, BatchLetter.state == PlaceState.PLANNED.value
    )
    waiting = (
        [BatchState.MAKING.value] if kind is PrinterKind.DOWNLOAD else [BatchState.MAKING.value, BatchState.READY.value]
    )
    is_waiting = LetterBatch.state.in_(waiting)
    with vault.reading() as session:
        return list(session.scalars(select(LetterBatch.id).where(is_waiting, ~is_left.exists())))


def _finish(vault: Vault, batch_id: UUID, printer: LetterPrinter, clock: Callable[[], datetime]) -> int:
    """Say that a stack is ready, and hand it over where the printer takes it by itself. Return 1 when it was."""
    try:
        asked = ask_each(vault, batch_id, BatchState.MAKING, BatchState.READY, by=WORKER, clock=clock)
        stack = _claim(vault, batch_id, printer, asked, now=clock())
    except (StaleDataError, RecordsError, WrongBatchState) as error:
        _log.warning("batch.not_claimed batch=%s error=%s", batch_id, type(error).__name__)
        return 0
    if stack is None:
        return 0
    try:
        printer.hand_over(stack)
        state = BatchState.PRINTED
    except PrinterFault as fault:
        _log.error("batch.printer batch=%s unsure=%s", batch_id, fault.is_unsure)
        state = BatchState.UNSURE if fault.is_unsure else BatchState.READY
    return 1 if _note_handed(vault, batch_id, state, clock()) and state is BatchState.PRINTED else 0


def _note_handed(vault: Vault, batch_id: UUID, state: BatchState, now: datetime) -> bool:
    try:
        with vault.writing() as session:
            batch = batch_in(session, batch_id, BatchState.HANDING)
            batch.handing_until = None
            move_batch(session, batch, state, now=now)
    except (StaleDataError, WrongBatchState):
        return False  # It took so long that another worker gave it up: a person looks at the printer.
    return True


def _claim(vault: Vault, batch_id: UUID, printer: LetterPrinter, asked: Asked, *, now: datetime) -> Stack | None:
    """Move a stack on; for a printer that takes it by itself, claim it first and return what it gets."""
    with vault.writing() as session:
        batch = batch_in(session, batch_id, BatchState.MAKING, BatchState.READY)
        _leave_out_what_is_gone(session, batch_id)
        ask_of_news(session, batch_id, asked, by=WORKER, now=now)
        kept = places(session, batch_id, PlaceState.MADE)
        batch.printer = printer.kind.value
        if not kept:
            move_batch(session, batch, BatchState.UNDONE, now=now)
            return None
        if printer.kind is PrinterKind.DOWNLOAD:
            move_batch(session, batch, BatchState.READY, now=now)
            return None
        move_batch(session, batch, BatchState.HANDING, now=now)
        batch.handing_until = now + LONGEST_HANDING
        cases = sorted({each.letter.case_id for each in kept})
        audit.record(session, action="batch.hand_over", by=WORKER, cases=cases, now=now)
        return Stack(f"{batch.number:06d}", tuple(sheets(session, batch_id)))


def _leave_out_what_is_gone(session: Session, batch_id: UUID) -> None:
    for place, letter in places(session, batch_id, PlaceState.MADE):
        if letter.state != LetterState.PRINTED:
            place.state = PlaceState.OUT.value
    session.flush()


def sheets(session: Session, batch_id: UUID) -> Iterator[Sheet]:
    """Yield a stack's pages in order, with their codes. The caller audits."""
    for place, letter in places(session, batch_id, PlaceState.MADE):
        key = case_key(session, letter.case_id, KEY_CLASSES[BoxNumber.LETTER_PDF])
        pdf = key.open_bytes(letter.pdf_box or b"", at=BoxPlace(BoxNumber.LETTER_PDF, letter.id))
        yield Sheet(place.place, content_of(session, letter).code, pdf)


def _give_up_half_handed(vault: Vault, now: datetime) -> int:
    """A worker that was killed while it gave a stack to a printer: nobody knows what came out, so a person looks."""
    late = (LetterBatch.state == BatchState.HANDING.value, LetterBatch.handing_until <= now)
    with vault.reading() as session:
        found = list(session.scalars(select(LetterBatch.id).where(*late)))
    for batch_id in found:
        with vault.writing() as session:
            batch = batch_in(session, batch_id, BatchState.HANDING)
            batch.handing_until = None
            move_batch(session, batch, BatchState.UNSURE, now=now)
    return len(found)
