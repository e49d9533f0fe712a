"""The real portal in a real Chromium: the whole day of an advocate, with and without script, on every kind of page."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from advocate_desk import PHRASE
from agency_world import World
from browser.office import EMAIL, Office, open_office
from browser.reading import grade, visible_lines
from browser.test_words_and_sizes import words_never_said
from browser.watching import Watch, faults_at_any_width
from playwright.sync_api import Browser, BrowserContext, Page, expect

from crypto.keyring import KeyPaths
from outreach.records.engine import Vault
from outreach.records.spool import create_spool, open_drain, open_spool

pytestmark = pytest.mark.browser

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


@pytest.fixture
def office(sqlite_vault: Vault, key_paths: KeyPaths, tmp_path: Path) -> Iterator[Office]:
    where = tmp_path / "spool.db"
    create_spool(where)
    spool, drain = open_spool(where), open_drain(where)
    yield open_office(World(sqlite_vault, spool, drain, key_paths))
    spool.close()
    drain.close()


@pytest.fixture
def address(office: Office, serve: Callable[[Any], Any]) -> Iterator[str]:
    with serve(office.app) as address:
        yield address


def sit_down(context: BrowserContext, office: Office, address: str) -> Page:
    """Sign in through the door, and set the browser's clock to the office's."""
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.clock.set_fixed_time(office.clock.now())
    page.goto(address)
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Pass phrase").fill(PHRASE)
    page.locator("button.usa-button").click()
    page.get_by_label("Six digits").fill(office.code())
    page.locator("button.usa-button").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("November")
    return page


def kind_of(path: str) -> str:
    """Return a path with its ids and choices taken out: one page of each kind is enough."""
    return re.sub(r"(destination|channel|task|outcome|after)=[^&]*", r"\1", ID.sub("*", path))


def links(page: Page, address: str) -> list[str]:
    """Return the paths a page links to, within the portal."""
    # A link drawn in a picture keeps its address elsewhere than a link in the text.
    ask = "all => all.map(each => new URL(each.getAttribute('href'), document.baseURI).href)"
    hrefs: list[str] = page.eval_on_selector_all("a[href]", ask)
    return [each.removeprefix(address) for each in hrefs if each.startswith(address + "/")]


def walk(page: Page, address: str) -> Iterator[str]:
    """Open one page of each kind that can be reached by links from Today; yield its path.

    A sheet to print is fetched and not shown: the page around it would be the browser's own viewer.
    """
    waiting, known = ["/today"], {"/today"}
    while waiting:
        path = waiting.pop(0)
        if path.endswith(".pdf"):
            sheet = page.request.get(address + path)
            assert (sheet.status, sheet.headers["content-type"]) == (200, "application/pdf"), path
            continue
        answer = page.goto(address + path)
        assert answer is not None
        assert answer.status == 200, path
        yield path
        for found in links(page, address):
            bare = urlsplit(found)._replace(fragment="").geturl()
            if kind_of(bare) not in known:
                known.add(kind_of(bare))
                waiting.append(bare)


@pytest.mark.req("W-5")
@pytest.mark.req("W-6")
def test_no_page_of_the_portal_shuts_anyone_out_or_leaves(browser: Browser, office: Office, address: str) -> None:
    context = browser.new_context()
    page = sit_down(context, office, address)
    watch, faults, kinds = Watch(address).on(page), [], []
    for path in walk(page, address):
        kinds.append(kind_of(path))
        faults += [f"{path}, {each}" for each in faults_at_any_width(page)]
        faults += [f"{path}: hard to read"] * (grade(visible_lines(page.content())) > 6.0)
        faults += [f"{path}: {each}" for each in words_never_said(visible_lines(page.content()))]
    context.close()
    assert faults == []
    assert watch.left == []
    assert watch.refused == []
    assert {"/today", "/cases", "/cases/*", "/team"} <= set(kinds)
    assert len(kinds) >= 10, kinds


@pytest.mark.req("W-8")
def test_a_day_is_worked_without_any_script(browser: Browser, office: Office, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = sit_down(context, office, address)

    page.goto(f"{address}/cases/{office.cases['A']}")
    assert "Marisol Vega" not in page.content()
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("Marisol Vega")).to_be_visible()

    release_a_text(page)
    call_from_the_strip(page)
    page.get_by_role("link", name="Reached her").click()
    page.get_by_label("Anything to add").fill("She is with her sister.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_contain_text("Saved")

    change_a_way(page)
    page.get_by_role("button", name="Pause all contact").first.click()
    expect(page.get_by_text("All contact is paused").first).to_be_visible()
    context.close()


def call_from_the_strip(page: Page) -> None:
    """Open the call card of the first phone that may be called now."""
    page.get_by_role("link", name=re.compile(r"^Call ?: Call")).first.click()
    expect(page.locator(".say")).to_be_visible()


def release_a_text(page: Page) -> None:
    """Choose approved words, see them as they would leave, and let them go; the case page then lists the text."""
    page.get_by_role("link", name=re.compile(r"^Write a text")).first.click()
    page.locator("label", has_text="Llame cuando tenga un momento").click()
    page.get_by_role("button", name="Show it first").click()
    expect(page.locator(".bubble")).to_contain_text("Llame cuando tenga un momento")
    page.locator(".card--next button").click()
    expect(page.get_by_role("region", name="Texts")).to_contain_text("Waiting to go")


def change_a_way(page: Page) -> None:
    """Mark texts to her own phone as not safe, and see the strip say so."""
    page.get_by_role("link", name=re.compile(r"^Change ?: Text ··· 0177")).click()
    page.get_by_role("group", name="Is a text safe?").get_by_text("Not safe").click()
    page.get_by_role("group", name="Who says so?").get_by_text("She said so, now").click()
    page.get_by_role("button", name="Save").click()
    expect(
        page.get_by_role("listitem").filter(has_text="Text ··· 0177").filter(has_text="Not safe").last
    ).to_be_visible()


@pytest.mark.req("W-7")
def test_signing_in_and_opening_a_case_takes_only_a_keyboard(browser: Browser, office: Office, address: str) -> None:
    page = browser.new_page()
    page.clock.set_fixed_time(office.clock.now())
    page.goto(address)
    press_until(page, "E-mail")
    page.keyboard.type(EMAIL)
    page.keyboard.press("Tab")
    page.keyboard.type(PHRASE)
    page.keyboard.press("Enter")
    page.wait_for_url("**/second-factor")
    press_until(page, "Six digits")
    page.keyboard.type(office.code())
    page.keyboard.press("Enter")
    page.wait_for_url("**/today")
    page.goto(f"{address}/cases/{office.cases['A']}")
    press_until(page, "Show")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Marisol Vega")).to_be_visible()
    page.close()


def press_until(page: Page, name: str) -> None:
    """Press Tab until the focus is on what is called `name`."""
    words = "(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()"
    for _ in range(40):
        page.keyboard.press("Tab")
        if str(page.evaluate(words)).startswith(name):
            return
    pytest.fail(f"the keyboard never reached {name}")


def test_an_idle_session_loses_no_word(browser: Browser, office: Office, address: str) -> None:
    context = browser.new_context()
    page = sit_down(context, office, address)
    page.goto(f"{address}/cases/{office.cases['A']}/attempts/new")
    page.locator("input[name=way]").first.check()
    page.get_by_text("No answer").click()
    page.get_by_label("Anything to add").fill("She asked for a morning call.")
    wait_at_the_desk(office, minutes=20)

    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("You were signed out")).to_be_visible()
    expect(page.get_by_label("Anything to add")).to_have_value("She asked for a morning call.")
    sit_down(context, office, address)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_contain_text("Saved")
    context.close()


def wait_at_the_desk(office: Office, *, minutes: int) -> None:
    """Let time pass without a sleep."""
    office.clock.advance(timedelta(minutes=minutes))
