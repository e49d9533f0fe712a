"""
"If the danger grows, may we try once, and how?": asked with her no to contact, kept with it, read when news comes.

Nothing here makes contact: a supervisor who hears of news reads her answer, and decides (outreach.approvals.approving).
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit, cases
from outreach.case_file.contents import AttemptDetail, read_as
from outreach.case_file.words import AttemptNote, notes_of, seal_note
from outreach.her_word import danger_try
from outreach.identity.same_person import lock_person
from outreach.records.boxes import BoxNumber
from outreach.records.errors import UNREADABLE
from outreach.records.keys import unseal
from outreach.records.work import Attempt
from outreach.terms import Outcome


class HerAnswer(NamedTuple):
    """Whether we may try once if the danger grows, and how, in her words."""

    may_try: bool
    how: str = ""


class NoNoToContact(ValueError):
    """She has not asked for no contact: there is nothing to ask."""


def keep_answer(session: Session, case_id: UUID, answer: HerAnswer, *, by: UUID, now: datetime) -> None:
    """
    Keep her answer: whether in every case of hers, how beside the try in which she said no. Audited.

    Raises:
        NoNoToContact.
    """
    standing, _ = cases.standing(session, case_id)
    if not standing.do_not_contact:
        raise NoNoToContact
    for hers in lock_person(session, case_id):
        try:
            cases.change_standing(session, hers, by=by, now=now, may_try_if_danger=answer.may_try)
        except UNREADABLE:
            if hers == case_id:
                raise
            audit.record(session, action="case.unreadable", by=by, cases=[hers], now=now)
        if not answer.may_try:
            danger_try.take_back(session, hers, by=by, now=now)
    said_no = _said_no(session, case_id)
    if said_no is not None:
        note = notes_of(session, case_id).get(said_no.id, AttemptNote())
        fresh = note._replace(if_danger=answer.how.strip() if answer.may_try else "")
        said_no.note_box = seal_note(session, case_id, fresh, row=said_no.id)
    audit.record(session, action="if_danger.keep", by=by, cases=[case_id], now=now)


def read_answer(session: Session, case_id: UUID, *, by: UUID, now: datetime) -> HerAnswer:
    """Return her answer; no, where she never gave one. Audited."""
    standing, _ = cases.standing(session, case_id)
    said_no = _said_no(session, case_id)
    note = notes_of(session, case_id).get(said_no.id, AttemptNote()) if said_no else AttemptNote()
    audit.record(session, action="if_danger.read", by=by, cases=[case_id], now=now)
    return HerAnswer(standing.may_try_if_danger, note.if_danger if standing.may_try_if_danger else "")


def _said_no(session: Session, case_id: UUID) -> Attempt | None:
    """Return the last try in which she asked for no contact."""
    found = []
    for row in session.scalars(select(Attempt).where(Attempt.case_id == case_id)):
        fields = unseal(session, BoxNumber.ATTEMPT, row.attempt_box, owner=case_id, row=row.id)
        detail = read_as(AttemptDetail, fields)
        if detail.outcome == Outcome.DO_NOT_CONTACT:
            found.append((detail.at, row))
    return max(found, key=lambda pair: pair[0])[1] if found else None
