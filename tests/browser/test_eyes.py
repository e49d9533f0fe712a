"""What a walk in Chromium sees of its pages: each fault planted on one of them is told, with script and without."""

from collections.abc import Callable
from typing import Any

import pytest
from browser.test_gallery import with_planted
from chromium_desk import ChromiumBrowser
from chromium_eyes import Eyes
from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

TOLD = {
    '<input class="usa-input" name="name">': "label: <input",
    '<p class="phone">Hard to read</p>': "color-contrast: <p",
    "<pre>" + "x" * 900 + "</pre>": "scrolls sideways",
    '<button class="tiny">x</button>': "too small to touch",
    '<img src="https://example.com/pixel.png" alt="">': "left: https://example.com/pixel.png",
    '<img src="/gone.png" alt="">': "/gone.png: 404",
    '<p style="color: red">Inline style</p>': "violates the following Content Security Policy",
}


def told(browser: Browser, address: str, seen: set[str], *, script: bool) -> list[str]:
    """Open the planted page on a phone as a walk does, and return what was wrong."""
    phone = {"viewport": {"width": 360, "height": 800}}
    context = browser.new_context(java_script_enabled=script, **phone)
    eyes = Eyes(address, seen, None if script else browser.new_page(**phone))
    ChromiumBrowser(context.new_page(), address, eyes).get("/planted/page")
    eyes.close()
    context.close()
    return eyes.all_faults()


@pytest.mark.req("W-6")
@pytest.mark.req("W-8")
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_planted_fault_on_a_page_of_a_walk_is_told(browser: Browser, serve: Callable[[Any], Any], script: bool) -> None:
    with serve(with_planted("".join(TOLD))) as address:
        found = told(browser, address, set(), script=script)
    assert [each for each in TOLD.values() if not any(each in fault for fault in found)] == []


@pytest.mark.req("W-6")
def test_planted_fault_on_a_page_seen_before_without_it_is_told(browser: Browser, serve: Callable[[Any], Any]) -> None:
    seen: set[str] = set()
    for fault, expected in (("<p>Good</p>", 0), ("<p>As good</p>", 0), ('<p>Bad</p><input name="name">', 1)):
        with serve(with_planted(fault)) as address:
            found = told(browser, address, seen, script=True)
        assert len([each for each in found if "label:" in each]) == expected
