"""
The pile of paper that a stack is once it is printed: how many letters it must have, and which pages may not go with it.

A letter can be stopped while its page lies there. The page is void then, and whoever has the pile in hand is shown its
code: nothing is mailed before they said that it is out.
"""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from outreach.messaging.errors import MessagingError
from outreach.messaging.letters.asking_again import printed_in
from outreach.messaging.letters.batch_rows import move_batch, pulled_pages
from outreach.records.letters import LetterBatch
from outreach.terms import BatchState

_COUNTING = (BatchState.PRINTED, BatchState.SHORT, BatchState.COUNTED)
_ON_THE_WAY = (BatchState.HANDING, BatchState.MAILING)


class StillInPile(MessagingError):
    """A page that may not go lies in the pile, and nobody said that it is out: look at the list again."""


class Pile(NamedTuple):
    """What a person says of the pile in their hands when it goes to the mail."""

    left_behind: Collection[UUID] = ()
    """Letters that stay behind; each is made again."""
    taken_out: Collection[UUID] = ()
    """Letters that may not go, and whose page they took out."""


def expected(session: Session, batch_id: UUID) -> int:
    """Return how many letters a stack must have now."""
    return len(printed_in(session, batch_id))


def refuse_still_inside(session: Session, batch_id: UUID, taken_out: Collection[UUID]) -> None:
    """Raise StillInPile where a page that may not go is none of these."""
    if not {each.letter.id for each in pulled_pages(session, batch_id)} <= set(taken_out):
        raise StillInPile


def weigh_count(session: Session, batch: LetterBatch, *, now: datetime) -> None:
    """Hold a stack whose count does not fit, and let the others go on."""
    fits = batch.counted == expected(session, batch.id)
    move_batch(session, batch, BatchState.COUNTED if fits else BatchState.SHORT, now=now)


def lessen(session: Session, batch: LetterBatch, many: int, *, all_named: bool, now: datetime) -> None:
    """
    Let the count fit again after letters were stopped: what was counted right is less by as many.

    A count that was off says nothing any more, as the missing page may be one of these, and one that was right finds
    no page that cannot be named by its code: it is counted anew, and a page too many holds the stack. Whoever
    writes to the stack at this moment is refused, or would let go of what they read before (a printer has it already
    in `handing`; in `mailing` each letter is asked about).
    """
    if many and batch.state in _COUNTING:
        if not all_named or batch.state == BatchState.SHORT and expected(session, batch.id):
            batch.counted = None
            move_batch(session, batch, BatchState.PRINTED, now=now)
        elif not expected(session, batch.id):
            batch.counted = 0
            weigh_count(session, batch, now=now)
        elif batch.state == BatchState.COUNTED:
            batch.counted = (batch.counted or 0) - many
    if batch.state not in _ON_THE_WAY:
        flag_modified(batch, "state")
