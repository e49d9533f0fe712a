"""Two workers, or two people, at one stack in one moment: each letter is still in one stack, made and handed once."""

import pytest
from letter_world import LATER
from sqlalchemy import select
from stacks import PrintDesk, quick_page

from outreach.messaging.letters import batches as letter_batches
from outreach.messaging.letters.printers import Download, PrinterKind, Stack
from outreach.records.errors import StaleVersion
from outreach.records.work import Letter
from outreach.terms import BatchState, PlaceState

pytestmark = pytest.mark.req("P4")


def test_a_second_worker_in_the_middle_makes_no_letter_twice(print_desk: PrintDesk) -> None:
    batch_id = print_desk.released()
    pages: list[str] = []

    def also(allowed: object, content: object, **named: object) -> bytes:
        if not pages:
            pages.append("first")
            print_desk.make()
        return quick_page(allowed, content)

    print_desk.make(page=also)

    assert print_desk.state(batch_id) is BatchState.READY
    assert len(print_desk.codes(batch_id, PlaceState.MADE)) == 3
    assert len(print_desk.take_out(batch_id).pages) == 3


def test_a_second_worker_hands_nothing_over_while_one_does(print_desk: PrintDesk) -> None:
    batch_id = print_desk.released()
    handed: list[str] = []

    class Busy(Download):
        kind = PrinterKind.QUEUE

        def hand_over(self, stack: Stack) -> None:
            handed.append(stack.name)
            print_desk.make(Busy())

    print_desk.make(Busy())

    assert handed == ["000001"]
    assert print_desk.state(batch_id) is BatchState.PRINTED


def test_planted_second_stack_with_the_same_letters_is_refused_by_the_database(
    print_desk: PrintDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a second person would see who looked a moment before the first one's stack was written."""
    print_desk.plan()
    monkeypatch.setattr(letter_batches, "ready", lambda staff, **named: select(Letter).order_by(Letter.id))

    with pytest.raises(StaleVersion):
        print_desk.plan(now=LATER)
