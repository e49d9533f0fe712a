"""
The letters we may send: templates/letters, only in exactly the words that a person approved.

Read once. A changed word makes a file a draft again, because approved.toml names its digest.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from string import Formatter

from outreach.messaging.errors import NoApprovedLetter
from outreach.terms import ContentLevel

ROOT = Path(__file__).parents[2] / "templates" / "letters"
PLACES = frozenset({"advocate", "phone"})
NAMED_PLACES = PLACES | {"name"}


class FaultyLetterFile(Exception):
    """A file under templates/letters cannot be read; the message names it and the mend."""


@dataclass(frozen=True, slots=True)
class LetterTemplate:
    """One approved letter in one language: how much it says, and its paragraphs with their places."""

    name: str
    language: str
    says: ContentLevel
    title: str
    """What a print queue or a window shows: a word that tells nothing."""
    paragraphs: tuple[str, ...]

    def filled(self, *, advocate: str, phone: str, name: str = "") -> tuple[str, ...]:
        """Return the paragraphs with their places filled; `name` is used by named letters only."""
        return tuple(each.format(advocate=advocate, phone=phone, name=name) for each in self.paragraphs)


@dataclass(frozen=True, slots=True)
class LetterShelf:
    """Every approved letter of a deployment, by (language, name)."""

    letters: Mapping[tuple[str, str], LetterTemplate]

    @classmethod
    def read(cls, root: Path) -> "LetterShelf":
        """Read the letters under `root` that approved.toml names with exactly their words. Raises FaultyLetterFile."""
        found = {}
        for letter, digest in _approved(root / "approved.toml").items():
            language, _, name = letter.partition("/")
            path = root / f"{letter}.txt"
            if not path.is_file():
                raise FaultyLetterFile(f"{path}: approved.toml names this letter, but it is not there")
            content = path.read_bytes()
            if sha256(content).hexdigest() == digest:
                found[language, name] = _letter(path, content.decode(), name=name, language=language)
        return cls(found)

    def letter(self, name: str, language: str) -> LetterTemplate:
        """Return the letter in her language, whatever its country (`es-MX` is `es`). Raises NoApprovedLetter."""
        for tag in (language, language.partition("-")[0]):
            if (tag, name) in self.letters:
                return self.letters[tag, name]
        raise NoApprovedLetter(name, language)


@cache
def shelf() -> LetterShelf:
    """Return the deployment's own letters, read once."""
    return LetterShelf.read(ROOT)


def _approved(path: Path) -> dict[str, str]:
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))["approved"]
        approved = {entry["letter"]: entry["sha256"] for entry in entries if entry["by"].strip() and entry["on"]}
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError):
        raise FaultyLetterFile(
            f"{path}: each [[approved]] needs letter, sha256, by and on; see templates/letters/README.md"
        ) from None
    return approved


def _letter(path: Path, text: str, *, name: str, language: str) -> LetterTemplate:
    head, _, body = text.partition("\n---\n")
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
    return LetterTemplate(name, language, says, title, paragraphs)
