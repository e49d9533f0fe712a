"""
Which printed page a code stands on. A page gets its code when its letter is released, and a new one when it is made
again: the code of a spoiled page is void for ever. Stored as a keyed token; the code itself lies in the letter's box.
"""

from datetime import datetime
from typing import NamedTuple, cast
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.keyring import Keyring
from outreach.messaging.letters.batch_rows import paper_of
from outreach.messaging.letters.codes import new_code
from outreach.messaging.letters.days import day_in, zone_of
from outreach.records.boxes import BoxNumber
from outreach.records.keys import seal
from outreach.records.letters import LetterCode, VoidedPage
from outreach.records.work import Letter

PURPOSE = "letter code"
TRIES = 8
"""Of 17,000 million codes two are hardly ever the same; eight times in a row is a fault, not chance."""


class Found(NamedTuple):
    """The page a code stands on."""

    letter: Letter
    is_void: bool


def fresh_code(session: Session) -> str:
    """Return a code that no page ever had."""
    for _ in range(TRIES):
        code = new_code()
        if session.scalar(select(LetterCode.id).where(LetterCode.token == _token(session, code))) is None:
            return code
    raise RuntimeError("no unused code was found in many tries")


def keep_code(session: Session, letter_id: UUID, code: str) -> None:
    """Keep that a page of this letter carries this code. The caller audits."""
    session.flush()  # The letter's row first: the code refers to it.
    session.add(LetterCode(id=uuid4(), letter_id=letter_id, token=_token(session, code)))


def find(session: Session, code: str) -> Found | None:
    """Return the letter with this code, as letter_codes.read_code gives it; None where no page has it. Unaudited."""
    row = session.execute(
        select(Letter, LetterCode.is_void)
        .join(LetterCode, LetterCode.letter_id == Letter.id)
        .where(LetterCode.token == _token(session, code))
    ).first()
    return Found(row.Letter, row.is_void) if row else None


def make_void(session: Session, letter: Letter, because: str, *, by: UUID, now: datetime) -> None:
    """
    Make every page of a letter void, with the reason; what is void already stays as it was. The caller audits.

    A letter that is in a stack is still in it: so it is kept in whose pile the page lies.
    """
    paper = paper_of(session, letter.id)
    live = select(LetterCode).where(LetterCode.letter_id == letter.id, LetterCode.is_void.is_(False))
    today = day_in(zone_of(session, letter.case_id), now)
    for code in session.scalars(live).all():
        code.is_void = True
        row = uuid4()
        why = seal(session, BoxNumber.VOIDED_PAGE, [because], owner=letter.case_id, row=row)
        session.add(VoidedPage(id=row, code_id=code.id, batch_id=paper, voided_by_id=by, voided_on=today, why_box=why))
    session.flush()


def _token(session: Session, code: str) -> bytes:
    return cast(Keyring, session.info["keyring"]).token(PURPOSE, code)
