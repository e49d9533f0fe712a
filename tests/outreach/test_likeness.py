"""Two written names of one person are found alike; two people are mostly not."""

from datetime import date

import pytest

from outreach.identity.likeness import Person, same_birth_and_name, similar_names
from outreach.identity.match_tokens import _initials

ALIKE = [
    ("Maria Lopez", "Maria Lopez"),
    ("María López", "MARIA LOPEZ"),
    ("Lopez, Maria", "Maria Lopez"),
    ("Maria E. Lopez", "Maria Lopez"),
    ("Maria Lopez Garcia", "Maria Lopez"),
    ("Maria Lopes", "Maria Lopez"),
    ("M. Lopez", "Maria Lopez"),
    ("Ana De La Cruz", "Ana Delacruz"),
    ("Jon Smith", "John Smith"),
    ("Sam Doe", "Samuel Doe"),
    ("Mary-Ann Brown", "Mary Ann Brown"),
    ("Nguyễn Thị Lan", "Nguyen Thi Lan"),
]
UNLIKE = [
    ("Maria Lopez", "Rosa Jimenez"),
    ("Maria Lopez", "Maria Jimenez"),
    ("Keisha Brown", "Karen Wood"),
    ("", "Maria Lopez"),
    ("...", "..."),
]


@pytest.mark.req("9")
@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_one_person_written_twice_is_found_alike(one: str, other: str) -> None:
    assert similar_names(one, other)
    assert similar_names(other, one)


@pytest.mark.req("9")
@pytest.mark.parametrize(("one", "other"), UNLIKE)
def test_two_people_are_not_alike(one: str, other: str) -> None:
    assert not similar_names(one, other)
    assert not similar_names(other, one)


@pytest.mark.req("9")
def test_a_name_alone_is_never_enough() -> None:
    born = date(1990, 9, 12)
    known = Person("Maria Lopez", born, frozenset())

    assert same_birth_and_name(known, Person("Maria Lopes", born, frozenset()))
    assert not same_birth_and_name(known, Person("Maria Lopez", None, frozenset()))
    assert not same_birth_and_name(known._replace(date_of_birth=None), Person("Maria Lopez", None, frozenset()))
    assert not same_birth_and_name(known, Person("Maria Lopez", date(1991, 9, 12), frozenset()))


@pytest.mark.req("9")
@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_names_alike_share_a_way_to_be_found(one: str, other: str) -> None:
    assert _initials(one) & _initials(other)


@pytest.mark.req("9")
@pytest.mark.parametrize(("one", "other"), [("Katherine", "Catherine"), ("Hernandez", "Ernandez"), ("Phil", "Fil")])
def test_words_that_sound_alike_begin_alike(one: str, other: str) -> None:
    assert _initials(one) == _initials(other)
