"""Which printer a deployment set: WAYSIDE_LETTER_PRINTER, read by the print role alone."""

from pathlib import Path

from outreach.messaging.letters.print_folder import FolderPrinter, QueuePrinter
from outreach.messaging.letters.print_provider import ProviderFolder
from outreach.messaging.letters.printers import Download, LetterPrinter

MEND = "WAYSIDE_LETTER_PRINTER is empty (a person takes stacks out), folder:/PATH, queue:NAME or provider:/PATH"


class UnknownPrinter(ValueError):
    """What is set names no printer."""

    def __init__(self) -> None:
        super().__init__(MEND)


def printer_named(setting: str) -> LetterPrinter:
    """
    Return the printer that a setting names.

    Raises:
        UnknownPrinter, UnsafeFolder, ValueError: with the mend, before anything is printed.
    """
    kind, _, where = setting.strip().partition(":")
    if not setting.strip():
        return Download()
    if kind == "queue" and where:
        return QueuePrinter(where)
    if kind in ("folder", "provider") and Path(where).is_absolute():
        return FolderPrinter(Path(where)) if kind == "folder" else ProviderFolder(Path(where))
    raise UnknownPrinter
