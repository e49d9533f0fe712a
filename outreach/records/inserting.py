"""
Inserting rows with plain statements, where the ORM's bookkeeping would cost more than the row; many at once when held.

The boxes of the rows are noted for the audit log, as the ORM's are on flush, and versions begin at 1. A block of
`holding` gathers rows and inserts each table's with one statement; who reads what may be among them asks `is_held`
and calls `insert_held` first.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Insert, Table, insert
from sqlalchemy.orm import Session

from outreach.records.base import Base
from outreach.records.marks import boxes_of, note

_HELD = "held_rows"
_SEARCHED = ("token", "event_token", "handle")
"""Columns by which rows are looked for within the transaction that makes them."""


@dataclass(slots=True)
class _Held:
    """Rows by table, in the order in which tables were first used, and what they can be found by."""

    rows: dict[Table, list[dict[str, Any]]] = field(default_factory=dict)
    found_by: set[bytes | str] = field(default_factory=set)


def insert_rows(session: Session, kind: type[Base], rows: list[dict[str, Any]]) -> None:
    """
    Insert rows of one table, or hold them; every row of a table names the same columns, and its id where it has one.

    What the rows refer to must be in the database already or held before them: nothing pending in the session is
    flushed first. The caller audits.
    """
    if not rows:
        return
    table = cast(Table, kind.__table__)
    if "version" in table.c:
        rows = [{**row, "version": 1} for row in rows]
    for column, number in boxes_of(table.name):
        for row in rows:
            if row.get(column) is not None:
                note(session, number, row["id"], row[column])
    held: _Held | None = session.info.get(_HELD)
    if held is None:
        session.execute(_insert(table), rows)
        return
    held.rows.setdefault(table, []).extend(rows)
    held.found_by.update(row[name] for name in _SEARCHED if name in rows[0] for row in rows)


@contextmanager
def holding(session: Session) -> Iterator[None]:
    """Hold the rows of the block back, and insert them at its end; an error drops them with the transaction."""
    session.info[_HELD] = _Held()
    try:
        yield
        insert_held(session)
    finally:
        del session.info[_HELD]


def insert_held(session: Session) -> None:
    """Insert what is held, so that queries find it."""
    held: _Held | None = session.info.get(_HELD)
    if held is None:
        return
    for table, rows in held.rows.items():
        session.execute(_insert(table), rows)
    held.rows.clear()
    held.found_by.clear()


def is_held(session: Session, values: Collection[bytes | str]) -> bool:
    """Tell whether a row with one of these tokens or handles is held, where no query would find it."""
    held: _Held | None = session.info.get(_HELD)
    return held is not None and not held.found_by.isdisjoint(values)


@lru_cache(maxsize=64)
def _insert(table: Table) -> Insert:
    """Build each statement once: its cache key is then computed once too."""
    return insert(table)
