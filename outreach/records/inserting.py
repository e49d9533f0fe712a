"""
Inserting rows with plain statements, where the ORM's bookkeeping would cost more than the row; many at once when held.

The boxes of the rows are noted for the audit log, as the ORM's are on flush, and versions begin at 1. A block of
`holding` gathers rows and inserts each table's with one statement; who reads what may be among them calls
`insert_held` first, or `insert_held_of` for what is one case's.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Insert, Table, insert
from sqlalchemy.orm import Session

from outreach.records.base import Base
from outreach.records.marks import boxes_of, note

_HELD = "held_rows"
_SEARCHED = ("token", "event_token", "handle")
"""Columns by which rows are looked for within the transaction that makes them."""
_OWNED_BY = ("case_id", "owner_id", "id", "deposit_id")
"""Columns that say whose a row is: the first of them that it has."""


@dataclass(slots=True)
class _Held:
    """Rows by table, whose they are, and what they can be found by."""

    rows: dict[Table, list[dict[str, Any]]] = field(default_factory=dict)
    owners: set[UUID] = field(default_factory=set)
    written: set[bytes | str] = field(default_factory=set)
    """What any row of the block can be found by, inserted or still held."""


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
    held.written.update(row[name] for name in _SEARCHED if name in rows[0] for row in rows)
    owner = next(name for name in _OWNED_BY if name in rows[0])
    held.owners.update(row[owner] for row in rows)


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
    for table in _in_order():
        if table in held.rows:
            session.execute(_insert(table), held.rows[table])
    held.rows.clear()
    held.owners.clear()


def insert_held_of(session: Session, owner: UUID) -> None:
    """Insert what is held where some of it is this case's, so that queries about the case find it."""
    held: _Held | None = session.info.get(_HELD)
    if held is not None and owner in held.owners:
        insert_held(session)


def is_written(session: Session, values: Collection[bytes | str]) -> bool:
    """Tell whether the block wrote a row with one of these: what was read of them before it is out of date."""
    held: _Held | None = session.info.get(_HELD)
    return held is not None and not held.written.isdisjoint(values)


@cache
def _in_order() -> tuple[Table, ...]:
    """Return the tables, each after those it refers to."""
    return tuple(Base.metadata.sorted_tables)


@lru_cache(maxsize=64)
def _insert(table: Table) -> Insert:
    """Build each statement once: its cache key is then computed once too."""
    return insert(table)
