"""
Wishes to write where mail is not known to be safe, until a second person answered: the rows and their words.

The gate weighs the decisions themselves (outreach.approvals.approving); these rows let somebody else find the wish
in time.
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.case_file.contents import read_as
from outreach.records.boxes import BoxNumber
from outreach.records.keys import seal, unseal
from outreach.records.letters import MailApproval

OPEN, AGREED, REFUSED = "open", "agreed", "refused"


class WishWords(NamedTuple):
    """Box MAIL_APPROVAL, in sealing order. New fields go at the end with a default."""

    reason: str
    """The advocate's."""
    mailbox: str = "unknown"
    """Whether her mailbox is the partner's too: no or unknown. A yes is no wish to be asked for."""
    answer: str = ""
    """The second person's."""


class Address(NamedTuple):
    """Which of her addresses a wish is about."""

    case_id: UUID
    destination_id: UUID


def note_wish(session: Session, address: Address, words: WishWords, *, by: UUID, now: datetime) -> UUID:
    """Keep a wish until it is answered, and return its id; one that waits for this address takes the new words."""
    case_id, destination_id = address
    kept = _open(session, address)
    if kept is not None:
        kept.words_box = seal(session, BoxNumber.MAIL_APPROVAL, words, owner=case_id, row=kept.id)
        kept.asked_by_id, kept.asked_at = by, now
        return kept.id
    row = uuid4()
    session.add(
        MailApproval(
            id=row,
            case_id=case_id,
            destination_id=destination_id,
            asked_by_id=by,
            asked_at=now,
            state=OPEN,
            words_box=seal(session, BoxNumber.MAIL_APPROVAL, words, owner=case_id, row=row),
        )
    )
    session.flush()
    return row


def note_answer(session: Session, address: Address, answer: str, *, agrees: bool, by: UUID, now: datetime) -> None:
    """Settle the wish that waits for this address; nothing where none does. The caller audits."""
    wish = _open(session, address)
    if wish is None:
        return
    words = words_of(session, wish)._replace(answer=answer)
    wish.words_box = seal(session, BoxNumber.MAIL_APPROVAL, words, owner=address.case_id, row=wish.id)
    wish.state = AGREED if agrees else REFUSED
    wish.settled_by_id, wish.settled_on = by, now.date()
    session.flush()


def words_of(session: Session, wish: MailApproval) -> WishWords:
    """Open what was said of a wish."""
    return read_as(WishWords, unseal(session, BoxNumber.MAIL_APPROVAL, wish.words_box, owner=wish.case_id, row=wish.id))


def _open(session: Session, address: Address) -> MailApproval | None:
    return session.scalar(
        select(MailApproval).where(
            MailApproval.case_id == address.case_id,
            MailApproval.destination_id == address.destination_id,
            MailApproval.state == OPEN,
        )
    )
