"""The emulator's pages in a real Chromium: read, fit, touched and used without script, at phone and desk widths."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.watching import Watch, faults_at_any_width
from playwright.sync_api import Browser, Page, expect

from twilio_emulator import alone, pages
from twilio_emulator.faults import Fault
from twilio_emulator.parameters import Order
from twilio_emulator.server import Emulator

pytestmark = [pytest.mark.browser, pytest.mark.req("W-6")]

HERS, SENDERS = "+13365550142", ("+13365550100", "+13365550101")
WORDS = "Front desk: Your Tuesday 10:00 time is set."
PATHS = ("/", "/phones/%2B13365550142", "/phones/%2B13365550111", "/phones?number=12", "/kept", "/trouble", "/codes")


@pytest.fixture
def emulator(tmp_path: Path) -> Iterator[Emulator]:
    app, token = alone.build(alone.Wish(senders=SENDERS, step_seconds=0))
    app.authenticators = tmp_path / "authenticator.json"
    app.authenticators.write_text(
        '[{"email": "dana@example.org", "role": "advocate", "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"}]'
    )
    for keeps in (True, False):
        app.exchange.accept(Order(HERS, SENDERS[0], WORDS, 3600, None, keeps, keeps), app.clock())
    app.exchange.settle(app.clock())
    app.exchange.reply(HERS, SENDERS[0], "STOP", app.clock())
    app.faults.add(Fault.parse({"kind": "status_429", "times": 3}))
    with Emulator(app, token, runs_courier=False) as running:
        yield running


def faults_of(page: Page, address: str) -> list[str]:
    """Open a page, and return what shuts someone out of it at any width, in the light and in the dark."""
    page.goto(address)
    faults = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        faults += [f"{address}, {scheme}, {each}" for each in faults_at_any_width(page)]
    return faults


def test_no_page_of_the_emulator_shuts_anyone_out(browser: Browser, emulator: Emulator) -> None:
    page = browser.new_page()
    watch = Watch(emulator.address).on(page)

    faults = [fault for path in PATHS for fault in faults_of(page, emulator.address + path)]

    page.close()
    assert faults == []
    assert watch.left == []
    assert [each for each in watch.refused if "422" not in each] == []


def test_planted_faults_of_access_are_caught(
    browser: Browser, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = "<input name='x'><p class='time'>" + "0" * 400 + "</p>"
    monkeypatch.setattr(pages, "_other_phone_form", lambda wrong, typed: bad)
    page = browser.new_page()

    faults = faults_of(page, emulator.address + "/")

    page.close()
    for scheme in ("light", "dark"):
        assert any(f"{scheme}, 360: label" in fault for fault in faults)
        assert any(f"{scheme}, 360: scrolls sideways" in fault for fault in faults)


def test_a_text_is_written_and_trouble_is_made_without_script(browser: Browser, emulator: Emulator) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(emulator.address)

    page.get_by_label("Its number").fill("+1 336 555 0187")
    page.get_by_role("button", name="Pick up").click()
    page.get_by_label("To", exact=True).select_option(SENDERS[1])
    page.get_by_label("Write as the person holding this phone").fill("Is this <you>?")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("listitem").filter(has_text="Is this <you>?")).to_be_visible()

    page.get_by_role("link", name="Make trouble").click()
    page.get_by_label("When").select_option("delete")
    page.get_by_role("button", name="Let it go wrong").click()
    expect(page.get_by_text("Deleting a message: Too many requests (429)")).to_be_visible()
    page.get_by_role("button", name="Let all be well").click()
    expect(page.get_by_text("All is well.")).to_be_visible()

    context.close()
    assert [line.other for line in emulator.app.exchange.phones["+13365550187"].lines] == [SENDERS[1]]
