"""What the small script adds, and that nothing needs it: typed words survive, a safe time ends, a page is covered."""

import pytest
from playwright.sync_api import Browser, Page, Route, expect

pytestmark = pytest.mark.browser

NOTE = "She sounded well"


@pytest.fixture
def page(browser: Browser):
    page = browser.new_page()
    page.set_default_timeout(8000)
    yield page
    page.close()


def answer_session(page: Page, status: int) -> None:
    """Let the address that tells whether we are signed in answer `status`; 0 is a dead line."""

    def handle(route: Route) -> None:
        route.abort() if status == 0 else route.fulfill(status=status, json={"csrf": "fresh"})

    page.unroute("**/session")
    page.route("**/session", handle)


def write_note(page: Page, gallery: str) -> None:
    """Open the page that records a try, choose an outcome and write a note."""
    page.goto(f"{gallery}/attempt")
    page.get_by_label("No answer").check()
    page.get_by_label("Note").fill(NOTE)


@pytest.mark.parametrize(("status", "words"), [(401, "You were signed out"), (0, "There is no line right now")])
def test_what_was_typed_stays_when_a_form_cannot_arrive(page: Page, gallery: str, status: int, words: str) -> None:
    answer_session(page, status)
    write_note(page, gallery)

    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text(words)).to_be_visible()
    expect(page.get_by_label("Note")).to_have_value(NOTE)


def test_the_same_form_goes_after_signing_in_elsewhere_and_carries_a_fresh_token(page: Page, gallery: str) -> None:
    answer_session(page, 401)
    write_note(page, gallery)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("You were signed out")).to_be_visible()

    answer_session(page, 200)
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/somewhere")

    assert NOTE in page.content()
    assert "fresh" in page.content()


def test_leaving_with_words_not_sent_asks_first(page: Page, gallery: str) -> None:
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    write_note(page, gallery)

    page.get_by_role("link", name="Cases").click(no_wait_after=True)
    expect(page.get_by_label("Note")).to_have_value(NOTE)

    assert asked == ["beforeunload"]
    page.evaluate("window.stop()")


def test_a_safe_time_that_ended_is_not_shown_as_safe(browser: Browser, gallery: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.clock.install(time="2099-11-21T16:59:00Z")
    page.goto(f"{gallery}/call")
    expect(page.get_by_text("Safe now")).to_be_visible()

    page.clock.fast_forward("02:00")

    expect(page.get_by_text("Safe now")).to_be_hidden()
    expect(page.get_by_text("The safe time is over")).to_be_visible()
    page.close()


def test_a_page_left_alone_is_covered_until_the_session_is_known_to_live(browser: Browser, gallery: str) -> None:
    page = browser.new_page()
    page.clock.install(time="2026-11-21T12:00:00Z")
    answer_session(page, 200)
    page.goto(f"{gallery}/case-shown")
    name = page.get_by_text("Marisol Vega")
    expect(name).to_be_visible()

    page.clock.fast_forward("10:10")
    expect(name).to_be_hidden()

    answer_session(page, 401)
    page.get_by_role("button", name="Show it again").click()
    expect(page.get_by_text("You were signed out")).to_be_visible()
    expect(name).to_be_hidden()

    answer_session(page, 200)
    page.get_by_role("button", name="Show it again").click()
    expect(name).to_be_visible()
    page.close()


def test_nothing_is_kept_in_the_browser(page: Page, gallery: str) -> None:
    answer_session(page, 401)
    write_note(page, gallery)
    page.get_by_role("button", name="Save").click()

    kept = page.evaluate("({...localStorage, ...sessionStorage, cookie: document.cookie})")

    assert kept == {"cookie": ""}


@pytest.mark.req("W-8")
def test_forms_arrive_without_any_script(browser: Browser, gallery: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    write_note(page, gallery)

    page.get_by_role("button", name="Save").click()

    assert page.url.endswith("/somewhere")
    assert NOTE in page.content()
    context.close()


@pytest.mark.req("W-7")
def test_a_case_is_worked_with_the_keyboard_alone(page: Page, gallery: str) -> None:
    page.goto(f"{gallery}/call")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the page"
    reached, unseen = set(), []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.textContent.trim()"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        if outline == "none" and not page.evaluate("document.activeElement === document.body"):
            unseen.append(page.evaluate("document.activeElement.outerHTML"))

    assert {"Today", "Cases", "Lock", "We talked", "No answer", "Someone else answered"} <= reached
    assert unseen == []

    page.get_by_role("button", name="No answer").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/somewhere")
