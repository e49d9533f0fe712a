"""
Where a stack of letters goes once it is made: the port, and what it hands over. Adapters are beside it.

What leaves the program here holds names and addresses; its file names, titles and lists hold opaque codes only.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from io import BytesIO
from typing import NamedTuple, Protocol

from pypdf import PdfReader, PdfWriter

TITLE = "Pages"
"""What a print queue, a window or a file shows: a word that tells nothing."""


class PrinterKind(StrEnum):
    """How a stack leaves: taken out by a person, into a folder or queue of ours, or to a provider that mails it."""

    DOWNLOAD = "download"
    FOLDER = "folder"
    QUEUE = "queue"
    PROVIDER = "provider"


class Sheet(NamedTuple):
    """One letter of a stack, as a printer gets it."""

    place: int
    code: str
    pdf: bytes


class Stack(NamedTuple):
    """A stack as it is handed over. Its name is a number of ours."""

    name: str
    sheets: Sequence[Sheet]


class Report(NamedTuple):
    """What a provider said about a stack: which codes came out and which were mailed."""

    printed: frozenset[str]
    mailed: frozenset[str]


class PrinterFault(Exception):
    """The printer did not take the stack. `is_unsure` says that some of it may have come out all the same."""

    def __init__(self, cause: str, *, is_unsure: bool) -> None:
        super().__init__(cause)
        self.is_unsure = is_unsure


class LetterPrinter(Protocol):
    """Takes stacks. A stack is handed over at most once; what is unclear afterwards, a person settles."""

    @property
    def kind(self) -> PrinterKind:
        """How stacks leave here."""

    def hand_over(self, stack: Stack) -> None:
        """Give it to the printer. Raises PrinterFault."""

    def reports(self) -> Mapping[str, Report]:
        """Return what has been said about stacks handed over before, by name; empty where nobody reports."""


class Download:
    """The local printer: a person takes the stack out as one file, and prints it."""

    kind = PrinterKind.DOWNLOAD

    def hand_over(self, stack: Stack) -> None:
        """Do nothing: it lies ready until a person takes it out."""
        raise PrinterFault("a person takes the stack out", is_unsure=False)

    def reports(self) -> Mapping[str, Report]:
        """Return nothing: a person counts."""
        return {}


def as_one_file(pdfs: Sequence[bytes]) -> bytes:
    """Return the pages of a stack as one PDF, in order, under a title that tells nothing."""
    writer = PdfWriter()
    for each in pdfs:
        writer.append(PdfReader(BytesIO(each)), import_outline=False)
    writer.metadata = {"/Title": TITLE}
    written = BytesIO()
    writer.write(written)
    return written.getvalue()
