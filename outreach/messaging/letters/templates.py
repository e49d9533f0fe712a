"""
The letters we may send: templates/letters, only in exactly the words that a person approved.

Read once. A changed word makes a file a draft again, because approved.toml names its digest.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from string import Formatter

from outreach.messaging.deny_list import fold
from outreach.messaging.errors import NoApprovedLetter
from outreach.messaging.reading_grade import MOST, grade_of
from outreach.messaging.text_approvals import Approved, FaultyApprovals, Standing, standings
from outreach.terms import ContentLevel

ROOT = Path(__file__).parents[3] / "templates" / "letters"
PLACES = frozenset({"advocate", "phone"})
NAMED_PLACES = PLACES | {"name"}
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ps", "ur"})
TITLES = frozenset({"letter", "carta", "note", "nota", fold("رسالة"), fold("信")})
"""What a print queue may show of a letter: words that every letter could bear."""
_OTHER_SCRIPT = frozenset({"hant", "tw", "hk", "mo"})
_LEFT_TO_RIGHT, _BY_ITSELF, _ENDS = "\u2066", "\u2068", "\u2069"


class FaultyLetterFile(Exception):
    """A file under templates/letters cannot be read; the message names it and the mend."""


@dataclass(frozen=True, slots=True)
class LetterTemplate:
    """One letter in one language: how much it says, its paragraphs with their places, and who approved it."""

    name: str
    language: str
    says: ContentLevel
    title: str
    """What a print queue or a window shows: a word that tells nothing."""
    paragraphs: tuple[str, ...]
    approved: Approved = field(default=Approved(Standing.DRAFT))

    def filled(self, *, advocate: str, phone: str, name: str = "") -> tuple[str, ...]:
        """
        Return the paragraphs with their places filled; `name` is used by named letters only.

        In a language written from right to left each value is set apart, or a phone number would turn round.
        """
        values = {"advocate": advocate, "phone": phone, "name": name}
        if is_right_to_left(self.language):
            marks = {"phone": _LEFT_TO_RIGHT}
            values = {each: f"{marks.get(each, _BY_ITSELF)}{value}{_ENDS}" for each, value in values.items()}
        return tuple(each.format(**values) for each in self.paragraphs)

    @property
    def grade(self) -> float | None:
        """Return how many years of school its words ask for; None in a language without a measure."""
        words = [each.format(advocate="Ana", phone="(336) 555-0142", name="Lena") for each in self.paragraphs]
        return grade_of(words, self.language)

    @property
    def faults(self) -> tuple[str, ...]:
        """Return, in sentences, why nobody may approve it as it is."""
        return tuple(self._faults())

    def _faults(self) -> Iterator[str]:
        grade = self.grade
        if grade is not None and grade > MOST:
            yield f"It reads like grade {grade:.1f}; {MOST} is the most. Use shorter sentences and words."
        if fold(self.title) not in TITLES:
            yield "Its title shows in a print queue. Take one that tells nothing, such as Letter."

    def may_leave(self, *, is_practice: bool) -> bool:
        """Say whether it may be used in a home; `is_practice` is a demo."""
        return not self.faults and self.approved.may_leave(is_practice=is_practice)


def is_right_to_left(language: str) -> bool:
    """Say whether a language is written from right to left."""
    return language.partition("-")[0] in RIGHT_TO_LEFT


@dataclass(frozen=True, slots=True)
class LetterShelf:
    """Every letter of a deployment, by (language, name): drafts too, which are never used."""

    letters: Mapping[tuple[str, str], LetterTemplate]

    @classmethod
    def read(cls, root: Path) -> "LetterShelf":
        """Read the letters under `root`, and who approved exactly their words. Raises FaultyLetterFile."""
        try:
            approvals = standings(root)
        except FaultyApprovals as fault:
            raise FaultyLetterFile(str(fault)) from None
        found = {}
        for letter, approved in approvals.items():
            language, _, name = letter.partition("/")
            path = root / f"{letter}.txt"
            found[language, name] = read_letter(path, approved)
        return cls(found)

    def letter(self, name: str, language: str, *, is_practice: bool = False) -> LetterTemplate:
        """
        Return the approved letter in her language, whatever its country (`es-MX` is `es`).

        Chinese is in simplified characters, except where her language says the traditional ones (`zh-TW`).

        Raises:
            NoApprovedLetter: there is none, or it is a draft, or it was approved for practice and this is no demo.
        """
        for tag in _fitting(language):
            found = self.letters.get((tag, name))
            if found is not None and found.may_leave(is_practice=is_practice):
                return found
        raise NoApprovedLetter(name, language)


@cache
def shelf() -> LetterShelf:
    """Return the deployment's own letters, read once."""
    return LetterShelf.read(ROOT)


def _fitting(language: str) -> tuple[str, ...]:
    first, *rest = language.split("-")
    if first != "zh":
        return language, first
    return (language, "zh-Hant") if _OTHER_SCRIPT & {each.casefold() for each in rest} else (language, "zh-Hans")


def read_letter(path: Path, approved: Approved = Approved(Standing.DRAFT)) -> LetterTemplate:  # noqa: B008 - frozen
    """Read one letter's file. Raises FaultyLetterFile."""
    head, _, body = path.read_text(encoding="utf-8").partition("\n---\n")
    facts = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
    paragraphs = tuple(" ".join(part.split()) for part in body.split("\n\n") if part.strip())
    try:
        says, title = ContentLevel(facts["says"]), facts["title"]
        places = {place for each in paragraphs for _, place, _, _ in Formatter().parse(each) if place is not None}
    except (KeyError, ValueError):
        raise FaultyLetterFile(f"{path}: it begins with `says: neutral` or `named`, then `title:`, then ---") from None
    allowed = NAMED_PLACES if says is ContentLevel.NAMED else PLACES
    if says is ContentLevel.NONE or not paragraphs or not places <= allowed:
        raise FaultyLetterFile(f"{path}: a letter may have {{advocate}} and {{phone}}, a named one {{name}} too")
    return LetterTemplate(path.stem, path.parent.name, says, title, paragraphs, approved)
