"""
Reading the rows of several cases with one statement, where the rules ask about one case after another.

A rule asks `rows_of` for the rows of its case. In a block of `reading_ahead` the first to ask reads those of all the
block's cases at once; outside, only its own. What is asked and what comes back is the same either way. A block lasts
for one round of questions in one transaction: what is written meanwhile is not seen in it (a round of events, which
writes as it goes, is outreach.event_round).
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Row, Select, bindparam
from sqlalchemy.orm import Session

_AHEAD = "read_ahead"

CASES: BindParameter[Sequence[UUID]] = bindparam("cases", expanding=True)
"""For `column.in_(CASES)`: the cases a statement is about."""


@dataclass(slots=True)
class _Ahead:
    """The cases of a block, and what was read for them: rows by statement and its values, then by case."""

    cases: frozenset[UUID]
    rows: dict[tuple[object, ...], dict[UUID, list[Row[*tuple[Any, ...]]]]] = field(default_factory=dict)


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
        return session.execute(query, {"cases": list(cases), **values}).all() if cases else []
    place = (query, *values.values())
    if place not in ahead.rows:
        ahead.rows[place] = _by_case(session.execute(query, {"cases": list(ahead.cases), **values}).all())
    found = ahead.rows[place]
    return [row for case_id in cases for row in found.get(case_id, ())]


def _by_case(rows: Sequence[Row[*tuple[Any, ...]]]) -> dict[UUID, list[Row[*tuple[Any, ...]]]]:
    found: dict[UUID, list[Row[*tuple[Any, ...]]]] = {}
    for row in rows:
        found.setdefault(row.case_id, []).append(row)
    return found
