"""Every fault of a protocol file, or of an instrument's, names the line to look at."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from outreach.protocols import lines
from outreach.protocols.lines import lines_of
from outreach.protocols.protocol import ProtocolError, parse
from outreach.risk import instruments

CONFIG = Path(__file__).parents[2] / "config"
FILES = sorted([*CONFIG.glob("protocols/*.toml"), *CONFIG.glob("instruments/*.toml")])
HIGH_POINT = (CONFIG / "protocols" / "high-point.toml").read_text()
AWKWARD = '''\
# [no.table] = here
a.b = 1  # c = 2
"q.x" = """
d = 3
[nor.here]"""
e = [
  1,  # ]
  [2, "]"],
]
f = { g = 1, h = { "i j" = "}" } }

[[list]]
k = \'\'\'
l = 1\'\'\'
m = "\\"#"
[[list]]
k = 2026-01-01 10:00:00
[ t . "u v" ]
w = -0.5e3
'''


def paths(value: Any, path: str = "") -> set[str]:
    """Return the path of everything in a parsed file."""
    if isinstance(value, dict):
        inside = {f"{path}.{name}" if path else name: each for name, each in value.items()}
    elif isinstance(value, list):
        inside = {f"{path}[{number}]": each for number, each in enumerate(value)}
    else:
        return set()
    return {*inside, *(deeper for name, each in inside.items() for deeper in paths(each, name))}


def stands_there(path: str, line: str) -> bool:
    """Tell whether a line of a file names the last part of a path; what is in a list has no name."""
    return path.endswith("]") or path.replace('"', "").rpartition(".")[2] in line


@pytest.mark.parametrize("text", [*(each.read_text() for each in FILES), AWKWARD, AWKWARD.replace("\n", "\r\n")])
def test_each_key_is_found_on_the_line_that_names_it(text):
    found, shown = lines_of(text), text.splitlines()
    missing = paths(tomllib.loads(text)) - set(found)
    assert all(any(each.startswith(f"{path}.") or each.startswith(f"{path}[") for each in found) for path in missing)
    assert [path for path, line in found.items() if not stands_there(path, shown[line - 1])] == []


def faults(text: str) -> dict[str, int | None]:
    with pytest.raises(ProtocolError) as caught:
        parse(text)
    assert str(caught.value).count("\n") == len(caught.value.faults) - 1
    return {each.path: each.line for each in caught.value.faults}


def names_its_line(old: str, new: str, path: str) -> None:
    """Put a fault into a file; see the line named on which it stands."""
    text = HIGH_POINT.replace(old, new, 1)
    line = next(number for number, each in enumerate(text.splitlines(), start=1) if new.splitlines()[-1] in each)
    assert faults(text)[path] == line


CASES = [
    ('step = "outreach"', 'step = "decide_match"', "levels.D.steps[1].step"),
    ('A = "15 minutes"', 'A = "16 minutes"', "match.A"),
    ("2026-12-25,", '"2026-12-25",', "office.holidays"),
    ("custody_in", "custodi_in", "events.custodi_in"),
    ("[levels.C]", "[levels.E]", "levels.E"),
]


@pytest.mark.req("12")
@pytest.mark.parametrize(("old", "new", "path"), [each for each in CASES if each[2] != "office.holidays"])
def test_a_fault_names_the_line_it_stands_on(old, new, path):
    names_its_line(old, new, path)


@pytest.mark.req("12")
def test_a_list_with_a_fault_in_it_names_the_line_it_begins_on():
    text = HIGH_POINT.replace("2026-12-25,", '"2026-12-25",', 1)
    assert text.splitlines()[faults(text)["office.holidays"] - 1].startswith("holidays")


@pytest.mark.req("12")
def test_what_is_missing_names_the_table_that_lacks_it_and_a_missing_table_none():
    lacking = HIGH_POINT.replace('acknowledge = "4 hours"\n', "").replace("[office]", "[x]")
    found = faults(lacking)
    assert lacking.splitlines()[found["decisions.acknowledge"] - 1] == "[decisions]"
    assert found["office"] is None


@pytest.mark.parametrize(("text", "line"), [("format = 1\nzone = \n", 2), ('format = 1\nzone = """\nx', 3)])
def test_what_is_no_toml_names_its_line_also_at_the_end(text, line):
    assert faults(text) == {"": line}


def test_an_instruments_faults_name_their_lines():
    with pytest.raises(instruments.InstrumentError) as caught:
        instruments.parse("format = 1\nkee = 2\n")
    assert {each.path: each.line for each in caught.value.faults}["kee"] == 2
    assert "line 2, kee: " in str(caught.value)


def test_planted_line_of_another_key_is_caught(monkeypatch):
    monkeypatch.setattr(lines, "line_at", lambda found, _: next(iter(found.values())))
    with pytest.raises(AssertionError):
        names_its_line(*CASES[1])
