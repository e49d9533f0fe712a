"""
Reading the rows of several cases with one statement, where the rules ask about one case after another.

A rule asks `rows_of` for the rows of its case. In a block of `reading_ahead` the first to ask reads those of all the
block's cases at once; outside, only its own. What is asked and what comes back is the same either way. A block lasts
for one round of questions in one transaction: what is written meanwhile is not seen in it (a round of events, which
writes as it goes, is outreach.ingesting.event_round).
"""

from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import BindParameter, Row, Select, Table, bindparam
from sqlalchemy.orm import Session

from outreach.records.base import Base

_AHEAD = "read_ahead"
T = TypeVar("T")
Given = TypeVar("Given", bound=Hashable)

CASES: BindParameter[Sequence[UUID]] = bindparam("cases", expanding=True)
"""For `column.in_(CASES)`: the cases a statement is about."""


def columns_of(kind: type[Base]) -> Any:
    """Return a table's columns by name: a statement of plain columns costs half of one that could make objects."""
    return cast(Table, kind.__table__).c


@dataclass(slots=True)
class _Ahead:
    """The cases of a block, and what was read for them: rows by statement and its values, then by case."""

    cases: frozenset[UUID]
    rows: dict[tuple[object, ...], dict[UUID, list[Row[*tuple[Any, ...]]]]] = field(default_factory=dict)
    made: dict[tuple[object, object], Any] = field(default_factory=dict)
    """What rules made of a case's rows: opened boxes, read once however many rules ask."""


@contextmanager
def reading_ahead(session: Session, cases: Collection[UUID]) -> Iterator[None]:
    """Read for all these cases whatever is read for one of them in the block."""
    session.info[_AHEAD] = _Ahead(frozenset(cases))
    try:
        yield
    finally:
        del session.info[_AHEAD]


def rows_of(
    session: Session, query: Select[*tuple[Any, ...]], cases: Collection[UUID], **values: object
) -> Sequence[Row[*tuple[Any, ...]]]:
    """
    Return the rows of these cases.

    Args:
        query: built once, on CASES, with a column `case_id` by which its rows are told apart.
        values: the query's other parameters.
    """
    ahead: _Ahead | None = session.info.get(_AHEAD)
    if ahead is None or not ahead.cases.issuperset(cases):
        return _all(session, query, {"cases": list(cases), **values}) if cases else []
    place = (query, *values.values())
    if place not in ahead.rows:
        ahead.rows[place] = _by_case(_all(session, query, {"cases": list(ahead.cases), **values}))
    found = ahead.rows[place]
    return [row for case_id in cases for row in found.get(case_id, ())]


def _all(
    session: Session, query: Select[*tuple[Any, ...]], values: dict[str, object]
) -> Sequence[Row[*tuple[Any, ...]]]:
    session.flush()  # What was changed in this transaction counts, although no object is asked for.
    return session.connection().execute(query, values).all()


def foresee(session: Session, make: Callable[[Session, UUID], T], case_id: UUID, made: T) -> None:
    """Give what `once` would make of a case in this block, where it is known already."""
    session.info[_AHEAD].made[make, case_id] = made


def once(session: Session, make: Callable[[Session, UUID], T], case_id: UUID) -> T:
    """Return what `make` makes of a case; in a block of its own it is made once, and every rule gets the same."""
    ahead: _Ahead | None = session.info.get(_AHEAD)
    if ahead is None or case_id not in ahead.cases:
        return make(session, case_id)
    place = (make, case_id)
    if place not in ahead.made:
        ahead.made[place] = make(session, case_id)
    return cast(T, ahead.made[place])


def once_for_all(session: Session, make: Callable[[Given], T], given: Given) -> T:
    """Return what `make` makes of what belongs to no case; in a block it is made once."""
    ahead: _Ahead | None = session.info.get(_AHEAD)
    if ahead is None:
        return make(given)
    if (make, given) not in ahead.made:
        ahead.made[make, given] = make(given)
    return cast(T, ahead.made[make, given])


def _by_case(rows: Sequence[Row[*tuple[Any, ...]]]) -> dict[UUID, list[Row[*tuple[Any, ...]]]]:
    found: dict[UUID, list[Row[*tuple[Any, ...]]]] = {}
    for row in rows:
        found.setdefault(row.case_id, []).append(row)
    return found
