"""No sender can be talked into sending: leave to contact her is made in one module, by one function."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("crypto", "outreach", "config", "portal", "cli", "twilio_emulator")
THE_GATE = "outreach/safe_contact.py"


def program() -> list[Path]:
    return [*sorted(ROOT.glob("*.py")), *(p for each in PACKAGES for p in sorted((ROOT / each).rglob("*.py")))]


def made_by_hand(name: str, source: str) -> list[str]:
    """Return the places that make an Allowed, or reach for what only the gate has."""
    return [f"{name}:{node.lineno}" for node in ast.walk(ast.parse(source)) if _makes_one(node)]


def _makes_one(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom) and node.module == "outreach.safe_contact":
        return any(each.name in ("_MADE_HERE", "*") or (each.name == "Allowed" and each.asname) for each in node.names)
    if isinstance(node, ast.Call):
        handed = [node.func, *node.args] if _word(node.func) not in ("isinstance", "issubclass") else [node.func]
        return any(_word(each) == "Allowed" for each in handed) or _word(node.func) == "_said"
    if isinstance(node, ast.Attribute):
        return node.attr == "_MADE_HERE" or (_word(node.value) == "Allowed" and node.attr.startswith("__"))
    if isinstance(node, ast.Assign | ast.AnnAssign):
        return _word(node.value) == "Allowed"
    if isinstance(node, ast.ClassDef):
        return any(_word(base) == "Allowed" for base in node.bases)
    return isinstance(node, ast.Constant) and node.value == "_MADE_HERE"


def _word(node: ast.AST | None) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


@pytest.mark.req("21")
def test_only_the_gate_makes_leave_to_contact_her():
    found = [
        place
        for path in program()
        if (name := str(path.relative_to(ROOT))) != THE_GATE
        for place in made_by_hand(name, path.read_text())
    ]
    assert found == []


@pytest.mark.req("21")
def test_the_gate_makes_it_in_one_place():
    tree = ast.parse((ROOT / THE_GATE).read_text())
    made = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _word(node.func) == "Allowed"]
    assert len(made) == 1


@pytest.mark.parametrize(
    "planted",
    [
        "from outreach.safe_contact import Allowed\nAllowed(destination_id=x)",
        "from outreach import safe_contact\nsafe_contact.Allowed(until=x)",
        "from outreach.safe_contact import Allowed as Leave\nLeave()",
        "from outreach.safe_contact import _MADE_HERE",
        "from outreach.safe_contact import *",
        "from outreach import safe_contact\nx = safe_contact._MADE_HERE",
        "x = getattr(safe_contact, '_MADE_HERE')",
        "object.__new__(Allowed)",
        "Allowed.__new__(Allowed)",
        "Leave = Allowed\nLeave()",
        "class Mine(Allowed): pass",
        "safe_contact._said(q, c, leave)",
    ],
)
def test_planted_leave_made_by_hand_is_caught(planted):
    assert made_by_hand("planted.py", planted)


@pytest.mark.parametrize(
    "honest",
    [
        "def send(allowed: Allowed) -> None: ...",
        "if isinstance(decision, Allowed): pass",
        "from outreach.safe_contact import Allowed, may_contact",
        "answer = may_contact(d, c, n, at=at, facts=facts)",
    ],
)
def test_taking_leave_from_the_gate_is_no_fault(honest):
    assert not made_by_hand("honest.py", honest)
