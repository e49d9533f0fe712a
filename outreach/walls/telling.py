"""
Who may be told that something happened in a case: those on call, the supervisors, never who is kept away from it.

Somebody always is told. Where everyone a page would go to is kept away, it goes to the supervisors who are not; where
no supervisor is left, to whoever holds the case (outreach.walls.conflicts sees to it that one of them is).
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.on_duty import on_call
from outreach.records.cases import CaseRecord
from outreach.records.walls import ConflictWall, Restriction
from outreach.walls.sight import is_staff_involved, kept_away

_IS_ANY = "is_any_wall"


def may_be_told(session: Session, case_id: UUID | None, staff_ids: Sequence[UUID]) -> tuple[UUID, ...]:
    """Return those of these colleagues who may hear of a case, in the order given; all, where it is about none."""
    away = kept_away(session, (case_id,)) if case_id else frozenset()
    return tuple(each for each in staff_ids if each not in away)


def in_charge(session: Session, case_id: UUID | None) -> tuple[UUID, ...]:
    """Return the supervisors who may hear of a case; who holds it, where there is none."""
    found = may_be_told(session, case_id, on_call.supervisors(session))
    if found or case_id is None:
        return found
    holder = session.scalar(select(CaseRecord.assigned_to_id).where(CaseRecord.id == case_id))
    return may_be_told(session, case_id, on_call.at_work(session, (holder,) if holder else ()))


def on_duty_for(session: Session, case_id: UUID | None, others: Collection[UUID] = (), *, at: datetime) -> on_call.Duty:
    """
    Return those on call who may hear of a case; nobody, where a colleague is involved: then supervisors are told.

    Args:
        others: cases that may be hers as well, and were not yet written down as such.
    """
    if case_id is None:
        return on_call.on_duty(session, at=at)
    hers = {case_id, *others}
    if is_staff_involved(session, hers):
        return on_call.Duty((), ())
    duty, away = on_call.on_duty(session, at=at), kept_away(session, hers)
    return on_call.Duty(*(tuple(each for each in turn if each not in away) for turn in duty))


def is_hidden_from_duty(session: Session, case_id: UUID, others: Collection[UUID] = (), *, at: datetime) -> bool:
    """
    Tell whether a case is to be hidden from somebody who is on call at an instant.

    Args:
        others: as for `on_duty_for`.
    """
    if not _is_any_wall(session):
        return False
    duty, hers = on_call.on_duty(session, at=at), {case_id, *others}
    on = {*duty.first, *duty.second}
    return bool(on) and (is_staff_involved(session, hers) or bool(on & kept_away(session, hers)))


def _is_any_wall(session: Session) -> bool:
    """Tell whether any case is hidden from anyone, asked once for a round of events: nearly always none is."""
    if _IS_ANY not in session.info:
        walls = select(ConflictWall.id).where(ConflictWall.ended_on.is_(None)).limit(1)
        involved = select(Restriction.id).where(Restriction.is_staffs.is_(True), Restriction.ended_on.is_(None))
        found = (session.scalar(walls), session.scalar(involved.limit(1)))
        session.info[_IS_ANY] = any(each is not None for each in found)
    return bool(session.info[_IS_ANY])
