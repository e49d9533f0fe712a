"""The code of a letter: tells nothing, and a slip of the finger finds no other letter."""

import sys
from collections.abc import Callable
from random import Random

import pytest

from outreach.messaging.letters import codes as letter_codes
from outreach.messaging.letters.codes import ALPHABET, LENGTH, NotACode, new_code, read_code, typed_form

CHANCE = Random(7)  # noqa: S311 - repeatable
CODES = [new_code(CHANCE) for _ in range(60)]


@pytest.mark.req("49")
def test_a_code_is_read_however_a_person_types_it() -> None:
    for code in CODES:
        for typed in (code, code.lower(), typed_form(code), f" {code[:4]} {code[4:]}\n", f"{code[:2]} - {code[2:]}"):
            assert read_code(typed) == code


@pytest.mark.req("49")
def test_characters_that_look_alike_are_read_as_the_one_that_is_printed() -> None:
    code = next(each for each in map(new_code, [CHANCE] * 10_000) if {"0", "1", "5"} <= set(each))

    assert read_code(code.replace("0", "O").replace("1", "l").replace("5", "s")) == code
    assert read_code(code.replace("0", "o").replace("1", "I").replace("5", "S")) == code


def check_slips(read: Callable[[str], str]) -> None:
    """Every single wrong character and every swap of two must be noticed."""
    for code in CODES:
        for at in range(LENGTH):
            for other in set(ALPHABET) - {code[at]}:
                with pytest.raises(NotACode):
                    read(code[:at] + other + code[at + 1 :])
            for second in range(at + 1, LENGTH):
                if code[at] != code[second]:
                    swapped = list(code)
                    swapped[at], swapped[second] = swapped[second], swapped[at]
                    with pytest.raises(NotACode):
                        read("".join(swapped))


@pytest.mark.req("49")
def test_one_wrong_character_or_any_two_swapped_is_no_code() -> None:
    check_slips(read_code)


def test_planted_check_that_weighs_every_place_alike_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letter_codes, "_check", lambda places: sum(places) % len(ALPHABET))
    monkeypatch.setattr(sys.modules[__name__], "CODES", [new_code(CHANCE) for _ in range(20)])
    with pytest.raises(pytest.fail.Exception):
        check_slips(read_code)


@pytest.mark.parametrize("typed", ["", "K7M2", "K7M29QXRT", "U" * 8, "é" * 8, "１２３４５６７８", "hello world"])
def test_what_is_no_code_is_refused_without_being_repeated(typed: str) -> None:
    with pytest.raises(NotACode) as refusal:
        read_code(typed)
    assert not typed or typed not in str(refusal.value)


@pytest.mark.req("47")
def test_a_code_spells_no_word_and_repeats_no_number_of_the_case() -> None:
    assert not set(ALPHABET) & set("AEIOULS")
    assert len({new_code() for _ in range(2_000)}) == 2_000
