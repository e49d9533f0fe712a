"""Letters once they are released: whether a page may still go, making a spoiled page again, pulling one out."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from outreach import audit
from outreach.messaging.letters import batch_rows
from outreach.messaging.letters.checks import weigh
from outreach.messaging.letters.printed_codes import fresh_code, keep_code, make_void
from outreach.messaging.letters.rows import CHANGED, content_of, hold, letter_in, move, sealed
from outreach.records.work import Letter
from outreach.safe_contact import Allowed
from outreach.terms import LetterState

CHANGED_SINCE = "It may not go any more: something changed since it was printed."
"""Why a page is void that a person held in the hand when the gate said no."""


def why_not(session: Session, letter: Letter, *, now: datetime) -> str:
    """
    Return why a page that was made may not go now, as a cause that letter_rows keeps; empty when it may.

    Asks what was asked before it was printed: the gate, whether it is addressed as released, whether it says too much.
    """
    decision = weigh(session, letter, now=now)
    if decision is None:
        return CHANGED
    return "" if isinstance(decision, Allowed) else decision.reason.value


def pull_out(session: Session, letter: Letter, cause: str, *, by: UUID, now: datetime) -> None:
    """Hold a letter whose page lies ready, forget the page, and take it out of its stack. Audited."""
    letter.pdf_box = None
    hold(session, letter, cause, now=now)
    batch_rows.leave(session, letter.id)
    audit.record(session, action="letter.hold", by=by, cases=[letter.case_id], now=now)


def print_again(session: Session, letter_id: UUID, because: str, *, by: UUID, now: datetime) -> None:
    """
    Make a page again that was spoiled or lost: its code is void for ever, the new page has another one. Audited.

    Raises:
        WrongState: it is not printed, or mailed already.
        ValueError: no reason.
    """
    if not because.strip():
        raise ValueError("a void page needs a reason")
    letter = letter_in(session, letter_id, LetterState.PRINTED)
    make_void(session, letter, because.strip(), by=by, now=now)
    code = fresh_code(session)
    content = content_of(session, letter)._replace(code=code, held="")
    letter.letter_box = sealed(session, content, case_id=letter.case_id, row=letter.id)
    letter.pdf_box, letter.release_at = None, now
    move(session, letter, LetterState.RELEASED, now=now)
    keep_code(session, letter.id, code)
    batch_rows.leave(session, letter.id)
    audit.record(session, action="letter.print_again", by=by, cases=[letter.case_id], now=now)
