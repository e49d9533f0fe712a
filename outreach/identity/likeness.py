"""
Whether two records may be about one person. Pure; hides how names are folded and compared.

It only ever raises a question for a human: a likeness merges nothing by itself (requirement 9). So it leans
towards asking: accents, order, initials, a second family name and a slip of the pen all still count as alike.
"""

import unicodedata
from datetime import date
from difflib import SequenceMatcher
from typing import NamedTuple

ALIKE = 0.78
"""Share of letters two words must have in common, in order; lets one slip pass in a word of five letters."""


SHORT_FORM = 3
"""Letters of a short form, such as Sam for Samuel."""


class Person(NamedTuple):
    """What is compared of a person, on either side of an event."""

    full_name: str
    date_of_birth: date | None
    phones: frozenset[str]


def fold(name: str) -> tuple[str, ...]:
    """Return the words of a name without accents, case or punctuation, in the order written."""
    plain = unicodedata.normalize("NFKD", name.replace("-", " ").replace(",", " ").casefold())
    letters = "".join(c for c in plain if c.isalnum() or c.isspace())
    return tuple(letters.split())


def similar_names(one: str, other: str) -> bool:
    """
    Tell whether two written names may be one person's.

    Every word of the shorter name must have a partner in the longer; two such words are asked for
    unless one of the names has a single word.
    """
    shorter, longer = sorted((fold(one), fold(other)), key=len)
    if not shorter:
        return False
    free = list(longer)
    for word in sorted(shorter, key=len, reverse=True):
        partner = max(free, key=lambda candidate: _nearness(word, candidate), default=None)
        if partner is None or _nearness(word, partner) < ALIKE:
            return _same_letters(shorter, longer)
        free.remove(partner)
    return True


def same_birth_and_name(one: Person, other: Person) -> bool:
    """Tell whether both birth dates are known and equal, and the names alike."""
    if one.date_of_birth is None or one.date_of_birth != other.date_of_birth:
        return False
    return similar_names(one.full_name, other.full_name)


def _nearness(word: str, other: str) -> float:
    if len(word) == 1 or len(other) == 1:
        return 1.0 if word[0] == other[0] else 0.0
    shorter, longer = sorted((word, other), key=len)
    if len(shorter) >= SHORT_FORM and longer.startswith(shorter):
        return 1.0
    if 2 * min(sum(c in other for c in word), sum(c in word for c in other)) < ALIKE * (len(word) + len(other)):
        return 0.0  # Too few letters in common, whatever their order: the answer for most, at a tenth of the cost.
    return SequenceMatcher(None, word, other, autojunk=False).ratio()


def _same_letters(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Compare the names run together, for words split or joined differently (De La Cruz, Delacruz)."""
    joined, whole = "".join(one), "".join(other)
    if len(one) == len(other) or abs(len(joined) - len(whole)) > 2:
        return False
    return SequenceMatcher(None, joined, whole, autojunk=False).ratio() >= 1 - (1 - ALIKE) / 2
