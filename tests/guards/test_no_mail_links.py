"""No page leads to a mail program: a mailto link stays in the browser and may send what nobody chose."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLACES = ("templates", "portal", "outreach", "config")
READ = {".py", ".html", ".txt", ".js", ".toml", ".css"}


def mail_links(root: Path) -> list[str]:
    files = (each for place in PLACES for each in (root / place).rglob("*") if each.suffix in READ)
    return sorted(str(each) for each in files if "mailto" + ":" in each.read_text(errors="replace"))


@pytest.mark.req("82")
def test_no_page_and_no_module_makes_a_mail_link():
    assert mail_links(ROOT) == []


def test_planted_mail_link_is_caught(tmp_path):
    page = tmp_path / "templates" / "cases" / "email.html"
    page.parent.mkdir(parents=True)
    page.write_text('<a href="mail' + 'to:{{ page.address }}">Write</a>')
    assert mail_links(tmp_path) == [str(page)]
