"""
Inserting many rows with one plain statement, where the ORM's bookkeeping would cost more than the row.

The boxes of the rows are noted for the audit log, as the ORM's are on flush, and versions begin at 1.
"""

from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Insert, Table, insert
from sqlalchemy.orm import Session

from outreach.records.base import Base
from outreach.records.marks import boxes_of, note


def insert_rows(session: Session, kind: type[Base], rows: list[dict[str, Any]]) -> None:
    """
    Insert rows of one table; every row names the same columns, the id among them.

    What the rows refer to must be in the database already: nothing pending is flushed first. The caller audits.
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
    session.execute(_insert(table), rows)


@lru_cache(maxsize=64)
def _insert(table: Table) -> Insert:
    """Build each statement once: its cache key is then computed once too."""
    return insert(table)
