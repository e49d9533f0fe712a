"""The safety plan in the portal: staying as well as leaving, versions, no copy by default, nothing typed lost."""

import re
from html import unescape

import pytest
from builders import NOW
from html_forms import form_on
from sqlalchemy import select

from outreach.protocols.plans import PlannedTask
from outreach.protocols.steps import Step
from outreach.records.work import Task
from outreach.risk import safety_plans
from outreach.risk.plan_sections import LONGEST, SECTIONS
from outreach.tasks import add_task
from outreach.terms import Level


def words(answer) -> str:
    return unescape(answer.get_data(as_text=True))


@pytest.fixture
def at(at_case) -> str:
    return f"{at_case}/safety-plan"


def send(desk, at: str, **typed: str):
    form = form_on(desk.get(f"{at}/edit").get_data(as_text=True), at)
    return desk.post(at, {**form.values, **typed})


def versions(vault, world):
    with vault.reading() as session:
        return safety_plans.versions(session, world.case_id)


def states(vault, world, step: Step) -> list[str]:
    with vault.reading() as session:
        return list(session.scalars(select(Task.state).where(Task.case_id == world.case_id, Task.step == step.value)))


@pytest.mark.req("84")
def test_a_plan_for_staying_stands_before_one_for_leaving(desk, at):
    page = words(desk.get(f"{at}/edit"))

    places = [page.index(f">{each.title}<") for each in SECTIONS]
    assert places == sorted(places)
    assert page.index("At home, day by day") < page.index("If leaving is the choice")


@pytest.mark.req("83")
def test_no_hint_tells_her_to_leave_to_wipe_a_phone_or_that_she_is_safe():
    hints = " ".join(f"{each.title} {each.hint}" for each in SECTIONS)

    told = r"\b(must leave|should leave|delete|erase|wipe|you are safe|anonymous|911|score|level)\b"
    assert not re.search(told, hints, re.IGNORECASE)


def test_a_plan_is_written_in_versions_and_none_is_changed(desk, vault, world, at):
    assert send(desk, at, money="canary: fifty at Ana's").status_code == 303
    assert send(desk, at, money="", people="canary: Ana").status_code == 303

    third, second, first = versions(vault, world)
    assert dict(first.sections) == {"home": "canary: the back door"}
    assert dict(second.sections) == {"home": "canary: the back door", "money": "canary: fifty at Ana's"}
    assert dict(third.sections) == {"home": "canary: the back door", "people": "canary: Ana"}
    page = words(desk.get(at))
    assert "canary: Ana" in page
    assert "fifty" not in page
    assert "fifty" in words(desk.get(f"{at}/versions/2"))
    assert desk.get(f"{at}/versions/9").status_code == 404


def test_no_copy_is_given_unless_she_asked_and_said_where_it_is_kept(desk, vault, world, at):
    assert "No copy was given." in words(desk.get(at))
    assert "A copy can be found and read" in words(desk.get(f"{at}/edit"))
    for typed in ({"copy": "yes"}, {"copy": "no", "copy_where": "at work"}):
        assert send(desk, at, **typed).status_code == 422

    send(desk, at, copy="yes", copy_where="canary: her desk at work")

    assert "A copy was given. It is kept here: canary: her desk at work" in words(desk.get(at))
    assert versions(vault, world)[0].copy_where == "canary: her desk at work"


def test_what_is_typed_comes_back_when_something_is_wrong(desk, at):
    long = send(desk, at, home="x" * (LONGEST + 1), work="canary typed")
    assert long.status_code == 422
    assert "canary typed" in words(long)
    assert "x" * (LONGEST + 1) in words(long)
    assert "This part is too long to keep. All you typed is still here" in words(long)
    assert "maxlength" not in re.search(r'<textarea[^>]*name="home"[^>]*>', words(long)).group(0)

    empty = send(desk, at, **{each.key: "" for each in SECTIONS})
    assert empty.status_code == 422
    assert "Write in one section at least." in words(empty)


def test_ten_full_sections_in_any_script_fit_one_post(desk, at):
    assert send(desk, at, **{each.key: "門" * LONGEST for each in SECTIONS}).status_code == 303


def test_a_plan_too_long_as_a_whole_is_refused_beside_its_longest_part_and_comes_back_whole(desk, at):
    flood = send(desk, at, **{each.key: "🌼" * LONGEST for each in SECTIONS}, copy="no")

    assert flood.status_code == 422
    assert "The plan as a whole is too long to keep." in words(flood)
    assert words(flood).count("🌼" * LONGEST) == len(SECTIONS)


def test_planted_post_of_the_usual_size_is_caught(desk, at, monkeypatch):
    monkeypatch.setattr("portal.advocate.talks.safety_plans.LARGEST_PLAN", 64 * 1024)

    with pytest.raises(AssertionError):
        test_ten_full_sections_in_any_script_fit_one_post(desk, at)


def test_of_two_who_write_at_once_the_second_is_told_and_keeps_every_word(desk, vault, world, at):
    old = form_on(desk.get(f"{at}/edit").get_data(as_text=True), at)
    send(desk, at, phone="canary: theirs")

    answer = desk.post(at, {**old.values, "phone": "canary: mine"})

    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    assert "canary: theirs" in page
    again = form_on(page, at)
    assert again.values["phone"] == ["\ncanary: mine"]
    assert desk.post(at, again.values).status_code == 303
    assert versions(vault, world)[0].sections["phone"] == "canary: mine"


@pytest.mark.req("60")
@pytest.mark.parametrize("way", ["written", "read", "declined"])
def test_a_plan_written_read_again_or_not_wanted_ends_what_asked_for_it(desk, vault, world, at, way):
    with vault.writing() as session:
        add_task(session, world.case_id, PlannedTask(Step.REVIEW_PLAN, Level.B, NOW, NOW))
        safety_plans.audit.record(session, action="test.task", by=None, cases=[world.case_id], now=NOW)
    desk.get(at)

    if way == "written":
        send(desk, at, home="canary: the side door")
    else:
        desk.post(f"{at}/review" if way == "read" else f"{at}/refusal")

    assert states(vault, world, Step.REVIEW_PLAN) == ["done"]
    assert states(vault, world, Step.SAFETY_PLAN) == ["done"]
    assert states(vault, world, Step.OUTREACH) == ["open"]
    assert versions(vault, world)[0].sections["home"].startswith("canary")


def test_a_plan_read_together_can_be_hidden_at_once_by_a_page_that_says_nothing(desk, world, at):
    page = words(desk.get(at))
    assert page.index('href="/quiet"') < page.index("canary")
    assert "<title>Our notes" in page
    assert "Cases" not in page

    quiet = words(desk.get("/quiet"))

    assert "Friday, November 20" in quiet
    for telling in (world.handle, "plan", "canary", "danger", "safe"):
        assert telling not in quiet.partition("<main")[2].lower()


@pytest.mark.req("73")
def test_a_plan_is_hidden_from_print(desk, at):
    page = desk.get(at).get_data(as_text=True)

    assert page.index("private") < page.index("canary")
