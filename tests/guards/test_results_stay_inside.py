"""Requirement 61: results and safety plans are reached from the advocates' side, and from nowhere else."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("crypto", "outreach", "config", "portal", "cli", "twilio_emulator")
TELLING = (
    "outreach.records.risk",
    "outreach.risk.boxes",
    "outreach.risk.cards",
    "outreach.risk.assessments",
    "outreach.risk.reassessment",
    "outreach.risk.safety_plans",
    "outreach.risk.talk_view",
    "outreach.risk.answer_purging",
)
"""Modules that open results, answers or plans, or name their tables."""
INSIDE = {
    *(name.replace(".", "/") + ".py" for name in TELLING),
    "outreach/risk/talks.py",  # Whether there is any: ids only.
    "outreach/attempts/recording.py",  # She declined a talk or a plan on a try: kept as such, nothing is opened.
    "outreach/case_file/view.py",
    "outreach/records/engine.py",  # Loads every table.
    "cli/worker_roles.py",  # The round that empties single answers.
}
PAGES = "portal/advocate/"


def reached_from(folder: Path = ROOT) -> Iterator[tuple[str, str]]:
    """Yield (module, what it imports) of everything that reaches a result from outside."""
    for package in PACKAGES:
        for path in sorted((folder / package).rglob("*.py")):
            name = path.relative_to(folder).as_posix()
            if name in INSIDE or name.startswith(PAGES):
                continue
            yield from ((name, each) for each in imported(path.read_text()) if each in TELLING)


def imported(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.req("61")
def test_only_the_advocates_side_reaches_results_and_plans() -> None:
    assert list(reached_from()) == []


@pytest.mark.req("61")
@pytest.mark.parametrize(
    "line",
    [
        "from outreach.risk import assessments",
        "import outreach.risk.safety_plans",
        "from outreach.records.risk import Assessment",
    ],
)
def test_planted_export_of_results_is_caught(line: str, tmp_path: Path) -> None:
    (tmp_path / "outreach").mkdir()
    (tmp_path / "outreach" / "reporting.py").write_text(f'"""Planted."""\n{line}\n')

    assert [name for name, _ in reached_from(tmp_path)] == ["outreach/reporting.py"]


@pytest.mark.req("61")
def test_nothing_of_an_assessment_leaves_with_a_text_or_a_letter() -> None:
    for path in sorted((ROOT / "outreach" / "messaging").rglob("*.py")):
        assert [each for each in imported(path.read_text()) if each.startswith("outreach.risk")] == [], path.name
