"""What an advocate keeps of each way of reaching her."""

from datetime import timedelta

import pytest
from builders import NOW
from case_visits import changed, destination, words

from outreach import people
from outreach.terms import Channel, Verdict


@pytest.mark.req("22")
def test_what_she_says_of_a_way_is_kept_with_its_source_and_hour(desk, vault, world, at_case):
    at = f"{at_case}/destinations/{world.phone.id}"
    page = desk.get(at)
    said = {
        "text": "safe",
        "source": "victim",
        "name_to_use": "Dana from the library",
        "words_to_avoid": "court, police",
    }
    hours = {"days_1": ["2", "5"], "begins_1": "09:00", "ends_1": "12:00"}
    assert desk.post(at, changed(page, **said, **hours)).status_code == 303

    known = destination(vault, world)
    assert known.verdicts[Channel.TEXT].verdict is Verdict.SAFE
    assert known.verdicts[Channel.TEXT].verified_at == NOW
    assert known.words_to_avoid == ("court", "police")
    assert known.windows[0].days == (2, 5)
    assert "Wed and Sat 9 am to 12 pm" in desk.get(at_case).text


def test_a_verdict_that_an_advocate_leaves_as_it_was_keeps_its_age(desk, vault, world, at_case):
    before = destination(vault, world).verdicts[Channel.CALL]
    at = f"{at_case}/destinations/{world.phone.id}"
    desk.post(at, changed(desk.get(at), source="advocate", label="her work phone"))

    assert destination(vault, world).label == "her work phone"
    assert destination(vault, world).verdicts[Channel.CALL] == before


def test_same_as_before_stamps_her_answers_anew(desk, vault, world, at_case, clock):
    clock.advance(timedelta(minutes=5))
    at = f"{at_case}/destinations/{world.phone.id}"
    desk.get(at)
    desk.post(f"{at}/same-as-before", {"version": str(destination(vault, world).version)})

    assert destination(vault, world).verdicts[Channel.CALL].verified_at == clock.now()


def test_when_two_change_a_way_the_second_is_told_and_loses_nothing(desk, vault, world, at_case):
    at = f"{at_case}/destinations/{world.phone.id}"
    mine = changed(desk.get(at), source="victim", name_to_use="The library")
    desk.post(at, changed(desk.get(at), source="victim", name_to_use="The choir"))
    answer = desk.post(at, mine)

    assert answer.status_code == 409
    assert "Someone changed this way" in answer.text
    assert 'value="The library"' in answer.text
    assert "The choir" in answer.text
    assert destination(vault, world).name_to_use == "The choir"
    assert desk.post(at, changed(answer)).status_code == 303
    assert destination(vault, world).name_to_use == "The library"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"ends_1": ""}, "Give both times"),
        ({"begins_1": "09:00", "ends_1": "09:00"}, "the same"),
        ({"begins_1": "25:00", "ends_1": "26:00"}, "Write a time like 18:00."),
        ({"days_1": ["9"]}, "Choose from the answers."),
        ({"call": "perhaps"}, "Choose one of the answers."),
        ({"label": "x" * 61}, "60 characters"),
    ],
)
def test_what_is_wrong_with_a_way_is_said_beside_its_field(desk, vault, world, at_case, changes, sentence):
    at = f"{at_case}/destinations/{world.phone.id}"
    given = {"source": "victim", "name_to_use": "Kept words", **changes}
    answer = desk.post(at, changed(desk.get(at), **given))

    assert answer.status_code == 422
    assert sentence in words(answer)
    assert "Kept words" in answer.text
    assert destination(vault, world).version == world.phone.version


def test_a_new_phone_is_read_as_people_write_it(desk, vault, world, at_case):
    page = desk.get(f"{at_case}/destinations/new?kind=phone")
    typed = changed(page, value="336 555 0188", source="victim", call="safe", label="her sister's")
    assert desk.post(f"{at_case}/destinations", typed).status_code == 303

    with vault.reading() as session:
        assert "+13365550188" in {each.value for each in people.destinations(session, world.case_id)}


def test_a_number_that_cannot_be_one_is_refused_with_the_mend(desk, world, at_case):
    page = desk.get(f"{at_case}/destinations/new?kind=phone")
    answer = desk.post(f"{at_case}/destinations", changed(page, value="12", source="victim"))

    assert answer.status_code == 422
    assert "area code" in answer.text


@pytest.mark.parametrize(("kind", "asked_for"), [("phone", "Phone number"), ("address", "Address"), ("place", "Where")])
def test_adding_a_way_asks_for_what_that_kind_of_way_is(desk, world, at_case, kind, asked_for):
    page = words(desk.get(f"{at_case}/destinations/new?kind={kind}"))

    assert asked_for in page
    assert "Number, address or place" not in page
