"""
Whether two postal addresses may be one front door or mailbox, however each is spelled. Pure.

Likeness counts rather than equality: an abbreviation, a missing flat number, a comma for a line break do not make two
addresses different. Where it is not clear, they are alike: asking first is repairable, his letterbox is not.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple


def _among(words: str) -> frozenset[str]:
    return frozenset(words.split())


class Address(NamedTuple):
    """What is compared of an address. Empty parts are unknown and fit anything."""

    number: str
    street: str
    suffix: str
    way: frozenset[str]
    """Compass points before or after the street's name."""
    unit: str
    town: str
    postal_code: str


_SUFFIXES = {
    "st": ("street", "str", "st"), "ave": ("avenue", "av", "ave", "aven"), "rd": ("road", "rd"), "dr": ("drive", "dr"),
    "ln": ("lane", "ln"), "ct": ("court", "ct"), "pl": ("place", "pl"), "blvd": ("boulevard", "blvd", "boul"),
    "cir": ("circle", "cir", "circ"), "hwy": ("highway", "hwy"), "pkwy": ("parkway", "pkwy", "pky"),
    "ter": ("terrace", "ter", "terr"), "trl": ("trail", "trl"), "sq": ("square", "sq"), "way": ("way", "wy"),
    "loop": ("loop",), "run": ("run",), "xing": ("crossing", "xing"), "pt": ("point", "pt"), "cv": ("cove", "cv"),
    "aly": ("alley", "aly"), "path": ("path",), "plz": ("plaza", "plz"), "expy": ("expressway", "expy"),
    "pike": ("pike", "turnpike", "tpke"), "row": ("row",), "walk": ("walk",), "grv": ("grove", "grv"),
}  # fmt: skip
_SUFFIX = {spelled: short for short, several in _SUFFIXES.items() for spelled in several}
SHORT_SUFFIXES = {spelled: short for spelled, short in _SUFFIX.items() if short != "pike"}
"""How the Postal Service shortens the last word of a street; pike and turnpike are two words to it."""
_COMPASS = {
    "north": "n", "south": "s", "east": "e", "west": "w", "northeast": "ne", "northwest": "nw",
    "southeast": "se", "southwest": "sw", "n": "n", "s": "s", "e": "e", "w": "w", "ne": "ne", "nw": "nw",
    "se": "se", "sw": "sw",
}  # fmt: skip
_ORDINALS = {
    "first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5", "sixth": "6", "seventh": "7",
    "eighth": "8", "ninth": "9", "tenth": "10", "eleventh": "11", "twelfth": "12",
}  # fmt: skip
_NAMES = {"saint": "st", "mount": "mt", "fort": "ft", "county": "co", "junior": "jr", "doctor": "dr"}
UNIT_WORDS = _among("apartment apt suite ste unit flat lot room rm trailer trlr space spc building bldg")
"""What a line that only names a part of a building begins with."""
_UNITS = UNIT_WORDS | _among("no number")
_FLOORS = _among("fl floor upstairs downstairs basement bsmt rear front upper lower")
_BOX = re.compile(r"\b(?:p\W*o\W*b(?:ox)?|post\s+office\s+box|postal\s+box|p\W*o\W*box)\W*(\w+)")
_ZIP = re.compile(r"\b(\d{5})(?:-?\d{4})?\W*$")
_ENDS = re.compile(r"[\n,;]+")
_LEAST_TOWN = 4


def same_address_as_any(value: str, others: Sequence[str] | frozenset[str]) -> bool:
    """Tell whether an address may be the same front door or mailbox as any of the others."""
    mine = read(value)
    return any(same(mine, read(other)) for other in others)


def same(one: Address, other: Address) -> bool:
    """Tell whether two addresses may be one; parts that either leaves out fit."""
    if not one.street or (one.number, one.street) != (other.number, other.street):
        return False
    if not (_fits(one.unit, other.unit) and _fits(one.suffix, other.suffix) and _fits(one.way, other.way)):
        return False
    if one.postal_code and one.postal_code == other.postal_code:
        return True
    return _is_one_town(one.town, other.town)


@lru_cache(maxsize=512)
def read(value: str) -> Address:
    """Return what is compared of an address as somebody wrote it, on one line or several. The last ones stay read."""
    text = _plain(value)
    box = _BOX.search(text)
    code = _ZIP.search(text)
    postal_code = code[1] if code else ""
    text = text[: code.start()] if code else text
    if box:
        return Address(box[1], "box", "", frozenset(), "", _joined(_ENDS.split(text[box.end() :])), postal_code)
    parts = [_words(part) for part in _ENDS.split(text)]
    at = next((place for place, words in enumerate(parts) if words and words[0][0].isdigit()), 0)
    unit, rest = _without_unit(parts[at] if parts else [])
    own, left = _street(rest)
    town = [*left]
    for words in parts[at + 1 :]:
        found, words_left = _without_unit(words)
        unit = unit or found
        town += words_left
    return own._replace(unit=unit, town="".join(town), postal_code=postal_code)


def _plain(value: str) -> str:
    """Return lower-case letters without accents; a number sign is a unit."""
    folded = unicodedata.normalize("NFKD", value.casefold())
    return "".join(each for each in folded if not unicodedata.combining(each)).replace("#", " unit ")


def _words(part: str) -> list[str]:
    return re.findall(r"[^\W_]+", part)


def _joined(parts: Sequence[str]) -> str:
    return "".join(word for part in parts for word in _words(part))


def _without_unit(words: list[str]) -> tuple[str, list[str]]:
    """Return the unit in some words, and the words without it; "apt3" is a unit too."""
    for at, word in enumerate(words):
        if word in _FLOORS and at > 0:
            return word, words[:at] + words[at + 1 :]
        stuck = re.fullmatch(r"(apt|unit|ste|lot|rm)(\d+\w*)", word)
        if stuck and at > 0:
            return stuck[2].lstrip("0"), words[:at] + words[at + 1 :]
        if word in _UNITS and at + 1 < len(words):
            named = at + 2 if words[at + 1] in _UNITS and at + 2 < len(words) else at + 1
            return words[named].lstrip("0"), words[:at] + words[named + 1 :]
    return "", words


def _street(words: list[str]) -> tuple[Address, list[str]]:
    """Return number, name, suffix and compass points of a street, and what follows them on the same line."""
    number, rest = (words[0], words[1:]) if words and words[0][0].isdigit() else ("", words)
    ends = [at for at, word in enumerate(rest) if at > 0 and word in _SUFFIX]
    # "12 Court Street": the suffix is the last of those that stand together; what comes after is the town.
    end = next((at for at in ends if at + 1 not in ends), None)
    name, suffix = (rest, "") if end is None else (rest[:end], _SUFFIX[rest[end]])
    after = [] if end is None else rest[end + 1 :]
    way = {_COMPASS[name[0]]} if len(name) > 1 and name[0] in _COMPASS else set()
    name = name[1:] if way else name
    if after and after[0] in _COMPASS:
        way.add(_COMPASS[after[0]])
        after = after[1:]
    street = "".join(_one_name(word) for word in name)
    return Address(number.lstrip("0"), street, suffix, frozenset(way), "", "", ""), after


def _one_name(word: str) -> str:
    counted = re.fullmatch(r"(\d+)(?:st|nd|rd|th)", word)
    return counted[1] if counted else _ORDINALS.get(word, _NAMES.get(word, word))


def _fits(one: object, other: object) -> bool:
    return not one or not other or one == other


def _is_one_town(one: str, other: str) -> bool:
    """A town with its state written out, cut short or left out is still that town."""
    if not one or not other or one == other:
        return True
    shorter, longer = sorted((_spelled(one), _spelled(other)), key=len)
    return len(shorter) >= _LEAST_TOWN and longer.startswith(shorter)


def _spelled(town: str) -> str:
    """Return a town without the two letters of its state, where it ends in them."""
    return town[:-2] if len(town) > _LEAST_TOWN + 2 and town[-2:] in _STATES else town


_STATES = _among(
    "al ak az ar ca co ct de dc fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny "
    "nc nd oh ok or pa ri sc sd tn tx ut vt va wa wv wi wy pr"
)
