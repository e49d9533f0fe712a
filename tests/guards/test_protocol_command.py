"""`wayside protocols preview` shows what a file would change, and changes nothing."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import opening, protocols
from cli.faults import Mendable
from cli.main import wayside as commands
from cli.protocol_store import install_protocols, protocols_in_force
from config.settings import WorkerSettings, load

HIGH_POINT = Path(__file__).parents[2] / "config" / "protocols" / "high-point.toml"


def preview(*arguments: object):
    return CliRunner().invoke(commands, ["protocols", "preview", *map(str, arguments)])


@pytest.fixture
def slower(tmp_path):
    text = HIGH_POINT.read_text().replace('"first_contact", due = "24 hours"', '"first_contact", due = "30 hours"')
    path = tmp_path / "slower.toml"
    path.write_text(text.replace('version = "2026-01"', 'version = "2026-02"'))
    return path


@pytest.mark.req("12")
def test_a_file_beside_another_says_what_comes_later(slower):
    done = preview(slower, "--against", HIGH_POINT)
    assert done.exit_code == 0, done.output
    assert "careful: Level B: Make the first contact comes later, by up to 6 h" in done.output
    assert "version 2026-02 beside version 2026-01" in done.output


def test_the_same_file_differs_in_nothing():
    assert "0 differences" in preview(HIGH_POINT, "--against", HIGH_POINT).output


def test_a_file_with_a_fault_names_its_place_and_mend(slower):
    slower.write_text(slower.read_text().replace("15 minutes", "1 day"))
    done = preview(slower, "--against", HIGH_POINT)
    assert isinstance(done.exception, Mendable)
    assert "line 21, match.A: this is no length of time" in str(done.exception)


@pytest.mark.req("12")
def test_without_another_file_it_is_compared_with_what_is_in_force(slower, tmp_path, monkeypatch):
    home, keys = tmp_path / "home", tmp_path / "keys"
    keys.mkdir()
    monkeypatch.setenv("WAYSIDE_HOME", str(home))
    monkeypatch.setenv("WAYSIDE_ROOT_KEY_FILE", str(keys / "root.key"))
    made = ["init", "--non-interactive", "--single-user", "--root-key", keys / "root.key", "--kit", keys / "kit"]
    assert CliRunner().invoke(commands, [str(each) for each in made]).exit_code == 0
    assert "Make the first contact comes later, by up to 6 h" in preview(slower).output


@pytest.mark.req("12")
def test_a_file_that_is_not_what_is_in_force_is_named_by_doctor_and_not_taken_up(slower, tmp_path, monkeypatch):
    home, keys = tmp_path / "home", tmp_path / "keys"
    keys.mkdir()
    monkeypatch.setenv("WAYSIDE_HOME", str(home))
    monkeypatch.setenv("WAYSIDE_ROOT_KEY_FILE", str(keys / "root.key"))
    made = ["init", "--non-interactive", "--single-user", "--root-key", keys / "root.key", "--kit", keys / "kit"]
    assert CliRunner().invoke(commands, [str(each) for each in made]).exit_code == 0
    settings = load(WorkerSettings)
    vault = opening.vault(settings, "ingest", opening.root_key(settings))
    install_protocols(vault, now=opening.now())
    assert "not what is in force" not in CliRunner().invoke(commands, ["doctor"]).output

    slower.rename(tmp_path / "high-point.toml")
    monkeypatch.setattr(protocols, "PROTOCOLS", tmp_path)
    monkeypatch.setattr(protocols.read_protocols, "__defaults__", (tmp_path,))
    install_protocols(vault, now=opening.now())

    assert protocols_in_force(vault)["high-point"] == HIGH_POINT.read_text()
    vault.close()
    assert "high-point.toml is not what is in force" in CliRunner().invoke(commands, ["doctor"]).output
