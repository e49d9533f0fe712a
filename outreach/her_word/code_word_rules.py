"""What her code word may be, how it is compared, and what its boxes hold. Pure."""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

SHORTEST = 4
DANGER = "danger"
LIVE = ("in_person", "live_call")


class KeptWord(NamedTuple):
    """Box CODE_WORD. The words as Argon2id hashes of keyed hashes: without our keys there is nothing to guess at."""

    word: str
    danger: str | None
    wanted: str
    police: bool
    set_by: str
    set_at: str
    how: str


class GivenWord(NamedTuple):
    """Box CODE_WORD_CHECK: a right word was given."""

    at: str
    by: str
    destination_id: str | None
    which: str

    @property
    def is_danger(self) -> bool:
        """Whether it was her word for danger."""
        return self.which == DANGER


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWord:
    """What she chose, live. `danger` empty: she wants no such word."""

    word: str
    danger: str = ""
    wanted: str = ""
    """What she wants done when she gives the word for danger."""
    police: bool = False
    """She chose that the police are called then."""
    how: str


class UnfitWord(ValueError):
    """A word that cannot be kept; `field` names where it stands on the form, the text what to mend."""

    def __init__(self, field: str, mend: str) -> None:
        super().__init__(mend)
        self.field = field


def fold(word: str) -> str:
    """Return a word as it is compared: no case, accents, spaces or marks. A memory under strain is not a keyboard."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    return "".join(each for each in plain if each.isalnum())


def refuse_unfit(new: NewWord, name: str) -> None:
    """Raise UnfitWord for what cannot be kept; `name` is her full name."""
    if new.how not in LIVE:
        raise UnfitWord("how", "She chooses it live: in person, or in a call where you know it is she.")
    if _is_easy(new.word, name.split()):
        raise UnfitWord("word", f"Use {SHORTEST} letters or more, and no name of hers.")
    if not new.danger.strip():
        return
    if _is_easy(new.danger, name.split()):
        raise UnfitWord("danger", f"Use {SHORTEST} letters or more, and no name of hers.")
    word, danger = fold(new.word), fold(new.danger)
    if word in danger or danger in word:
        raise UnfitWord("danger", "Choose a word that is nothing like the first one.")
    if not new.wanted.strip():
        raise UnfitWord("wanted", "Ask her what we should do then, and write it down.")


def _is_easy(word: str, names: Collection[str]) -> bool:
    folded = fold(word)
    return len(folded) < SHORTEST or len(set(folded)) < 3 or folded in {fold(each) for each in names}
