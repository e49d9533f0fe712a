"""Blank sheets for when the network is down: fit to lie on a desk, in the order of the screen, good for any printer."""

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from wtforms import HiddenField

from outreach.messaging.deny_list import DenyList
from outreach.paper_sheets import ENTERED, BlankSheet, Paper, page_text, pdf_of
from portal.advocate.contact.destination_form import DestinationForm
from portal.advocate.paper.sheets import SHEETS, plain

pytestmark = pytest.mark.req("81")
WORDS = Path(__file__).parents[2] / "config" / "deny_words"
DENIED = DenyList.read(path.read_text(encoding="utf-8") for path in sorted(WORDS.glob("*.txt")))
OURS = re.compile(r"\b(wayside|advocate|partner|she|her|level|plan to|abus\w*|danger\w*|call-in)\b")
SIZES = {Paper.LETTER: {612, 792}, Paper.A4: {595, 842}}


def said_on(sheet: BlankSheet) -> list[str]:
    """Return everything that is printed, part by part, with the title a print queue shows."""
    heads = [head for head, _ in (*sheet.columns, ENTERED)]
    asked = [part for line in sheet.lines for part in (line.label, *line.answers)]
    return [sheet.title, sheet.hint, *heads, *asked, *sheet.top, *sheet.key]


def telling(sheet: BlankSheet) -> list[str]:
    """Return what would tell somebody who finds the sheet what it is about."""
    return [each for each in said_on(sheet) if DENIED.found_in(each.lower()) or OURS.search(each.lower())]


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_on_a_desk_tells_nothing(name: str) -> None:
    assert telling(SHEETS[name]) == []


@pytest.mark.parametrize("word", ["Victim", "Domestic calls", "Wayside", "Police told", "Tell her before the call-in"])
def test_planted_telling_word_is_caught(word: str) -> None:
    assert telling(replace(SHEETS["calls"], title=word)) == [word]


@pytest.mark.parametrize("paper", Paper)
@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_is_tagged_with_a_box_for_whoever_enters_each_line(name: str, paper: Paper) -> None:
    pdf = PdfReader(BytesIO(pdf_of(SHEETS[name], paper)))

    assert len(pdf.pages) <= (2 if SHEETS[name].lines else 1)
    assert {round(float(each)) for each in pdf.pages[0].mediabox[2:]} == SIZES[paper]
    root: Any = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    assert dict(pdf.metadata or {})["/Title"] == SHEETS[name].title
    text = pdf.pages[0].extract_text()
    assert "Entered by / when" in text
    rows = page_text(SHEETS[name]).split("<tbody>")[1].split("</tr>")[:-1]
    assert all(row.endswith("<td></td>") for row in rows)
    assert len(rows) >= 10


@pytest.mark.req("22")
def test_the_card_asks_what_the_screen_asks_in_its_order() -> None:
    on_screen = [each for each in DestinationForm() if not isinstance(each, HiddenField) and each.name != "as_typed"]
    assert [line.label for line in SHEETS["way"].lines] == [plain(each.label.text) for each in on_screen]
