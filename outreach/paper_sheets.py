"""
Blank sheets of paper for when the network is down, as tagged PDF (PDF/UA-1): what to write, and nothing of anyone.

A sheet lies on desks and in bags: it names no agency, nobody, and nothing of what we do; a case is written as its two
words. Each line ends with a box for who entered it afterwards, and when. What stands on a sheet is the caller's.
"""

import logging
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

if TYPE_CHECKING:
    from weasyprint import CSS

TEMPLATES = Path(__file__).resolve().parents[1] / "templates" / "paper"
ENTERED = ("Entered by / when", 0)
"""The last box of every line; it takes the width that is left."""


class Paper(StrEnum):
    """A size of paper."""

    LETTER = "letter"
    A4 = "a4"


class Line(NamedTuple):
    """One line that asks something; without answers it leaves room to write."""

    label: str
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BlankSheet:
    """One kind of sheet. It is a table: of empty lines, or of one line for each thing that is asked."""

    title: str
    """Also what a print queue shows."""
    hint: str
    columns: tuple[tuple[str, int], ...]
    """Heads with their share of the width in percent, but for the last one, which says who entered the line."""
    lines: tuple[Line, ...] = ()
    rows: int = 0
    """How many empty lines, where nothing is asked."""
    top: tuple[str, ...] = ()
    """What is written once, above the table."""
    key: tuple[str, ...] = ()
    """What the marks in a column mean."""
    is_wide: bool = True


@cache
def pdf_of(sheet: BlankSheet, paper: Paper) -> bytes:
    """Return a sheet as PDF, made once in each process. Raises UnprintableLetter on any complaint of the renderer."""
    logging.getLogger("weasyprint").setLevel(logging.WARNING)
    from outreach.messaging.letters import press

    return press.pdf_of(page_text(sheet), _style(sheet, paper))


def page_text(sheet: BlankSheet) -> str:
    """Return a sheet as HTML, without its style."""
    columns = (*sheet.columns, ENTERED)
    text: str = _templates().get_template("sheet.html").render(sheet=sheet, columns=columns)
    return text


def _style(sheet: BlankSheet, paper: Paper) -> "CSS":
    from outreach.messaging.letters import press

    size = f"{paper.value} {'landscape' if sheet.is_wide else 'portrait'}"
    return press.read_style(_templates().get_template("sheet.css").render(size=size, is_asked=bool(sheet.lines)))


@cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
