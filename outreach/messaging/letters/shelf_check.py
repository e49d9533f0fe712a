"""Looking over the letters of a deployment: who approved each, how it reads, whether it can be printed here."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from outreach.messaging.errors import UnprintableLetter
from outreach.messaging.letters.sheets import STANDARD
from outreach.messaging.letters.templates import LetterShelf, LetterTemplate, read_letter
from outreach.messaging.text_approvals import Standing, approve
from outreach.terms import ContentLevel

_EXAMPLE = {"advocate": "Ana", "phone": "(336) 555-0142", "name": "Lena"}
_NO_FONT = "A letter of it is in no font on this machine. Install one: fonts-noto-core, for Chinese fonts-noto-cjk."


class UnfitTemplate(Exception):
    """A letter that nobody may approve as it is; the message says why and the mend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedAt:
    """What an operator or an advocate sees of one letter."""

    name: str
    """As `en/short`."""
    language: str
    standing: Standing
    by: str
    on: date | None
    says: ContentLevel
    grade: float | None
    """None in a language without a measure: somebody who grew up with it judges."""
    faults: tuple[str, ...]
    words: tuple[str, ...]
    """Its paragraphs, with example values in their places."""


def looked_at(shelf: LetterShelf, *, is_printed: bool = True) -> tuple[LookedAt, ...]:
    """
    Return every letter with its standing and faults, by language and name.

    Args:
        is_printed: whether each is printed on trial, which only a process that prints may do.
    """
    return tuple(
        LookedAt(
            name=f"{language}/{name}",
            language=language,
            standing=letter.approved.standing,
            by=letter.approved.by,
            on=letter.approved.on,
            says=letter.says,
            grade=letter.grade,
            faults=(*letter.faults, *(_print_faults(letter) if is_printed else ())),
            words=letter.filled(**_EXAMPLE),
        )
        for (language, name), letter in sorted(shelf.letters.items())
    )


def approve_letter(root: Path, name: str, *, by: str, on: date, standing: Standing = Standing.APPROVED) -> None:
    """
    Add a person's approval of exactly the words a letter holds now.

    Raises:
        UnfitTemplate: it reads too hard, its title tells something, or it cannot be printed here.
        FaultyApprovals: there is no such letter, or nobody's name was given.
        FaultyLetterFile: the letter's file cannot be read.
    """
    path = root / f"{name}.txt"
    if path.is_file() and path.parent.parent == root:
        letter = read_letter(path)
        if faults := (*letter.faults, *_print_faults(letter)):
            raise UnfitTemplate(f"{path}: {' '.join(faults)}")
    approve(root, name, by=by, on=on, standing=standing)


def _print_faults(letter: LetterTemplate) -> tuple[str, ...]:
    from outreach.messaging.letters.press import (  # Only here: what lists letters on a screen loads no renderer.
        Page,
        render,
    )

    words = letter.filled(**_EXAMPLE)
    try:
        render(Page(letter.language, letter.title, "PO Box 1", "Lena", words, sheet=STANDARD))
    except UnprintableLetter:
        return (_NO_FONT,)
    return ()
