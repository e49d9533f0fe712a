"""
A print-and-mail provider that takes files from a folder and answers with a file: the second kind of printer.

    out/000012/               one stack, complete once manifest.json is there
        0001-K7QM2F9D.pdf     one letter each, by place and code
        manifest.json         {"version": 1, "stack": "000012", "letters": [{"place", "code", "pages", "sha256"}]}
    back/000012.json          {"stack": "000012", "printed": [codes], "mailed": [codes]}; may come again with more

The lists hold opaque codes only; the pages hold names and addresses: what must be agreed is in docs/adr/0010.
"""

import hashlib
import json
import shutil
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from outreach.messaging.letters.codes import NotACode, read_code
from outreach.messaging.letters.print_folder import private_folder, write_whole
from outreach.messaging.letters.printers import PrinterFault, PrinterKind, Report, Sheet, Stack

LARGEST_ANSWER = 1024 * 1024
"""Bytes: an answer about a hundred letters is a few thousand."""


class ProviderFolder:
    """Hands stacks over in one folder and reads answers from another."""

    kind = PrinterKind.PROVIDER

    def __init__(self, folder: Path) -> None:
        """Take the folder shared with the provider's software. Raises UnsafeFolder."""
        self._out, self._back = private_folder(folder) / "out", folder / "back"
        for each in (self._out, self._back):
            each.mkdir(mode=0o770, exist_ok=True)

    def hand_over(self, stack: Stack) -> None:
        """Write the letters, then the manifest that makes them a stack. Raises PrinterFault."""
        place = self._out / stack.name
        if (place / "manifest.json").exists():
            raise PrinterFault("this stack lies there already", is_unsure=True)
        try:
            # Without its manifest nobody has taken it: what a killed worker left is written anew.
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(mode=0o770)
            for each in stack.sheets:
                write_whole(place / _file_of(each), each.pdf)
            write_whole(place / "manifest.json", json.dumps(_manifest(stack), indent=1).encode())
        except OSError as fault:
            raise PrinterFault(f"the folder cannot be written: {fault.strerror}", is_unsure=False) from None

    def reports(self) -> Mapping[str, Report]:
        """Return every answer that can be read, by stack; one that cannot is left to be looked at."""
        found = {}
        for path in sorted(self._back.glob("*.json")):
            report = _report_in(path)
            if report is not None:
                found[path.stem] = report
        return found


def _file_of(sheet: Sheet) -> str:
    return f"{sheet.place:04d}-{sheet.code}.pdf"


def _manifest(stack: Stack) -> dict[str, Any]:
    letters = [
        {
            "place": each.place,
            "code": each.code,
            "pages": len(PdfReader(BytesIO(each.pdf)).pages),
            "sha256": hashlib.sha256(each.pdf).hexdigest(),
        }
        for each in stack.sheets
    ]
    return {"version": 1, "stack": stack.name, "letters": letters}


def _report_in(path: Path) -> Report | None:
    """Return what an answer says; None while it is not whole, or where it is not one."""
    try:
        if path.stat().st_size > LARGEST_ANSWER:
            return None
        said = json.loads(path.read_text(encoding="utf-8"))
        if said["stack"] != path.stem:
            return None
        return Report(_codes(said["printed"]), _codes(said["mailed"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _codes(given: Any) -> frozenset[str]:
    if not isinstance(given, list):
        raise TypeError("a list of codes is needed")
    try:
        return frozenset(read_code(str(each)) for each in given)
    except NotACode:
        raise ValueError("not a code") from None
