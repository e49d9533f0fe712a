"""Words a sixth-grader reads, words we never say, and styles small enough for a bad line."""

import gzip
import re

import pytest
from browser.gallery import PAGES, ROOT, create_gallery
from browser.reading import grade, visible_lines

STATIC = ROOT / "portal" / "advocate" / "static"
NEVER = re.compile(
    r"\b(abuser|perpetrator|perp|suspect|offender|victim|complainant|client|user|notification|visit|he|him|his|"
    r"workflow|ticket|invalid|forbidden|unauthori[sz]ed)\b|!",
    re.IGNORECASE,
)


def lines_of(name: str) -> list[str]:
    return visible_lines(create_gallery().test_client().get(f"/{name}").text)


def words_never_said(lines: list[str]) -> list[str]:
    return [line for line in lines if NEVER.search(line)]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_reads_at_grade_six_or_lower(name: str) -> None:
    assert grade(lines_of(name)) <= 6.0


@pytest.mark.req("82")
@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_no_word_that_labels_blames_or_shouts(name: str) -> None:
    assert words_never_said(lines_of(name)) == []


def test_planted_officialese_is_caught() -> None:
    lines = ["Notwithstanding the aforementioned authorization, communication necessitates verification."]
    assert grade(lines) > 6.0


@pytest.mark.parametrize("line", ["The abuser is at home.", "Call him.", "Saved!", "Invalid input."])
def test_planted_word_we_never_say_is_caught(line: str) -> None:
    assert words_never_said([line]) == [line]


def test_styles_and_script_stay_small() -> None:
    assert (STATIC / "wayside.css").stat().st_size <= 15 * 1024
    assert len(gzip.compress((STATIC / "uswds.css").read_bytes())) <= 25 * 1024
    assert (STATIC / "wayside.js").stat().st_size <= 5 * 1024


@pytest.mark.req("W-2")
def test_a_hostile_name_stays_text_on_every_page() -> None:
    app = create_gallery()
    naughty = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    with app.test_request_context():
        for name, (template, page, frame) in PAGES.items():
            shown = type(page)(**{**fields(page), "title": naughty})
            html = app.jinja_env.get_template(template).render(page=shown, frame=frame)
            assert "<script>alert" not in html, name
            assert "<img src=x" not in html, name


def fields(card: object) -> dict[str, object]:
    return {name: getattr(card, name) for name in card.__dataclass_fields__}
