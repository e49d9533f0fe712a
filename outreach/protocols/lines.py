"""
On which line of a protocol file each key stands, so that a fault can say where to look. Pure.

For text that tomllib read without a fault and nothing else: so it looks for what ends a key or a value, and judges
nothing. Paths are those of outreach.protocols.reading, such as levels.B.steps[1].due.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping

from outreach.protocols.reading import Fault

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_NAME = re.compile(r"[A-Za-z0-9_-]+")
_STRINGS = (
    re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}(?!")', re.DOTALL),
    re.compile(r"'''.*?'{3,5}(?!')", re.DOTALL),
    re.compile(r'"(?:[^"\\\n]|\\.)*"'),
    re.compile(r"'[^'\n]*'"),
)
_PARSERS_LINE = re.compile(r"at line (\d+)")
_PLAIN = re.compile(r"[^,\]}#\r\n]*")


def placed(faults: Iterable[Fault], text: str) -> tuple[Fault, ...]:
    """Return the faults of a text that is TOML, each with its line."""
    lines = lines_of(text)
    return tuple(each._replace(line=line_at(lines, each.path)) for each in faults)


def not_toml(error: tomllib.TOMLDecodeError, text: str) -> Fault:
    """Return the one fault of a text that is no TOML; the parser's words have the line, or that it is the end."""
    found = _PARSERS_LINE.search(str(error))
    line = int(found[1]) if found else text.count("\n") + 1
    return Fault("", f"this is not TOML: {error}", "Mend that line first.", line)


def lines_of(text: str) -> Mapping[str, int]:
    """Return the line of each table, key and list item of a text that is TOML, counted from 1."""
    finder = _Finder(text)
    finder.read()
    return finder.lines


def line_at(lines: Mapping[str, int], path: str) -> int | None:
    """Return the line of a path; of the table it is missing from, where it is missing; None where that is the file."""
    while path and path not in lines:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return lines.get(path)


class _Finder:
    """Goes through the text once; `lines` is what it found."""

    def __init__(self, text: str) -> None:
        self.lines: dict[str, int] = {}
        self._text, self._at, self._line, self._counted = text, 0, 1, 0

    def read(self) -> None:
        table, items = "", dict[str, int]()
        while self._skip() and self._at < len(self._text):
            if not self._comes("["):
                self._pair(table)
                continue
            is_item = self._comes("[")
            at = self._at
            table = self._key("")
            if is_item:
                items[table] = items.get(table, -1) + 1
                table = f"{table}[{items[table]}]"
            self._note(table, at)
            self._at = self._text.index("]", self._at) + (2 if is_item else 1)

    def _pair(self, table: str) -> None:
        at = self._at
        path = self._key(table)
        self._note(path, at)
        self._comes("=")
        self._skip()
        self._value(path)

    def _key(self, table: str) -> str:
        """Return the path of a key, which may have dots, under a table."""
        path = table
        while True:
            self._take(_SPACE)
            string = self._string()
            name = tomllib.loads(f"x = {string}")["x"] if string else self._take(_NAME)
            if not (string or name):
                raise ValueError("only text that is TOML can be gone through")
            path = f"{path}.{name}" if path else str(name)
            self._take(_SPACE)
            if not self._comes("."):
                return path

    def _value(self, path: str) -> None:
        if self._comes("["):
            self._items(path)
        elif self._comes("{"):
            while self._skip() and not self._comes("}"):
                self._pair(path)
                self._skip()
                self._comes(",")
        elif not self._string():
            self._take(_PLAIN)

    def _items(self, path: str) -> None:
        number = 0
        while self._skip() and not self._comes("]"):
            self._note(f"{path}[{number}]", self._at)
            self._value(f"{path}[{number}]")
            self._skip()
            self._comes(",")
            number += 1

    def _string(self) -> str:
        return next(filter(None, (self._take(each) for each in _STRINGS)), "")

    def _note(self, path: str, at: int) -> None:
        self._line += self._text.count("\n", self._counted, at)
        self._counted = at
        self.lines.setdefault(path, self._line)

    def _take(self, what: re.Pattern[str]) -> str:
        found = what.match(self._text, self._at)
        taken = found[0] if found else ""
        self._at += len(taken)
        return taken

    def _skip(self) -> bool:
        self._take(_BLANK)
        return True

    def _comes(self, mark: str) -> bool:
        is_next = self._text.startswith(mark, self._at)
        self._at += is_next
        return is_next
