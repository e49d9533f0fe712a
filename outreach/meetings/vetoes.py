"""Her no to an interpreter holds in every case of hers: what is said in one is kept in each, and none is lost."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from outreach import people
from outreach.identity.same_person import lock_person
from outreach.meetings.boxes import keep_veto, veto_of
from outreach.meetings.interpreters import NO_VETO, Veto
from outreach.records.errors import UNREADABLE


def add_to_veto(session: Session, case_id: UUID, more: Veto, *, by: UUID, now: datetime) -> None:
    """Keep more of whom she does not want, beside all that was kept before. Audited where anything is new."""
    _follow(session, case_id, (NO_VETO, more), by=by, now=now)


def change_veto(session: Session, case_id: UUID, veto: Veto, *, by: UUID, now: datetime) -> None:
    """Keep what a page that showed her no says of it now: what is gone from there is taken back. Audited as above."""
    _follow(session, case_id, (veto_of(session, case_id), veto), by=by, now=now)


def _follow(session: Session, case_id: UUID, change: tuple[Veto, Veto], *, by: UUID, now: datetime) -> None:
    before, after = change
    for each in lock_person(session, case_id):
        with suppress(*(() if each == case_id else UNREADABLE)):  # One that does not open stops contact by itself.
            kept = veto_of(session, each)
            found = kept.without(before).joined(after)
            if found != kept:
                keep_veto(session, each, found)
                _outdate_pages(session, each, by=by, now=now)


def _outdate_pages(session: Session, case_id: UUID, *, by: UUID, now: datetime) -> None:
    """Give her particulars a new version: a page opened before does not know of this, and must not undo it."""
    card = people.read(session, case_id, by=by, now=now)
    people.amend(session, case_id, version=card.version, by=by, now=now)
