"""Practice has a home of its own, from which nobody can be reached, and into which nothing real is let."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from click.testing import CliRunner

import wsgi
from cli import opening
from cli.demo import making
from cli.demo.processes import DemoError
from cli.faults import Mendable
from cli.main import wayside as commands
from cli.practice.command import practice, refuse_other_homes
from cli.texting import twilio_account
from cli.worker_roles import open_roles
from config import practice as room
from config.home import Home
from config.settings import SettingsError, WorkerSettings
from crypto.signatures import generate_key_pair, load_public
from outreach.intake.agencies import read_agencies, with_key, write_agencies

pytestmark = pytest.mark.req("81")
PORTS = {"intake": 8201, "callbacks": 8202, "portal": 8204, "emulator": 8205}
PROCESSES = ("intake", "callbacks", "portal", "worker")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a practice home once; tests copy its small files back."""
    home = Home(tmp_path_factory.mktemp("practice") / "home")
    making.make(home, PORTS, is_practice=True)
    return home.root


@pytest.fixture
def home(made: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("WAYSIDE_HOME", str(made))
    found = Home(made)
    kept = {path: path.read_bytes() for path in (found.agencies, found.site, found.twilio_account)}
    yield found
    for path, content in kept.items():
        path.write_bytes(content)


def begin(process: str) -> None:
    """Begin a process as its command does, up to where it would serve or work."""
    if process != "worker":
        wsgi.check(process)
        return
    with open_roles(("ingest", "print"), Event(), wsgi.os.environ):
        pass


def a_real_agency(home: Home) -> None:
    """Write a real agency's key beside those that practice made, under the name of one of them."""
    _, public = generate_key_pair()
    known = read_agencies(home.agencies)
    key = load_public(public)
    write_agencies(
        home.agencies, with_key(known, "high-point-pd", jurisdiction="high-point", public=key, now=opening.now())
    )


REAL: dict[str, Callable[[Home, pytest.MonkeyPatch], None]] = {
    "a push service": lambda home, patch: patch.setenv("WAYSIDE_PAGER_URL", "https://push.example.org"),
    "a printer": lambda home, patch: patch.setenv("WAYSIDE_LETTER_PRINTER", "queue:office"),
    "a credential": lambda home, patch: patch.setenv("WAYSIDE_TWILIO_API_SECRET", "hush"),
    "a database": lambda home, patch: patch.setenv("wayside_database_url", "postgresql://there/wayside"),
    "a root key": lambda home, patch: patch.setenv("WAYSIDE_ROOT_KEY_FILE", "/media/key/root.key"),
    "an agency": lambda home, patch: a_real_agency(home),
    "a public address": lambda home, patch: home.site.write_text('{"callback_base_url": "https://in.example.org"}'),
}


def check_nothing_real_is_let_in(home: Home, process: str, what: str, patch: pytest.MonkeyPatch) -> None:
    """Assert that a process of a practice home does not start with something real."""
    REAL[what](home, patch)
    with pytest.raises(SettingsError, match="practice|--reset"):
        begin(process)


@pytest.mark.parametrize("process", PROCESSES)
def test_every_process_starts_with_what_practice_made(home: Home, process: str) -> None:
    begin(process)


@pytest.mark.parametrize("what", REAL)
@pytest.mark.parametrize("process", ["intake", "worker"])
def test_nothing_real_is_let_in(home: Home, monkeypatch: pytest.MonkeyPatch, process: str, what: str) -> None:
    check_nothing_real_is_let_in(home, process, what, monkeypatch)


@pytest.mark.parametrize("what", ["a push service", "an agency"])
@pytest.mark.parametrize("process", PROCESSES)
def test_planted_practice_that_looks_at_nothing_is_caught(
    home: Home, monkeypatch: pytest.MonkeyPatch, process: str, what: str
) -> None:
    monkeypatch.setattr(room, "WAYS_OUT", ())
    monkeypatch.setattr(room, "_refuse_agencies", lambda home: None)
    with pytest.raises(pytest.fail.Exception):
        check_nothing_real_is_let_in(home, process, what, monkeypatch)


@pytest.mark.parametrize("name", room.WAYS_OUT)
def test_each_setting_that_leads_out_is_refused_by_name(name: str) -> None:
    with pytest.raises(SettingsError, match=f"WAYSIDE_{name}"):
        room.refuse_ways_out({f"WAYSIDE_{name}": "something"})


def test_a_real_twilio_account_in_its_file_is_refused_even_through_the_emulator(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAYSIDE_TWILIO_BASE_URL", "http://127.0.0.1:8205")
    assert twilio_account(WorkerSettings()) is not None
    account = json.loads(home.twilio_account.read_text())
    home.twilio_account.write_text(json.dumps({**account, "account_sid": "AC" + "5" * 32}))
    with pytest.raises(Mendable, match="no real Twilio account"):
        twilio_account(WorkerSettings())


def test_no_agency_is_added_to_practice(home: Home, tmp_path: Path) -> None:
    _, public = generate_key_pair()
    (tmp_path / "real.pub").write_bytes(public)
    asked = ["agency", "add", "real-pd", "--jurisdiction", "high-point", "--public-key", str(tmp_path / "real.pub")]
    before = home.agencies.read_bytes()
    done = CliRunner().invoke(commands, asked)

    assert done.exit_code == 1
    assert "practice takes no agency" in done.output
    assert home.agencies.read_bytes() == before
    assert base64.b64encode(load_public(public).public_bytes_raw()) not in before


def brings_cases_in(home: Home, tmp_path: Path) -> bool:
    """Try to bring a file of cases into practice, in earnest and dry, and say whether one was even read."""
    papers = tmp_path / "papers.csv"
    papers.write_text("reference,full_name\n17,Lena Ortiz,one cell too many\n")
    for how in (("--dry-run",), ("--by", "ines@advocates.test")):
        done = CliRunner().invoke(commands, ["cases", "import", str(papers), "--jurisdiction", "high-point", *how])
        assert done.exit_code == 1
        if "practice takes no case of a real person" not in f"{done.output}{done.exception}":
            return True
    return False


def test_no_case_of_a_real_person_is_brought_into_practice(home: Home, tmp_path: Path) -> None:
    assert not brings_cases_in(home, tmp_path)


def test_planted_import_that_does_not_ask_where_it_is_is_caught(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marker = replace(home.read_marker(), is_practice=False)
    monkeypatch.setattr(Home, "read_marker", lambda _: marker)
    assert brings_cases_in(home, tmp_path)


@pytest.mark.parametrize("marker", [{"demo": False}, {"demo": True}], ids=["a real home", "a demo"])
def test_practice_touches_no_other_home(tmp_path: Path, marker: dict[str, bool]) -> None:
    (tmp_path / "home.json").write_text(json.dumps({"format": 1, "single_user": True, **marker}))
    with pytest.raises(DemoError, match="not a practice home"):
        refuse_other_homes(Home(tmp_path))
    done = CliRunner().invoke(practice, ["--home", str(tmp_path), "--reset", "--once"])
    assert isinstance(done.exception, DemoError)
    assert (tmp_path / "home.json").exists()
