"""
Restricting a case: the partner is an officer or works where records are kept, or a colleague of ours is involved.

It takes effect at once on what is stored, in every case about the same woman: what an officer wrote down counts for
nothing any more, decisions about one way are asked anew, and her letters leave every stack. Lifting it brings none of
that back. The gate has its own rules for such a case (requirement 11).
"""

from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit, cases, people
from outreach.access import Action, StaffCard, find_case
from outreach.gate.facts import CASE_WIDE
from outreach.gate.officers_word import without_officers_word
from outreach.identity.same_person import lock_person
from outreach.messaging.letters.apart import take_out_of_stacks
from outreach.records.boxes import BoxNumber
from outreach.records.cases import CaseRecord
from outreach.records.errors import UNREADABLE
from outreach.records.keys import seal, unseal
from outreach.records.walls import Restriction
from outreach.walls.taking import lock_near


class Cause(StrEnum):
    """Why a case is restricted."""

    OFFICER = "officer"
    """The partner works in police, courts or dispatch, or at a phone company, or is close to someone who does."""
    STAFF = "staff"
    """A colleague of ours is the partner, or close to her or him."""
    OTHER = "other"


class RestrictionContent(NamedTuple):
    """Box RESTRICTION, in sealing order. New fields go at the end with a default; times are RFC 3339 text."""

    cause: str
    words: str
    by: str
    at: str
    ended_by: str = ""
    ended_at: str = ""
    ended_because: str = ""


class NotTheirsToLift(Exception):
    """Only a supervisor lifts a restriction."""


class NotRestricted(ValueError):
    """There is nothing to lift, or somebody lifted it meanwhile."""


def restrict(session: Session, staff: StaffCard, case_id: UUID, cause: Cause, *, words: str, now: datetime) -> None:
    """
    Restrict a case and every other that is about her. Doing it again for the same cause changes nothing. Audited.

    Raises:
        NoSuchCase. ValueError: no reason.
    """
    find_case(session, staff, case_id)
    if not words.strip():
        raise ValueError("a restriction needs a reason")
    content = RestrictionContent(cause, words.strip(), str(staff.id), now.isoformat())
    lock_near(session, case_id)  # The colleague who is involved is walled off next, from these as well.
    for hers in lock_person(session, case_id):
        keep(session, hers, content, by=staff.id, now=now)


def keep(session: Session, case_id: UUID, content: RestrictionContent, *, by: UUID, now: datetime) -> None:
    """Restrict one case for a cause that somebody gave for it, or for another case of hers. Audited."""
    record = session.get_one(CaseRecord, case_id)
    was_restricted, record.is_restricted = record.is_restricted, True
    try:
        if any(each.cause == content.cause for _, each in live_ones(session, case_id)):
            return
        if not was_restricted:
            _void(session, case_id, by=by, now=now)
        row = uuid4()
        box = seal(session, BoxNumber.RESTRICTION, content, owner=case_id, row=row)
        is_staffs = content.cause == Cause.STAFF
        session.add(Restriction(id=row, case_id=case_id, is_staffs=is_staffs, restriction_box=box))
    except UNREADABLE:  # Nothing of it can be weighed, and the gate is shut there; it is hidden all the same.
        audit.record(session, action="case.unreadable", by=by, cases=[case_id], now=now)
    take_out_of_stacks(session, case_id, by=by, now=now)
    audit.record(session, action="case.restrict", by=by, cases=[case_id], now=now)


def lift(session: Session, staff: StaffCard, case_id: UUID, *, because: str, now: datetime) -> None:
    """
    Lift every restriction of a case, and of each other that is about her. No answer that was voided counts again.

    Raises:
        NoSuchCase, NotTheirsToLift, NotRestricted. ValueError: no reason.
    """
    record = find_case(session, staff, case_id)
    if not staff.may(Action.LIFT_RESTRICTION):
        raise NotTheirsToLift
    if not because.strip():
        raise ValueError("lifting a restriction needs a reason")
    if not record.is_restricted:
        raise NotRestricted
    ended = {"ended_by": str(staff.id), "ended_at": now.isoformat(), "ended_because": because.strip()}
    for hers in lock_person(session, case_id):
        try:
            for row, content in live_ones(session, hers):
                row.ended_on = now.date()
                box = seal(session, BoxNumber.RESTRICTION, content._replace(**ended), owner=hers, row=row.id)
                row.restriction_box = box
            changes: dict[str, Any] = {"restricted_at": None, "restriction_lifted_at": now.isoformat()}
            cases.change_standing(session, hers, by=staff.id, now=now, **changes)
        except UNREADABLE:
            if hers == case_id:
                raise
            audit.record(session, action="case.unreadable", by=staff.id, cases=[hers], now=now)
            continue
        session.get_one(CaseRecord, hers).is_restricted = False
        audit.record(session, action="case.unrestrict", by=staff.id, cases=[hers], now=now)


def live_ones(session: Session, case_id: UUID) -> list[tuple[Restriction, RestrictionContent]]:
    """Return the restrictions of a case that hold, oldest first. Unaudited: the page that shows them records it."""
    rows = session.scalars(select(Restriction).where(Restriction.case_id == case_id, Restriction.ended_on.is_(None)))
    opened = [(row, _opened(session, row)) for row in rows]
    return sorted(opened, key=lambda each: each[1].at)


def _opened(session: Session, row: Restriction) -> RestrictionContent:
    box = row.restriction_box
    return RestrictionContent(*unseal(session, BoxNumber.RESTRICTION, box, owner=row.case_id, row=row.id))


def _void(session: Session, case_id: UUID, *, by: UUID, now: datetime) -> None:
    """Take back what an officer said, and what was decided of one way by people who did not know."""
    standing, _ = cases.standing(session, case_id)
    left = tuple(each for each in standing.approvals if each.approval in CASE_WIDE)
    cases.change_standing(session, case_id, by=by, now=now, restricted_at=now.isoformat(), approvals=left)
    for way in people.destinations(session, case_id):
        heard = without_officers_word(way)
        if heard != way:
            people.save_destination(session, case_id, heard, version=way.version, by=by, now=now)
