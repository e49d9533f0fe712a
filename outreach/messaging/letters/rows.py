"""
What a letter's boxes hold, and moving a letter from one state to the next. Nothing here asks the gate.

The words stay as they were released: what is printed is what the advocate saw.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from outreach.case_file.contents import read_as
from outreach.gate.reasons import Reason
from outreach.messaging.errors import WrongState
from outreach.messaging.letters.days import day_of, zone_of
from outreach.messaging.letters.sheets import STANDARD
from outreach.messaging.letters.void_pages import VoidCard
from outreach.messaging.wording import phrasebook
from outreach.records.boxes import BoxNumber
from outreach.records.errors import NoSuchRecord
from outreach.records.keys import seal, unseal
from outreach.records.work import Letter
from outreach.terms import LetterState


class TellingLetterhead(ValueError):
    """The return address names what its reader's partner must not learn."""

    def __init__(self, word: str) -> None:
        super().__init__(
            f"WAYSIDE_LETTER_RETURN_ADDRESS says {word!r} on the outside of every letter: give a box or a street"
            " and a town, never the name of the organisation"
        )


class Letterhead(NamedTuple):
    """What every letter of a deployment carries: a neutral return address (no name of ours) and a phone to call."""

    return_address: str
    """Lines joined by newlines."""
    phone: str
    """As people write it."""
    sheet: str = STANDARD
    """Paper and envelope, as outreach.messaging.letters.sheets names them."""

    @classmethod
    def read(cls, return_address: str, phone: str, *, sheet: str = STANDARD) -> "Letterhead | None":
        """
        Take both as they are set, lines parted by semicolons; None while either is missing: then letters are off.

        Raises:
            TellingLetterhead: the envelope would say who writes (requirement 47).
        """
        lines = [line.strip() for line in return_address.replace("\n", ";").split(";") if line.strip()]
        if not lines or not phone.strip():
            return None
        for line in lines:
            # A line with digits is a box, a street or a town, which no one can rename.
            if not any(each.isdigit() for each in line) and (word := phrasebook().deny.found_in(line)):
                raise TellingLetterhead(word)
        return cls("\n".join(lines), phone.strip(), sheet)


class LetterContent(NamedTuple):
    """Box LETTER, in sealing order. New fields go at the end with a default, so that older boxes still open."""

    template: str
    language: str
    says: str
    title: str
    recipient: str
    name_to_use: str
    """The safe name there when the letter was released; empty when none was known."""
    address: str
    """Lines joined by newlines, as the destination had them when the letter was released."""
    return_address: str
    """Neutral: no name of ours, no logo."""
    paragraphs: Sequence[str]
    held: str = ""
    """Why the gate, or the printer, said no last time: a code of outreach.gate.reasons, or `unprintable`, `changed`."""
    code: str = ""
    """Printed inside, to find the letter by when it comes back (outreach.messaging.letters.codes); empty is none."""
    sheet: str = ""
    """Paper and envelope it was written for, as outreach.messaging.letters.sheets names them; empty is US Letter."""
    envelope: Sequence[str] = ()
    """The address as it stands on the envelope; empty is as typed."""
    is_handed: bool = False
    """Whether it is handed over in person at the place, and bears no address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterCard:
    """One letter and where it stands, as a page may show it; its words are read through letters.read_pdf."""

    id: UUID
    destination_id: UUID
    template: str
    language: str
    state: LetterState
    release_at: datetime
    state_at: datetime
    held: Reason | None
    """Why it is held, in a code of outreach.gate.reasons; None while it is not, or for `held_because`."""
    held_because: str
    """The cause as a sentence, empty while it is not held."""
    is_handed: bool = False
    """Whether it is handed over in person, not mailed."""
    batch_id: UUID | None = None
    """The stack it is printed and mailed with; None where it is in none."""
    goes_alone: bool = False
    """Whether one person may print and mail it: she asked for it."""
    has_page: bool = False
    """Whether its page can be opened."""
    voids: tuple[VoidCard, ...] = ()
    """Its pages that may never be mailed, newest first."""


UNPRINTABLE = "unprintable"
CHANGED = "changed"
WALLED = "walled"
_CAUSES = {
    UNPRINTABLE: "This page can not be printed as it is. Ask whoever looks after the program.",
    WALLED: "Not everyone may see this case now, so it goes in no stack. Cancel it, and write it anew.",
    CHANGED: "The address or the name was changed since. Look at the letter again.",
}


def content_of(session: Session, letter: Letter) -> LetterContent:
    """Open a letter's words."""
    fields = unseal(session, BoxNumber.LETTER, letter.letter_box, owner=letter.case_id, row=letter.id)
    return read_as(LetterContent, fields)


def sealed(session: Session, content: LetterContent, *, case_id: UUID, row: UUID) -> bytes:
    """Seal a letter's words for its row."""
    return seal(session, BoxNumber.LETTER, content, owner=case_id, row=row)


def letter_in(session: Session, letter_id: UUID, *states: LetterState) -> Letter:
    """Return a letter that is in one of these states. Raises NoSuchRecord, WrongState."""
    letter = session.get(Letter, letter_id)
    if letter is None:
        raise NoSuchRecord("letter", letter_id)
    if letter.state not in states:
        raise WrongState(letter.state, " or ".join(states))
    return letter


def move(session: Session, letter: Letter, state: LetterState, *, now: datetime) -> None:
    """Set a letter's state; of the time only the day is kept, as it is where she lives."""
    letter.state = state.value
    letter.state_at = day_of(now, zone_of(session, letter.case_id))


def hold(session: Session, letter: Letter, cause: str, *, now: datetime) -> None:
    """Hold a letter and keep why. The caller audits."""
    content = content_of(session, letter)._replace(held=cause)
    letter.letter_box = sealed(session, content, case_id=letter.case_id, row=letter.id)
    move(session, letter, LetterState.HELD, now=now)


def card_of(session: Session, letter: Letter) -> LetterCard:
    """Return what a page may show of a letter without reading it."""
    content = content_of(session, letter)
    reason = None if content.held in ("", *_CAUSES) else Reason(content.held)
    return LetterCard(
        id=letter.id,
        destination_id=letter.destination_id,
        template=content.template,
        language=content.language,
        state=LetterState(letter.state),
        release_at=letter.release_at,
        state_at=letter.state_at,
        held=reason,
        held_because=_CAUSES.get(content.held, ""),
        is_handed=content.is_handed,
        goes_alone=letter.goes_alone,
        has_page=letter.pdf_box is not None,
    )
