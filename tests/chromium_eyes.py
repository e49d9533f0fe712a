"""What a browser shows on a walk: can everyone read, fit and touch each page, does it stay home, is nothing refused?"""

import re
from dataclasses import dataclass, field

from browser.watching import Watch, faults_of_access, is_wider_than_the_screen, too_small_to_touch
from playwright.sync_api import Page, Response, Route

SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)
PART = re.compile(r"<([a-z][^>]*)>\s*([^<\s]?)")
WORDS = re.compile(r'\b(title|aria-label|value|datetime|content)="[^"]+"')
PASSING = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+")


def parts_of(place: str, html: str) -> set[str]:
    """Return the kinds of parts a page has, each with its kind of page; words, numbers and ids are blotted out."""
    page = PASSING.sub("0", place.partition("?")[0])
    parts = {(PASSING.sub("0", WORDS.sub(r'\1="x"', part)), bool(words)) for part, words in PART.findall(html)}
    return {f"{page} {part} {has_words}" for part, has_words in parts}


@dataclass
class Eyes:
    """Looks at every page of a walk; by axe at those with a kind of part it has not seen on such a page."""

    origin: str
    seen: set[str]
    """What axe has looked at, in this walk or before."""
    inspection: Page | None = None
    """Where axe looks at a page that must run no script: a window that shows what was sent, without the script."""
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Watch over what is asked for from now on."""
        self._watch = Watch(self.origin)

    def watch(self, window: Page) -> None:
        """Note what a window asks for and what it is refused."""
        self._watch.on(window)
        window.on("response", self._missing)

    def look(self, window: Page, html: str) -> None:
        """Look at the page that is open."""
        place = window.url.removeprefix(self.origin)
        if is_wider_than_the_screen(window):
            self.faults.append(f"{place}: scrolls sideways")
        self.faults += [f"{place}: too small to touch: {each}" for each in too_small_to_touch(window)]
        if not (parts := parts_of(place, SCRIPT.sub("", html))) <= self.seen:
            self.seen |= parts
            self.faults += [f"{place}: {each}" for each in faults_of_access(self._with_script(window, html))]

    def close(self) -> None:
        """Close the window of the inspection."""
        if self.inspection:
            self.inspection.close()

    def all_faults(self) -> list[str]:
        """Return everything that was wrong."""
        # The page itself may be refused on purpose, which the walk asserts; a part of a page never is.
        console = [each for each in self._watch.refused if not each.startswith("Failed to load resource")]
        return [*self.faults, *(f"left: {each}" for each in self._watch.left), *console]

    def _with_script(self, window: Page, html: str) -> Page:
        if self.inspection is None:
            return window

        sent = SCRIPT.sub("", html)

        def show(route: Route) -> None:
            is_page = route.request.is_navigation_request()
            route.fulfill(body=sent, content_type="text/html") if is_page else route.continue_()

        self.inspection.unroute_all()
        self.inspection.route("**/*", show)
        self.inspection.goto(window.url)
        return self.inspection

    def _missing(self, response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            self.faults.append(f"{response.url}: {response.status}")
