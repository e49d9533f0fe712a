"""A colleague's browser that is a real Chromium: what `town.Browser` does with a test client, done by fingers."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from types import SimpleNamespace
from typing import Any

from chromium_eyes import Eyes
from playwright.sync_api import Locator, Page, Response


@dataclass
class ChromiumBrowser:
    """One window at the portal, with the same ways to use it as `town.Browser`."""

    window: Page
    address: str
    eyes: Eyes
    page: Any = field(default_factory=lambda: SimpleNamespace(status_code=0))
    text: str = ""

    def __post_init__(self) -> None:
        """Remember the status of each page that loads."""
        self.window.set_default_timeout(15_000)
        self.window.on("response", self._note)
        self.eyes.watch(self.window)

    def get(self, path: str) -> str:
        """Type an address."""
        self.window.goto(f"{self.address}{path}")
        return self._look()

    def submit(self, action: str, **typed: Any) -> str:
        """Fill in the first form whose action matches, and press its button."""
        form = self._form(action)
        for name, value in typed.items():
            for each in value if isinstance(value, list) else [value]:
                _fill(form, name, str(each))
        with self.window.expect_navigation():
            form.locator("button").first.click()
        return self._look()

    def take_out(self, action: str) -> bytes:
        """Press the button of the first form whose action matches, and return the file that comes."""
        with self.window.expect_download() as coming:
            self._form(action).locator("button").first.click()
        return coming.value.path().read_bytes()

    def links(self, pattern: str) -> list[str]:
        """Return the addresses on the page that match, each once, in order."""
        found = re.findall(r'(?:href|action)="([^"]+)"', self.text)
        return list(dict.fromkeys(unescape(each) for each in found if re.search(pattern, unescape(each))))

    def _form(self, action: str) -> Locator:
        forms = self.window.locator("form")
        known = forms.evaluate_all("found => found.map(each => each.getAttribute('action'))")
        place = next((place for place, each in enumerate(known) if re.search(action, each or "")), None)
        assert place is not None, f"no form with {action!r} on the page; there are {known}"
        return forms.nth(place)

    def _look(self) -> str:
        self.text = self.window.content()
        self.eyes.look(self.window, self.text)
        return self.text

    def _note(self, response: Response) -> None:
        if response.request.is_navigation_request() and not 300 <= response.status < 400:
            self.page = SimpleNamespace(status_code=response.status)


def _fill(form: Locator, name: str, value: str) -> None:
    fields = form.locator(f"[name='{name}']")
    kind = fields.first.evaluate("field => field.tagName === 'INPUT' ? field.type : field.tagName.toLowerCase()")
    if kind in ("radio", "checkbox"):
        form.locator(f"label[for='{form.locator(f'[name={name!r}][value={value!r}]').get_attribute('id')}']").click()
    elif kind == "select":
        fields.first.select_option(value)
    elif kind == "hidden":
        fields.first.evaluate("(field, value) => { field.value = value }", value)
    else:
        fields.first.fill(value)


Opening = Callable[[], Any]
"""Opens a fresh browser, signed out."""
