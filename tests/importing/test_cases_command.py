"""`wayside cases`: what an operator types, and what they get back; never what a file holds."""

import pytest
from builders import HIGH_POINT, NOW, a_staff_member
from click.testing import CliRunner
from papers import LENA, a_file
from sqlalchemy import func, select

from cli import cases as command
from cli.faults import Mendable
from outreach.importing.columns import NAMES
from outreach.protocols import changes
from outreach.records.cases import CaseRecord
from outreach.records.ledger import AuditEntry
from outreach.terms import Role

pytestmark = pytest.mark.req("81")

SUPERVISOR = ("--by", "Ines@advocates.test")
HERE = ("--jurisdiction", "high-point")


@pytest.fixture
def run(monkeypatch, vault, tmp_path):
    monkeypatch.setattr(command, "_vault", lambda: vault)
    with vault.writing() as session:
        changes.install(session, {"high-point": HIGH_POINT}, now=NOW)
        a_staff_member(session, role=Role.SUPERVISOR, email="ines@advocates.test")
        a_staff_member(session, email="ana@advocates.test")

    def run(*words, rows=(LENA,)):
        file = tmp_path / "papers.csv"
        file.write_bytes(a_file(*rows))
        return CliRunner().invoke(command.cases, ["import", str(file), *words])

    return run


def how_many(vault, table=CaseRecord):
    with vault.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_a_dry_run_says_what_would_happen_and_writes_nothing(run, vault):
    done = run(*HERE, "--dry-run", rows=(LENA, {**LENA, "reference": "18", "do_not_contact": "yes"}))

    assert done.exit_code == 0, done.output
    assert "cases that would open: 2" in done.stdout
    assert "she asked for no contact: 1" in done.stdout
    assert "rows that may be the same person as another row: 2" in done.stdout
    assert how_many(vault) == 0


def test_bringing_over_says_how_far_it_is_and_who_answers_for_it_is_kept(run, vault, monkeypatch):
    monkeypatch.setattr(command, "AT_ONCE", 2)
    several = [{**LENA, "reference": str(number)} for number in range(5)]

    done = run(*HERE, *SUPERVISOR, rows=several)

    assert done.exit_code == 0, done.output
    assert done.stderr.splitlines() == ["2 of 5 rows", "4 of 5 rows", "5 of 5 rows"]
    assert "cases opened: 5" in done.stdout
    assert "delete the file" in done.stdout
    assert how_many(vault) == 5
    with vault.reading() as session:
        assert None not in session.scalars(select(AuditEntry.actor_id).where(AuditEntry.action == "case.import")).all()

    again = run(*HERE, *SUPERVISOR, rows=several)
    assert "cases opened: 0" in again.stdout
    assert how_many(vault) == 5


def test_one_fault_keeps_every_row_out_and_no_cell_is_shown(run, vault):
    bad = {**LENA, "reference": "18", "full_name": "Marisol Vega", "date_of_birth": "03/04/1990"}
    done = run(*HERE, *SUPERVISOR, rows=(LENA, bad))

    assert done.exit_code == 1
    assert "row 3, date_of_birth can be two days. Write it like 2026-03-04, or 4 Mar 2026." in done.stderr
    assert "Nothing was brought over: 1 to mend." in done.stderr
    assert not [said for said in ("Marisol", "03/04", "Ortiz") if said in done.output]
    assert how_many(vault) == 0


@pytest.mark.parametrize(
    ("words", "mend"),
    [
        ((*HERE, "--by", "ana@advocates.test"), "is no supervisor"),
        ((*HERE, "--by", "nobody@advocates.test"), "is no supervisor"),
        (("--jurisdiction", "elsewhere", "--dry-run"), "There is: high-point"),
    ],
)
def test_who_may_and_where_is_asked_first(run, vault, words, mend):
    done = run(*words)
    assert isinstance(done.exception, Mendable)
    assert mend in str(done.exception)
    assert how_many(vault) == 0


def test_without_a_supervisor_there_is_no_import(run):
    assert run(*HERE).exit_code == 2


def test_the_template_is_one_line_of_columns_and_says_beside_it_what_they_are_for():
    done = CliRunner().invoke(command.cases, ["template"])
    assert done.stdout == ",".join(NAMES) + "\n"
    assert "do_not_contact" in done.stderr
