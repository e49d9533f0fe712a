"""Printing goes on past faults and other workers, and leaves no word in the open."""

import logging
import subprocess
import sys
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from letter_world import World
from sqlalchemy import select

from outreach.messaging.letters import printing as letter_printing
from outreach.records.work import Letter
from outreach.terms import LetterState


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
    assert b"slower" not in world.page(letter_id)


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
        "from outreach.messaging.letters import printing; from outreach.records.work import Letter;"
        "[key.column for key in Letter.__table__.foreign_keys]"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
