"""
Pass phrases: what is accepted, how they are kept.

Argon2id; how much runs at once is bounded, so that signing in cannot be used to flood the machine.
"""

import unicodedata
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type

SHORTEST = 8
"""Enough beside a second factor (NIST SP 800-63B-4 section 3.1.1.2)."""
LONGEST = 128

_HASHER = PasswordHasher(time_cost=3, memory_cost=19 * 1024, parallelism=1, type=Type.ID)
_ROOM = BoundedSemaphore(2)
"""At most two hashes at once: memory and processor stay bounded however many sign in."""

_NOBODY = _HASHER.hash("nobody has this pass phrase")

_COMMON_WORDS = """
password password1 password12 password123 password1234 passw0rd p@ssw0rd p@ssword 12345678 123456789 1234567890
0123456789 987654321 9876543210 87654321 11111111 00000000 88888888 12341234 11223344 12344321 qwerty123
qwertyuiop qwerty12 qwerty1234 1q2w3e4r 1q2w3e4r5t 1qaz2wsx zaq12wsx asdfghjkl asdfasdf zxcvbnm1 zxcvbnm123
iloveyou iloveyou1 sunshine sunshine1 princess princess1 football football1 baseball baseball1 superman
superman1 batman123 trustno1 welcome1 welcome123 letmein1 letmein123 monkey123 dragon123 master123 shadow123
michael1 jennifer jennifer1 jessica1 charlie1 jordan23 abcd1234 abc12345 abcdefgh abcdefg1 a1b2c3d4 aa123456
admin123 administrator changeme changeme1 secret123 whatever internet computer computer1 starwars pokemon1
liverpool chelsea1 arsenal1 samsung1 google123 facebook facebook1 hello123 hellohello blink182 mustang1 corvette
mercedes summer2024 summer2025 summer2026 winter2024 winter2025 winter2026 spring2024 spring2025 spring2026
autumn2025 autumn2026 january1 february december november november1 passphrase passphrase1 wayside wayside1
wayside123 advocate advocate1 advocate123 highpoint highpoint1 carolina northcarolina guilford
correcthorsebatterystaple
"""
COMMON = frozenset(_COMMON_WORDS.split())


def faults(phrase: str, *, email: str, name: str) -> list[str]:
    """Return what is wrong with a new pass phrase, in words for its field; empty when it is good."""
    folded = _fold(phrase)
    bare = _bare(folded)
    if len(folded) < SHORTEST:
        return [f"Use {SHORTEST} characters or more. Four plain words are easy to keep in mind."]
    if len(folded) > LONGEST:
        return [f"Use {LONGEST} characters or fewer."]
    own = {_bare(each.casefold()) for each in (email, email.partition("@")[0], name, *name.split())}
    if folded in COMMON or bare in COMMON or len(set(folded)) < 4 or bare in own:
        return ["This one is easy to guess. Try four plain words."]
    return []


def keep(phrase: str) -> str:
    """Return the Argon2id hash to store."""
    with _ROOM:
        return _HASHER.hash(_normal(phrase))


def matches(phrase: str, kept: str | None) -> bool:
    """Return whether a phrase is the kept one; takes as long when there is none, so that a miss says nothing."""
    with _ROOM:
        try:
            return _HASHER.verify(kept or _NOBODY, _normal(phrase[: LONGEST + 1])) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def _normal(phrase: str) -> str:
    return unicodedata.normalize("NFKC", phrase)


def _bare(phrase: str) -> str:
    return "".join(each for each in phrase if each.isalnum())


def _fold(phrase: str) -> str:
    return _normal(phrase).casefold().strip()
