"""
Words no text may hold, found behind case, accents, look-alike or hidden letters and letters set apart. Pure.

Fails towards refusing: a harmless text that is refused costs a rewording, a telling one on the wrong screen a life.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

_LOOK_ALIKES = str.maketrans(
    "аеорсухікмтвнзѕјԁɡɑαεικνορτυχωβ0134578@$!¡|©€",
    "aeopcyxikmtbhesjdgaaeikvoptuxwboleastbasiilce",
)
_ONE_AS_I = str.maketrans("1", "i")
_ADDRESS = re.compile(
    r"https?:|www\.|://|\w\.[a-z]{2,}|\b[\w-]+\s?[.,]\s?(com|org|net|gov|edu|info)\b|\d(\.\d{1,3}){3}"
    r"|\b(dot|punto) (com|org|net)\b|\w@\w",
    re.I,
)
_LEVEL = re.compile(r"\b(level|lvl|nivel|tier|class)\W{0,3}[abcd]\b")
_PLAIN_LETTER = re.compile(r"^LATIN .*\b([A-Z])(?: WITH .*)?$")
"""The name of a letter that is a plain one with something added: L WITH STROKE, DOTLESS I, V WITH HOOK."""
_SHORTEST_SET_APART = 4
_SHORTEST_NAME = 3


@dataclass(frozen=True)
class DenyList:
    """The words of a deployment, folded once."""

    words: frozenset[str]
    _pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_pattern", _any_of(self.words))

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
        if _ADDRESS.search(_shown(said)):
            return "a web or mail address"
        if _mixes_alphabets(said):
            return "a word in two alphabets"
        parts = _parts(names)
        for each in _readings(said):
            if _LEVEL.search(each):
                return "a level"
            if parts and _any_of(parts).search(each):
                return "a name"
            if found := self._pattern.search(each):
                return f"the word {found[0]}"
        return None


def holds_any(said: str, words: Iterable[str]) -> bool:
    """Tell whether a text holds one of these words, read as `DenyList` reads it. For the words she wants avoided."""
    folded = {fold(word) for word in words} - {""}
    pattern = _any_of(folded)
    return bool(folded) and any(pattern.search(reading) for reading in _readings(said))


def fold(said: str) -> str:
    """Return a text in small letters, without accents, marks and hidden characters, words one space apart."""
    return " ".join(re.findall(r"[^\W_]+", "".join(map(_plain_letter, _shown(said)))))


def _shown(said: str) -> str:
    """Return what a screen shows, in small letters: styled letters as plain ones, nothing that has no width."""
    plain = unicodedata.normalize("NFKD", said).casefold()
    return "".join(c for c in plain if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")


def _plain_letter(letter: str) -> str:
    """Return the plain letter behind one such as ł or ı, which is no plain one with an accent."""
    named = None if letter.isascii() else _PLAIN_LETTER.match(unicodedata.name(letter, ""))
    return named[1].lower() if named else letter


def _mixes_alphabets(said: str) -> bool:
    """Tell whether a word holds letters of two alphabets, as no honest word does."""
    words = re.findall(r"[^\W\d_]+", _shown(said))
    return any(len({unicodedata.name(c, "").partition(" ")[0] for c in word}) > 1 for word in words)


def _readings(said: str) -> list[str]:
    """Return the ways a person could read it: as it stands, and with digits and foreign letters as what they mimic."""
    shown = _shown(said)
    return [fold(said), fold(shown.translate(_LOOK_ALIKES)), fold(shown.translate(_ONE_AS_I).translate(_LOOK_ALIKES))]


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    """A word counts whole, with a common ending, or with its letters set apart; parts of other words do not."""
    whole = sorted(words, key=len, reverse=True)
    apart = [word.replace(" ", "") for word in whole if len(word.replace(" ", "")) >= _SHORTEST_SET_APART]
    spelled = [r"\s?".join(map(re.escape, letters)) for letters in apart]
    either = "|".join([*map(re.escape, whole), *spelled])
    return re.compile(rf"\b(?:{either})(?:s|es|ed|ing)?\b" if either else r"(?!)")


def _parts(names: Iterable[str]) -> set[str]:
    """Return every name whole and word by word; words of one or two letters only whole."""
    folded = {fold(part) for name in names for part in (name, *name.split())}
    return {part for part in folded if len(part) >= _SHORTEST_NAME}
