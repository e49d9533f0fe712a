"""Days nobody lives in and versions no page showed are answered beside their field or as stale, never by an error."""

import pytest
from advocate_routes import TABLE, address
from case_visits import changed, words
from html_forms import forms_in
from meeting_pages import a_form
from meeting_world import a_place

pytestmark = pytest.mark.req("81")
LAST, NEXT_TO_LAST, FIRST = ("9999-12-31", "23:59"), ("9999-12-30", "23:59"), ("0001-01-01", "00:00")
HUGE = "9" * 20
SHOWN = ("version", "number")


@pytest.mark.parametrize(("day", "hour"), [LAST, NEXT_TO_LAST, FIRST])
def test_a_day_nobody_lives_in_is_said_beside_its_field(desk, vault, world, day, hour):
    with vault.writing() as session:
        place = a_place(session, world.case_id)
    desk.sit_down(world.dana.card)
    at_case, way = f"/cases/{world.case_id}", f"/cases/{world.case_id}/destinations/{world.phone.id}"
    desk.get(f"{at_case}/attempts/new")
    tried = {"way": f"{world.phone.id}:call", "outcome": "no_answer", "on": day, "at": hour}
    answers = [
        desk.post(f"{at_case}/attempts", tried),
        desk.post(way, changed(desk.get(way), source="victim", said_on=day, said_at=hour)),
        desk.post(f"{at_case}/meetings", a_form(world, place, on=day, starts="23:00", ends=hour)),
    ]

    assert [each.status_code for each in answers] == [422] * 3
    assert all("Check the year." in words(each) for each in answers)


def sent(form) -> dict[str, str | list[str]]:
    return {name: values[0] if len(values) == 1 else values for name, values in form.values.items()}


def pages_with_a_version(desk, world) -> list[tuple[str, dict[str, str]]]:
    """Return every address that takes a version, with what its page would send."""
    found = []
    for method, rule in sorted(TABLE):
        if method == "GET" and "<" in rule and "token" not in rule:
            page = desk.get(address(rule, world))
            forms = forms_in(page.text) if page.mimetype == "text/html" else []
            found += [(each.action, sent(each)) for each in forms if set(SHOWN) & each.values.keys()]
    return found


def test_a_version_no_page_showed_is_stale_everywhere(desk, world):
    desk.sit_down(world.dana.card)
    posts = pages_with_a_version(desk, world)
    answers = {
        action: desk.post(action, {**fields, **{each: HUGE for each in SHOWN if each in fields}}).status_code
        for action, fields in posts
    }
    plan = f"/cases/{world.case_id}/safety-plan/versions/{HUGE}"

    assert len(answers) >= 5
    assert answers[f"/cases/{world.case_id}/destinations/{world.phone.id}/same-as-before"] == 409
    assert all(code < 500 for code in answers.values()), answers
    assert desk.get(plan).status_code == 404
