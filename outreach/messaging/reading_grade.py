"""
How many years of school a text asks of its reader. Pure.

English by Flesch and Kincaid, Spanish by Fernández Huerta as bands of school years; other languages have no measure
here, and somebody who grew up with them judges. Counting syllables by vowels is close enough: a grade is a warning
light, not a ruler.

Sources: Kincaid and others 1975; Fernández Huerta 1959, in the form Gwillim Law mended in 2011.
"""

import re
from collections.abc import Sequence

MOST = 6
"""The highest grade of a letter or a page."""
_SHORTEST_SENTENCE = 4
"""Words; less is a greeting or a label."""
_WORD = re.compile(r"[^\W\d_][^\W\d_'’-]*(?:[-'’][^\W\d_]+)*")
_ENGLISH_VOWELS = re.compile(r"[aeiouy]+")
_SPANISH_NUCLEUS = re.compile(
    r"[iuü]?[aeoáéó][iuy]?(?![aeoáéó])|[iuü]?[aeoáéó]|[íú]|[iuü]{1,2}(?:y(?![aeiouáéíóú]))?|y(?![aeiouáéíóú])"
)
_SPANISH_BANDS = ((90, 4.0), (80, 5.0), (70, 6.0), (60, 8.0), (50, 10.0), (30, 12.0))
"""Score from which a text asks for no more than so many years of school."""


def grade_of(paragraphs: Sequence[str], language: str) -> float | None:
    """Return the grade of a text by the measure of its language; 0 without a sentence, None without a measure."""
    measure = {"en": english_grade, "es": spanish_grade}.get(language.partition("-")[0])
    return None if measure is None else measure(sentences(paragraphs))


def sentences(paragraphs: Sequence[str]) -> list[list[str]]:
    """Return the words of every sentence of four words or more."""
    split = [part for each in paragraphs for part in re.split(r"(?<=[.?!:;])\s+", each)]
    words = [_WORD.findall(part) for part in split]
    return [each for each in words if len(each) >= _SHORTEST_SENTENCE]


def english_grade(found: Sequence[Sequence[str]]) -> float:
    """Return the Flesch–Kincaid grade of sentences."""
    words = [word for each in found for word in each]
    if not words:
        return 0.0
    return 0.39 * len(words) / len(found) + 11.8 * sum(map(english_syllables, words)) / len(words) - 15.59


def spanish_grade(found: Sequence[Sequence[str]]) -> float:
    """Return the school years that Fernández Huerta's score of the sentences stands for."""
    words = [word for each in found for word in each]
    if not words:
        return 0.0
    score = 206.84 - 60 * sum(map(spanish_syllables, words)) / len(words) - 1.02 * len(words) / len(found)
    return next((grade for least, grade in _SPANISH_BANDS if score >= least), 14.0)


def english_syllables(word: str) -> int:
    """Return a close count: vowel groups, less a silent e."""
    low = word.lower().strip("'-’")
    count = len(_ENGLISH_VOWELS.findall(low))
    if low.endswith("e") and not low.endswith("le") and count > 1:
        count -= 1
    if low.endswith("ed") and not low.endswith(("ted", "ded")) and count > 1:
        count -= 1
    return max(count, 1)


def spanish_syllables(word: str) -> int:
    """Return the count of a Spanish word: strong vowels part, weak ones join their neighbour unless accented."""
    low = re.sub(r"([qg])u(?=[eiéí])", r"\1", word.lower())
    return max(len(_SPANISH_NUCLEUS.findall(low)), 1)
