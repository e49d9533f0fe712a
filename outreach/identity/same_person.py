"""
Which cases are one person's, by what people decided (outreach.identity.deciding). What she said in one holds in each.

Knows the tables of cases alone, so that every rule may ask it.
"""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.records.ahead import CASES, columns_of, foresee, once, rows_of
from outreach.records.cases import CaseRecord, PossibleMatch

# Built once: they are asked of every text that is claimed.
_MATCH = columns_of(PossibleMatch)
_SAME = (
    select(_MATCH.case_id, _MATCH.other_case_id.label("other")).where(
        _MATCH.case_id.in_(CASES), _MATCH.decision == "same"
    ),
    select(_MATCH.other_case_id.label("case_id"), _MATCH.case_id.label("other")).where(
        _MATCH.other_case_id.in_(CASES), _MATCH.decision == "same"
    ),
)


def cases_of_person(session: Session, case_id: UUID) -> frozenset[UUID]:
    """Return a case with all that a person decided are about the same one."""
    return once(session, _cases_of_person, case_id)


def _cases_of_person(session: Session, case_id: UUID) -> frozenset[UUID]:
    return persons_of(session, (case_id,))[case_id]


def persons_known(session: Session, persons: Mapping[UUID, frozenset[UUID]]) -> None:
    """In a block of reading ahead, ask no more which cases are these persons': it was found out for the block."""
    for case_id, hers in persons.items():
        foresee(session, _cases_of_person, case_id, hers)


def persons_of(session: Session, cases: Collection[UUID]) -> dict[UUID, frozenset[UUID]]:
    """Return for each of these cases all that are about the same person, itself included."""
    links: dict[UUID, set[UUID]] = {}
    to_follow = set(cases)
    while to_follow:
        links |= {each: set() for each in to_follow}
        for row in [row for query in _SAME for row in rows_of(session, query, to_follow)]:
            links[row.case_id].add(row.other)
        to_follow = {other for found in links.values() for other in found} - links.keys()
    return {each: _reached_from(each, links) for each in cases}


def lock_person(session: Session, case_id: UUID) -> tuple[UUID, ...]:
    """
    Return all her cases, this one first, read anew and ours alone until this transaction ends.

    In one order everywhere, so that no two wait in a ring; a stop must not fail on a version.
    """
    hers = cases_of_person(session, case_id)
    query = select(CaseRecord).where(CaseRecord.id.in_(hers)).order_by(CaseRecord.id).with_for_update()
    session.scalars(query.execution_options(populate_existing=True)).all()
    return (case_id, *sorted(hers - {case_id}))


def _reached_from(case_id: UUID, links: dict[UUID, set[UUID]]) -> frozenset[UUID]:
    found, to_follow = {case_id}, {case_id}
    while to_follow:
        to_follow = {other for each in to_follow for other in links[each]} - found
        found |= to_follow
    return frozenset(found)
