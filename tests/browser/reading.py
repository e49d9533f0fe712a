"""How hard a page is to read: its visible sentences and their Flesch–Kincaid grade."""

import re
from html.parser import HTMLParser

BLOCKS = {"p", "li", "h1", "h2", "h3", "label", "legend", "button", "dt", "dd", "summary", "a", "title", "div", "form"}
UNSEEN = {"script", "style", "svg", "option", "time"}
VOWELS = re.compile(r"[aeiouy]+")


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


def sentences(lines: list[str]) -> list[list[str]]:
    """Return the words of every sentence of four words or more; labels are not sentences."""
    split = [part for line in lines for part in re.split(r"(?<=[.?!:;])\s+", line)]
    words = [re.findall(r"[A-Za-z][A-Za-z'-]*", part) for part in split]
    return [each for each in words if len(each) >= 4]


def syllables(word: str) -> int:
    """Return a close count: vowel groups, less a silent e."""
    low = word.lower().strip("'-")
    count = len(VOWELS.findall(low))
    if low.endswith("e") and not low.endswith("le") and count > 1:
        count -= 1
    if low.endswith("ed") and not low.endswith(("ted", "ded")) and count > 1:
        count -= 1
    return max(count, 1)


def grade(lines: list[str]) -> float:
    """Return the Flesch–Kincaid grade of a page's sentences; 0 when it has none."""
    found = sentences(lines)
    words = [word for each in found for word in each]
    if not words:
        return 0.0
    return 0.39 * len(words) / len(found) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
