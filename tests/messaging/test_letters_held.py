"""A letter is held, or never released, when the gate or its own words say no at any step."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from builders import NOW, a_staff_member, a_verdict
from letter_world import LATER, World, an_offenders_letter_soon, tell
from sqlalchemy import select

from outreach.identity.deciding import decide
from outreach.messaging.errors import ChangedSince, NotAllowed, UnfitLetter
from outreach.messaging.letters import checks
from outreach.messaging.letters import printing as letter_printing
from outreach.records.cases import PossibleMatch
from outreach.records.work import Letter
from outreach.terms import Channel, LetterState, Verdict

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
    letter_id = world.release(is_hers=True)
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


def test_a_letter_beside_the_offenders_waits_until_time_opens_the_gate(world: World) -> None:
    world.release()
    an_offenders_letter_soon(world)

    assert world.print_due().waiting == 1

    opens_at = world.card().release_at
    assert world.card().state is LetterState.RELEASED
    assert opens_at > LATER
    assert world.print_due(opens_at).printed == 1


@pytest.mark.req("47")
@pytest.mark.parametrize("name", ["Dale Fictional", "December 2", "level B", "26118204"])
def test_a_letter_that_would_tell_is_not_released(make: Callable[..., World], name: str) -> None:
    world = make(home={"name_to_use": f"Lena {name}"})
    tell(world)

    with pytest.raises(UnfitLetter):
        world.release()


def a_letter_holds_no_name_her_other_case_knows(make: Callable[..., World]) -> None:
    there = make()
    tell(there)
    world = make(home={"name_to_use": "Lena Dale Fictional"})
    with world.vault.writing() as session:
        session.add(PossibleMatch(id=(match := uuid4()), case_id=world.case_id, other_case_id=there.case_id))
        session.flush()
        decide(session, match, same=True, by=world.by, now=NOW)

    with pytest.raises(UnfitLetter):
        world.release()


@pytest.mark.req("47")
def test_a_letter_that_would_tell_what_her_other_case_knows_is_not_released(make: Callable[..., World]) -> None:
    a_letter_holds_no_name_her_other_case_knows(make)


@pytest.mark.req("47")
def test_planted_letter_searched_for_one_case_alone_is_caught(
    make: Callable[..., World], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "cases_of_person", lambda _session, case_id: frozenset({case_id}))

    with pytest.raises(pytest.fail.Exception):
        a_letter_holds_no_name_her_other_case_knows(make)


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


@pytest.mark.req("24")
@pytest.mark.parametrize("changed", [{"value": "9 Oak St\nHigh Point, NC 27260"}, {"name_to_use": "Anna"}])
def test_a_page_that_lies_ready_is_given_to_nobody_once_she_moved_or_is_called_otherwise(
    world: World, changed: dict[str, str]
) -> None:
    letter_id = world.release(is_hers=True)
    assert world.print_due().printed == 1
    world.save(**changed)
    with pytest.raises(ChangedSince):
        world.pdf(letter_id)
