"""The measurement of letters measures what it says: every letter really printed, with each goal."""

import pytest
from builders import NOW, FrozenClock

from cli.bench import letters, many_letters
from outreach.messaging.letters import press
from outreach.messaging.letters.printing import print_due
from outreach.records.engine import Vault


def test_a_short_measurement_has_every_goal_and_prints_all() -> None:
    found = letters.run(letters=20, turn=20)

    goals = {name: each["goal"] for name, each in found.items() if isinstance(each, dict)}
    assert goals == {
        "our printing / bare WeasyPrint": "<= 1.15",
        "memory gained from first turn to the most, MB": "<= 30",
    }
    assert found["letters"] == 20
    assert found["milliseconds a letter, ours"] > 0


def test_letters_of_the_measurement_pass_the_whole_gate_and_differ(vault: Vault) -> None:
    vault.is_practice = True
    many_letters.build(vault, 3, now=NOW)

    found = print_due(vault, press.print_letter, clock=FrozenClock(NOW).now)

    assert (found.printed, found.total) == (3, 3)
    assert len({many_letters.a_letter(number).code for number in range(50)}) == 50
    assert len({tuple(many_letters.a_letter(number).envelope) for number in range(50)}) == 50


def test_a_page_takes_no_longer_for_its_fonts_than_the_first() -> None:
    """Looking for the fonts of the machine is a quarter of a page's time: it is done once."""
    press.render(press.page_of(many_letters.a_letter(1)))
    fonts, style = press._fonts(), press._style("letter-10")
    press.render(press.page_of(many_letters.a_letter(2)))

    assert press._fonts() is fonts
    assert press._style("letter-10") is style


def test_planted_measurement_of_letters_that_were_not_printed_is_refused() -> None:
    class Process:
        def ask(self, question: int) -> None: ...

        def answer(self) -> tuple[int, float]:
            return 9, 1.0

    with pytest.raises(RuntimeError, match="9 instead of 10"):
        letters._timed(Process(), 10)  # type: ignore[arg-type]
