"""Every route, every method, every kind of person: one table, and nothing outside it."""

import re
from uuid import uuid4

import pytest
from advocate_desk import HOST, Desk
from advocate_routes import PRINCIPALS, TABLE, address, routes

from outreach.access import Action
from portal.advocate.doors import UndeclaredRoute, check_doors, public, requires
from portal.advocate.rendering import LINKS, UNDER


def expected(method: str, rule: str, principal: str) -> int:
    answers = TABLE[method, rule]
    if principal == "stranger" and principal not in answers:
        return 303 if method == "GET" else 401
    return answers[principal]


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
@pytest.mark.usefixtures("own_app")
def test_a_planted_route_that_declares_nothing_stops_the_app(app):
    app.add_url_rule("/planted", "planted", lambda: "open")

    with pytest.raises(UndeclaredRoute, match="planted"):
        check_doors(app)
    assert app.test_client().get("/planted", base_url=HOST).status_code == 404


@pytest.mark.usefixtures("own_app")
def test_a_planted_route_outside_the_table_is_caught(app):
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


FORBIDDEN_TO_OTHER = {
    rule for (method, rule), who in TABLE.items() if "<uuid:" in rule and method == "GET" and who["other"] == 404
}
"""What a colleague may not see; a page that every colleague sees has nothing to hide from them."""


@pytest.mark.req("Z-2")
@pytest.mark.parametrize("rule", sorted(FORBIDDEN_TO_OTHER))
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


@pytest.mark.parametrize("path", ["/letter-templates", "/returned-mail"])
def test_a_page_under_letters_shows_where_you_are(desk, world, path):
    desk.sit_down(world.supervisor.card)
    (here,) = re.findall(r'aria-current="page">([^<]+)', desk.get(path).get_data(as_text=True))
    assert here == "Letters"


def test_every_page_that_stands_under_a_link_is_there():
    assert set(UNDER) <= {rule.split("/")[1] for _, rule in TABLE}
    assert set(UNDER.values()) <= {label for label, _, _ in LINKS}
