"""What one person may do with a letter alone: only what she asked for, and only while the gate says yes."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from builders import NOW, FrozenClock
from letter_world import LATER, World, ask_for_a_letter
from sqlalchemy import select

from outreach.access import StaffCard
from outreach.messaging.errors import NeedsStack, WrongState
from outreach.messaging.letters import batches, desk, press
from outreach.messaging.letters.printing import print_due
from outreach.messaging.letters.void_pages import voids_of_case
from outreach.records.letters import LetterCode
from outreach.records.work import Letter
from outreach.terms import Employer, LetterState, Role

pytestmark = pytest.mark.req("49")


def a_supervisor(world: World) -> StaffCard:
    return StaffCard(world.by, "r@x.test", "Rosa Ames", Role.SUPERVISOR, Employer.ADVOCACY)


def printed_alone(world: World, *, now: object = LATER) -> int:
    return print_due(world.vault, press.print_letter, clock=FrozenClock(now).now).printed


def mailed(world: World, letter_id: UUID) -> bool:
    with world.vault.writing() as session:
        return desk.mark_mailed(session, letter_id, by=world.by, now=LATER)


def gone(world: World, letter_id: UUID) -> None:
    with world.vault.writing() as session:
        desk.note_gone(session, letter_id, by=world.by, now=LATER)


def check_one_person_alone_lets_no_unprompted_letter_go(world: World) -> None:
    letter_id = world.release()
    assert printed_alone(world) == 0, "no page is made before a second person released a stack"
    world.print_due()
    with pytest.raises(NeedsStack):
        world.pdf(letter_id)
    for way in (mailed, gone):
        with pytest.raises(NeedsStack):
            way(world, letter_id)


def test_a_letter_she_did_not_ask_for_is_neither_printed_nor_opened_nor_mailed_by_one_person(world: World) -> None:
    check_one_person_alone_lets_no_unprompted_letter_go(world)


def test_planted_letter_that_one_person_lets_go_is_caught(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "_refuse_for_two", lambda *given: None)
    with pytest.raises(pytest.fail.Exception):
        check_one_person_alone_lets_no_unprompted_letter_go(world)


def test_a_letter_at_level_a_that_she_did_not_ask_for_goes_in_a_stack_without_delay(make: Callable[..., World]) -> None:
    world = make(level="A")
    world.release()
    assert printed_alone(world, now=NOW) == 0
    with world.vault.reading() as session:
        staff = a_supervisor(world)
        assert len(session.scalars(batches.ready(staff, now=NOW)).all()) == 1


@pytest.mark.req("P2")
def test_what_she_asked_for_waits_for_nobody_and_is_in_no_stack(world: World) -> None:
    ask_for_a_letter(world)
    letter_id = world.release()

    assert printed_alone(world, now=NOW) == 1
    assert world.pdf(letter_id, NOW)
    with world.vault.reading() as session:
        assert session.scalars(batches.ready(a_supervisor(world), now=NOW)).all() == []
    assert mailed(world, letter_id)
    assert world.card().state is LetterState.MAILED


CHANGES: dict[str, Callable[[World], object]] = {
    "contact is paused": lambda world: world.stand(paused=True),
    "she said no": lambda world: world.stand(do_not_contact=True),
    "she moved": lambda world: world.save(value="9 Oak St\nHigh Point, NC 27260"),
}


def check_mailing_asks(world: World, change: Callable[[World], object]) -> None:
    letter_id = world.release(is_hers=True)
    world.print_due()
    assert world.pdf(letter_id)
    change(world)
    assert not mailed(world, letter_id)
    with world.vault.reading() as session:
        letter = session.get_one(Letter, letter_id)
        assert (letter.state, letter.pdf_box) == (LetterState.HELD, None)
        assert session.scalars(select(LetterCode.is_void).where(LetterCode.letter_id == letter_id)).all() == [True]
        (page,) = voids_of_case(session, world.case_id)[letter_id]
        assert "may not go any more" in page.why


@pytest.mark.req("24")
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_letter_is_asked_about_once_more_when_it_is_mailed_and_a_no_makes_its_page_void(
    world: World, change: Callable[[World], object]
) -> None:
    check_mailing_asks(world, change)


@pytest.mark.req("24")
def test_planted_mailing_of_a_single_letter_without_the_gate_is_caught(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "why_not", lambda *given, **named: "")
    with pytest.raises(AssertionError):
        check_mailing_asks(world, CHANGES["she said no"])


def test_a_letter_that_had_gone_before_the_no_is_written_down_as_mailed(world: World) -> None:
    letter_id = world.release(is_hers=True)
    world.print_due()
    world.stand(paused=True)
    assert not mailed(world, letter_id)

    gone(world, letter_id)

    assert world.card().state is LetterState.MAILED
    assert not world.card().has_page
    with pytest.raises(WrongState):
        world.pdf(letter_id)


def test_a_letter_of_which_no_page_was_ever_made_can_not_have_gone(world: World) -> None:
    letter_id = world.release()
    world.stand(paused=True)
    world.print_due(LATER + timedelta(days=1))
    with pytest.raises(WrongState):
        gone(world, letter_id)
