"""The code keeps the shape that newcomers are promised."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("crypto", "outreach", "config", "portal", "cli", "twilio_emulator")
FORBIDDEN_MODULES = {"utils", "helpers", "common", "manager", "service", "base_service"}
MODULE_LINES, FUNCTION_LINES = 400, 50


def modules() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def too_long(name: str, source: str) -> Iterator[str]:
    if source.count("\n") > MODULE_LINES:
        yield f"{name}: {source.count(chr(10))} lines"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno + 1 > FUNCTION_LINES:
            yield f"{name}:{node.name}: {node.end_lineno - node.lineno + 1} lines"


def test_modules_and_functions_stay_short_enough_to_read():
    assert [fault for path in modules() for fault in too_long(str(path.relative_to(ROOT)), path.read_text())] == []


def test_modules_of_tests_stay_short_enough_to_read():
    modules = tracked("tests/*.py")
    long = [each.relative_to(ROOT) for each in modules if each.read_text().count("\n") > MODULE_LINES]
    assert long == []


def test_a_planted_long_function_is_caught():
    source = "def f():\n" + "    x = 1\n" * FUNCTION_LINES
    assert list(too_long("planted.py", source)) == [f"planted.py:f: {FUNCTION_LINES + 1} lines"]


def test_no_module_is_named_for_lack_of_an_idea():
    assert [path for path in modules() if path.stem in FORBIDDEN_MODULES] == []


def test_every_module_says_what_it_is_for():
    silent = [
        path.relative_to(ROOT)
        for path in modules()
        if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def unfinished(text: str) -> list[str]:
    return re.findall(r"\b(?:TODO|FIXME|XXX|NotImplementedError)\b", text)


def test_no_door_leads_to_something_unbuilt():
    marked = [path.relative_to(ROOT) for path in modules() if unfinished(path.read_text())]
    assert marked == []
    assert unfinished("raise NotImplementedError") == ["NotImplementedError"]


def tracked(*patterns: str) -> list[Path]:
    found = subprocess.run(["git", "ls-files", "--", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in found.stdout.splitlines() if (ROOT / name).exists()]


@pytest.mark.req("B-1")
def test_every_requirement_is_locked_by_hash_and_names_no_index():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        pinned = re.findall(r"^[a-z0-9][^\s=]*==", text, re.MULTILINE)
        assert pinned
        bare = re.findall(r"^([a-z0-9][^\s=]*==[^\n]*)\n(?!    --hash=sha256:)", text, re.MULTILINE)
        assert bare == []
        assert not re.search(r"--(?:extra-)?index-url|--find-links|https?://", text)


def test_templates_keep_their_rules():
    faults = []
    for path in tracked("templates"):
        text = path.read_text()
        if path.suffix == ".html" and re.search(r"\|\s*safe\b|\son[a-z]+=|<style\b|\sstyle=", text):
            # A letter is a printed page: its rules stand in the page, and no browser ever opens it.
            if "letters/" in path.as_posix() and not re.search(r"\|\s*safe\b|\son[a-z]+=", text):
                continue
            faults.append(path.relative_to(ROOT))
    assert faults == []


def test_phone_numbers_are_fictional():
    pattern = re.compile(r"\+1\d{10}")
    real = []
    for path in tracked("*.py", "*.json", "*.html", "*.md", "*.toml", "*.txt"):
        if path.name == "twilio_messages_openapi.json":
            continue
        real += [
            f"{path.relative_to(ROOT)}: {n}"
            for n in pattern.findall(path.read_text())
            if not re.fullmatch(r"\+1\d{3}55501\d\d|\+1500555000\d", n)
        ]
    assert real == []
