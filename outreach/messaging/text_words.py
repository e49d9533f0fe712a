"""
The words of one text for one person: every check they pass when they are shown, when they are released, and again
in the claim, since an event or a changed detail may have come in between.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import people
from outreach.case_file.history import history_of
from outreach.case_file.standing import brought_over_of
from outreach.events import offender_of
from outreach.identity.same_person import cases_of_person
from outreach.messaging.deny_list import holds_any, name_forms
from outreach.messaging.segments import Segments, count_segments, plain
from outreach.messaging.text_boxes import TextContent
from outreach.messaging.wording import MOST_EVER, FromTemplate, Wording, phrasebook
from outreach.records.ahead import once_for_all
from outreach.records.errors import UNREADABLE
from outreach.records.staff import Staff

_STAFF_NAMES = select(Staff.name)


class Preview(NamedTuple):
    """A text as it would stand on her lock screen, and how it travels."""

    body: str
    segments: Segments


def preview(session: Session, case_id: UUID, wording: Wording, *, avoid: Iterable[str] = ()) -> Preview:
    """
    Return a text exactly as it would leave.

    Names are kept out of typed words. Every word of a template, its sign-offs, days and hours was approved by a
    person, and a name that an event brings must not take those from her: it could be made of nothing else (P2b).

    Args:
        avoid: the words she asked us not to use at the destination (requirement 22).

    Raises:
        UnfitWording: it says what to change.
    """
    book = phrasebook()
    if isinstance(wording, FromTemplate):
        book.refuse_unapproved(wording, is_practice=session.info["is_practice"])
        body = book.compose(wording)
        return Preview(body, book.check(body, avoid=avoid))
    body, names = plain(wording.body.strip()), names_to_keep_out(session, case_id)
    return Preview(body, book.check(body, names=names, avoid=avoid, most_segments=wording.most_segments))


def unfit_now(session: Session, case_id: UUID, content: TextContent, *, avoid: Iterable[str]) -> str | None:
    """Return why a released text may not leave after all, as a reason of HELD_BECAUSE; None when it may."""
    if content.template is not None and not _is_approved_still(content, is_practice=session.info["is_practice"]):
        return "not_approved"
    if holds_any(content.body, avoid):
        return "words_to_avoid"
    heard = once_for_all(session, phrasebook().deny.hear, content.body)
    names = () if content.template is not None else names_to_keep_out(session, case_id)
    forms = [once_for_all(session, name_forms, name) for name in names]
    is_fit = bool(content.body.strip()) and count_segments(content.body).pieces <= MOST_EVER
    is_fit = is_fit and heard.first is None and heard.word is None and not heard.holds_name(forms)
    return None if is_fit else "telling_words"


def _is_approved_still(content: TextContent, *, is_practice: bool) -> bool:
    """Say whether exactly the words it was made from are those in use, and approved for such a home."""
    book, name = phrasebook(), (content.language or "", content.template or "")
    is_same = tuple(content.approved) == book.digests_of(*name)
    return is_same and book.standing(*name).may_leave(is_practice=is_practice)


def names_to_keep_out(session: Session, case_id: UUID) -> set[str]:
    """
    Return every name no text may hold: hers, the offender's, the agencies', and our own people's (29a, 30).

    Those of every case that is decided to be hers. One that does not open stops her texts, until a supervisor goes on
    without it.
    """
    names = set(once_for_all(session, _our_people, session))
    for each in cases_of_person(session, case_id):
        with suppress(*(() if each == case_id else UNREADABLE)):
            names |= _names_in(session, each)
    return names


def _names_in(session: Session, case_id: UUID) -> set[str]:
    full_name, _ = people.name_and_birth(session, case_id)
    kept = history_of(session, case_id)
    offenders = {offender.full_name for each in kept if (offender := offender_of(each.event)) is not None}
    brought = brought_over_of(session, case_id)
    offenders |= {brought.partner_name} - {""} if brought is not None else set()
    agencies = {each.sent.agency for each in kept} | {each.event.jurisdiction for each in kept}
    return {full_name} | offenders | agencies


def _our_people(session: Session) -> frozenset[str]:
    return frozenset(session.scalars(_STAFF_NAMES))
