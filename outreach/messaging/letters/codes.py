"""
The code on the inside of a letter, by which one that came back is found again. Tells nothing: chance and a check.

Eight characters: digits and letters without vowels, so that no code spells a word, and without L and S, which are
read as other characters. The last one checks the rest: one wrong character, or any two swapped, is always noticed.
"""

import re
from collections.abc import Sequence
from secrets import SystemRandom
from typing import Protocol

ALPHABET = "0123456789BCDFGHJKMNPQRTVWXYZ"
"""Twenty-nine, a prime: so the check below finds every swap."""
LENGTH = 8
_READ_AS = str.maketrans("OILS", "0115")
_CHANCE = SystemRandom()


class NotACode(ValueError):
    """What was typed or scanned is no letter's code; it says nothing of what was typed."""

    def __init__(self) -> None:
        super().__init__("this is not the code of a letter: look at it again, it has eight characters")


class Chance(Protocol):
    """A source of chance, such as `secrets.SystemRandom()`."""

    def randrange(self, stop: int, /) -> int:
        """Return a whole number from 0 to below `stop`, each as likely."""


def new_code(chance: Chance = _CHANCE) -> str:
    """Return a code nobody can guess: one of 17,000 million. The caller sees to it that no other letter has it."""
    drawn = [chance.randrange(len(ALPHABET)) for _ in range(LENGTH - 1)]
    return "".join(ALPHABET[each] for each in (*drawn, _check(drawn)))


def read_code(typed: str) -> str:
    """
    Return the code that somebody typed or a scanner read, in capitals without blanks or dashes.

    O is read as 0, I and L as 1, S as 5: none of them is ever printed.

    Raises:
        NotACode: too long, too short, or the check says that a character is wrong.
    """
    bare = re.sub(r"[\s\-–—._]", "", typed).upper().translate(_READ_AS)
    places = [ALPHABET.find(each) for each in bare]
    if len(places) != LENGTH or min(places) < 0 or places[-1] != _check(places[:-1]):
        raise NotACode
    return bare


def typed_form(code: str) -> str:
    """Return a code as it is printed for people: two groups of four."""
    return f"{code[:4]}-{code[4:]}" if code else ""


def _check(places: Sequence[int]) -> int:
    """Return the place of the check character: each place counts with its own weight, modulo a prime."""
    return sum(weight * place for weight, place in enumerate(places, start=2)) % len(ALPHABET)
