"""How hard a text reads: within what published measures say, in English and Spanish, and silent elsewhere."""

import pytest

from outreach.messaging.letters.templates import shelf
from outreach.messaging.reading_grade import MOST, english_syllables, grade_of, spanish_syllables

SYLLABLES = {
    "casa": 2, "ayuda": 3, "ciudad": 2, "país": 2, "guerra": 2, "pingüino": 3, "quiere": 2, "leer": 2, "policía": 4,
    "tribunales": 4, "dueño": 2, "hay": 1, "muy": 1, "vivienda": 3, "oír": 2, "día": 2, "aéreo": 4, "gratis": 2,
    "yo": 1, "trabajamos": 4, "ayudaría": 5, "uruguay": 3, "rey": 1, "reyes": 2, "huésped": 2, "averiguáis": 4,
}  # fmt: skip
EASY = "The cat sat on the mat. It was a warm day in May."
HARD = (
    "Notwithstanding any contradictory administrative determination, participating organizations shall collaboratively"
    " facilitate individualized multidisciplinary interventions."
)
HARD_SPANISH = (
    "Independientemente de cualquier determinación administrativa contradictoria, las organizaciones participantes"
    " facilitarán colaborativamente intervenciones multidisciplinarias individualizadas."
)


@pytest.mark.parametrize(("word", "count"), SYLLABLES.items())
def test_the_syllables_of_a_spanish_word_are_counted(word: str, count: int) -> None:
    assert spanish_syllables(word) == count


@pytest.mark.parametrize(("word", "count"), {"help": 1, "housing": 2, "table": 2, "wanted": 2, "helped": 1}.items())
def test_the_syllables_of_an_english_word_are_counted_closely(word: str, count: int) -> None:
    assert english_syllables(word) == count


def test_an_easy_text_is_under_the_bound_and_a_hard_one_far_above() -> None:
    easy, hard = grade_of([EASY], "en"), grade_of([HARD], "en-US")
    assert easy is not None
    assert hard is not None
    assert easy < 2 < MOST < 12 < hard
    assert grade_of(["La casa es de Ana. Ella vive con su mamá y un gato."], "es") == 4
    assert (grade_of([HARD_SPANISH], "es-MX") or 0) > 12


def test_a_language_without_a_measure_has_no_grade_and_a_text_without_a_sentence_asks_nothing() -> None:
    assert grade_of(["您好"], "zh-Hans") is None
    assert grade_of(["مرحبًا"], "ar") is None
    assert grade_of(["Hello,", "Rosa"], "en") == 0


def test_every_letter_shipped_is_for_grade_six_or_lower() -> None:
    grades = {key: letter.grade for key, letter in shelf().letters.items() if letter.grade is not None}

    assert {language for language, _ in grades} == {"en", "es"}
    assert {key: grade for key, grade in grades.items() if grade > MOST} == {}
