"""The name she chose, her birth date, her language: written down where a hold says to, and what that opens."""

from datetime import timedelta
from html import unescape

import pytest
from advocate_desk import Desk
from builders import NOW, FrozenClock
from case_visits import settle
from html_forms import form_on

from outreach import people
from outreach.gate.gate_facts import facts_for_gate
from outreach.identity.likeness import Person
from outreach.identity.match_tokens import Pair, hits, tokens_of
from outreach.identity.particulars import is_under_age
from outreach.records.engine import Vault


@pytest.fixture
def unknown(vault: Vault, world) -> None:
    """Nobody knows when she was born."""
    settle(vault, world)
    with vault.writing() as session:
        known = people.read(session, world.case_id, by=world.dana.card.id, now=NOW)
        people.amend(
            session, world.case_id, version=known.version, by=world.dana.card.id, now=NOW,
            date_of_birth=None, language="es-MX",
        )  # fmt: skip


@pytest.fixture
def at(desk: Desk, world, unknown) -> str:
    desk.sit_down(world.dana.card)
    return f"/cases/{world.case_id}/particulars"


def filled_in(page, **typed: str) -> dict[str, str]:
    """Return the form as a browser sends it, with what was typed."""
    found = {name: values[0] for name, values in form_on(page.text, "/particulars$").values.items() if values}
    return {**found, **typed}


def known(vault: Vault, world) -> people.VictimCard:
    with vault.writing() as session:
        return people.read(session, world.case_id, by=world.dana.card.id, now=NOW)


@pytest.mark.req("20b")
def test_the_hold_on_mail_leads_to_where_her_birth_date_is_written_and_that_opens_mail(desk, vault, world, at) -> None:
    page = unescape(desk.get(f"/cases/{world.case_id}").text)
    assert "is 18 or older, so mail and e-mail are off." in page
    assert f'href="{at}"' in page

    answer = desk.post(at, filled_in(desk.get(at), born_on="1990-09-12"))

    assert answer.status_code == 303
    with vault.reading() as session:
        assert facts_for_gate(session, world.case_id, at=NOW).is_adult is True
    assert "so mail and e-mail are off." not in unescape(desk.get(f"/cases/{world.case_id}").text)


@pytest.mark.req("82")
def test_what_she_says_of_herself_is_kept_and_nothing_else_is_touched(desk, vault, world, at) -> None:
    before = known(vault, world)
    typed = {"chosen_name": "Mari", "pronouns": "they/them", "born_on": "1990-09-12", "needs_interpreter": "yes"}
    desk.post(at, filled_in(desk.get(at), **typed))

    card = known(vault, world)
    assert (card.chosen_name, card.pronouns, card.needs_interpreter) == ("Mari", "they/them", True)
    assert card.language == "es-MX", "what the agency sent stays, though it is not in the list"
    assert (card.full_name, card.lives_with_offender) == (before.full_name, before.lives_with_offender)


@pytest.mark.parametrize(
    ("typed", "mend"),
    [
        ({"born_on": "2027-01-01"}, "Check the year."),
        ({"born_on": "0190-09-12"}, "Check the year."),
        ({"born_on": "soon"}, "Write a date like"),
        ({"chosen_name": "x" * 81}, "Use 80 characters or fewer."),
    ],
)
def test_what_can_not_be_is_said_beside_its_field_and_nothing_typed_is_lost(
    desk, vault, world, at, typed, mend
) -> None:
    answer = desk.post(at, filled_in(desk.get(at), **{"pronouns": "she/her & they", **typed}))

    assert answer.status_code == 422
    assert mend in answer.text
    assert "she/her & they" in unescape(answer.text)
    assert next(iter(typed.values())) in answer.text
    assert known(vault, world).pronouns == ""


def test_when_two_change_it_the_second_is_told_and_loses_nothing(desk, vault, world, at) -> None:
    mine = filled_in(desk.get(at), chosen_name="Mari", born_on="1990-09-12")
    with vault.writing() as session:
        version = people.read(session, world.case_id, by=world.other.card.id, now=NOW).version
        by = world.other.card.id
        people.amend(session, world.case_id, version=version, by=by, now=NOW, chosen_name="Ms. V.")

    answer = desk.post(at, mine)

    assert answer.status_code == 409
    assert "Ms. V." in answer.text
    assert 'value="Mari"' in answer.text
    assert known(vault, world).chosen_name == "Ms. V."
    assert desk.post(at, filled_in(answer)).status_code == 303
    assert known(vault, world).chosen_name == "Mari"


@pytest.mark.req("9")
def test_a_birth_date_written_here_is_one_by_which_a_later_event_finds_her(desk, vault, world, at) -> None:
    desk.post(at, filled_in(desk.get(at), born_on="1988-03-02"))

    card, nobody = known(vault, world), Person("Nobody", None, frozenset())
    pair = Pair("high-point-pd", None, Person(card.full_name, card.date_of_birth, frozenset()), nobody)
    with vault.reading() as session:
        tokens = tokens_of(vault.keyring, pair)
        assert world.case_id in set().union(*hits(session, tokens.birth, ()).by_token.values())


@pytest.mark.req("20b")
def test_a_birth_date_under_eighteen_says_what_to_do_today(desk, vault, world, at, clock: FrozenClock) -> None:
    desk.post(at, filled_in(desk.get(at), born_on="2009-11-21"))

    assert "She is under 18" in desk.get(f"/cases/{world.case_id}").text
    with vault.reading() as session:
        assert facts_for_gate(session, world.case_id, at=NOW).is_adult is False
    assert not is_under_age(None, NOW.date())
    assert is_under_age((NOW - timedelta(days=17 * 365)).date(), NOW.date())
