"""
What a print-and-mail provider reported about its stacks, taken in as often as it comes: counted, then mailed.

A report changes nothing twice. A letter that was pulled after the stack was handed over, and went all the same, is
mailed: what happened is written down, and whoever holds the case sees it.
"""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from outreach import audit
from outreach.audit import WORKER
from outreach.her_word.requests import meet
from outreach.messaging.letters.batch_rows import Place, move_batch, places
from outreach.messaging.letters.printers import LetterPrinter, Report
from outreach.messaging.letters.rows import content_of, move
from outreach.records.engine import Vault
from outreach.records.letters import LetterBatch
from outreach.terms import BatchState, Channel, LetterState, PlaceState

_AT_THE_PROVIDER = (BatchState.PRINTED, BatchState.SHORT, BatchState.COUNTED)
_MAY_HAVE_GONE = (LetterState.PRINTED, LetterState.HELD, LetterState.CANCELLED)


class Heard(NamedTuple):
    """What one round took in."""

    stacks: int = 0
    mailed: int = 0


def hear(vault: Vault, printer: LetterPrinter, *, now: datetime) -> Heard:
    """Take in every report that says something new. Safe to be killed at any point and to hear again."""
    reports = printer.reports()
    stacks = mailed = 0
    for batch_id, name in _open_stacks(vault) if reports else ():
        if name not in reports:
            continue
        try:
            with vault.writing() as session:
                went = _take_in(session, batch_id, reports[name], now=now)
        except StaleDataError:
            continue  # A person changed the stack at this moment; the report is still there next time.
        stacks, mailed = stacks + 1, mailed + went
    return Heard(stacks, mailed)


def _open_stacks(vault: Vault) -> list[tuple[UUID, str]]:
    query = select(LetterBatch.id, LetterBatch.number).where(LetterBatch.state.in_([*map(str, _AT_THE_PROVIDER)]))
    with vault.reading() as session:
        return [(row.id, f"{row.number:06d}") for row in session.execute(query)]


def _take_in(session: Session, batch_id: UUID, report: Report, *, now: datetime) -> int:
    batch = session.get_one(LetterBatch, batch_id)
    handed = [each for each in places(session, batch_id) if each.row.state != PlaceState.MAILED]
    went = [each for each in handed if content_of(session, each.letter).code in report.mailed]
    went = [each for each in went if each.letter.state in _MAY_HAVE_GONE]
    for place, letter in went:
        place.state = PlaceState.MAILED.value
        move(session, letter, LetterState.MAILED, now=now)
        meet(session, letter.case_id, Channel.LETTER, letter.destination_id, at=now)
        audit.record(session, action="letter.mail", by=WORKER, cases=[letter.case_id], now=now)
    _weigh(session, batch, report.printed | report.mailed, now=now)
    return len(went)


def _weigh(session: Session, batch: LetterBatch, came_out: Collection[str], *, now: datetime) -> None:
    """A stack is short while a letter of it neither came out nor went; it is mailed when none is left."""
    left: list[Place] = places(session, batch.id, PlaceState.MADE)
    missing = [each for each in left if content_of(session, each.letter).code not in came_out]
    on_paper = len(places(session, batch.id, PlaceState.MADE, PlaceState.MAILED)) - len(missing)
    if batch.counted != on_paper:
        batch.counted = on_paper
    state = BatchState.SHORT if missing else BatchState.COUNTED if left else BatchState.MAILED
    if batch.state != state:
        move_batch(session, batch, state, now=now)
