"""`wayside staff`: what an operator types, and what they get back."""

import json
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from cli import staff as command
from cli.faults import Mendable
from outreach.records.staff import Staff
from outreach.staff import enrolment as staff_enrolment
from outreach.staff import staffing


@pytest.fixture
def run(monkeypatch, vault):
    monkeypatch.setattr(command, "_vault", lambda: vault)
    return lambda *words: CliRunner().invoke(command.staff, words, catch_exceptions=True)


def given(*, role: str = "advocate", employer: str = "advocacy") -> tuple[str, ...]:
    return ("add", "lee@example.org", "--name", "Lee Park", "--role", role, "--employer", employer)


def test_adding_a_colleague_prints_json_with_a_link_that_works_once(run, vault):
    told = json.loads(run(*given()).stdout)
    token = told["enrolment_link"].rpartition("/")[2]

    assert told["enrolment_link"].startswith("http://127.0.0.1:8104/enrolment/")
    with vault.reading() as session:
        row = session.query(Staff).one()
        assert row.password_hash is None
        link = staff_enrolment.open_link(session, token, now=datetime.now(UTC))
    assert link.email == "lee@example.org"


@pytest.mark.req("69")
def test_a_role_outside_the_wall_is_refused_with_the_mend(run):
    answer = run(*given(employer="law_enforcement"))

    assert answer.exit_code != 0
    assert isinstance(answer.exception, Mendable)
    assert "community advocate" in str(answer.exception)


def test_ending_and_relinking_name_who_is_not_on_staff(run):
    for words in (("end", "nobody@example.org"), ("link", "nobody@example.org")):
        assert "on staff" in str(run(*words).exception)


def test_a_new_link_ends_the_old_pass_phrase_and_second_factor(run, vault, hire):
    dana = hire()
    assert run("link", dana.card.email).exit_code == 0

    with vault.reading() as session:
        row = session.get_one(Staff, dana.card.id)
        assert row.password_hash is None
        assert staffing.second_factor_secret(session, row) != dana.secret
