"""Every page, with made-up cards, in a real Chromium: can everyone read it, fit it, touch it; does it stay home?"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from browser.gallery import PAGES, create_gallery
from browser.watching import Watch, faults_at_any_width, faults_of_access, is_wider_than_the_screen, too_small_to_touch
from flask import Flask
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PLANTED = """<!doctype html><html lang="en"><head><title>Planted</title>
<link rel="stylesheet" href="/static/wayside.css"></head><body><main><h1>Planted</h1>%s</main></body></html>"""


def with_planted(fault: str) -> Flask:
    """Return the gallery with one more page that carries a fault."""

    def plant(app: Flask) -> None:
        app.add_url_rule("/planted/page", "planted", lambda: PLANTED % fault)

    return create_gallery(plant)


OF_COLOUR = ("color-contrast", "link-in-text-block")
"""What axe looks at that the dark can change: all else is the same page."""


def faults_in_the_dark(page: Page) -> list[str]:
    """Return what cannot be seen on the page that is open once the screen is dark."""
    page.emulate_media(color_scheme="dark")
    faults = [f"in the dark: {each}" for each in faults_of_access(page, only=OF_COLOUR)]
    page.emulate_media(color_scheme="light")
    return faults


NAMING = ("Marisol", "Vega", "Fable Lane", "555 0142", "555-0142", "Your Tuesday")


def named_on_paper(page: Page) -> list[str]:
    """Return what a print of this page would show that names or finds someone."""
    page.emulate_media(media="print")
    words = page.evaluate("document.body.innerText")
    page.emulate_media(media="screen")
    return [each for each in NAMING if each in words]


def is_too_wide_when_large(page: Page) -> bool:
    """Say whether words twice as large on half a screen make one scroll sideways; the page is left so."""
    screen = {"width": 640, "height": 400, "deviceScaleFactor": 2, "mobile": False}
    page.context.new_cdp_session(page).send("Emulation.setDeviceMetricsOverride", screen)
    page.evaluate("document.documentElement.classList.add('large')")
    return is_wider_than_the_screen(page)


@dataclass
class Seen:
    """What was seen of all pages, each loaded once."""

    watch: Watch
    faults: list[str] = field(default_factory=list)
    named_on_paper: dict[str, list[str]] = field(default_factory=dict)
    too_wide_when_large: list[str] = field(default_factory=list)

    def look(self, page: Page, name: str) -> None:
        """Look at the page that is open at every width, in the dark, on paper and twice as large."""
        self.faults += [f"{name}, {each}" for each in faults_at_any_width(page) + faults_in_the_dark(page)]
        if found := named_on_paper(page):
            self.named_on_paper[name] = found
        if is_too_wide_when_large(page):
            self.too_wide_when_large.append(name)


@pytest.fixture(scope="module")
def seen(browser: Browser, gallery: str) -> Seen:
    page = browser.new_page()
    seen = Seen(Watch(gallery).on(page))
    for name in PAGES:
        page.goto(f"{gallery}/{name}")
        seen.look(page, name)
    page.close()
    return seen


@pytest.mark.req("W-6")
def test_no_page_shuts_anyone_out_at_any_width_or_in_the_dark(seen: Seen) -> None:
    assert seen.faults == []
    assert seen.watch.left == []
    assert seen.watch.refused == []


@pytest.mark.req("W-6")
def test_words_twice_as_large_still_fit(seen: Seen) -> None:
    assert seen.too_wide_when_large == []


def test_a_print_left_on_a_desk_names_and_finds_no_one(seen: Seen) -> None:
    assert seen.named_on_paper == {}


@pytest.mark.req("W-6")
def test_planted_fault_that_only_the_dark_or_a_phone_shows_is_caught(
    browser: Browser, serve: Callable[[Any], Any]
) -> None:
    with serve(with_planted('<p class="faint">Hard to read</p><div class="wide">Wide</div>')) as address:
        page = browser.new_page(bypass_csp=True)
        page.goto(f"{address}/planted/page")
        dark = "@media (prefers-color-scheme: dark) { .faint { color: #333; background: #222 } }"
        page.add_style_tag(content=dark + "@media (max-width: 400px) { .wide { width: 900px } }")
        at_widths, in_the_dark = faults_at_any_width(page), faults_in_the_dark(page)
        page.close()
    assert at_widths == ["360: scrolls sideways"]
    assert [each.split(":")[1] for each in in_the_dark] == [" color-contrast"]


@pytest.mark.req("W-6")
def test_planted_page_that_large_words_burst_is_caught_and_the_next_is_small_again(
    browser: Browser, serve: Callable[[Any], Any]
) -> None:
    with serve(with_planted('<p class="grows">Wide</p>')) as address:
        page = browser.new_page(bypass_csp=True)
        for grows, expected in ((".large .grows { width: 700px }", True), ("", False)):
            page.goto(f"{address}/planted/page")
            assert faults_at_any_width(page) == []
            page.add_style_tag(content=grows or " ")
            assert is_too_wide_when_large(page) is expected
        page.close()


def test_planted_name_on_paper_is_caught(browser: Browser, serve: Callable[[Any], Any]) -> None:
    with serve(with_planted("<p>Marisol</p>")) as address:
        page = browser.new_page()
        page.goto(f"{address}/planted/page")
        found = named_on_paper(page)
        page.close()
    assert found == ["Marisol"]


@pytest.mark.req("W-6")
@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ('<input class="usa-input" name="name">', "label"),
        ('<p class="faint">Hard to read</p>', "color-contrast"),
        ('<img src="/static/icon.svg" width="40" height="40">', "image-alt"),
    ],
)
def test_planted_fault_of_access_is_caught(
    browser: Browser, serve: Callable[[Any], Any], fault: str, rule: str
) -> None:
    with serve(with_planted(fault)) as address:
        page = browser.new_page(bypass_csp=True)
        page.goto(f"{address}/planted/page")
        page.add_style_tag(content=".faint { color: #bbb; background: #fff }")
        found = faults_of_access(page)
        page.close()
    assert [each for each in found if each.startswith(rule)]


@pytest.mark.req("W-5")
@pytest.mark.parametrize(
    "fault",
    [
        '<img src="https://example.com/pixel.png" alt="">',
        '<p style="color: red">Inline style</p>',
        "<script>window.inline = true</script>",
        '<p onclick="go()">Handler</p><script src="//example.com/x.js"></script>',
    ],
)
def test_planted_page_that_leaves_or_breaks_the_policy_is_caught(
    browser: Browser, serve: Callable[[Any], Any], fault: str
) -> None:
    with serve(with_planted(fault)) as address:
        page = browser.new_page()
        watch = Watch(address).on(page)
        page.goto(f"{address}/planted/page")
        page.close()
    assert watch.left or watch.refused


@pytest.mark.req("W-6")
@pytest.mark.parametrize(
    ("fault", "check"),
    [
        ('<pre class="wide">' + "x" * 900 + "</pre>", is_wider_than_the_screen),
        ('<button class="tiny">x</button>', too_small_to_touch),
    ],
)
def test_planted_page_that_does_not_fit_a_thumb_or_a_phone_is_caught(
    browser: Browser, serve: Callable[[Any], Any], fault: str, check: Callable[[Any], Any]
) -> None:
    with serve(with_planted(fault)) as address:
        page = browser.new_page(viewport={"width": 360, "height": 800})
        page.goto(f"{address}/planted/page")
        found = check(page)
        page.close()
    assert found
