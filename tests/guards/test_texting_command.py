"""`wayside texting sweep`, and what status and doctor say of queues nobody looks at."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner, Result
from texting import SENDER

from cli import opening
from cli.main import wayside
from cli.texting import STOP_FILE, sending_rounds
from config.settings import WorkerSettings, load
from outreach.messaging.provider import sweep as provider_sweep
from outreach.messaging.provider.api import ProviderApi
from outreach.scheduling import ticks
from twilio_emulator.app import Account, App
from twilio_emulator.exchange import Exchange
from twilio_emulator.journal import Journal
from twilio_emulator.server import Server

SID = "AC" + "0" * 32


@pytest.fixture
def emulator() -> Iterator[Server]:
    account = Account(SID, "SKkey", "secret", frozenset({SENDER}))
    server = Server(App(account, Exchange(SID, None), lambda: datetime.now(UTC), Journal(None)))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield server
    server.over.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, emulator: Server) -> Path:
    """A demo's home whose texts go to the emulator."""
    place = tmp_path / "home"
    monkeypatch.setenv("WAYSIDE_HOME", str(place))
    monkeypatch.setenv("WAYSIDE_ROOT_KEY_FILE", str(tmp_path / "root.key"))
    monkeypatch.setenv("WAYSIDE_TWILIO_BASE_URL", emulator.address)
    done = run(
        "init", "--demo", "--non-interactive", "--root-key", str(tmp_path / "root.key"), "--kit", str(tmp_path / "kit")
    )
    assert done.exit_code == 0, done.output
    account = {"account_sid": SID, "api_key": "SKkey", "api_secret": "secret", "sender": SENDER}
    (place / "send").mkdir(exist_ok=True)
    (place / "send" / "twilio.json").write_text(json.dumps(account))
    return place


def run(*words: str) -> Result:
    return CliRunner().invoke(wayside, list(words))


def silence(ago: timedelta) -> None:
    """Let a worker have looked at the texts that long ago."""
    settings = load(WorkerSettings)
    vault = opening.vault(settings, "send", opening.root_key(settings))
    with vault.writing() as session:
        ticks.note(session, "send", now=opening.now() - ago)
    vault.close()


@pytest.mark.req("36")
def test_a_sweep_says_what_it_saw_and_that_nothing_is_left(home: Path, emulator: Server) -> None:
    emulator.app.exchange.reply("+13365550199", SENDER, "lost", datetime.now(UTC) - timedelta(hours=1))

    done = run("texting", "sweep")

    assert done.exit_code == 0, done.output
    assert "seen 1, deleted 0, on the way 0, came in there and never here 1, left 0" in done.output
    assert "+1336555" not in done.output
    doctor = run("doctor")
    assert doctor.exit_code == 1
    assert "1 texts came in at Twilio and never reached us" in doctor.output


@pytest.mark.req("P5")
def test_status_and_doctor_name_a_queue_nobody_looks_at(home: Path) -> None:
    silence(timedelta(seconds=30))
    said = json.loads(run("status", "--json").stdout)
    assert (said["silent_queues"], 25 <= said["queues"]["send"] <= 60) == ([], True)
    assert "no worker has looked" not in run("doctor").output

    silence(timedelta(minutes=3))

    assert json.loads(run("status", "--json").stdout)["silent_queues"] == ["send"]
    doctor = run("doctor")
    assert "no worker has looked at the queue send" in doctor.output
    assert doctor.exit_code == 1


def a_lost_text_that_hides_its_phone_stops_every_text(emulator: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be anybody's STOP: the worker's sweep turns the sender's switch on."""
    emulator.app.exchange.reply("+13365550199", SENDER, "STOP", datetime.now(UTC) - timedelta(hours=1))
    real = ProviderApi.messages
    masked = {"from": "+1336555XXXX"}
    monkeypatch.setattr(ProviderApi, "messages", lambda api: ({**each, **masked} for each in real(api)))
    settings = load(WorkerSettings)
    with ExitStack() as stack:
        (sweep,) = (each for each in sending_rounds(settings, stack) if each.name == "sweep")
        sweep.work()
    assert (settings.place.twilio_account.parent / STOP_FILE).exists()


@pytest.mark.req("32")
def test_a_lost_text_that_hides_its_phone_stops_every_text(
    home: Path, emulator: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_lost_text_that_hides_its_phone_stops_every_text(emulator, monkeypatch)


@pytest.mark.req("32")
def test_planted_sweep_that_only_counts_it_is_caught(
    home: Path, emulator: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider_sweep, "hides_a_phone", lambda sender: False)

    with pytest.raises(AssertionError):
        a_lost_text_that_hides_its_phone_stops_every_text(emulator, monkeypatch)
