"""Letters of several cases and the people of a print desk, for tests of stacks. Pages are made by a quick stand-in."""

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from builders import FrozenClock, a_staff_member
from letter_world import LATER, World
from pypdf import PdfReader, PdfWriter

from outreach.access import StaffCard
from outreach.messaging.letters import batch_mailing
from outreach.messaging.letters import batches as letter_batches
from outreach.messaging.letters.batch_making import Made, make_batches
from outreach.messaging.letters.batch_rows import places
from outreach.messaging.letters.pile import Pile
from outreach.messaging.letters.printers import Download, LetterPrinter
from outreach.messaging.letters.rows import content_of
from outreach.records.engine import Vault
from outreach.records.letters import LetterBatch
from outreach.records.staff import Staff
from outreach.records.work import Letter
from outreach.staff.staffing import card
from outreach.terms import BatchState, LetterState, PlaceState, Role


def quick_page(allowed: Any, content: Any, **named: Any) -> bytes:
    """Return a page as PDF that carries its code as its only word, in a place a test can read."""
    writer = PdfWriter()
    writer.add_blank_page(612, 792)
    writer.metadata = {"/Title": "Letter", "/Subject": content.code}
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def code_in(pdf: bytes) -> str:
    return str(PdfReader(BytesIO(pdf)).metadata.subject)


def staff_card(vault: Vault, *, role: Role = Role.ADVOCATE, name: str = "Ana Bell") -> StaffCard:
    with vault.writing() as session:
        staff_id = a_staff_member(session, role=role, name=name)
        return card(session.get_one(Staff, staff_id))


class PrintDesk:
    """Two supervisors, and as many cases with a letter that is due as a test wants."""

    def __init__(self, vault: Vault, worlds: Sequence[World]) -> None:
        self.vault, self.worlds = vault, list(worlds)
        self.mo = staff_card(vault, role=Role.SUPERVISOR, name="Mo Sand")
        self.kit = staff_card(vault, role=Role.SUPERVISOR, name="Kit Lane")
        self.letters = [world.release() for world in worlds]

    def plan(self, *, now: Any = LATER) -> UUID:
        with self.vault.writing() as session:
            return letter_batches.plan(session, self.mo, now=now)

    def release(self, batch_id: UUID, by: StaffCard | None = None, *, now: Any = LATER) -> None:
        with self.vault.writing() as session:
            letter_batches.release(session, by or self.kit, batch_id, now=now)

    def make(self, printer: LetterPrinter | None = None, *, now: Any = LATER, page: Any = quick_page) -> Made:
        return make_batches(self.vault, page, printer or Download(), clock=FrozenClock(now).now)

    def released(self) -> UUID:
        batch_id = self.plan()
        self.release(batch_id)
        return batch_id

    def take_out(self, batch_id: UUID, by: StaffCard | None = None) -> batch_mailing.TakenOut:
        return batch_mailing.take_out(self.vault, by or self.mo, batch_id, clock=FrozenClock(LATER).now)

    def printed(self) -> UUID:
        batch_id = self.released()
        self.make()
        assert len(self.take_out(batch_id).pages) == len(self.letters)
        return batch_id

    def count(self, batch_id: UUID, many: int) -> bool:
        with self.vault.writing() as session:
            return batch_mailing.count(session, batch_id, many, by=self.mo.id, now=LATER)

    def make_again(self, batch_id: UUID, *letter_ids: UUID) -> None:
        with self.vault.writing() as session:
            batch_mailing.make_again(session, batch_id, letter_ids, "a jam", by=self.mo.id, now=LATER)

    def mail(self, batch_id: UUID, *left_behind: UUID, taken_out: Sequence[UUID] = ()) -> batch_mailing.Mailed:
        pile, clock = Pile(left_behind, taken_out), FrozenClock(LATER).now
        return batch_mailing.mail(self.vault, batch_id, pile, by=self.mo.id, clock=clock)

    def undo(self, batch_id: UUID) -> None:
        with self.vault.writing() as session:
            letter_batches.undo(session, batch_id, "given up", by=self.mo.id, now=LATER)

    def state(self, batch_id: UUID) -> BatchState:
        with self.vault.reading() as session:
            return BatchState(session.get_one(LetterBatch, batch_id).state)

    def letter_state(self, letter_id: UUID) -> LetterState:
        with self.vault.reading() as session:
            return LetterState(session.get_one(Letter, letter_id).state)

    def codes(self, batch_id: UUID, *states: PlaceState) -> list[str]:
        with self.vault.reading() as session:
            return [content_of(session, each.letter).code for each in places(session, batch_id, *states)]

    def code(self, letter_id: UUID) -> str:
        with self.vault.reading() as session:
            return content_of(session, session.get_one(Letter, letter_id)).code


@pytest.fixture
def print_desk(vault: Vault, make: Callable[..., World]) -> PrintDesk:
    return PrintDesk(vault, [make() for _ in range(3)])
