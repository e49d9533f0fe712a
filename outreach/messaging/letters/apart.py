"""
Letters of a case that not everyone may see go apart: no stack that others hold has one in it.

They lie in a stack of that case alone, which only those find who may see it (outreach.messaging.letters.batches). What
lay printed in a shared pile is void at once, and named by its code to whoever has the pile in hand (the module pile).
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit
from outreach.messaging.letters.batch_rows import MAY_BE_PAPER, Place, leave, places
from outreach.messaging.letters.pile import lessen
from outreach.messaging.letters.printed_codes import make_void
from outreach.messaging.letters.release import pull_out
from outreach.messaging.letters.rows import WALLED
from outreach.records.errors import UNREADABLE
from outreach.records.letters import BatchLetter, LetterBatch
from outreach.records.work import Letter
from outreach.terms import LetterState, PlaceState

WALLED_SINCE = "Not everyone may see this case since it was printed."
"""Why a page is void that lay in a shared pile."""
_INSIDE = (PlaceState.PLANNED, PlaceState.MADE)


def take_out_of_stacks(session: Session, case_id: UUID, *, by: UUID, now: datetime) -> None:
    """
    Take a case's letters out of every stack that is not mailed; a page that was made is held.

    One that may be on paper is void there: whoever has the stack in hand takes it out before the others go.
    """
    for batch in _stacks_of(session, case_id):
        hers = [each for each in places(session, batch.id, *_INSIDE) if each.letter.case_id == case_id]
        pulled = [each for each in hers if _is_made(each)]
        is_paper = batch.state in MAY_BE_PAPER
        named = [_stop(session, letter, is_paper=is_paper, by=by, now=now) for _, letter in pulled]
        for place, letter in hers:
            if place.state != PlaceState.OUT:
                leave(session, letter.id)
        lessen(session, batch, len(pulled), all_named=all(named), now=now)


def _stop(session: Session, letter: Letter, *, is_paper: bool, by: UUID, now: datetime) -> bool:
    """Hold a letter, and make its page void where there may be paper; say whether it can be named by its code."""
    try:
        if is_paper:
            make_void(session, letter, WALLED_SINCE, by=by, now=now)
        pull_out(session, letter, WALLED, by=by, now=now)
    except UNREADABLE:  # Nobody can read its code either; it leaves the stack, and the wall stands all the same.
        audit.record(session, action="case.unreadable", by=by, cases=[letter.case_id], now=now)
        return False
    return True


def _is_made(place: Place) -> bool:
    return place.row.state == PlaceState.MADE and place.letter.state == LetterState.PRINTED


def _stacks_of(session: Session, case_id: UUID) -> Sequence[LetterBatch]:
    """Return the stacks that one of its letters is in, locked: none is printed while its letters are taken out."""
    inside = (
        select(BatchLetter.batch_id)
        .join(Letter, Letter.id == BatchLetter.letter_id)
        .where(Letter.case_id == case_id, BatchLetter.state.in_([each.value for each in _INSIDE]))
    )
    query = select(LetterBatch).where(LetterBatch.id.in_(inside)).order_by(LetterBatch.number).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).all()
