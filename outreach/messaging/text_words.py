"""
The words of one text for one person: every check they pass when they are shown, when they are released, and again
in the claim, since an event or a changed detail may have come in between.
"""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import people
from outreach.events import offender_of
from outreach.history import history_of
from outreach.messaging.deny_list import holds_any
from outreach.messaging.segments import Segments, plain
from outreach.messaging.text_approvals import Standing
from outreach.messaging.text_boxes import TextContent
from outreach.messaging.wording import MOST_EVER, FromTemplate, UnfitWording, Wording, phrasebook
from outreach.records.staff import Staff


class Preview(NamedTuple):
    """A text as it would stand on her lock screen, and how it travels."""

    body: str
    segments: Segments


def preview(session: Session, case_id: UUID, wording: Wording, *, avoid: Iterable[str] = ()) -> Preview:
    """
    Return a text exactly as it would leave.

    Args:
        avoid: the words she asked us not to use at the destination (requirement 22).

    Raises:
        UnfitWording: it says what to change.
    """
    book, names = phrasebook(), names_to_keep_out(session, case_id)
    if isinstance(wording, FromTemplate):
        book.refuse_unapproved(wording, is_practice=session.info["is_practice"])
        body = book.compose(wording)
        return Preview(body, book.check(body, names=names, avoid=avoid))
    body = plain(wording.body.strip())
    return Preview(body, book.check(body, names=names, avoid=avoid, most_segments=wording.most_segments))


def unfit_now(session: Session, case_id: UUID, content: TextContent, *, avoid: Iterable[str]) -> str | None:
    """Return why a released text may not leave after all, as a reason of HELD_BECAUSE; None when it may."""
    book = phrasebook()
    is_template = content.template is not None
    if is_template and book.standing(content.language or "", content.template or "").standing is Standing.DRAFT:
        return "not_approved"
    if holds_any(content.body, avoid):
        return "words_to_avoid"
    try:
        book.check(content.body, names=names_to_keep_out(session, case_id), most_segments=MOST_EVER)
    except UnfitWording:
        return "telling_words"
    return None


def names_to_keep_out(session: Session, case_id: UUID) -> set[str]:
    """Return every name no text may hold: hers, the offender's, the agencies', and our own people's (29a, 30)."""
    full_name, _ = people.names_and_births(session, (case_id,)).get(case_id, ("", None))
    kept = history_of(session, case_id)
    offenders = {offender.full_name for each in kept if (offender := offender_of(each.event)) is not None}
    agencies = {each.sent.agency for each in kept} | {each.event.jurisdiction for each in kept}
    return {full_name} | offenders | agencies | set(session.scalars(select(Staff.name)))
