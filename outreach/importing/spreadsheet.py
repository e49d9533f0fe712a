"""
From the bytes of a CSV file to its rows by column name. Pure.

Takes what spreadsheets write: UTF-8 with or without its mark, commas, semicolons or tabs, Excel's line about the
separator. Every fault names row and column and the mend; no cell of it is ever shown.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from outreach.importing.columns import NAMES, NEEDED, header_name, is_never_stored

MOST_BYTES = 20_000_000
MOST_ROWS = 20_000
_SEPARATORS = ",;\t"


class Fault(NamedTuple):
    """Something to mend before anything is brought over."""

    row: int | None
    """As the spreadsheet counts: the first line is 1. None where the fault is the file's."""
    column: str
    mend: str

    def __str__(self) -> str:
        """Return where it is and what to do, in one line."""
        where = f"row {self.row}, " if self.row is not None else ""
        return f"{where}{self.column} {self.mend}"


class Unreadable(Exception):
    """Nothing of the file can be used; the faults say why."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))


class Line(NamedTuple):
    """One row: its number, and its cells by column. A column the file lacks is an empty cell."""

    number: int
    cells: Mapping[str, str]


class Spreadsheet(NamedTuple):
    """The rows that have the shape of the first line, and the faults of the others."""

    lines: tuple[Line, ...]
    faults: tuple[Fault, ...]


def read(content: bytes) -> Spreadsheet:
    """Return the rows of a file. Raises Unreadable."""
    text = _text_of(content)
    first, records = _records(text)
    names = _names(first)
    lines, faults = [], []
    for number, cells in records:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]) or len(cells) < len(names):
            faults.append(Fault(number, "the row", "has not as many cells as the first line. Check its commas."))
            continue
        lines.append(Line(number, dict.fromkeys(NAMES, "") | dict(zip(names, cells, strict=False))))
    if not lines and not faults:
        raise Unreadable(Fault(None, "the file", "has no rows below its first line."))
    if len(lines) > MOST_ROWS:
        raise Unreadable(Fault(None, "the file", f"has more than {MOST_ROWS:,} rows. Cut it into several."))
    return Spreadsheet(tuple(lines), tuple(faults))


def _text_of(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise Unreadable(Fault(None, "the file", "is larger than 20 MB. Cut it into several."))
    if not content.strip():
        raise Unreadable(Fault(None, "the file", "is empty."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable(Fault(None, "the file", _SAVE_AS)) from None
    if "\0" in text:
        raise Unreadable(Fault(None, "the file", _SAVE_AS))
    return text


_SAVE_AS = "is not CSV text in UTF-8. In Excel: Save As, then the type “CSV UTF-8”."


def _records(text: str) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """Return the first line, and the others with their numbers as the spreadsheet counts them."""
    before = 1
    separator = None
    if text[:4].casefold() == "sep=" and text[4:5] in _SEPARATORS:
        separator = text[4]
        _, _, text = text.partition("\n")
        before = 2
    separator = separator or _separator_of(text.splitlines()[0] if text.strip() else "")
    rows = _parsed(text, separator)
    if not rows:
        raise Unreadable(Fault(None, "the file", "is empty."))
    return rows[0], enumerate(rows[1:], before + 1)


def _separator_of(first: str) -> str:
    counted = Counter(each for each in first if each in _SEPARATORS)
    return counted.most_common(1)[0][0] if counted else ","


def _parsed(text: str, separator: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[list[str]] = []
    try:
        rows.extend(reader)
    except csv.Error:
        raise Unreadable(Fault(len(rows) + 1, "the row", "has a quotation mark out of place. Save it again.")) from None
    return rows


def _names(first: list[str]) -> list[str]:
    """Return the columns of the first line. A name is repeated to the person only where the line is one of names."""
    while first and not first[-1].strip():
        first = first[:-1]
    names = [header_name(cell) for cell in first]
    faults = [
        Fault(1, f"{name}:", "this column is missing. See `wayside cases template`.")
        for name in NEEDED
        if name not in names
    ]
    if len(faults) == len(NEEDED):
        line = "does not name the columns we know. See `wayside cases template`."
        raise Unreadable(Fault(1, "the first line", line))
    twice = [name for name, times in Counter(names).items() if times > 1 and name]
    faults += [Fault(1, f"{name}:", "this column is there twice. Keep one.") for name in twice]
    faults += [_stranger(name, place) for place, name in enumerate(names, 1) if name not in NAMES]
    if faults:
        raise Unreadable(*faults)
    return names


def _stranger(name: str, place: int) -> Fault:
    if not name:
        return Fault(1, f"column {place}:", "has no name. Name it, or take it out.")
    if is_never_stored(name):
        return Fault(1, f"{name[:40]}:", "is never stored here, in any form. Take the column out.")
    return Fault(1, f"{name[:40]}:", "is no column we know. Rename it, move it into ask_first, or take it out.")
