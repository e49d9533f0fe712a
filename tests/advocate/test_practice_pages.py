"""Nobody takes practice for the real thing: every page says so, its title and its cookie are others."""

from dataclasses import replace

import pytest
from advocate_desk import Desk, sign_in
from advocate_routes import TABLE, address

from portal.advocate.rendering import TEMPLATES

pytestmark = pytest.mark.req("81")
BANNER = "Practice. Nobody can be reached from here."
DOORS = ("/sign-in", "/nowhere")


@pytest.fixture
def practised(own_app, vault, clock) -> Desk:
    """A desk at a portal that was made for practice."""
    return Desk(own_app.test_client(), clock, vault)


@pytest.fixture
def parts(parts):
    return replace(parts, is_practice=True)


def says_so(answer) -> bool:
    return BANNER in answer.text and "· Practice</title>" in answer.text


def pages_without_banner(desk, paths) -> list[str]:
    """Return the addresses whose page does not say that it is practice."""
    answers = {path: desk.get(path) for path in paths}
    shown = {path: each for path, each in answers.items() if each.mimetype == "text/html" and each.status_code != 303}
    assert shown
    return [path for path, each in shown.items() if not says_so(each)]


def test_every_page_says_that_nobody_can_be_reached(practised, world):
    assert pages_without_banner(practised, DOORS) == []
    practised.sit_down(world.supervisor.card)
    paths = [address(rule, world) for method, rule in TABLE if method == "GET"]
    assert pages_without_banner(practised, [*paths, *DOORS]) == []


def test_planted_layout_without_the_banner_is_caught(practised, own_app, monkeypatch):
    layout, kept = (TEMPLATES / "layouts" / "base.html").read_text(), own_app.jinja_env.loader.get_source

    def planted(environment, name):
        text, *rest = kept(environment, name)
        return (layout.replace(BANNER, "") if name == "layouts/base.html" else text, *rest)

    own_app.jinja_env.cache.clear()
    monkeypatch.setattr(own_app.jinja_env.loader, "get_source", planted)
    assert pages_without_banner(practised, DOORS) == list(DOORS)


def test_the_cookie_is_not_that_of_a_real_portal(practised, hire):
    sign_in(practised, hire())
    assert practised.last.headers["Set-Cookie"].startswith("wayside_practice=")
