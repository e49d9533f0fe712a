"""`wayside practice`: fictional cases of every level to learn on, which stay until they are reset."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from journeys.test_demo import ROOT, START, _five_free_ports
from sqlalchemy import select

from cli.demo import making
from config.home import Home
from outreach.call_ins.board import board_of
from outreach.cases import open_standing
from outreach.records.cases import CaseRecord
from outreach.records.meetings import Meeting
from outreach.records.staff import Staff
from outreach.records.work import Text
from outreach.staff.staffing import card
from outreach.terms import Role

pytestmark = pytest.mark.req("81")


def practise(folder: Path, *options: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run practice until it is ready."""
    settings = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environ}
    base = ["--home", str(folder), "--once", "--port-base", str(_five_free_ports())]
    command = [sys.executable, "-c", START, "practice", *base, *options]
    return subprocess.run(command, env=settings, cwd=folder.parent, capture_output=True, text=True, timeout=240)  # noqa: S603


def handles(folder: Path) -> set[str]:
    vault = making.open_vault(Home(folder))
    with vault.reading() as session:
        found = set(session.scalars(select(CaseRecord.handle)))
    vault.close()
    return found


def test_practice_has_something_of_everything_stays_and_begins_again_when_asked(tmp_path: Path) -> None:
    folder = tmp_path / "practice"
    done = practise(folder, WAYSIDE_HOME=str(tmp_path / "real"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Kit's text to June is held" in done.stdout
    assert not (tmp_path / "real").exists()

    vault = making.open_vault(Home(folder))
    with vault.reading() as session:
        cases = session.scalars(select(CaseRecord)).all()
        levels = {open_standing(session, each.id, each.standing_box).level for each in cases}
        supervisor = card(session.scalars(select(Staff).where(Staff.role == Role.SUPERVISOR.value)).first())
        assert {"A", "B", "C", "D"} <= levels
        assert board_of(session, supervisor, now=making.opening.now()).ahead
        assert session.scalars(select(Meeting.state)).all() == ["planned"]
        assert set(session.scalars(select(Text.state))) == {"delivered", "held"}
    vault.close()

    first = handles(folder)
    assert practise(folder).returncode == 0
    assert handles(folder) == first
