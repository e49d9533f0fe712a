"""
The page itself: a letter's words as a tagged PDF (PDF/UA-1). Hides WeasyPrint, which only the print role loads.

Fetches nothing: neither files nor network. Anything the renderer complains of stops the page, because a name with a
letter missing is somebody else's name. What it logs is kept here, since it quotes the text.
"""

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

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from weasyprint import HTML
from weasyprint.urls import URLFetcher

from outreach.messaging.errors import UnprintableLetter
from outreach.messaging.letter_rows import LetterContent
from outreach.messaging.letter_templates import ROOT
from outreach.safe_contact import Allowed
from outreach.terms import Channel, ContentLevel

WINDOW_LINES = 5
"""Lines of name and address that fit the window of an envelope."""
WINDOW_LETTERS = 36
"""A longer line goes on in the next one."""
_RANK = (ContentLevel.NONE, ContentLevel.NEUTRAL, ContentLevel.NAMED)
_complaints: ContextVar[list[str] | None] = ContextVar("complaints", default=None)


class NotForThisLetter(TypeError):
    """What was given is not the gate's leave for this letter, here and now."""


class Page(NamedTuple):
    """What the sheet of paper shows."""

    language: str
    title: str
    from_lines: str
    to_lines: str
    paragraphs: tuple[str, ...]


def print_letter(allowed: Allowed, content: LetterContent, *, destination_id: UUID, at: datetime) -> bytes:
    """
    Return the letter as PDF: US Letter, folded in three for a number 10 window envelope.

    Raises:
        NotForThisLetter: `allowed` is not the gate's leave for a letter there, saying that much, at that time.
        UnprintableLetter: a character is in no font here, or name and address do not fit the window.
    """
    _refuse_other_leave(allowed, content, destination_id, at)
    to_lines = [
        piece for line in (content.recipient, *content.address.splitlines()) for piece in wrap(line, WINDOW_LETTERS)
    ]
    if len(to_lines) > WINDOW_LINES:
        raise UnprintableLetter("name and address do not fit the window of an envelope")
    page = Page(
        language=content.language,
        title=content.title,
        from_lines=content.return_address,
        to_lines="\n".join(to_lines),
        paragraphs=tuple(content.paragraphs),
    )
    return render(page)


def render(page: Page) -> bytes:
    """Return a page as PDF. Raises UnprintableLetter on any complaint of the renderer."""
    with _listening() as complaints:
        document = HTML(string=_template().render(page=page), url_fetcher=URLFetcher(allowed_protocols=("data",)))
        pdf: bytes = document.write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True)
    if complaints:
        raise UnprintableLetter("the page can not be printed as it is written")
    return pdf


def _refuse_other_leave(allowed: Allowed, content: LetterContent, destination_id: UUID, at: datetime) -> None:
    if not isinstance(allowed, Allowed):
        raise NotForThisLetter("a letter is printed only with the gate's leave")
    is_enough = _RANK.index(ContentLevel(content.says)) <= _RANK.index(allowed.content)
    is_here = allowed.destination_id == destination_id and allowed.channel is Channel.LETTER
    if not (is_here and is_enough and at < allowed.until):
        raise NotForThisLetter("the gate's leave is for another letter, place or time")


@cache
def _template() -> Template:
    folder = FileSystemLoader(Path(ROOT))
    return Environment(loader=folder, autoescape=True, undefined=StrictUndefined).get_template("page.html")


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


logging.getLogger("weasyprint").addFilter(_Ear())
