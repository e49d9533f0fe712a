"""A letter: released by an advocate, printed after a delay, mailed by a person."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from builders import NOW, a_verdict
from letter_world import HEAD, LATER, World, ask_for_a_letter, text_of
from pypdf import PdfReader

from outreach import audit
from outreach.case_file.standing import Approved
from outreach.gate.reasons import Reason
from outreach.messaging.errors import AlreadyReleased, NoApprovedLetter, NoLetterhead, NotAllowed, WrongState
from outreach.messaging.letters import desk as letters
from outreach.messaging.letters import returned_mail
from outreach.messaging.letters.desk import Letterhead, Order
from outreach.messaging.letters.rows import TellingLetterhead
from outreach.protocols.plans import PlannedTask
from outreach.protocols.steps import Step
from outreach.records.work import Letter
from outreach.safe_contact import Approval
from outreach.tasks import add_task, tasks_of
from outreach.terms import Channel, LetterState, Verdict


def test_a_released_letter_is_printed_read_and_mailed(world: World) -> None:
    letter_id = world.release(is_hers=True)
    assert world.print_due().printed == 1

    text = text_of(world.pdf(letter_id))
    with world.vault.writing() as session:
        letters.mark_mailed(session, letter_id, by=world.by, now=LATER)

    assert "Dear Lena," in text
    assert "My name is Rosa." in text
    assert "2 ELM ST APT 4" in text
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

    text = text_of(world.page(letter_id)).casefold()
    assert "lena ortiz" in text
    for telling in ("police", "partner", "hurt", "court", "victim", "advoca", "dear"):
        assert telling not in text


@pytest.mark.req("48")
def test_a_letter_is_in_her_language(make: Callable[..., World]) -> None:
    world = make(language="es-MX")
    letter_id = world.release()
    world.print_due()

    text = text_of(world.page(letter_id))
    assert "Hola, Lena:" in text
    assert "no con la policía" in text
    assert PdfReader(BytesIO(world.page(letter_id))).metadata.title == "Carta"


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
    letter_id = world.release(is_hers=True)
    world.print_due()
    with world.vault.writing() as session:
        letters.mark_mailed(session, letter_id, by=world.by, now=LATER)
        returned_mail.mark_returned(session, letter_id, by=world.by, now=LATER)

    with pytest.raises(NotAllowed) as refusal:
        world.release(now=LATER)
    assert refusal.value.decision.reason is Reason.UNSAFE


def test_a_letter_is_mailed_only_after_it_was_printed(world: World) -> None:
    letter_id = world.release()
    with world.vault.writing() as session, pytest.raises(WrongState):
        letters.mark_mailed(session, letter_id, by=world.by, now=NOW)
