"""
Whether a way of reaching her is also the offender's. Pure.

A safe address sent to the wrong person is the commonest real harm, so likeness counts: spelling, abbreviations and
a missing flat number do not make two addresses different. A shared destination is asked about first, never closed:
naming her number as his cannot make her unreachable (requirement 45).
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from outreach.terms import DestinationKind

_SHORT = {
    "street": "st",
    "avenue": "ave",
    "av": "ave",
    "road": "rd",
    "drive": "dr",
    "lane": "ln",
    "court": "ct",
    "place": "pl",
    "boulevard": "blvd",
    "circle": "cir",
    "highway": "hwy",
    "parkway": "pkwy",
    "terrace": "ter",
    "north": "n",
    "south": "s",
    "east": "e",
    "west": "w",
    "saint": "st",
    "apartment": "unit",
    "apt": "unit",
    "suite": "unit",
    "ste": "unit",
    "flat": "unit",
    "lot": "unit",
    "room": "unit",
    "rm": "unit",
}


class _Address(NamedTuple):
    street: tuple[str, ...]
    unit: tuple[str, ...]
    town: str
    postal_code: str


class OffenderPlaces(NamedTuple):
    """Every phone (E.164) and address (lines joined by newlines) that any event gave for the offender."""

    phones: frozenset[str]
    addresses: frozenset[str]


def is_offenders(kind: DestinationKind, value: str, places: OffenderPlaces) -> bool:
    """Tell whether a destination is also one of the offender's."""
    if kind is DestinationKind.PHONE:
        return value in places.phones
    if kind is DestinationKind.ADDRESS:
        return same_address_as_any(value, places.addresses)
    return False


def same_address_as_any(value: str, others: Iterable[str]) -> bool:
    """Tell whether an address may be the same front door or mailbox as any of the others."""
    mine = _read(value)
    return any(_same(mine, _read(other)) for other in others)


def _same(one: _Address, other: _Address) -> bool:
    if not one.street or one.street != other.street:
        return False
    if one.unit and other.unit and one.unit != other.unit:
        return False
    return one.town == other.town or bool(one.postal_code) and one.postal_code == other.postal_code


def _read(value: str) -> _Address:
    *lines, last = value.splitlines() or [""]
    code = re.search(r"\b(\d{5})(?:-\d{4})?\s*$", last)
    town = " ".join(_words(last[: code.start()] if code else last))
    words = _words(" ".join(lines).replace("#", " unit "))
    if "unit" not in words:
        return _Address(tuple(words), (), town, code[1] if code else "")
    at = words.index("unit")
    return _Address(tuple(words[:at]), tuple(w for w in words[at:] if w != "unit"), town, code[1] if code else "")


def _words(text: str) -> list[str]:
    return [_SHORT.get(word, word) for word in re.findall(r"[^\W_]+", text.casefold())]
