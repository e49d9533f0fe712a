"""
The local printer where a machine takes the pages by itself: a spool folder, or a queue of the system's own `lp`.

The stack is one file under a name and a title that tell nothing. Only the print role's user may look into the folder.
What the printing service keeps of it is its own: CUPS keeps the pages for a day unless it is told not to
(docs/operations.md).
"""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from outreach.messaging.letters.printers import TITLE, PrinterFault, PrinterKind, Report, Stack, as_one_file

PATIENCE = 60.0
"""Seconds `lp` may take to accept a stack; after that nobody knows whether it did."""
_QUEUE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")


class UnsafeFolder(ValueError):
    """The folder for pages is missing, or others on this machine can look into it; the message says the mend."""


def private_folder(path: Path) -> Path:
    """
    Return a folder that exists and that only its owner and group may enter.

    Raises:
        UnsafeFolder: it does not exist, or everybody on the machine may look into it.
    """
    if not path.is_dir():
        raise UnsafeFolder(f"{path} is no folder: make it, owned by the user of the print role, mode 0700 or 0770")
    if path.stat().st_mode & 0o007:
        raise UnsafeFolder(f"{path} can be opened by everybody on this machine: chmod o-rwx {path}")
    return path


class FolderPrinter:
    """Writes a stack as one PDF into a folder that a printer watches."""

    kind = PrinterKind.FOLDER

    def __init__(self, folder: Path) -> None:
        """Take the folder. Raises UnsafeFolder."""
        self._folder = private_folder(folder)

    def hand_over(self, stack: Stack) -> None:
        """Let the whole file appear at once, so that nobody prints half of one. Raises PrinterFault."""
        pdf = as_one_file([each.pdf for each in stack.sheets])
        try:
            write_whole(self._folder / f"{stack.name}.pdf", pdf)
        except FileExistsError:
            raise PrinterFault("a file of this stack lies there already", is_unsure=True) from None
        except OSError as fault:
            raise PrinterFault(f"the folder cannot be written: {fault.strerror}", is_unsure=False) from None

    def reports(self) -> Mapping[str, Report]:
        """Return nothing: a person counts."""
        return {}


class QueuePrinter:
    """Gives a stack to a queue of the system's printing service, through standard input: we leave no file."""

    kind = PrinterKind.QUEUE

    def __init__(self, queue: str, command: str = "lp") -> None:
        """Take the queue's name. Raises ValueError when it is no name."""
        if not _QUEUE.fullmatch(queue):
            raise ValueError("a print queue is named by letters, digits, dots, dashes and underscores")
        self._call = (command, "-d", queue, "-t", TITLE, "-o", "sides=one-sided", "-o", "print-scaling=none", "-")

    def hand_over(self, stack: Stack) -> None:
        """Give it to the queue. Raises PrinterFault; whether it was taken is not known after a time-out."""
        pdf = as_one_file([each.pdf for each in stack.sheets])
        try:
            done = subprocess.run(self._call, input=pdf, capture_output=True, timeout=PATIENCE, check=False)  # noqa: S603 - fixed words and a checked name
        except OSError as fault:
            raise PrinterFault(f"the printing service cannot be called: {fault.strerror}", is_unsure=False) from None
        except subprocess.TimeoutExpired:
            raise PrinterFault("the printing service did not answer", is_unsure=True) from None
        if done.returncode:
            raise PrinterFault("the printing service refused the stack", is_unsure=False)

    def reports(self) -> Mapping[str, Report]:
        """Return nothing: a person counts."""
        return {}


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that appears whole or not at all, readable by owner and group. Raises FileExistsError, OSError."""
    growing = path.with_name(f".{path.name}.growing")
    growing.unlink(missing_ok=True)
    handle = os.open(growing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(growing, path)  # Unlike a rename, it never replaces one that lies there.
    finally:
        growing.unlink(missing_ok=True)
