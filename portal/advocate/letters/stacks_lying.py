"""Letters that nobody mails, in sentences: stacks and what she asked for, for who released them and supervisors."""

from datetime import datetime
from uuid import UUID

from flask import url_for
from sqlalchemy.orm import Session

from outreach.access import StaffCard
from outreach.messaging.letters.left_lying import AskedFor, Lying, asked_for_lying, left_lying
from outreach.terms import BatchState
from portal.advocate.cards import Hold, Step
from portal.advocate.moments import whole_day
from portal.advocate.parts import parts

STAND = {
    BatchState.READY: "is ready to print",
    BatchState.UNSURE: "may have come out of the printer",
    BatchState.PRINTED: "is printed and not counted",
    BatchState.SHORT: "was counted, and the count is off",
    BatchState.MAILING: "was not checked to the end",
    BatchState.COUNTED: "is counted and not in the mail",
}
MEND = "Take it on and mail it, or give it up: its letters then wait for the next stack. Until then, lock it away."


def stacks_lying(session: Session, at: datetime, *, released_by: UUID | None = None) -> tuple[Hold, ...]:
    """Return a hold for each stack left lying for a working day; `released_by`: of one colleague alone."""
    found = left_lying(session, zone=parts().zone, now=at, released_by=released_by)
    return tuple(_hold(each, is_mine=released_by is not None) for each in found)


def asked_for(session: Session, staff: StaffCard, at: datetime, *, is_own: bool = False) -> tuple[Hold, ...]:
    """Return a hold for each letter that she asked for and that was left lying; `is_own`: that this person released."""
    found = asked_for_lying(session, staff, zone=parts().zone, now=at, is_own=is_own)
    return tuple(_asked_hold(each, is_own=is_own) for each in found)


def _asked_hold(each: AskedFor, *, is_own: bool) -> Hold:
    who = "You" if is_own else each.released_by
    cause = f"{each.handle} asked for a letter. It is printed since {whole_day(each.since).words}. {who} released it."
    open_it = Step("Open the case", url_for("cases.show", case_id=each.case_id), look="main")
    return Hold(cause, "Mail it today, or cancel it.", (open_it,))


def _hold(each: Lying, *, is_mine: bool) -> Hold:
    who = "You" if is_mine else each.released_by
    cause = f"Stack {each.number} {STAND[each.state]} since {whole_day(each.since).words}. {who} released it."
    open_it = Step("Open the stack", url_for("letter_batches.show", batch_id=each.id), look="main")
    return Hold(cause, MEND, (open_it,))
