"""
Letters of a case that not everyone may see go apart: no stack that others hold has one in it.

They lie in a stack of that case alone, which only those find who may see it (outreach.messaging.letters.batches).
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.messaging.letters.batch_rows import leave
from outreach.messaging.letters.release import pull_out
from outreach.messaging.letters.rows import WALLED
from outreach.records.letters import BatchLetter
from outreach.records.work import Letter
from outreach.terms import LetterState, PlaceState


def take_out_of_stacks(session: Session, case_id: UUID, *, by: UUID, now: datetime) -> None:
    """Take a case's letters out of every stack that is not mailed; a page that was made is void and held."""
    inside = (
        select(Letter, BatchLetter.state)
        .join(BatchLetter, BatchLetter.letter_id == Letter.id)
        .where(Letter.case_id == case_id, BatchLetter.state.in_((PlaceState.PLANNED.value, PlaceState.MADE.value)))
    )
    for letter, state in session.execute(inside).all():
        if state == PlaceState.MADE and letter.state == LetterState.PRINTED:
            pull_out(session, letter, WALLED, by=by, now=now)
        else:
            leave(session, letter.id)
