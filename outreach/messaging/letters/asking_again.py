"""
The last question before a stack leaves us, asked of a few letters at a time, so that others can write in between.

Whatever is written about a case while the rest is asked shows in the log, which only grows: those letters are asked
about once more in the transaction that lets the stack go. So the answer is never older than what anybody wrote.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.identity.same_person import persons_of
from outreach.messaging.letters.batch_rows import Place, batch_in, places
from outreach.messaging.letters.release import pull_out, why_not
from outreach.records.engine import Vault
from outreach.records.ledger import AuditSubject
from outreach.terms import BatchState, LetterState, PlaceState

AT_ONCE = 5
"""Letters of one transaction: some tens of milliseconds, in which nobody else can write to SQLite."""


class Asked(NamedTuple):
    """What was asked: how many letters were pulled, and how much the log said about each case by then."""

    pulled: int
    entries: dict[UUID, int]
    """By letter: two letters of one case are asked about at two moments."""


def ask_each(vault: Vault, batch_id: UUID, *states: BatchState, by: UUID, clock: Callable[[], datetime]) -> Asked:
    """
    Ask of each letter of a stack whether it may still go, and hold and take out those that may not. Audited.

    Args:
        states: in which the stack must be, and stay.

    Raises WrongBatchState, NoSuchRecord.
    """
    pulled, entries = 0, dict[UUID, int]()
    for letter_ids in _portions(vault, batch_id, states):
        with vault.writing() as session:
            batch_in(session, batch_id, *states)
            now, few = clock(), [each for each in printed_in(session, batch_id) if each.letter.id in letter_ids]
            pulled += sum(_pull_if_changed(session, each, by=by, now=now) for each in few)
            entries |= _entries(session, few)
    return Asked(pulled, entries)


def ask_of_news(session: Session, batch_id: UUID, asked: Asked, *, by: UUID, now: datetime) -> int:
    """Ask once more of each letter about whose case anything was written since; return how many were pulled."""
    inside = printed_in(session, batch_id)
    entries = _entries(session, inside)
    news = [each for each in inside if asked.entries.get(each.letter.id) != entries[each.letter.id]]
    return sum(_pull_if_changed(session, each, by=by, now=now) for each in news)


def printed_in(session: Session, batch_id: UUID) -> list[Place]:
    """Return the letters of a stack that are made and not mailed."""
    return [each for each in places(session, batch_id, PlaceState.MADE) if each.letter.state == LetterState.PRINTED]


def _portions(vault: Vault, batch_id: UUID, states: Sequence[BatchState]) -> Iterator[Collection[UUID]]:
    with vault.reading() as session:
        batch_in(session, batch_id, *states)
        letter_ids = [each.letter.id for each in printed_in(session, batch_id)]
    for first in range(0, len(letter_ids), AT_ONCE):
        yield frozenset(letter_ids[first : first + AT_ONCE])


def _pull_if_changed(session: Session, place: Place, *, by: UUID, now: datetime) -> int:
    cause = why_not(session, place.letter, now=now)
    if cause:
        pull_out(session, place.letter, cause, by=by, now=now)
    return 1 if cause else 0


def _entries(session: Session, inside: Sequence[Place]) -> dict[UUID, int]:
    """Return by letter how many entries of the log are about its case, or about another one of the same person."""
    hers = persons_of(session, {each.letter.case_id for each in inside})
    every = {other for others in hers.values() for other in others}
    query = select(AuditSubject.case_id, func.count()).where(AuditSubject.case_id.in_(every))
    found = {case_id: many for case_id, many in session.execute(query.group_by(AuditSubject.case_id))}
    return {each.letter.id: sum(found.get(one, 0) for one in hers[each.letter.case_id]) for each in inside}
