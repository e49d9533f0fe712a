"""
Words no text may hold, found behind case, accents, look-alike letters and letters set apart. Pure.

Fails towards refusing: a harmless text that is refused costs a rewording, a telling one on the wrong screen a life.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

_LOOK_ALIKES = str.maketrans(
    "аеорсухікмтвнзѕјԁɡαεικνορτυχωβ0134578@$!|",
    "aeopcyxikmtbhesjdgaeikvoptuxwboleastbasil",
)
_ONE_AS_I = str.maketrans("1", "i")
_ADDRESS = re.compile(
    r"https?:|www\.|://|\b[\w-]+\s?\.\s?(com|org|net|gov|edu|info|io|us|co|app|ly|me|help|link|page|site)\b|\w@\w", re.I
)
_LEVEL = re.compile(r"\b(level|nivel|tier|class)\W{0,3}[abcd]\b")
_SHORTEST_SET_APART = 5
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
        if _ADDRESS.search(said):
            return "a web or mail address"
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
    """Return a text in small letters, without accents and marks, words one space apart."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", said.casefold()) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", bare))


def _readings(said: str) -> list[str]:
    """Return the ways a person could read it: as it stands, and with digits and foreign letters as what they mimic."""
    small = said.casefold()
    return [fold(said), fold(small.translate(_LOOK_ALIKES)), fold(small.translate(_ONE_AS_I).translate(_LOOK_ALIKES))]


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
