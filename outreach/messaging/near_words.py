"""
Forbidden words that are nearly written: a letter is wrong, a sign stands for one, or a longer word holds them. Pure.

Only words long enough to be known again so are looked for, and never an ordinary word that happens to be near one. What
this cannot do is said in config/deny_words/README.md.
"""

import re
from collections.abc import Collection, Iterable, Iterator

from outreach.messaging.look_alikes import ONE_STROKE, readings, without_doubles

LONG_ENOUGH_WITHIN = 6
"""Letters of a word that is found inside a longer one: thepolice."""
LONG_ENOUGH_NEAR = 7
"""Letters of a word that is found with one letter wrong, missing, added or changed places: sheltar."""
LONG_ENOUGH_HIDDEN = 5
"""Letters of a word that is found with a sign for any of its letters: pol*ce."""

_LIKE_OTHERS = frozenset({"abusing", "battered", "charged", "hearing", "stalking", "warrant", "detective", "oficial"})
"""Long ones that many ordinary words are near to: amusing, changed, healing, talking. They are found as they stand."""
_ORDINARY = """
    battery batteries charger chargers recharge recharged recharges recharging recharger rechargeable discharge
    discharges discharged surcharge surcharges overcharge overcharged supercharged turbocharged warranty warranties
    unwarranted partnership partnerships husbandry physiotherapy physiotherapist chemotherapy radiotherapy aromatherapy
    overhearing officially unofficial unofficially scarcely battersea domesticated
    fisioterapia quimioterapia fisioterapeuta oficialmente fiscales parejo parejos emparejar
    office offices official officials offended polling strange strangely stranger talker stacker walker violet violets
    smelter swelter skelter helter shearing violeta jugado ahogado abonado presion arreglo
"""
"""Longer words that hold a forbidden one, and words one letter away from one."""
_SIGN_INSIDE = re.compile(r"(?<![^\W\d_])[^\W\d_]+(?:[^\w\s]{1,2}[^\W\d_]+)+(?![^\W\d_])")
_SIGN = re.compile(r"[^\w\s]")
_ORDINARY_READ = frozenset(
    form for word in _ORDINARY.split() for each in readings(word) for form in (each, without_doubles(each))
)
"""The same as they are read: clearing as dearing, too."""


class NearWords:
    """The longer words of a list, made ready to be looked for."""

    def __init__(self, words: Collection[str]) -> None:
        """Take the words, folded."""
        single = {word: _bare(word) for word in sorted(words) if word.isalpha()}
        self._near: dict[str, list[str]] = {}
        for word, bare in single.items():
            is_looked_for = len(word) >= LONG_ENOUGH_NEAR and word not in _LIKE_OTHERS
            for form in _shortened(bare) if is_looked_for else ():
                self._near.setdefault(form, []).append(bare)
        self._by_length: dict[int, list[str]] = {}
        for word in single:
            if len(word) >= LONG_ENOUGH_HIDDEN:
                self._by_length.setdefault(len(word), []).append(word)

    def are_in(self, read: str) -> bool:
        """Say whether a reading (words one space apart) nearly holds one of them."""
        tokens = {
            _bare(each) for each in read.split() if len(each) >= LONG_ENOUGH_NEAR - 1 and each not in _ORDINARY_READ
        }
        likely = ((token, word) for token in tokens for form in _shortened(token) for word in self._near.get(form, ()))
        return any(_is_one_off(token, word) for token, word in likely)

    def are_hidden_in(self, seen: str) -> bool:
        """Say whether a text, in small letters and with its signs, shows one of them but for a letter or two."""
        shapes = ((len(match[0]), re.compile(_SIGN.sub(".", match[0]))) for match in _SIGN_INSIDE.finditer(seen))
        return any(shape.fullmatch(word) for length, shape in shapes for word in self._by_length.get(length, ()))


def grown(likely: Iterable[str], read: str) -> str | None:
    """Return the first of these words that stands inside a longer word of a reading."""
    tokens = [_bare(word) for word in read.split() if word not in _ORDINARY_READ]
    long = (word for word in likely if len(word) >= LONG_ENOUGH_WITHIN and " " not in word)
    return next((word for word in long if any(_bare(word) in token for token in tokens)), None)


def _bare(word: str) -> str:
    return word.translate(ONE_STROKE)


def _shortened(word: str) -> Iterator[str]:
    """Return a word, and the word without each of its letters: two words one letter apart share one of these."""
    yield word
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]


def _is_one_off(token: str, word: str) -> bool:
    """Say whether one letter was changed, left out or added, or two beside each other changed places."""
    if abs(len(token) - len(word)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(token, word, strict=False)) if a != b), min(len(token), len(word)))
    rest, its = token[start:], word[start:]
    swapped = len(rest) > 1 and rest[1:2] + rest[:1] + rest[2:] == its
    return rest[1:] == its[1:] or rest[1:] == its or rest == its[1:] or swapped
