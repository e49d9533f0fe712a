"""
What a person reads in letters that only look like others: Cyrillic for Latin, digits for letters, I for l. Pure.

The look-alikes are Unicode's own (UTS #39, confusables.txt), as the package confusable-homoglyphs carries them; the
digits and signs people write for letters are listed here.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from string import ascii_letters

from confusable_homoglyphs.utils import load

STROKE = "\u01c0"
"""An upright stroke that can be read as an i or as an l. A letter, so that it breaks no word apart."""

ONE_STROKE = str.maketrans({"l": "i", STROKE: "i"})
"""Makes one of an i, an l and a stroke."""
_STROKES = "l1|I"
_WRITTEN_FOR = dict(zip("0345789@$(+€©£ß¤¢Ðð", "oeastbgascteclsocdd", strict=True)) | dict.fromkeys("1|!¡Iǃ", STROKE)
"""Leetspeak, and the upright signs."""
_ALSO_FOR = str.maketrans({"7": STROKE, "£": "e"})
"""Signs that are written for a second letter too."""
_BETWEEN_LETTERS = re.compile(r"(?<=[^\W\d_])[][:;/\\{}](?=[^\W\d_])")
"""Two points one above the other, or an upright or leaning line, where an i or an l could stand."""
_JOINED = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("nn", "m"), ("ii", "u"), (STROKE * 2, "u"))
"""Pairs that run together into one letter on a small screen."""
_CAPITALS = re.compile(r"\w*[A-Z]\w*[A-Z]\w*")
"""A word written in capitals, more or less: a small l in it is read as the I it stands for."""
_PLAIN_LETTER = re.compile(r"^LATIN .*\b([A-Z])(?: WITH .*)?$")
"""The name of a letter that is a plain one with something added: L WITH STROKE, DOTLESS I, V WITH HOOK."""
_DOUBLED = re.compile(r"([^\W\d_])\1+")
_HIDDEN = frozenset({"Mn", "Me", "Mc", "Cf", "Cc"})
_BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u180e\u034f")
"""Characters that take no ink and are neither a space nor a format character to Unicode."""
_HIDDEN_ASCII = {code: " " if chr(code).isspace() else None for code in (*range(32), 127)}
"""What `shown` does to plain letters and signs, at once: most texts hold nothing else, and each is read many times."""


def shown(said: str) -> str:
    """Return what a screen shows: styled and full-width letters as plain ones, no marks, nothing without width."""
    if said.isascii():
        return said.translate(_HIDDEN_ASCII)
    plain = unicodedata.normalize("NFKD", said)
    seen = (" " if c.isspace() else c for c in plain if c not in _BLANKS)
    return "".join(c for c in seen if unicodedata.category(c) not in _HIDDEN)


@cache
def plain_letter(letter: str) -> str:
    """Return the plain letter behind one such as ł or ı, which is no plain one with an accent."""
    named = None if letter.isascii() else _PLAIN_LETTER.match(unicodedata.name(letter, ""))
    return named[1].lower() if named else letter


def readings(said: str) -> tuple[str, ...]:
    """
    Return the ways a person could read a text, in small letters: as it stands, with every look-alike as what it
    mimics, with pairs that run together as one letter, and with signs as the other letter they are written for.
    STROKE stands for what may be an i or an l.
    """
    seen = shown(said)
    stands = seen.casefold()
    strokes = _CAPITALS.sub(lambda word: word[0].replace("l", STROKE), seen)
    mimics = strokes.translate(_table()).casefold().translate(_table())
    runs = mimics
    for pair, one in _JOINED:
        runs = runs.replace(pair, one)
    other = _BETWEEN_LETTERS.sub(STROKE, strokes).translate(_ALSO_FOR).translate(_table()).casefold()
    return stands, mimics, runs, other.translate(_table())


def without_doubles(read: str) -> str:
    """Return a reading with each doubled letter once."""
    return _DOUBLED.sub(r"\1", read)


@cache
def _table() -> Mapping[int, str]:
    """Return every look-alike of an ASCII letter with that letter, and of an upright stroke with STROKE."""
    known: Mapping[str, list[dict[str, str]]] = load("confusables.json")
    table: dict[int, str] = {}
    for mimicked in (*ascii_letters, *_STROKES):
        # Letters written from right to left come wrapped in marks of direction.
        alike = (each["c"].strip("\u200e") for each in known.get(mimicked, ()))
        is_stroke = mimicked in (*_STROKES, "i")
        table |= {
            ord(each): STROKE if is_stroke else mimicked.lower()
            for each in alike
            if len(each) == 1 and not each.isascii()
        }
    return table | {ord(sign): letter for sign, letter in _WRITTEN_FOR.items()}
