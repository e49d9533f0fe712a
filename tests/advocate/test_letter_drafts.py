"""The page of a letter before it is released, and addresses that are asked about while they are written down."""

import pytest
from advocate_letters import a_place, address_form, drafted_at, she_asked_for
from case_visits import words
from sqlalchemy import select

from outreach import people
from outreach.records.work import Letter
from outreach.terms import Channel, LetterState


@pytest.mark.req("46a")
def test_the_envelope_comes_before_the_letter_and_the_letter_before_its_release(desk, vault, world, at_case):
    at = drafted_at(vault, world, at_case, "9 Canary Lane\nHigh Point NC 27260")
    page = words(desk.get(at))

    parts = ["PO Box 1", "9 CANARY LN", "HIGH POINT NC 27260", "My name is Dana.", "Send this letter?"]
    assert [each for each in parts if each not in page] == []
    assert sorted(parts, key=page.index) == parts


@pytest.mark.req("48")
def test_an_arabic_letter_is_shown_from_right_to_left(desk, vault, world, at_case):
    at = drafted_at(vault, world, at_case, "9 Canary Lane\nHigh Point NC 27260", language="ar")
    page = desk.get(at).text

    assert '<div class="paper stack" lang="ar" dir="rtl">' in page
    assert "مرحبًا" in page


def test_an_address_that_looks_wrong_is_sent_to_only_after_a_tick_that_says_so(desk, vault, world, at_case):
    at = drafted_at(vault, world, at_case, "9 Canary Lane\nHigh Point, NC 10001")
    assert "The ZIP code 10001 is not in NC. Check ZIP and state." in words(desk.get(at))
    post = at.partition("/new")[0]
    refused = desk.post(post, {"template": "short"})
    assert refused.status_code == 422
    assert "Tick this to send it there all the same" in words(refused)
    assert desk.post(post, {"template": "short", "as_typed": "yes"}).status_code == 303

    with vault.reading() as session:
        assert LetterState.RELEASED in set(session.scalars(select(Letter.state)))


@pytest.mark.req("46")
def test_a_substitute_address_says_that_mail_takes_longer_and_how_to_send_it(desk, vault, world, at_case):
    at = drafted_at(vault, world, at_case, "PO Box 9\nRaleigh, NC 27601", is_substitute_address=True)
    page = words(desk.get(at))

    assert "Mail takes about a week more. Send it first class. Send no packages there." in page


@pytest.mark.req("24")
def test_a_letter_to_pick_up_has_no_envelope_and_is_given_to_her(desk, vault, world, at_case):
    place = a_place(vault, world)
    at = f"{at_case}/destinations/{place.id}/letters"
    held = words(desk.get(f"{at}/new?template=full"))
    assert "has not asked to pick up a letter here." in held
    assert "Release this letter" not in held

    she_asked_for(vault, world, Channel.MEETING, place)
    page = words(desk.get(f"{at}/new?template=full"))
    assert "The envelope" not in page
    assert "She picks this one up." in page
    assert desk.post(at, {"template": "full"}).status_code == 303


def test_the_list_of_letters_says_who_approved_each_and_how_it_reads(desk, at_case):
    page = words(desk.get("/letter-templates"))

    for said in ("The short letter, English", "The full letter, Chinese", "For practice", "Grade 5.", "no measure"):
        assert said.casefold() in page.casefold()
    assert "wayside letters approve en/short" in page


def test_an_address_is_asked_about_beside_its_field_and_kept_as_typed_when_that_is_wanted(desk, vault, world, at_case):
    typed = "41 Maple Court\nHigh Point, NC 10001"
    asked = desk.post(f"{at_case}/destinations", address_form(typed))
    assert asked.status_code == 422
    assert "The ZIP code 10001 is not in NC. Check ZIP and state." in words(asked)
    assert typed in asked.text
    assert 'name="as_typed"' in asked.text

    assert desk.post(f"{at_case}/destinations", address_form(typed, as_typed="yes")).status_code == 303
    with vault.reading() as session:
        assert typed in {each.value for each in people.destinations(session, world.case_id)}


def test_an_address_that_fits_is_kept_without_a_question(desk, vault, world, at_case):
    assert 'name="as_typed"' not in desk.get(f"{at_case}/destinations/new?kind=address").text
    saved = desk.post(f"{at_case}/destinations", address_form("12 Oak St\nHigh Point, NC 27260"))

    assert saved.status_code == 303


@pytest.mark.req("47")
def test_a_name_that_tells_on_the_envelope_is_said_before_anything_is_released(desk, vault, world, at_case):
    at = drafted_at(vault, world, at_case, "Family Shelter\n2 Elm St\nHigh Point, NC 27260")
    page = words(desk.get(at))

    assert "The outside would show a word that tells, in the address." in page
    assert "Release this letter" not in page
