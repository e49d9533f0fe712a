"""
The page itself: a letter's words as a tagged PDF (PDF/UA-1). Hides WeasyPrint, which the print role loads, and the
portal when somebody asks for a blank sheet (outreach.paper_sheets): nothing of anyone is on that.

Fetches nothing: neither files nor network. Anything the renderer complains of stops the page, because a name with a
letter missing is somebody else's name. What it logs is kept here, since it quotes the text.
"""

import atexit
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from pathlib import Path
from textwrap import wrap
from typing import NamedTuple
from uuid import UUID

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from outreach.messaging.errors import UnprintableLetter
from outreach.messaging.letters.checks import way_of
from outreach.messaging.letters.codes import typed_form
from outreach.messaging.letters.rows import LetterContent
from outreach.messaging.letters.sheets import STANDARD, sheet_called
from outreach.messaging.letters.templates import ROOT, is_right_to_left
from outreach.safe_contact import Allowed
from outreach.terms import ContentLevel

WINDOW_LINES = 5
"""Lines of name and address that fit the window of an envelope at rest."""
MARGIN = 25.4
"""Millimetres of white around the words."""
_UNDER_THE_FOLD = 8.5
"""How far below the first fold the words begin: nothing of them shows while it is folded."""
_RANK = (ContentLevel.NONE, ContentLevel.NEUTRAL, ContentLevel.NAMED)
_complaints: ContextVar[list[str] | None] = ContextVar("complaints", default=None)


class NotForThisLetter(TypeError):
    """What was given is not the gate's leave for this letter, here and now."""


class CodeMark(NamedTuple):
    """A letter's code as a picture for scanners, one step a dot, and as people type it."""

    typed: str
    side: int
    path: str


class Page(NamedTuple):
    """What the sheet of paper shows."""

    language: str
    title: str
    from_lines: str
    to_lines: str
    """Name and address; empty for a letter that is handed over."""
    paragraphs: tuple[str, ...]
    code: CodeMark | None = None
    sheet: str = STANDARD

    @property
    def is_right_to_left(self) -> bool:
        """Say whether its language is written from right to left."""
        return is_right_to_left(self.language)


def print_letter(allowed: Allowed, content: LetterContent, *, destination_id: UUID, at: datetime) -> bytes:
    """
    Return the letter as PDF, on the sheet it was released for, folded for its window envelope.

    Raises:
        NotForThisLetter: `allowed` is not the gate's leave for a letter there, saying that much, at that time.
        UnprintableLetter: a character is in no font here, or name and address do not fit the window.
    """
    _refuse_other_leave(allowed, content, destination_id, at)
    return render(page_of(content))


def page_of(content: LetterContent) -> Page:
    """Return what the sheet shows of a letter. Raises UnprintableLetter: its address does not fit the window."""
    sheet = sheet_called(content.sheet)
    address = content.envelope or content.address.splitlines()
    lines = () if content.is_handed else (content.recipient, *address)
    to_lines = [piece for line in lines for piece in wrap(line, sheet.letters_a_line)]
    if len(to_lines) > WINDOW_LINES:
        raise UnprintableLetter("name and address do not fit the window of an envelope")
    return Page(
        language=content.language,
        title=content.title,
        from_lines="" if content.is_handed else content.return_address,
        to_lines="\n".join(to_lines),
        paragraphs=tuple(content.paragraphs),
        code=code_mark(content.code) if content.code else None,
        sheet=sheet.name,
    )


def code_mark(code: str) -> CodeMark:
    """Draw a letter's code as a QR code: it holds the eight characters and nothing else."""
    # One fixed mask: choosing among eight costs more than drawing, and every reader knows all of them.
    dots = segno.make_qr(code, error="m", version=1, mask=0, boost_error=False).matrix
    path = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(dots) for x, dot in enumerate(row) if dot)
    return CodeMark(typed_form(code), len(dots), "".join(path))


def render(page: Page) -> bytes:
    """Return a page as PDF. Raises UnprintableLetter on any complaint of the renderer."""
    return pdf_of(page_text(page), _style(page.sheet))


def pdf_of(text: str, style: CSS) -> bytes:
    """Return HTML as PDF. Raises UnprintableLetter on any complaint of the renderer."""
    with _listening() as complaints:
        html = HTML(string=text, url_fetcher=_fetcher())
        pdf: bytes = html.write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True, stylesheets=[style], font_config=_fonts())
    if complaints:
        raise UnprintableLetter("the page can not be printed as it is written")
    return pdf


def read_style(text: str) -> CSS:
    """Return a style for `pdf_of`; it fetches nothing either."""
    return CSS(string=text, font_config=_fonts(), url_fetcher=_fetcher())


def page_text(page: Page) -> str:
    """Return a page as HTML, without its style."""
    text: str = _template("page.html").render(page=page)
    return text


def _refuse_other_leave(allowed: Allowed, content: LetterContent, destination_id: UUID, at: datetime) -> None:
    if not isinstance(allowed, Allowed):
        raise NotForThisLetter("a letter is printed only with the gate's leave")
    is_enough = _RANK.index(ContentLevel(content.says)) <= _RANK.index(allowed.content)
    is_here = allowed.destination_id == destination_id and allowed.channel is way_of(content)
    if not (is_here and is_enough and at < allowed.until):
        raise NotForThisLetter("the gate's leave is for another letter, place or time")


@cache
def _template(name: str) -> Template:
    folder = FileSystemLoader(Path(ROOT))
    return Environment(loader=folder, autoescape=True, undefined=StrictUndefined).get_template(name)


@cache
def _fonts() -> FontConfiguration:
    """Return the fonts of this machine, looked up once: it takes a quarter of the time of a page."""
    return FontConfiguration()


@cache
def _fetcher() -> URLFetcher:
    return URLFetcher(allowed_protocols=("data",))


@cache
def _style(name: str) -> CSS:
    """Return the style of a sheet, read once."""
    return read_style(style_text(name))


def style_text(name: str) -> str:
    """Return the style of a sheet with its measures filled in."""
    sheet = sheet_called(name)
    first_line = sheet.panel + _UNDER_THE_FOLD
    text: str = _template("page.css").render(
        sheet=sheet, window=sheet.always_seen, margin=MARGIN, first_line=first_line
    )
    return text


class _Ear(logging.Filter):
    """Hears every complaint and lets none through to a log: they quote her words."""

    def filter(self, record: logging.LogRecord) -> bool:
        heard = _complaints.get()
        if heard is not None and record.levelno >= logging.WARNING:
            heard.append(record.levelname)
        return False


@contextmanager
def _listening() -> Iterator[list[str]]:
    heard: list[str] = []
    token = _complaints.set(heard)
    try:
        yield heard
    finally:
        _complaints.reset(token)


def _let_go() -> None:
    """Give fonts back before their libraries are gone: after that it ends the process with a fault, where Flask is."""
    _style.cache_clear()
    _fonts.cache_clear()


atexit.register(_let_go)
logging.getLogger("weasyprint").addFilter(_Ear())
