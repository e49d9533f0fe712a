"""S-11: what stops texts, in every dress it may wear, and what does not; pure, without a database."""

import itertools
import random
import re
from collections.abc import Callable

import pytest
from replies import HARMLESS, MISTYPED, NOT_ALONE, PERHAPS, STOPS

from outreach.messaging import stop_words
from outreach.messaging.stop_words import KEYWORDS, STOPPING, Said, read_reply

Reader = Callable[[str], Said]

PER_SE = ("stop", "quit", "end", "revoke", "optout", "cancel", "unsubscribe")
"""47 CFR 64.1200(a)(10)."""
TWILIOS = ("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout")
ACCENTED = str.maketrans("aeiou", "áéíóú")
CYRILLIC = str.maketrans("aeopcxy", "аеорсху")
DRESSES: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "loud": str.upper,
    "titled": str.title,
    "spaced": lambda word: " ".join(word),
    "dotted": lambda word: ".".join(word) + ".",
    "dashed": lambda word: "-".join(word),
    "shouted": lambda word: f"  {word}!!!\n",
    "quoted": lambda word: f"“{word}”",
    "accented": lambda word: word.translate(ACCENTED),
    "in bold": lambda word: "".join(
        chr(ord(c) - ord("a") + 0x1D400) if c.isascii() and c.islower() else c for c in word
    ),
    "wide": lambda word: "".join(chr(ord(c) + 0xFEE0) for c in word),
    "in look-alikes": lambda word: word.translate(CYRILLIC),
    "with a hidden letter": lambda word: "\u200b".join(word),
    "twice": lambda word: f"{word} {word}",
    "drawn out": lambda word: word + word[-1] * 3,
    "with a face": lambda word: f"{word} \U0001f621",
}


def undressed(read: Reader) -> list[tuple[str, str]]:
    """Return each keyword in each dress that a reader does not take for a STOP."""
    return [
        (word, dress)
        for (word, (dress, wear)) in itertools.product(sorted(KEYWORDS), DRESSES.items())
        if read(wear(word)) is not Said.STOP
    ]


@pytest.mark.req("31")
@pytest.mark.req("S-11")
def test_every_keyword_stops_in_every_dress() -> None:
    assert undressed(read_reply) == []


@pytest.mark.req("S-11")
@pytest.mark.parametrize("forgets", ["case", "accents", "spaces", "alphabets"])
def test_planted_reader_that_forgets_a_dress_is_caught(forgets: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if forgets == "spaces":
        monkeypatch.setattr(stop_words, "_is_keyword", lambda word: word in KEYWORDS and len(word) > 4)
    elif forgets == "alphabets":
        monkeypatch.setattr(stop_words, "_CYRILLIC_AND_GREEK", {})
    elif forgets == "accents":
        monkeypatch.setattr(stop_words.unicodedata, "normalize", lambda _, said: said)
    reader = (lambda said: Said.OTHER if said.isupper() else read_reply(said)) if forgets == "case" else read_reply

    assert undressed(reader)


@pytest.mark.req("31")
@pytest.mark.req("S-11")
def test_the_law_s_and_the_provider_s_words_are_in_the_set() -> None:
    assert {*PER_SE, *TWILIOS} <= KEYWORDS


@pytest.mark.req("31")
@pytest.mark.req("S-11")
@pytest.mark.parametrize("said", STOPS)
def test_words_of_two_stop_as_one(said: str) -> None:
    assert read_reply(said) is Said.STOP


@pytest.mark.req("31")
@pytest.mark.req("S-11")
@pytest.mark.parametrize("said", [*PERHAPS, *MISTYPED, *NOT_ALONE])
def test_an_ambiguous_no_or_a_slip_of_the_thumb_stops_and_asks_a_person(said: str) -> None:
    assert read_reply(said) is Said.PERHAPS_STOP


@pytest.mark.req("S-11")
@pytest.mark.parametrize("forgotten", ["_HERSELF_NO_MORE", "_NOT_ALONE", "_LINES", "_ALONE"])
def test_planted_reader_that_forgets_a_way_to_refuse_is_caught(forgotten: str, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = frozenset() if forgotten == "_ALONE" else re.compile("(?!)")
    monkeypatch.setattr(stop_words, forgotten, nothing)

    assert [said for said in (*PERHAPS, *NOT_ALONE) if read_reply(said) is not Said.PERHAPS_STOP]


@pytest.mark.req("31")
@pytest.mark.req("S-11")
@pytest.mark.parametrize("said", HARMLESS)
def test_ordinary_sentences_stop_nothing(said: str) -> None:
    assert read_reply(said) not in STOPPING


@pytest.mark.req("S-11")
def test_a_keyword_inside_a_longer_word_is_none() -> None:
    dice = random.Random(11)  # noqa: S311 – repeatable, not secret
    beginnings, ends = ("un", "re", "over", "a", "de"), ("ing", "ed", "less", "wards", "amos", "tion")
    for word in sorted(KEYWORDS):
        said = f"I think {dice.choice(beginnings)}{word}{dice.choice(ends)} is fine"
        assert read_reply(said) not in STOPPING, said


@pytest.mark.req("31")
@pytest.mark.parametrize("said", ["no", "No.", "NOPE", "nah", "ya no por favor", "ok no"])
def test_a_bare_no_is_a_no(said: str) -> None:
    assert read_reply(said) is Said.NO


@pytest.mark.req("31")
def test_what_twilios_own_opt_out_took_for_a_stop_is_one() -> None:
    assert read_reply("arrêt", provider_says="STOP") is Said.STOP
    assert read_reply("hello", provider_says="START") is Said.START
    assert read_reply("help", provider_says="HELP") is Said.OTHER
