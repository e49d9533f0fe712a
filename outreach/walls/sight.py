"""
Who is kept away from a case. A conflict wall beats every role, and every list, search and count starts from here.

A wall reaches each case that may be the same woman's as well, and so does a restriction: until a human has said that it
is another's, it is hers. Knows tables alone, so that every query may ask it.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from outreach.records.cases import CaseRecord, PossibleMatch
from outreach.records.walls import ConflictWall, Restriction

_MAY_BE_HERS = or_(PossibleMatch.decision.is_(None), PossibleMatch.decision == "same")
_STANDS = ConflictWall.ended_on.is_(None)
_RESTRICTED = select(CaseRecord.id).where(CaseRecord.is_restricted.is_(True))
_A_COLLEAGUES = (Restriction.is_staffs.is_(True), Restriction.ended_on.is_(None))


def is_not_walled_off(
    staff_id: UUID, case: InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None]
) -> ColumnElement[bool]:
    """Hold for the cases that no wall hides from a colleague; `case` is the column of a query that names the case."""
    walled = select(ConflictWall.case_id).where(ConflictWall.staff_id == staff_id, _STANDS)
    return and_(*(case.not_in(each) for each in with_near(walled)))


def is_no_colleagues() -> ColumnElement[bool]:
    """Hold for the cases that no colleague is involved in, nor may be: others are on nobody's card by being on call."""
    return and_(*(CaseRecord.id.not_in(each) for each in with_near(select(Restriction.case_id).where(*_A_COLLEAGUES))))


def may_be_restricted(case: InstrumentedAttribute[UUID] = CaseRecord.id) -> ColumnElement[bool]:
    """Hold for the cases that are restricted, or may be the same woman's as one that is; `case` as above."""
    return or_(*(case.in_(each) for each in with_near(_RESTRICTED)))


def with_near(cases: Select[UUID] | CompoundSelect[UUID]) -> tuple[Select[UUID] | CompoundSelect[UUID], ...]:
    """Return the query of these cases, and those of the newer and the older ones that are or may be hers as well."""
    newer = select(PossibleMatch.case_id).where(PossibleMatch.other_case_id.in_(cases), _MAY_BE_HERS)
    older = select(PossibleMatch.other_case_id).where(PossibleMatch.case_id.in_(cases), _MAY_BE_HERS)
    return cases, newer, older


def is_behind_walls() -> ColumnElement[bool]:
    """Hold for the cases that are restricted or from which anyone is kept, or may be: they share no stack."""
    behind = _RESTRICTED.union(select(ConflictWall.case_id).where(_STANDS))
    return or_(*(CaseRecord.id.in_(each) for each in with_near(behind)))


def kept_away(session: Session, case_ids: Collection[UUID]) -> frozenset[UUID]:
    """Return the colleagues who may not hear of any of these cases, nor of one that may be the same woman's."""
    near = may_be_hers(session, case_ids)
    return frozenset(session.scalars(select(ConflictWall.staff_id).where(ConflictWall.case_id.in_(near), _STANDS)))


def may_be_hers(session: Session, case_ids: Collection[UUID]) -> frozenset[UUID]:
    """Return these cases with each that is, or until somebody decides may be, about the same woman as one of them."""
    return frozenset((*case_ids, *(each for pair in pairs_near(session, case_ids) for each in pair)))


def pairs_near(session: Session, case_ids: Collection[UUID]) -> list[tuple[UUID, UUID]]:
    """Return the pairs with one of these cases that are, or until somebody decides may be, about one woman."""
    either = or_(PossibleMatch.case_id.in_(case_ids), PossibleMatch.other_case_id.in_(case_ids))
    found = session.execute(select(PossibleMatch.case_id, PossibleMatch.other_case_id).where(either, _MAY_BE_HERS))
    return [(newer, older) for newer, older in found]


def is_staff_involved(session: Session, case_ids: Collection[UUID]) -> bool:
    """Tell whether a colleague is involved in any of these cases, or in one that may be the same woman's."""
    near = may_be_hers(session, case_ids)
    found = select(Restriction.id).where(Restriction.case_id.in_(near), *_A_COLLEAGUES)
    return session.scalar(found.limit(1)) is not None
