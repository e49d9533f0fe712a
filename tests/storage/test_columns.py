"""C-6: every column is known, classified and explained; the tables in docs/ say what the code does."""

from pathlib import Path

import pytest
from sqlalchemy import Boolean, Column, Date, Integer, LargeBinary, MetaData, String, Uuid

from outreach.records.base import Base, SealedBox, UtcTime
from outreach.records.boxes import COLUMNS, KEY_CLASSES, BoxNumber
from outreach.records.engine import TABLES  # noqa: F401  # the vault's tables, all of them
from outreach.records.spool_tables import spool_metadata
from outreach.terms import KeyClass

pytestmark = pytest.mark.req("C-6")

DOCS = Path(__file__).parent.parent.parent / "docs"
TYPES = {
    "random id": Uuid,
    "link": Uuid,
    "box": SealedBox,
    "sealed deposit": LargeBinary,
    "wrapped key": LargeBinary,
    "token": LargeBinary,
    "mac": LargeBinary,
    "day": Date,
    "instant": UtcTime,
    "label": String,
    "wall time": String,
    "staff": String,
    "count": Integer,
    "hash": (LargeBinary, String),
    "state": (String, Boolean),
}
"""What a column of each class is made of."""


def rows_of(name: str) -> list[list[str]]:
    """Return the cells of the last table in a page of docs/."""
    table = (DOCS / name).read_text().rpartition("\n\n")[2]
    return [[cell.strip() for cell in line.strip("| \n").split("|")] for line in table.splitlines()[2:]]


def unclassified(*schemas: MetaData) -> list[str]:
    """Return every column that docs/columns.md does not know, knows wrongly, or knows although it is gone."""
    known = {(table, column): (kind, why) for table, column, kind, why in rows_of("columns.md")}
    faults = []
    for table in (table for schema in schemas for table in schema.tables.values()):
        for column in table.columns:
            kind, why = known.pop((table.name, column.name), ("", ""))
            is_box = isinstance(column.type, SealedBox)
            fits = isinstance(column.type, TYPES.get(kind, ())) and is_box == (kind == "box")
            if not (fits and why):
                faults.append(f"{table.name}.{column.name}")
    return faults + [".".join(gone) for gone in known]


def test_every_column_is_classified() -> None:
    assert unclassified(Base.metadata, spool_metadata) == []


@pytest.mark.parametrize(
    "column",
    [Column("remarks", String), Column("photo", LargeBinary), Column("version", String)],
    ids=["free text", "bytes", "free text under a known name"],
)
def test_planted_column_is_caught(column: Column) -> None:
    planted = MetaData()
    for table in Base.metadata.sorted_tables:
        table.to_metadata(planted)
    planted.tables["task"].append_column(column, replace_existing=True)

    assert unclassified(planted, spool_metadata) == [f"task.{column.name}"]


def test_planted_gap_in_the_page_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = rows_of("columns.md")
    monkeypatch.setitem(globals(), "rows_of", lambda name: rows[1:])

    with pytest.raises(AssertionError):
        test_every_column_is_classified()


def test_every_box_has_a_number_a_place_and_a_key_class_and_is_written_down() -> None:
    written = {}
    for number, name, where, owner, key_class, fields in rows_of("boxes.md"):
        assert owner in ("case", "house")
        assert fields
        written[BoxNumber[name]] = (int(number), where, KeyClass(key_class))

    assert written == {
        number: (number.value, ".".join(COLUMNS[number]) if number in COLUMNS else "–", KEY_CLASSES[number])
        for number in BoxNumber
    }


def test_every_box_column_of_the_tables_belongs_to_a_box_number() -> None:
    boxed = {
        (table.name, column.name)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, SealedBox)
    }

    assert boxed == set(COLUMNS.values())
    assert all(column.endswith("_box") for _, column in boxed)


def test_columns_that_hold_bytes_of_a_record_are_hidden_from_its_repr() -> None:
    shown = [
        f"{mapper.class_.__name__}.{name}"
        for mapper in Base.registry.mappers
        for name, field in mapper.class_.__dataclass_fields__.items()
        if name in mapper.columns and isinstance(mapper.columns[name].type, (SealedBox, LargeBinary)) and field.repr
    ]

    assert shown == []
