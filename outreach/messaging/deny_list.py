"""
Words no text may hold, found behind case, accents, look-alike or hidden letters and letters set apart. Pure.

Fails towards refusing: a harmless text that is refused costs a rewording, a telling one on the wrong screen a life.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from outreach.messaging.look_alikes import ONE_STROKE, STROKE, plain_letter, readings, shown, without_doubles
from outreach.messaging.near_words import NearWords, grown
from outreach.messaging.segments import GSM_7, GSM_7_EXTENSION

_ADDRESS = re.compile(
    r"https?:|www\.|://|\w\.[a-z]{2,}|\b[\w-]+\W{0,2}[.,\u3002]\W{0,2}(com|org|net|gov|edu|info)\b|\d(\.\d{1,3}){3}"
    r"|\b(dot|punto)\W{1,2}(com|org|net)\b|\w@\w",
    re.I,
)
_ENDING = re.compile(r"\bwww\.|\.\s?(com|org|net|gov|edu|info)\b")
"""What is left of an address when digits are read as letters too: 10.30am is none."""
_LONE_LEVEL = re.compile(r"(?<![\w'.])(?:[BCD]\b|(?<![.!?:¿¡]\s)(?<!^)A\b(?!\.?\s?M\b))")
"""A capital B, C or D by itself; an A too, except where a sentence begins with it, or in A.M."""
_WORD = re.compile(r"[^\W_]+")
_FIVE_O = re.compile(r"(?<![\w:.,/-])(?:5|five) ?[-\u2010-\u2015] ?[0o](?![\w:/-])|\bfive-?oh?\b(?!['’])|\b5o\b")
"""A name for the police. Neither 5:00 nor 2-5 nor 5-07 is."""
_SHORTEST_SET_APART = 4
_SHORTEST_LOOSE_NAME = 5
_SHORTEST_NAME = 3
_LEVEL = re.compile(
    r"\b(?:[lI]eve[lI]|[lI]v[lI]|n[iI]ve[lI]|t[iI]er|c[lI]as[se]|c[lI]ase|grado)\W{0,3}[abcd]\b".replace("I", STROKE)
)
_ON_ANY_PHONE = GSM_7 | GSM_7_EXTENSION
_TURNED = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Marks that show letters in another order than they are written."""
_PICTURES = frozenset({"So", "Sk", "Co", "Cn", "Cs"})


@dataclass(frozen=True)
class DenyList:
    """The words of a deployment, folded once."""

    words: frozenset[str]
    _bare: Mapping[str, str] = field(init=False, repr=False, compare=False)
    """Each word, with what must stand in a text without its spaces for the word to stand there."""
    _squeezed: Mapping[str, str] = field(init=False, repr=False, compare=False)
    """The same of each longer word without doubled letters, for a text read without them: poliice."""

    _near: NearWords = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        forms = {form for word in self.words for form in _forms(word)}
        object.__setattr__(self, "_bare", {word: _bare(word) for word in sorted(forms, key=len, reverse=True)})
        squeezed = {without_doubles(word) for word in forms if min(map(len, word.split())) > 2}
        squeezed = {word for word in squeezed if len(word) >= _SHORTEST_SET_APART}
        object.__setattr__(self, "_squeezed", {word: _bare(word) for word in sorted(squeezed)})
        object.__setattr__(self, "_near", NearWords(self.words))

    @classmethod
    def read(cls, files: Iterable[str]) -> "DenyList":
        """Take the text of each word file: one entry a line, `#` begins a comment."""
        lines = (line.partition("#")[0].strip() for text in files for line in text.splitlines())
        return cls(frozenset(fold(line) for line in lines if line))

    def found_in(self, said: str, *, names: Iterable[str] = ()) -> str | None:
        """
        Return the first forbidden thing in a text, or None.

        Args:
            names: of people and organisations that must not appear, besides the words.
        """
        heard = self.hear(said)
        return heard.first or ("a name" if heard.holds_name(map(name_forms, names)) else None) or heard.word

    def hear(self, said: str) -> "Heard":
        """Return a text as it can be read, and what is wrong with it whoever it is to."""
        seen = readings(said)
        read = list(dict.fromkeys(map(_words, seen)))
        whole, single = (
            [_Read(each) for each in read],
            [_Read(each) for each in dict.fromkeys(map(without_doubles, read))],
        )
        return Heard(said, tuple(whole), tuple(single), _oddity(said, seen, read), self._word(seen, whole, single))

    def _word(self, seen: Sequence[str], whole: Sequence["_Read"], single: Sequence["_Read"]) -> str | None:
        ways = [(self._bare, each) for each in whole] + [(self._squeezed, each) for each in single]
        found = next((word for words, each in ways if (word := _first_of(words, each, is_loose=True))), None)
        if found:
            return f"the word {found}"
        is_near = _FIVE_O.search(seen[0]) or self._near.are_hidden_in(seen[0])
        is_near = is_near or any(self._near.are_in(each.said) for each in whole)
        return "a word that looks like one of those that tell" if is_near else None


class NameForms(NamedTuple):
    """A name as it is looked for: its parts, each with its bare form."""

    long: Mapping[str, str]
    loose: Mapping[str, str]
    squeezed: Mapping[str, str]
    short: frozenset[str]


@dataclass(frozen=True, slots=True)
class Heard:
    """A text as it can be read, and what is wrong with it whoever it is to."""

    said: str = field(repr=False)
    whole: Sequence["_Read"] = field(repr=False)
    single: Sequence["_Read"] = field(repr=False)
    """The readings without doubled letters."""
    first: str | None
    """An odd sign, an address, two alphabets or a level."""
    word: str | None
    """A forbidden word."""

    def holds_name(self, names: Iterable[NameForms]) -> bool:
        """Names count whole and word by word; a word of two letters only where it is written like a name."""
        given = list(names)
        long = {form: bare for name in given for form, bare in name.long.items()}
        loose = {form: bare for name in given for form, bare in name.loose.items()}
        squeezed = {form: bare for name in given for form, bare in name.squeezed.items()}
        seen = any(_first_of(long, each) or _first_of(loose, each, is_loose=True) for each in self.whole)
        seen = seen or any(_first_of(squeezed, each) for each in self.single)
        short = frozenset[str]().union(*(name.short for name in given))
        return seen or (bool(short) and bool(short & _written_like_names(self.said)))


def name_forms(name: str) -> NameForms:
    """Return what a name is looked for by."""
    folded = {fold(part) for part in set(_parts(name))}
    long = {form: _bare(form) for part in folded if len(part) >= _SHORTEST_NAME for form in _forms(part)}
    squeezed = {each: _bare(each) for each in map(without_doubles, long) if len(each) >= _SHORTEST_SET_APART}
    loose = {form: bare for form, bare in long.items() if len(form) >= _SHORTEST_LOOSE_NAME}
    return NameForms(long, loose, squeezed, frozenset(part for part in folded if len(part) == _SHORTEST_NAME - 1))


def holds_any(said: str, words: Iterable[str]) -> bool:
    """Tell whether a text holds one of these words, read as `DenyList` reads it. For the words she wants avoided."""
    folded = {each: _bare(each) for each in map(fold, words) if each}
    return bool(folded) and any(_first_of(folded, _Read(_words(reading))) for reading in readings(said))


def fold(said: str) -> str:
    """Return a text in small letters, without accents, marks and hidden characters, words one space apart."""
    return _words(shown(said).casefold())


def _words(said: str) -> str:
    plain = said if said.isascii() else "".join(map(plain_letter, said))
    return " ".join(_WORD.findall(plain))


def _mixes_alphabets(said: str) -> bool:
    """Tell whether a word holds letters of two alphabets, as no honest word does."""
    if said.isascii():
        return False
    words = re.findall(r"[^\W\d_]+", shown(said).casefold())
    return any(len({unicodedata.name(c, "").partition(" ")[0] for c in word}) > 1 for word in words)


class _Read:
    """One way to read a text, with what any way of writing it has in common."""

    def __init__(self, said: str) -> None:
        self.said, self.bare = said, _bare(said)


def _first_of(words: Mapping[str, str], read: _Read, *, is_loose: bool = False) -> str | None:
    """
    Return the first word that stands in a reading: whole, with a common ending, or with its letters set apart.

    Args:
        words: each with its bare form.
        is_loose: a small l counts as an i too, and an i as an l. Not for names: Ali is not "all".
    """
    bare = read.bare
    likely = [word for word, its in words.items() if its in bare]
    found = next((word for word in likely if _pattern(word, is_loose).search(read.said)), None)
    return found or (grown(likely, read.said) if is_loose and likely else None)


def _bare(read: str) -> str:
    """Return what any way of writing a word has in common: no spaces, one stroke for i and l."""
    return read.replace(" ", "").translate(ONE_STROKE)


def _pattern(word: str, is_loose: bool) -> re.Pattern[str]:
    letters = [_letter(each, is_loose) for each in word]
    apart = [each for each in letters if each != re.escape(" ")]
    either = "".join(letters) + ("|" + r"\s?".join(apart) if len(apart) >= _SHORTEST_SET_APART else "")
    return re.compile(rf"\b(?:{either})(?:[s{STROKE}]|es|ed|[i{STROKE}]ng)?\b")


@lru_cache(maxsize=256)
def _letter(letter: str, is_loose: bool) -> str:
    """Return the pattern of one letter. Letters are kept, not words: a word may be a name."""
    if letter in "il":
        return f"[il{STROKE}]" if is_loose else f"[{letter}{STROKE}]"
    return re.escape(letter)


def _oddity(said: str, seen: Sequence[str], read: Sequence[str]) -> str | None:
    """Return what else than a word or a name is wrong with a text."""
    if any(unicodedata.category(c) in _PICTURES for c in set(said) - _ON_ANY_PHONE) or _TURNED.search(said):
        return "a picture or an odd sign"
    if _ADDRESS.search(seen[0]) or any(_ENDING.search(each) for each in seen):
        return "a web or mail address"
    if _mixes_alphabets(said):
        return "a word in two alphabets"
    if _LONE_LEVEL.search(shown(said).strip()) or any(_LEVEL.search(each) for each in read):
        return "a level"
    return None


def _written_like_names(said: str) -> set[str]:
    return {fold(word) for word in re.findall(r"\w+", shown(said)) if word[0].isupper()}


def _parts(name: str) -> Iterable[str]:
    """Return a name, its words, and its words without their apostrophes and dashes: Obrien of O'Brien."""
    return name, *re.split(r"[\s'’.-]+", name), *re.sub(r"[^\w\s]", "", name).split()


def _forms(word: str) -> Iterable[str]:
    """Return a word, and the word as it may be written with m where rn stands: Damell of Darnell."""
    run = word.replace("rn", "m")
    return (word, run) if run != word and len(run) >= _SHORTEST_SET_APART else (word,)
