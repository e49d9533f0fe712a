"""
Pages that may never be mailed: spoiled, lost, or stopped by the gate when they lay ready; who said so, when and why.

For people who hold paper in the hand: which to shred, and why a letter was made again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from outreach.records.boxes import BoxNumber
from outreach.records.keys import unseal
from outreach.records.letters import LetterCode, VoidedPage
from outreach.records.staff import Staff
from outreach.records.work import Letter


@dataclass(frozen=True, slots=True)
class VoidCard:
    """One void page of a letter."""

    letter_id: UUID
    on: date
    by: str
    why: str


def voids_of_case(session: Session, case_id: UUID) -> dict[UUID, tuple[VoidCard, ...]]:
    """Return the void pages of a case's letters by letter, newest first. Unaudited: the caller records the read."""
    found: dict[UUID, tuple[VoidCard, ...]] = {}
    for each in _cards(session, Letter.case_id == case_id):
        found[each.letter_id] = (*found.get(each.letter_id, ()), each)
    return found


def voids_in_pile(session: Session, batch_id: UUID, case_ids: Sequence[UUID]) -> tuple[VoidCard, ...]:
    """Return the void pages that lie among a stack's paper, of these cases alone. Unaudited, as above."""
    return _cards(session, VoidedPage.batch_id == batch_id, Letter.case_id.in_(case_ids))


def void_letters(session: Session, batch_id: UUID) -> frozenset[UUID]:
    """Return the letters of which a void page lies among a stack's paper. Ids only."""
    query = select(LetterCode.letter_id).join(VoidedPage, VoidedPage.code_id == LetterCode.id)
    return frozenset(session.scalars(query.where(VoidedPage.batch_id == batch_id)))


def was_on_paper(session: Session, letter: Letter) -> bool:
    """Say whether a page of this letter may have been on paper before it was made void."""
    query = select(VoidedPage.id).join(LetterCode, LetterCode.id == VoidedPage.code_id)
    query = query.where(LetterCode.letter_id == letter.id)
    if not letter.goes_alone:
        query = query.where(VoidedPage.batch_id.is_not(None))
    return session.scalar(query.limit(1)) is not None


def _cards(session: Session, *which: ColumnElement[bool]) -> tuple[VoidCard, ...]:
    query = (
        select(VoidedPage, Letter.id, Letter.case_id, Staff.name)
        .join(LetterCode, LetterCode.id == VoidedPage.code_id)
        .join(Letter, Letter.id == LetterCode.letter_id)
        .join(Staff, Staff.id == VoidedPage.voided_by_id)
        .where(*which)
        .order_by(VoidedPage.voided_on.desc(), VoidedPage.id)
    )
    return tuple(
        VoidCard(letter_id, page.voided_on, name, _why(session, page, case_id))
        for page, letter_id, case_id, name in session.execute(query)
    )


def _why(session: Session, page: VoidedPage, case_id: UUID) -> str:
    return str(unseal(session, BoxNumber.VOIDED_PAGE, page.why_box, owner=case_id, row=page.id)[0])
