"""A letter: released by an advocate, printed after a delay, mailed by a person; the gate is asked at every step."""

import logging
import subprocess
import sys
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

from outreach import audit, cases, people
from outreach.events import WIRE
from outreach.history import EventTokens, Sent, keep
from outreach.messaging import letter_printing, letters, press
from outreach.messaging.errors import (
    AlreadyReleased,
    NoApprovedLetter,
    NoLetterhead,
    NotAllowed,
    UnfitLetter,
    WrongState,
)
from outreach.messaging.letter_rows import TellingLetterhead
from outreach.messaging.letters import Letterhead, Order
from outreach.people import Particulars
from outreach.plans import PlannedTask
from outreach.reasons import Reason
from outreach.records.engine import Vault
from outreach.records.ledger import AuditEntry
from outreach.records.work import Letter
from outreach.requests import record_request
from outreach.safe_contact import Approval, Request
from outreach.standing import Approved
from outreach.steps import Step
from outreach.tasks import add_task, tasks_of
from outreach.terms import Channel, DestinationKind, LetterState, Verdict

HEAD = Letterhead("PO Box 1417\nHigh Point, NC 27261", "(336) 555-0142")
ADDRESS = "2 Elm St, Apt 4\nHigh Point, NC 27260"
SOON, LATER = NOW + timedelta(hours=1), NOW + timedelta(hours=60)


class World(SimpleNamespace):
    """One case with an address where mail is safe, and an advocate."""

    vault: Vault
    case_id: UUID
    by: UUID
    home: Any

    def release(self, template: str = "full", *, now: datetime = NOW) -> UUID:
        with self.vault.writing() as session:
            order = Order(self.case_id, self.home.id, template)
            chance = Random(1)  # noqa: S311 - repeatable
            return letters.release(session, order, HEAD, by=self.by, now=now, chance=chance)

    def print_due(self, at: datetime = LATER, printer: Any = press.print_letter) -> letter_printing.Printed:
        return letter_printing.print_due(self.vault, printer, clock=FrozenClock(at).now)

    def card(self) -> letters.LetterCard:
        with self.vault.reading() as session:
            return letters.letters_of(session, self.case_id)[0]

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


def test_a_released_letter_is_printed_read_and_mailed(world: World) -> None:
    letter_id = world.release()
    assert world.print_due().printed == 1

    text = text_of(world.pdf(letter_id))
    with world.vault.writing() as session:
        letters.mark_mailed(session, letter_id, by=world.by, now=LATER)

    assert "Dear Lena," in text
    assert "My name is Rosa." in text
    assert "2 Elm St, Apt 4" in text
    assert world.card().state is LetterState.MAILED
    assert [each for each in world.actions() if each.startswith("letter")] == [
        "letter.release", "letter.read", "letter.mail",
    ]  # fmt: skip
    assert "particulars.read" in world.actions()


@pytest.mark.req("P2")
def test_an_unprompted_letter_is_not_printed_before_its_delay(world: World) -> None:
    world.release()
    release_at = world.card().release_at

    assert NOW + timedelta(hours=2) <= release_at <= NOW + timedelta(hours=48)
    assert world.print_due(release_at - timedelta(seconds=1)).total == 0
    assert world.print_due(release_at).printed == 1


@pytest.mark.req("P2")
def test_the_delay_never_takes_more_than_half_of_the_time_to_a_deadline(make: Callable[..., World]) -> None:
    for hours in (3, 24):
        world = make()
        planned = PlannedTask(Step.OUTREACH, None, NOW, NOW + timedelta(hours=hours))
        with world.vault.writing() as session:
            add_task(session, world.case_id, planned)
            audit.record(session, action="test.task", by=world.by, cases=[world.case_id], now=NOW)
        world.release()
        assert NOW < world.card().release_at <= NOW + timedelta(hours=hours) / 2


def test_what_she_asked_for_is_printed_at_once(world: World) -> None:
    ask_for_a_letter(world)
    world.release()

    assert world.card().release_at == NOW
    assert world.print_due(NOW).printed == 1


def test_a_letter_at_level_a_is_printed_at_once(make: Callable[..., World]) -> None:
    world = make(level="A")
    world.release()

    assert world.card().release_at == NOW


@pytest.mark.req("44")
@pytest.mark.parametrize("verdicts", [{}, {Channel.LETTER: a_verdict(Verdict.UNSAFE)}])
def test_no_letter_is_released_where_mail_is_not_known_to_be_safe(
    make: Callable[..., World], verdicts: dict[Channel, Any]
) -> None:
    world = make(home={"verdicts": verdicts})
    for template in ("full", "short"):
        with pytest.raises(NotAllowed) as refusal:
            world.release(template)
        assert refusal.value.decision.cause


@pytest.mark.req("44")
def test_a_cold_letter_needs_two_people_and_says_nothing(make: Callable[..., World]) -> None:
    until, home_id = (NOW + timedelta(days=7)).isoformat(), uuid4()
    approvals = tuple(
        Approved(each.value, str(uuid4()), NOW.isoformat(), until, str(home_id), Channel.LETTER.value)
        for each in (Approval.COLD_MAIL, Approval.COLD_MAIL_SECOND_PERSON)
    )
    world = make(home={"id": home_id, "verdicts": {}, "name_to_use": ""}, approvals=approvals)
    with pytest.raises(NotAllowed) as refusal:
        world.release("full")
    assert refusal.value.decision.reason is Reason.TOO_MUCH_SAID

    letter_id = world.release("short")
    world.print_due()

    text = text_of(world.pdf(letter_id)).casefold()
    assert "lena ortiz" in text
    for telling in ("police", "partner", "hurt", "court", "victim", "advoca", "dear"):
        assert telling not in text


CHANGES: dict[str, Callable[[World], None]] = {
    "mail became unsafe": lambda w: w.save(verdicts={Channel.LETTER: a_verdict(Verdict.UNSAFE)}),
    "the address is compromised": lambda w: w.save(compromised=True),
    "the case is paused": lambda w: w.stand(paused=True),
    "someone may be watching": lambda w: w.stand(compromised=True),
    "she wants no contact": lambda w: w.stand(do_not_contact=True),
    "she lives at his address": lambda w: w.save(shared_with_offender=True),
}


@pytest.mark.req("24")
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_after_release_holds_the_letter_with_its_reason(world: World, change: Callable[[World], None]) -> None:
    world.release()
    change(world)

    assert world.print_due().held == 1

    assert world.card().state is LetterState.HELD
    assert world.card().held is not None
    with world.vault.reading() as session:
        assert session.scalar(select(Letter)).pdf_box is None


def check_stopped_in_between(world: World, change: Callable[[World], None]) -> None:
    """The change is committed after the first question to the gate and before the page is kept."""
    world.release()

    def slow(*given: Any, **named: Any) -> bytes:
        change(world)
        return b"%PDF"

    assert world.print_due(printer=slow).held == 1
    assert world.card().state is LetterState.HELD


@pytest.mark.req("24")
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_while_the_page_is_being_made_stops_it(world: World, change: Callable[[World], None]) -> None:
    check_stopped_in_between(world, change)


@pytest.mark.req("24")
def test_planted_printing_that_asks_the_gate_only_once_is_caught(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    real, answers = letter_printing._ready, []

    def asked_once(*given: Any, **named: Any) -> Any:
        answers.append(answers[0] if answers else real(*given, **named))
        return answers[0]

    monkeypatch.setattr(letter_printing, "_ready", asked_once)
    with pytest.raises(AssertionError):
        check_stopped_in_between(world, CHANGES["the case is paused"])


@pytest.mark.req("24")
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_printed_page_does_not_outlive_a_change(world: World, change: Callable[[World], None]) -> None:
    letter_id = world.release()
    world.print_due()
    change(world)

    with pytest.raises(NotAllowed):
        world.pdf(letter_id)


@pytest.mark.parametrize("changes", [{"value": "9 Oak St\nHigh Point, NC 27260"}, {"name_to_use": "Magda"}])
def test_a_new_address_or_name_after_release_holds_the_letter(world: World, changes: dict[str, str]) -> None:
    world.release()
    world.save(**changes)

    assert world.print_due().held == 1
    assert "changed" in world.card().held_because


def an_offenders_letter_soon(world: World) -> None:
    tell(world, "offender_notified", channel="letter", mailed_on=LATER.date().isoformat())
    calm(world)


def calm(world: World) -> None:
    """Let her say again that mail is safe, so that the event alone holds nothing."""
    world.save(verdicts={Channel.LETTER: a_verdict(verified_at=LATER - timedelta(minutes=1))})


def test_a_letter_beside_the_offenders_waits_until_time_opens_the_gate(world: World) -> None:
    world.release()
    an_offenders_letter_soon(world)

    assert world.print_due().waiting == 1

    opens_at = world.card().release_at
    assert world.card().state is LetterState.RELEASED
    assert opens_at > LATER
    assert world.print_due(opens_at).printed == 1


@pytest.mark.req("48")
def test_a_letter_is_in_her_language(make: Callable[..., World]) -> None:
    world = make(language="es-MX")
    letter_id = world.release()
    world.print_due()

    text = text_of(world.pdf(letter_id))
    assert "Hola, Lena:" in text
    assert "no con la policía" in text
    assert PdfReader(BytesIO(world.pdf(letter_id))).metadata.title == "Carta"


@pytest.mark.req("48")
def test_without_an_approved_letter_in_her_language_none_goes_out(make: Callable[..., World]) -> None:
    world = make(language="vi")
    with pytest.raises(NoApprovedLetter) as refusal:
        world.release()
    assert refusal.value.language == "vi"


@pytest.mark.req("48")
def test_a_missing_translation_becomes_one_task(make: Callable[..., World]) -> None:
    world = make(language="vi")
    order = Order(world.case_id, world.home.id, "full")
    for _ in range(2):
        with world.vault.writing() as session:
            letters.ask_for_translation(session, order, by=world.by, now=NOW)

    with world.vault.reading() as session:
        steps = [task.step for task in tasks_of(session, world.case_id)]
    assert steps == [Step.TRANSLATE_LETTER]


def test_without_a_return_address_there_are_no_letters(world: World) -> None:
    order = Order(world.case_id, world.home.id, "full")
    assert Letterhead.read(" ; ", "(336) 555-0142") is None
    assert Letterhead.read("PO Box 1417; High Point, NC 27261", "") is None
    with world.vault.writing() as session, pytest.raises(NoLetterhead, match="WAYSIDE_LETTER_PHONE"):
        letters.release(session, order, None, by=world.by, now=NOW)


def test_a_return_address_is_set_in_one_line() -> None:
    assert Letterhead.read("PO Box 1417; High Point, NC 27261", "(336) 555-0142") == HEAD


@pytest.mark.req("47")
@pytest.mark.parametrize("line", ["Family Violence Shelter", "High Point Police", "Victim Services", "she\u200blter"])
def test_a_return_address_that_names_the_organisation_is_refused(line: str) -> None:
    with pytest.raises(TellingLetterhead, match="WAYSIDE_LETTER_RETURN_ADDRESS"):
        Letterhead.read(f"{line}; PO Box 1417; High Point, NC 27261", "(336) 555-0142")


def tell(world: World, kind: str = "level_assigned", **changes: Any) -> None:
    """Keep a level event in the case."""
    event = an_event(kind, incident_number="26-118204", **changes)
    with world.vault.writing() as session:
        sent = Sent("high-point-pd", "evt_1", NOW, WIRE.validate_python(event))
        keep(session, world.case_id, sent, EventTokens(uuid4().bytes * 2, uuid4().bytes * 2))
        audit.record(session, action="test.event", by=world.by, cases=[world.case_id], now=NOW)


@pytest.mark.req("47")
@pytest.mark.parametrize("name", ["Dale Fictional", "December 2", "level B", "26118204"])
def test_a_letter_that_would_tell_is_not_released(make: Callable[..., World], name: str) -> None:
    world = make(home={"name_to_use": f"Lena {name}"})
    tell(world)

    with pytest.raises(UnfitLetter):
        world.release()


@pytest.mark.req("47")
def test_an_advocate_called_like_the_partner_does_not_sign_a_letter(world: World) -> None:
    tell(world)
    with world.vault.writing() as session:
        world.by = a_staff_member(session, name="Dale Ames")

    with pytest.raises(UnfitLetter):
        world.release()


@pytest.mark.req("47")
def test_an_event_that_makes_a_released_letter_tell_holds_it(world: World) -> None:
    world.release()
    tell(world, offender={"full_name": "Rosa Fictional"})

    assert world.print_due().held == 1


def test_two_taps_are_one_letter(world: World) -> None:
    world.release()
    with pytest.raises(AlreadyReleased):
        world.release()


def test_a_cancelled_letter_is_never_printed_and_its_page_is_forgotten(world: World) -> None:
    first = world.release()
    world.print_due()
    with world.vault.writing() as session:
        letters.cancel(session, first, by=world.by, now=LATER)
        assert session.get_one(Letter, first).pdf_box is None
    second = world.release()
    with world.vault.writing() as session:
        letters.cancel(session, second, by=world.by, now=LATER)

    assert world.print_due().total == 0
    with pytest.raises(WrongState):
        world.pdf(second)


@pytest.mark.req("49")
def test_a_letter_that_came_back_makes_mail_unsafe_there(world: World) -> None:
    letter_id = world.release()
    world.print_due()
    with world.vault.writing() as session:
        letters.mark_mailed(session, letter_id, by=world.by, now=LATER)
        letters.mark_returned(session, letter_id, by=world.by, now=LATER)

    with pytest.raises(NotAllowed) as refusal:
        world.release(now=LATER)
    assert refusal.value.decision.reason is Reason.UNSAFE


def test_a_letter_is_mailed_only_after_it_was_printed(world: World) -> None:
    letter_id = world.release()
    with world.vault.writing() as session, pytest.raises(WrongState):
        letters.mark_mailed(session, letter_id, by=world.by, now=NOW)


def test_one_letter_that_cannot_be_printed_does_not_keep_the_others(make: Callable[..., World]) -> None:
    odd, plain = make(home={"name_to_use": "Lena \ue123"}), make()
    odd.release()
    plain.release()

    printed = plain.print_due()

    assert (printed.printed, printed.held) == (1, 1)
    assert odd.card().state is LetterState.HELD
    assert odd.card().held_because
    assert plain.card().state is LetterState.PRINTED


def test_a_printer_that_breaks_holds_the_letter_and_logs_no_word_of_it(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.release()

    def broken(*given: Any, **named: Any) -> bytes:
        raise RuntimeError("Lena Ortiz, 2 Elm St")

    with caplog.at_level(logging.DEBUG):
        assert world.print_due(printer=broken).held == 1
    assert "letter.failed" in caplog.text
    assert "Elm" not in caplog.text + repr([vars(record) for record in caplog.records])


def test_a_letter_that_cannot_even_be_held_does_not_keep_the_others(
    make: Callable[..., World], monkeypatch: pytest.MonkeyPatch
) -> None:
    poisoned, plain = make(), make()
    poisoned_id = poisoned.release()
    plain.release()
    real = letter_printing.letter_in

    def refuses(session: Any, letter_id: UUID, *states: LetterState) -> Letter:
        if letter_id == poisoned_id:
            raise RuntimeError
        return real(session, letter_id, *states)

    monkeypatch.setattr(letter_printing, "letter_in", refuses)
    printed = plain.print_due()

    assert (printed.printed, printed.failed) == (1, 1)


def test_two_workers_print_a_letter_once(world: World) -> None:
    world.release()

    def also(allowed: Any, content: Any, **named: Any) -> bytes:
        assert world.print_due().printed == 1
        return b"%PDF the slower worker's"

    assert world.print_due(printer=also).printed == 0
    assert world.card().state is LetterState.PRINTED
    with world.vault.reading() as session:
        letter_id = session.scalar(select(Letter.id))
    assert b"slower" not in world.pdf(letter_id)


@pytest.mark.req("C-5")
def test_no_word_of_a_letter_is_stored_in_the_open(world: World) -> None:
    world.release()
    world.print_due()
    with world.vault.reading() as session:
        letter = session.scalar(select(Letter))
        columns = b"".join(repr(getattr(letter, c.key)).encode() for c in Letter.__table__.columns)
        boxes = letter.letter_box + letter.pdf_box
    for canary in (b"Lena", b"Elm", b"PO Box", b"%PDF", b"full"):
        assert canary not in columns + boxes
    assert letter.state_at.hour == letter.state_at.minute == 0


def test_the_print_role_alone_knows_every_table_a_letter_refers_to() -> None:
    """In its own process nothing else has imported the tables of staff."""
    program = (
        "from outreach.messaging import letter_printing; from outreach.records.work import Letter;"
        "[key.column for key in Letter.__table__.foreign_keys]"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
