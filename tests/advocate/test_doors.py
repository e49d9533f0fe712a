"""Every route, every method, every kind of person: one table, and nothing outside it."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from advocate_desk import HOST, Desk
from flask import Flask

from outreach.access import Action
from portal.advocate.doors import UndeclaredRoute, check_doors, public, requires

PRINCIPALS = ("stranger", "dana", "other", "supervisor", "custodian", "administrator", "outsider")
NOBODY_ELSE = ("custodian", "administrator", "outsider")

OPEN = dict.fromkeys(PRINCIPALS)
"""None: anything but a refusal; what it answers is other tests' business."""


def case_page(get: int, *, supervisors: bool = False) -> dict[str, int]:
    """Return the answers of a page about Dana's case: hers and the supervisor's, nobody else's."""
    dana = 404 if supervisors else get
    return {"dana": dana, "supervisor": get, "other": 404, **dict.fromkeys(NOBODY_ELSE, 404)}


def staff_page(status: int, *, supervisors: bool = False) -> dict[str, int]:
    return {**case_page(status, supervisors=supervisors), **({} if supervisors else {"other": status})}


TABLE: dict[tuple[str, str], dict[str, int]] = {
    ("GET", "/"): {**dict.fromkeys(("dana", "other", "supervisor"), 303), **dict.fromkeys(NOBODY_ELSE, 200)},
    ("GET", "/sign-in"): dict.fromkeys(PRINCIPALS, 200),
    ("POST", "/sign-in"): dict.fromkeys(PRINCIPALS, 422),
    ("GET", "/second-factor"): dict.fromkeys(PRINCIPALS, 303),
    ("POST", "/second-factor"): dict.fromkeys(PRINCIPALS, 303),
    ("POST", "/lock"): dict.fromkeys(PRINCIPALS[1:], 303),
    ("GET", "/session"): {**dict.fromkeys(PRINCIPALS, 200), "stranger": 401},
    ("GET", "/enrolment/<token>"): dict.fromkeys(PRINCIPALS, 404),
    ("POST", "/enrolment/<token>"): dict.fromkeys(PRINCIPALS, 404),
    ("GET", "/enrolment/<token>/picture.svg"): dict.fromkeys(PRINCIPALS, 404),
    ("GET", "/static/<path:filename>"): dict.fromkeys(PRINCIPALS, 200),
    ("GET", "/today"): staff_page(200),
    ("GET", "/cases"): staff_page(200),
    ("GET", "/cases/<uuid:case_id>"): case_page(200),
    ("POST", "/cases/<uuid:case_id>/reveal"): case_page(200),
    ("GET", "/cases/<uuid:case_id>/destinations/<uuid:destination_id>/call"): case_page(200),
    ("GET", "/cases/<uuid:case_id>/attempts/new"): case_page(200),
    ("POST", "/cases/<uuid:case_id>/attempts"): case_page(422),
    ("GET", "/cases/<uuid:case_id>/approvals/<what>"): case_page(200),
    ("POST", "/cases/<uuid:case_id>/approvals/<what>"): case_page(422),
    ("GET", "/cases/<uuid:case_id>/requests/new"): case_page(200),
    ("POST", "/cases/<uuid:case_id>/requests"): case_page(422),
    ("GET", "/cases/<uuid:case_id>/destinations/new"): case_page(200),
    ("POST", "/cases/<uuid:case_id>/destinations"): case_page(422),
    ("GET", "/cases/<uuid:case_id>/destinations/<uuid:destination_id>"): case_page(200),
    ("POST", "/cases/<uuid:case_id>/destinations/<uuid:destination_id>"): case_page(422),
    ("POST", "/cases/<uuid:case_id>/destinations/<uuid:destination_id>/same-as-before"): case_page(409),
    ("GET", "/cases/<uuid:case_id>/someone-else"): case_page(200),
    ("POST", "/cases/<uuid:case_id>/someone-else"): case_page(422),
    ("POST", "/cases/<uuid:case_id>/pause"): case_page(303),
    ("GET", "/cases/<uuid:case_id>/pause/lift"): case_page(200, supervisors=True),
    ("POST", "/cases/<uuid:case_id>/pause/lift"): case_page(422, supervisors=True),
    ("GET", "/cases/<uuid:case_id>/destinations/<uuid:destination_id>/consents/new"): case_page(200),
    ("POST", "/cases/<uuid:case_id>/destinations/<uuid:destination_id>/consents"): case_page(422),
    ("POST", "/cases/<uuid:case_id>/destinations/<uuid:destination_id>/consents/withdrawal"): case_page(303),
    ("GET", "/cases/<uuid:case_id>/destinations/<uuid:destination_id>/texts/new"): case_page(200),
    ("POST", "/cases/<uuid:case_id>/destinations/<uuid:destination_id>/texts/preview"): case_page(422),
    ("POST", "/cases/<uuid:case_id>/destinations/<uuid:destination_id>/texts"): case_page(422),
    ("POST", "/texts/<uuid:text_id>/cancellation"): case_page(303),
    ("GET", "/cases/<uuid:case_id>/destinations/<uuid:destination_id>/letters/new"): case_page(200),
    ("POST", "/cases/<uuid:case_id>/destinations/<uuid:destination_id>/letters"): case_page(422),
    ("POST", "/cases/<uuid:case_id>/destinations/<uuid:destination_id>/translations"): case_page(303),
    ("GET", "/letters/<uuid:letter_id>/page.pdf"): case_page(409),
    ("POST", "/letters/<uuid:letter_id>/mailing"): case_page(303),
    ("POST", "/letters/<uuid:letter_id>/return"): case_page(303),
    ("POST", "/letters/<uuid:letter_id>/cancellation"): case_page(303),
    ("GET", "/tasks/<uuid:task_id>"): case_page(200),
    ("POST", "/tasks/<uuid:task_id>"): case_page(422),
    ("GET", "/matches/<uuid:match_id>"): case_page(200),
    ("POST", "/matches/<uuid:match_id>"): case_page(422),
    ("GET", "/team"): staff_page(200, supervisors=True),
    ("POST", "/cases/<uuid:case_id>/assignment"): case_page(422, supervisors=True),
}
"""What each route answers to a bare request of each person; strangers are sent to sign in, or are locked out."""


def routes(app: Flask) -> Iterator[tuple[str, str]]:
    for rule in app.url_map.iter_rules():
        for method in rule.methods - {"HEAD"}:
            yield method, rule.rule


def expected(method: str, rule: str, principal: str) -> int:
    answers = TABLE[method, rule]
    if principal == "stranger" and principal not in answers:
        return 303 if method == "GET" else 401
    return answers[principal]


def address(rule: str, world) -> str:
    filled = {
        "<uuid:case_id>": world.case_id,
        "<uuid:destination_id>": world.phone.id,
        "<uuid:task_id>": world.task_id,
        "<uuid:text_id>": world.text_id,
        "<uuid:letter_id>": world.letter_id,
        "<uuid:match_id>": world.match_id,
        "<token>": "x" * 43,
        "<what>": "first_contact",
        "<path:filename>": "icon.svg",
    }
    for part, value in filled.items():
        rule = rule.replace(part, str(value))
    return rule


def at_a_desk(app, clock, vault, world, principal: str) -> Desk:
    desk = Desk(app.test_client(), clock, vault)
    if principal == "stranger":
        desk.get("/sign-in")
        return desk
    return desk.sit_down(getattr(world, principal).card)


def answers(app, clock, vault, world, principal: str) -> dict[tuple[str, str], int]:
    """Return what every route answers to one person; at a fresh desk after those that sign in or out."""
    found, desk = {}, at_a_desk(app, clock, vault, world, principal)
    for method, rule in sorted(routes(app)):
        if rule in ("/lock", "/sign-in", "/second-factor", "/session"):
            desk = at_a_desk(app, clock, vault, world, principal)
        path = address(rule, world)
        found[method, rule] = (desk.get(path) if method == "GET" else desk.post(path)).status_code
        if rule == "/lock":
            desk = at_a_desk(app, clock, vault, world, principal)
    return found


@pytest.mark.req("Z-1")
@pytest.mark.parametrize("principal", PRINCIPALS)
def test_every_route_answers_every_person_as_the_table_says(app, clock, vault, world, principal):
    found = answers(app, clock, vault, world, principal)

    assert found == {key: expected(*key, principal) for key in found}


@pytest.mark.req("Z-1")
def test_the_table_and_the_program_name_the_same_routes(app):
    assert set(routes(app)) == set(TABLE)


@pytest.mark.req("Z-1")
def test_a_planted_route_that_declares_nothing_stops_the_app(app):
    app._got_first_request = False
    app.add_url_rule("/planted", "planted", lambda: "open")

    with pytest.raises(UndeclaredRoute, match="planted"):
        check_doors(app)
    assert app.test_client().get("/planted", base_url=HOST).status_code == 404


def test_a_planted_route_outside_the_table_is_caught(app):
    app._got_first_request = False
    app.add_url_rule("/planted", "planted", public("planted")(lambda: "open"))

    with pytest.raises(AssertionError):
        assert set(routes(app)) == set(TABLE)


def test_a_planted_door_that_is_too_wide_is_caught(app, clock, vault, world):
    app.view_functions["team.show"] = requires(Action.SEE_TODAY)(lambda: "team")

    with pytest.raises(AssertionError):
        assert answers(app, clock, vault, world, "dana")["GET", "/team"] == expected("GET", "/team", "dana")


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "PATCH", "DELETE", "TRACE"])
def test_other_methods_are_refused(desk, world, method):
    desk.sit_down(world.dana.card)
    for path in ("/today", f"/cases/{world.case_id}", "/sign-in"):
        assert desk.client.open(path, method=method, base_url=HOST).status_code in (400, 405)


@pytest.mark.req("Z-2")
@pytest.mark.parametrize("rule", sorted({rule for method, rule in TABLE if "<uuid:" in rule and method == "GET"}))
def test_missing_and_forbidden_are_the_same_to_the_byte(desk, world, rule):
    desk.sit_down(world.other.card)
    forbidden = desk.get(address(rule, world))
    missing = desk.get(address(rule, world.elsewhere()))

    assert forbidden.status_code == missing.status_code == 404
    assert forbidden.data == missing.data
    assert sorted(forbidden.headers) == sorted(missing.headers)


def differ(one, other) -> None:
    assert (one.status_code, one.data) == (other.status_code, other.data)


def test_a_planted_answer_that_admits_a_case_is_there_is_caught(app, desk, world):
    app.view_functions["cases.show"] = requires(Action.SEE_CASES)(
        lambda case_id: ("not yours", 403) if case_id == world.case_id else ("", 404)
    )
    desk.sit_down(world.other.card)

    with pytest.raises(AssertionError):
        differ(desk.get(f"/cases/{world.case_id}"), desk.get(f"/cases/{uuid4()}"))


@pytest.mark.req("70")
def test_a_page_of_the_team_is_no_page_at_all_to_an_advocate(desk, world):
    desk.sit_down(world.dana.card)

    assert desk.get("/team").data == desk.get("/no-such-page").data
