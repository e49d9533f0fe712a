"""What a test sees of a page in the browser: faults of access, requests that leave, policy violations, lost room."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Request

WIDTHS = (360, 768, 1280)
AXE = Axe().axe_script
TARGETS = "button, .usa-button, .nav a, input:not([type=hidden]), select, textarea, summary, .row__name a"
TOO_SMALL = """
targets => [...document.querySelectorAll(targets)].filter(each => {
  if (each.matches('[type=radio], [type=checkbox]')) each = document.querySelector(`label[for="${each.id}"]`);
  const box = each.getBoundingClientRect();
  return box.width && box.height && box.height < 43.5;
}).map(each => each.outerHTML.slice(0, 120))
"""
ASKED_OF_AXE: dict[str, Any] = {"reporter": "no-passes", "resultTypes": ["violations"], "selectors": False}
SERIOUS = """
async options => (await axe.run(document, options)).violations
  .filter(({impact}) => impact === "serious" || impact === "critical")
  .flatMap(({id, nodes}) => nodes.map(node => {
    const why = [...node.any, ...node.all, ...node.none].map(({message}) => message).join("; ");
    return `${id}: ${node.html.slice(0, 160)} ${why.slice(0, 200)}`;
  }))
"""
"""Choosing in the page what is told spares carrying all that is well out of it, which took half of the time."""


LOOKS = """
() => JSON.stringify([...document.querySelectorAll('body *')].map(each => {
  if (!each.checkVisibility()) return '';
  const has = getComputedStyle(each);
  return [has.color, has.backgroundColor, has.fontSize, has.fontWeight, has.textDecorationLine, has.overflow].join();
}))
"""
"""What is shown, and how: at a width where this is as it was at another, axe has nothing new to say."""


@dataclass
class Watch:
    """Collects what a page asks for and what the browser refuses it."""

    origin: str
    left: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def on(self, page: Page) -> "Watch":
        """Watch a page from now on."""
        page.on("request", self._request)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.refused.append(str(error)))
        return self

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.origin, "data:", "blob:")):
            self.left.append(request.url)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.refused.append(message.text)


def faults_of_access(page: Page, *, only: Sequence[str] = ()) -> list[str]:
    """Return what axe finds serious or critical: rule and place; by all its rules, or by those named alone."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    rules = {"runOnly": {"type": "rule", "values": list(only)}} if only else {}
    found: list[str] = page.evaluate(SERIOUS, {**ASKED_OF_AXE, **rules})
    return found


def is_wider_than_the_screen(page: Page) -> bool:
    """Say whether one has to scroll sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def too_small_to_touch(page: Page) -> list[str]:
    """Return what is lower than 44 px."""
    found: list[str] = page.evaluate(TOO_SMALL, TARGETS)
    return found


def faults_at_any_width(page: Page) -> list[str]:
    """Return what shuts someone out of the page that is open, at each width; the last one is left as it is."""
    faults, looked_at = [], set()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        if (looks := page.evaluate(LOOKS)) not in looked_at:
            looked_at.add(looks)
            faults += [f"{width}: {each}" for each in faults_of_access(page)]
        if is_wider_than_the_screen(page):
            faults.append(f"{width}: scrolls sideways")
        faults += [f"{width}: too small to touch: {each}" for each in too_small_to_touch(page)]
    return faults
