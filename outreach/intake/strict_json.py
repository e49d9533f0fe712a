"""
Read JSON that leaves no room for two readings.

Refuses what parsers disagree about: repeated names, NaN, deep nesting, text that is not UTF-8, half characters
and control characters. Numbers are read as numbers but never converted: no message of ours carries one. Pure;
imports nothing of ours.
"""

import json
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Any, TypedDict

DEEPEST = 16
"""Objects and lists inside one another; a level event needs five."""

_BREAKS_OR_TURNS = frozenset("\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Line separators, and marks that make text read in another order than it is stored."""


class Fault(TypedDict):
    """One wrong place: a JSON pointer (RFC 6901) and what is wrong there, never with the value."""

    pointer: str
    detail: str


class UnreadableJson(Exception):
    """
    The text is not JSON, or is JSON that could be read in two ways. `faults` says where.

    `document` is what could be read all the same, so that whatever else is wrong in it can be told at once; None when
    nothing could.
    """

    def __init__(self, faults: list[Fault], document: Any = None) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults, self.document = faults, document


class _Object(dict[str, Any]):
    """An object that remembers which of its names came twice."""

    __slots__ = ("repeated",)

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.repeated = []
        if len(pairs) > len(self):
            self.repeated = [name for name, times in Counter(name for name, _ in pairs).items() if times > 1]


class _NotANumber:
    """NaN or an infinity, which Python's reader would let pass."""


def read(body: bytes) -> Any:
    """
    Read UTF-8 JSON into dicts, lists, strings, booleans, None and 0 for any number.

    Raises:
        UnreadableJson: with every fault that can be told apart.
    """
    try:
        text = body.decode("utf-8")
        value = json.loads(
            text,
            object_pairs_hook=_Object,
            parse_constant=lambda _: _NotANumber(),
            parse_int=lambda _: 0,
            parse_float=lambda _: 0,
        )
    except UnicodeDecodeError:
        raise UnreadableJson([{"pointer": "", "detail": "must be UTF-8 text"}]) from None
    except json.JSONDecodeError as error:
        where = f"must be JSON: see line {error.lineno}, column {error.colno}"
        raise UnreadableJson([{"pointer": "", "detail": where}]) from None
    except RecursionError:
        raise UnreadableJson([_too_deep("")]) from None
    if not _is_clean(value):
        raise UnreadableJson(list(_faults(value)), value)
    return value


def pointer(*steps: str | int) -> str:
    """Return the JSON pointer that takes these steps from the whole document."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def is_one_plain_line(text: str) -> bool:
    """Tell whether the text is free of control characters, half characters, line breaks and marks that turn it."""
    return (text.isascii() and text.isprintable()) or not any(map(_is_unwanted, text))


def _is_unwanted(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs"} or character in _BREAKS_OR_TURNS


def _too_deep(where: str) -> Fault:
    return {"pointer": where, "detail": f"must not be nested deeper than {DEEPEST}"}


def _is_clean(document: Any) -> bool:
    """Tell whether `_faults` would find nothing; names no places, which makes it a quarter of the work."""
    waiting: list[tuple[int, Any]] = [(1, document)]
    while waiting:
        depth, value = waiting.pop()
        if isinstance(value, str):
            if not is_one_plain_line(value):
                return False
        elif isinstance(value, dict | list):
            if depth > DEEPEST:
                return False
            if isinstance(value, _Object):
                if value.repeated or not all(map(is_one_plain_line, value)):
                    return False
                value = value.values()
            waiting += [(depth + 1, each) for each in value]
        elif isinstance(value, _NotANumber):
            return False
    return True


def _faults(document: Any) -> Iterator[Fault]:
    """Walk the document without recursion, so that its depth cannot hurt."""
    waiting: list[tuple[str, int, Any]] = [("", 1, document)]
    while waiting:
        where, depth, value = waiting.pop()
        if isinstance(value, str) and not is_one_plain_line(value):
            yield {"pointer": where, "detail": "must not hold control characters or broken characters"}
        elif isinstance(value, _NotANumber):
            yield {"pointer": where, "detail": "must be JSON: NaN and infinities are not"}
        elif isinstance(value, dict | list) and depth > DEEPEST:
            yield _too_deep(where)
        elif isinstance(value, _Object):
            yield from _name_faults(where, value)
            waiting += [(where + pointer(_shown(name)), depth + 1, each) for name, each in value.items()]
        elif isinstance(value, list):
            waiting += [(where + pointer(place), depth + 1, each) for place, each in enumerate(value)]


def _name_faults(where: str, value: _Object) -> Iterator[Fault]:
    for name in value.repeated:
        yield {"pointer": where + pointer(_shown(name)), "detail": "must be given once"}
    for name in value:
        if not is_one_plain_line(name):
            detail = "has a name with control characters or broken characters"
            yield {"pointer": where + pointer(_shown(name)), "detail": detail}


def _shown(name: str) -> str:
    """Return a name that can be written out again: half characters become question marks."""
    return name.encode("utf-8", "replace").decode("utf-8")
