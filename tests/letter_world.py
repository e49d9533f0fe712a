"""One case with an address where mail is safe, for tests of letters."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from random import Random
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from builders import NOW, FrozenClock, a_case, a_destination, a_staff_member, a_verdict
from pypdf import PdfReader
from signed_events import an_event
from sqlalchemy import select

from crypto.boxes import Place
from outreach import audit, cases, people
from outreach.case_file.history import EventTokens, Sent, keep
from outreach.events import WIRE
from outreach.her_word.requests import record_request
from outreach.messaging.letters import desk as letters
from outreach.messaging.letters import press
from outreach.messaging.letters import printing as letter_printing
from outreach.messaging.letters.desk import Letterhead, Order
from outreach.people import Particulars
from outreach.records.boxes import KEY_CLASSES, BoxNumber
from outreach.records.engine import Vault
from outreach.records.keys import case_key
from outreach.records.ledger import AuditEntry
from outreach.records.work import Letter
from outreach.safe_contact import Request
from outreach.terms import Channel, DestinationKind, LetterState

HEAD = Letterhead("PO Box 1417\nHigh Point, NC 27261", "(336) 555-0142")
ADDRESS = "2 Elm St, Apt 4\nHigh Point, NC 27260"
SOON, LATER = NOW + timedelta(hours=1), NOW + timedelta(hours=60)


class World(SimpleNamespace):
    """One case with an address where mail is safe, and an advocate."""

    vault: Vault
    case_id: UUID
    by: UUID
    home: Any

    def release(self, template: str = "full", *, now: datetime = NOW, is_hers: bool = False) -> UUID:
        """Release a letter; `is_hers`: she had asked for it, in a request that is over by now."""
        with self.vault.writing() as session:
            order = Order(self.case_id, self.home.id, template)
            chance = Random(1)  # noqa: S311 - repeatable
            letter_id = letters.release(session, order, HEAD, by=self.by, now=now, chance=chance)
            session.get_one(Letter, letter_id).goes_alone |= is_hers
            return letter_id

    def print_due(self, at: datetime = LATER, printer: Any = press.print_letter) -> letter_printing.Printed:
        """Make the page of every letter whose time has come, as a stack that two people released has it made."""
        is_due = (Letter.state == LetterState.RELEASED.value) & (Letter.release_at <= at)
        with self.vault.reading() as session:
            due = session.scalars(select(Letter.id).where(is_due).order_by(Letter.release_at)).all()
        clock = FrozenClock(at).now
        done = [letter_printing.print_one(self.vault, printer, each, clock) for each in due]
        return letter_printing.Printed(*map(sum, zip(*done, strict=True)))

    def card(self) -> letters.LetterCard:
        with self.vault.reading() as session:
            return letters.letters_of(session, self.case_id)[0]

    def page(self, letter_id: UUID) -> bytes:
        """Look at a page that was made, whoever may take it out."""
        with self.vault.reading() as session:
            key = case_key(session, self.case_id, KEY_CLASSES[BoxNumber.LETTER_PDF])
            box = session.get_one(Letter, letter_id).pdf_box
            return key.open_bytes(box, at=Place(BoxNumber.LETTER_PDF, letter_id))

    def pdf(self, letter_id: UUID, at: datetime = LATER) -> bytes:
        with self.vault.writing() as session:
            return letters.read_pdf(session, letter_id, by=self.by, now=at)

    def save(self, **changes: Any) -> None:
        with self.vault.writing() as session:
            changed = replace(self.home, **changes)
            people.save_destination(session, self.case_id, changed, version=self.home.version, by=self.by, now=NOW)
        self.home = replace(changed, version=self.home.version + 1)

    def stand(self, **changes: Any) -> None:
        with self.vault.writing() as session:
            cases.change_standing(session, self.case_id, by=self.by, now=NOW, **changes)

    def actions(self) -> list[str]:
        with self.vault.reading() as session:
            return list(session.scalars(select(AuditEntry.action).where(AuditEntry.actor_id == self.by)))


def safe_mail(**fields: Any) -> dict[str, Any]:
    verdicts = {Channel.LETTER: a_verdict()}
    return {
        "kind": DestinationKind.ADDRESS, "value": ADDRESS, "label": "home", "verdicts": verdicts,
        "name_to_use": "Lena", **fields,
    }  # fmt: skip


@pytest.fixture
def make(vault: Vault) -> Callable[..., World]:
    def build(*, level: str = "C", language: str = "en", home: dict[str, Any] | None = None, **standing: Any) -> World:
        vault.is_practice = True  # The letters that come with the program are good for practice.
        with vault.writing() as session:
            by = a_staff_member(session)
            particulars = Particulars("Lena Ortiz", "1990-09-12", language)
            case_id = a_case(session, particulars=particulars, assigned_to=by, level=level, **standing)
            destination = a_destination(session, case_id, **safe_mail(**(home or {})))
        return World(vault=vault, case_id=case_id, by=by, home=destination)

    return build


@pytest.fixture
def world(make: Callable[..., World]) -> World:
    return make()


def ask_for_a_letter(world: World) -> None:
    with world.vault.writing() as session:
        request = Request(
            channel=Channel.LETTER, destination_id=world.home.id, what="write to me", verified_how="live_call",
            asked_at=NOW, expires_at=NOW + timedelta(days=2), by=world.by,
        )  # fmt: skip
        record_request(session, world.case_id, request, now=NOW)


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def an_offenders_letter_soon(world: World) -> None:
    tell(world, "offender_notified", channel="letter", mailed_on=LATER.date().isoformat())
    calm(world)


def calm(world: World) -> None:
    """Let her say again that mail is safe, so that the event alone holds nothing."""
    world.save(verdicts={Channel.LETTER: a_verdict(verified_at=LATER - timedelta(minutes=1))})


def tell(world: World, kind: str = "level_assigned", **changes: Any) -> None:
    """Keep a level event in the case."""
    event = an_event(kind, incident_number="26-118204", **changes)
    with world.vault.writing() as session:
        sent = Sent("high-point-pd", "evt_1", NOW, WIRE.validate_python(event))
        keep(session, world.case_id, sent, EventTokens(uuid4().bytes * 2, uuid4().bytes * 2))
        audit.record(session, action="test.event", by=world.by, cases=[world.case_id], now=NOW)
