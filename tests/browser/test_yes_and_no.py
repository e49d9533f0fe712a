"""Her yes, her no, their print and a stop on everything, on a small phone without any script, in a real Chromium."""

import re
from io import BytesIO
from uuid import UUID

import pytest
from browser.office import Office
from browser.test_portal import address, office, sit_down
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

__all__ = ["address", "office"]
pytestmark = pytest.mark.browser

PHONE = UUID(int=7)


def without_script(browser: Browser, office: Office, address: str) -> Page:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    return sit_down(context, office, address)


def say_yes_and_no(page: Page, at: str) -> None:
    """Ask her, let her phone confirm by a call, and write down her no."""
    page.goto(f"{at}/new")
    page.get_by_label("¿Podemos").check(force=True)
    page.get_by_label("In person").check(force=True)
    page.get_by_role("button", name="Save her yes").click()
    expect(page.get_by_text(re.compile(r"send \d{4} from this phone"))).to_be_visible()
    page.get_by_role("button", name="I called this number and she said yes").click()
    expect(page.get_by_text("She said yes, and this phone confirmed it.")).to_be_visible()
    page.get_by_role("link", name="She wants no texts").click()
    page.get_by_label("In a letter").check(force=True)
    page.get_by_role("button", name="Stop texts now").click()
    expect(page.get_by_text("None goes to any phone of hers.")).to_be_visible()


def telling_parts_of_the_print(page: Page, address: str) -> list[str]:
    """Return what the PDF of this page holds that would say whose it is, the margins a browser adds included."""
    around = dict.fromkeys(("top", "bottom", "left", "right"), "1cm")  # As a browser prints by itself.
    content = page.pdf(display_header_footer=True, margin=around)
    reader = PdfReader(BytesIO(content))
    words = "".join(each.extract_text() for each in reader.pages) + str(reader.metadata)
    assert "ending in 0177" in words
    assert "Consent withdrawn" in words
    told = ("Marisol", "Vega", "Dana", "Wayside", "3365550177", "/cases/", address.removeprefix("http://"))
    return [each for each in told if each in words]


@pytest.mark.req("29")
@pytest.mark.req("W-8")
def test_her_yes_and_her_no_are_kept_and_printed_without_a_word_of_who_she_is(
    browser: Browser, office: Office, address: str
) -> None:
    page = without_script(browser, office, address)
    at = f"{address}/cases/{office.cases['A']}/destinations/{PHONE}/consents"
    say_yes_and_no(page, at)

    page.goto(f"{at}/evidence")

    assert telling_parts_of_the_print(page, address) == []
    page.context.close()


@pytest.mark.req("29")
def test_planted_margin_with_the_address_is_caught(browser: Browser, office: Office, address: str) -> None:
    page = without_script(browser, office, address)
    at = f"{address}/cases/{office.cases['A']}/destinations/{PHONE}/consents"
    say_yes_and_no(page, at)
    page.route("**/wayside.css*", lambda route: route.fulfill(body="", content_type="text/css"))

    page.goto(f"{at}/evidence")

    with pytest.raises(AssertionError):
        assert telling_parts_of_the_print(page, address) == []
    page.context.close()


@pytest.mark.req("26")
@pytest.mark.req("W-8")
def test_a_stop_and_its_lift_need_no_script(browser: Browser, office: Office, address: str) -> None:
    page = without_script(browser, office, address)
    page.goto(f"{address}/cases/{office.cases['A']}")
    page.locator(".bar").get_by_role("button", name="Pause all contact").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("All contact is paused")
    expect(page.get_by_text("Nothing was on its way.")).to_be_visible()

    page.get_by_role("link", name="Lift the pause").click()
    for each in page.get_by_label("Not asked yet").all():
        each.check(force=True)
    page.get_by_label("Nobody has spoken").check(force=True)
    page.get_by_label("Why may contact go on?").fill("A wrong tap.")
    page.get_by_role("button", name="Lift the pause").click()

    expect(page.get_by_text("The stop is lifted.")).to_be_visible()
    expect(page.get_by_text("All contact was stopped after this was said.").first).to_be_visible()
    page.context.close()
