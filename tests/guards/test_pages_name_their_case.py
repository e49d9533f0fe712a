"""Requirements 20 and 70: whoever pages about one case says which, so that the page goes past no wall."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = [pytest.mark.req("20"), pytest.mark.req("70")]

ROOT = Path(__file__).parents[2]
ABOUT_NO_CASE = {
    ("outreach/call_ins/alerts.py", "CALL_IN"),  # One for all call-ins, where no supervisor is kept away from this one.
    ("outreach/ingesting/quarantine.py", "NEWS_ASIDE"),  # News of which nobody knows whose it is.
    ("outreach/messaging/breaker.py", "TEXTS_STOPPED"),
    ("outreach/messaging/kill_switch.py", "TEXTS_STOPPED"),
    ("outreach/on_duty/paging.py", "ON_CALL"),  # The tick, one for all news; what is hidden is paged apart.
}


def pages_without_a_case(source: str) -> Iterator[str]:
    """Return what is paged about without a case: each `PageAbout` that is no part of an OfCase and is not compared."""
    tree = ast.parse(source)
    parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "PageAbout":
            over = parents[node]
            is_of_case = isinstance(over, ast.Call) and isinstance(over.func, ast.Name) and over.func.id == "OfCase"
            if not is_of_case and not isinstance(over, ast.Attribute | ast.Compare | ast.Tuple | ast.Dict):
                yield node.attr


def test_every_page_about_one_case_names_it() -> None:
    found = {
        (path.relative_to(ROOT).as_posix(), about)
        for top in ("outreach", "portal", "cli")
        for path in (ROOT / top).rglob("*.py")
        for about in pages_without_a_case(path.read_text())
    }
    assert found == ABOUT_NO_CASE


def test_a_planted_page_without_its_case_is_found() -> None:
    assert list(pages_without_a_case("paging.call(session, who, PageAbout.APPROVAL, now=now)")) == ["APPROVAL"]
    assert not list(pages_without_a_case("paging.call(session, who, OfCase(PageAbout.APPROVAL, case_id), now=now)"))
