"""
Reading one cell of a spreadsheet. Pure.

What has two readings is refused, never guessed. A refusal says the mend in plain words, and never what the cell holds:
terminals keep what they showed, and colleagues look over shoulders.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date

import phonenumbers

from outreach.gate.hours import Window
from outreach.reaching.postal_addresses import faults_of
from outreach.reaching.safe_times import read_safe_times
from outreach.support.never_stored import tells_status
from outreach.terms import Level

LONGEST = 200
LONGEST_NOTE = 500

_YES = frozenset(["yes", "y", "true", "1", "x", "si", "sí"])
_NO = frozenset(["no", "n", "false", "0"])
_UNKNOWN = frozenset(("", "unknown", "not known", "?", "ask"))
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]0{1,2}:00(?::00(?:\.0+)?)?)?", re.ASCII)
_NUMBERS = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})[-\s.]+([a-z]{3,9})[-\s.,]+(\d{4})", re.ASCII)
_MONTH_FIRST = re.compile(r"([a-z]{3,9})\.?[-\s]+(\d{1,2})(?:st|nd|rd|th)?[\s,]+(\d{4})", re.ASCII)
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_PHONE = re.compile(r"\+?[\d\s().\-\u2010-\u2015\u00a0]+", re.ASCII)
_TAG = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*", re.ASCII)
_SOCIAL_SECURITY = re.compile(r"(?<!\d)\d{3}[- ]\d{2}[- ]\d{4}(?!\d)", re.ASCII)


class BadCell(ValueError):
    """A cell that can not be used. The text is the mend."""


def line(cell: str, *, longest: int = LONGEST) -> str:
    """Return a line of words. Raises BadCell for one too long, one with signs nobody sees, or what is never stored."""
    said = " ".join(cell.split())
    if len(said) > longest:
        raise BadCell(f"is longer than {longest} letters. Make it shorter.")
    if not said.isprintable():
        raise BadCell("holds signs that can not be shown. Type it again.")
    if _SOCIAL_SECURITY.search(said):
        raise BadCell("looks like a Social Security number. Take it out: it is never stored here.")
    return said


def note(cell: str) -> str:
    """Return a note. Raises BadCell as `line` does, and where it tells of her leave to be in the country."""
    said = line(cell, longest=LONGEST_NOTE)
    if tells_status(said):
        raise BadCell("may tell of immigration status. Take that out: it is never stored here.")
    return said


def yes_or_no(cell: str) -> bool | None:
    """Return a yes or a no, or None for an empty cell."""
    said = cell.strip().casefold()
    if said in _UNKNOWN:
        return None
    if said not in _YES | _NO:
        raise BadCell("can not be read as yes or no. Write yes or no, or leave it empty.")
    return said in _YES


def day(cell: str) -> date | None:
    """Return a day, or None for an empty cell. Raises BadCell for one with two readings."""
    said = " ".join(cell.split()).casefold()
    if not said:
        return None
    year, month, number = _parts_of(said)
    try:
        found = date(year, month, number)
    except ValueError:
        raise BadCell("is no day of the calendar. Check it.") from None
    if found.year < 1900:
        raise BadCell("lies before the year 1900. Check it.")
    return found


def past_day(cell: str, *, today: date) -> date | None:
    """Return a day that is not ahead, or None for an empty cell."""
    found = day(cell)
    if found is not None and found > today:
        raise BadCell("lies in the future. Check it.")
    return found


def phone(cell: str) -> str:
    """Return a phone in E.164 form, or nothing for an empty cell; one without a country is of the United States."""
    said = cell.strip()
    if not said:
        return ""
    if not _PHONE.fullmatch(said):
        raise BadCell("is not one phone number. Write one, such as 336-555-0142; further words go into ask_first.")
    try:
        number = phonenumbers.parse(said, "US")
    except phonenumbers.NumberParseException:
        raise BadCell(_PHONE_MEND) from None
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise BadCell(_PHONE_MEND)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


_PHONE_MEND = "is not a whole phone number. Write it with its area code, such as 336-555-0142."


def hours(cell: str) -> tuple[Window, ...]:
    """Return the hours named, or none for an empty cell. Raises BadCell where they have two readings."""
    said = line(cell)
    if not said:
        return ()
    found = read_safe_times(said)
    if found is None:
        raise BadCell("can be read in two ways. Write hours such as weekdays 9am-12pm, or daily 14:00-17:00.")
    return found


def level(cell: str) -> str | None:
    """Return a level as sent, or None for an empty cell."""
    said = cell.strip().upper()
    if said and said not in [each.value for each in Level]:
        raise BadCell("is no level. Write A, B, C or D as the agency sent it, or leave it empty.")
    return said or None


def language(cell: str, known: Mapping[str, str]) -> str | None:
    """Return a language's tag, or None for an empty cell. `known` gives the tag by the language's name, small."""
    said = " ".join(cell.split()).casefold()
    if not said or said in known:
        return known.get(said)
    if not _TAG.fullmatch(said):
        raise BadCell("is no language we know. Write its English name, or a tag such as es.")
    return said


def address(lines: Sequence[str]) -> str:
    """Return an address of the United States from street, second line, city, state and ZIP; nothing where all miss."""
    street, second, city, state, zip_code = (line(each) for each in lines)
    if not any((street, second, city, state, zip_code)):
        return ""
    whole = "\n".join(filter(None, (street, second, f"{city}, {state} {zip_code}".strip(" ,"))))
    if wrong := faults_of(whole):
        mends = " ".join(dict.fromkeys(each.mend for each in wrong))
        raise BadCell(f"and the cells after it are no address mail can reach. {mends} Or leave them all empty.")
    return whole


def _parts_of(said: str) -> tuple[int, int, int]:
    """Return year, month and day of a date with one reading."""
    if found := _ISO.fullmatch(said):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _DAY_FIRST.fullmatch(said):
        return int(found[3]), _month(found[2]), int(found[1])
    if found := _MONTH_FIRST.fullmatch(said):
        return int(found[3]), _month(found[1]), int(found[2])
    if found := _NUMBERS.fullmatch(said):
        first, second = int(found[1]), int(found[2])
        if first <= 12 and second <= 12 and first != second:
            raise BadCell("can be two days. Write it like 2026-03-04, or 4 Mar 2026.")
        return int(found[3]), min(first, second), max(first, second)
    raise BadCell("is no date we can read. Write it like 1990-09-12, or 12 Sep 1990, with all four digits of the year.")


def _month(word: str) -> int:
    several = [number for number, name in enumerate(_MONTHS, 1) if name.startswith(word) or word == "sept" == name[:4]]
    if len(several) != 1:
        raise BadCell("names no month we know. Write it like 1990-09-12, or 12 Sep 1990.")
    return several[0]
