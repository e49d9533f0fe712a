"""
Whether she was told before a call-in is known to our own people alone (requirement 14).

Here: which modules may know of it, by the syntax tree. What each address of the portal answers:
tests/advocate/test_nothing_of_call_ins_leaves.py. What an agency sees: tests/intake/test_noninterference.py.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KNOWERS = {
    "outreach.call_ins.interlock",
    "outreach.call_ins.board",
    "outreach.call_ins.changes",
    "outreach.call_ins.view",
    "outreach.call_ins.alerts",
    "outreach.call_ins.closing",
    "outreach.call_ins.late_tellings",
    "outreach.call_ins.answering",
    "outreach.records.call_ins",
}
"""Modules that know who was told of a call-in."""
INSIDE = {
    "outreach.attempts.recording",
    "outreach.case_file.view",
    "outreach.records.engine",
    "outreach.scheduling.escalation",
}
"""What may use them, besides one another and the advocates' portal."""
OUTWARD = {"urllib.request", "http.client", "smtplib", "ftplib", "socket", "requests", "urllib3", "httpx", "twilio"}
"""What a module needs to reach another machine."""


def modules() -> Iterator[tuple[str, ast.Module]]:
    for package in ("crypto", "outreach", "config", "portal", "cli", "twilio_emulator"):
        for path in sorted((ROOT / package).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            yield name, ast.parse(path.read_text())


def imports(tree: ast.Module) -> set[str]:
    """Return every module a tree imports, whether as a module or as the place of a name."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{each.name}" for each in node.names)}
    return found


def who_should_not_know(trees: Iterator[tuple[str, ast.Module]]) -> list[str]:
    return [
        name
        for name, tree in trees
        if imports(tree) & KNOWERS and name not in KNOWERS | INSIDE and not name.startswith("portal.advocate.")
    ]


def reached_from(starts: tuple[str, ...]) -> set[str]:
    """Return every module of ours that the given ones load, directly or through others."""
    known = {name: imports(tree) for name, tree in modules()}
    found, waiting = set[str](), [name for name in known if name.startswith(starts)]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        waiting += [each for each in known.get(name, ()) if each in known]
    return found


@pytest.mark.req("14")
def test_only_the_advocates_side_knows_who_was_told():
    assert who_should_not_know(modules()) == []


@pytest.mark.req("14")
@pytest.mark.parametrize(
    "name", ["cli.status", "cli.events", "outreach.messaging.sms", "outreach.counts", "portal.intake.answers"]
)
def test_planted_use_outside_is_caught(name):
    planted = ast.parse("def f():\n    from outreach.call_ins.board import board_of\n    return board_of")
    assert who_should_not_know(iter([(name, planted)])) == [name]


@pytest.mark.req("14")
def test_nothing_that_agencies_or_the_phone_company_reach_loads_what_knows():
    reached = reached_from(("portal.intake", "portal.callbacks"))
    assert "outreach.inbox" in reached
    assert reached & KNOWERS == set()


@pytest.mark.req("14")
def test_what_agencies_run_themselves_loads_nothing_that_knows():
    assert reached_from(("cli.event_sending", "cli.agency")) & KNOWERS == set()


def test_the_walk_finds_what_is_loaded_through_others():
    assert reached_from(("portal.advocate.today",)) >= {"outreach.call_ins.interlock", "outreach.attempts.outcomes"}


@pytest.mark.req("14")
def test_what_reaches_other_machines_does_not_know():
    for name, tree in modules():
        if imports(tree) & OUTWARD:
            assert imports(tree) & KNOWERS == set(), name
            assert name not in KNOWERS
