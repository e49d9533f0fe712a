"""How hard a page is to read: its visible sentences and their Flesch–Kincaid grade."""

from html.parser import HTMLParser

from outreach.messaging.reading_grade import english_grade, sentences

BLOCKS = {"p", "li", "h1", "h2", "h3", "label", "legend", "button", "dt", "dd", "summary", "a", "title", "div", "form"}
UNSEEN = {"script", "style", "svg", "option", "time"}


class VisibleText(HTMLParser):
    """Collects the text of a page, one line per block."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = [""]
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.hidden += tag in UNSEEN
        if tag in BLOCKS and tag != "a":
            self.lines.append("")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in UNSEEN
        if tag in BLOCKS and tag != "a":
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.lines[-1] += data


def visible_lines(html: str) -> list[str]:
    """Return the page's words, one string per block, blanks folded."""
    parser = VisibleText()
    parser.feed(html)
    return [line for each in parser.lines if (line := " ".join(each.split()))]


def grade(lines: list[str]) -> float:
    """Return the Flesch–Kincaid grade of a page's sentences; 0 when it has none."""
    return english_grade(sentences(lines))
