"""A town on each database."""

import logging
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from builders import NOW, FrozenClock
from postgres_cluster import PostgresCluster
from town import Town, build

from cli import opening
from cli.demo import making
from config.home import Home
from twilio_emulator import home as emulator_home
from twilio_emulator.server import Emulator

PORTS = {"intake": 8101, "callbacks": 8102, "portal": 8104, "emulator": 8105}
DATABASES = {"WAYSIDE_DATABASE_URL": "vault", "WAYSIDE_INBOX_URL": "intake", "WAYSIDE_CALLBACKS_URL": "callbacks"}


@pytest.fixture
def databases(request: pytest.FixtureRequest, database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Databases of this test's own on PostgreSQL, named by settings; none for the embedded default."""
    if database == "sqlite":
        yield []
        return
    cluster: PostgresCluster = request.getfixturevalue("postgres_cluster")
    names = [f"town_{what}_{uuid4().hex[:12]}" for what in DATABASES.values()]
    for setting, name in zip(DATABASES, names, strict=True):
        monkeypatch.setenv(setting, cluster.create_database(name))
    yield names
    for name in names:
        cluster.drop_database(name)


@pytest.fixture
def town(tmp_path: Path, databases: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """A deployment with two agencies and three colleagues, on a Friday at ten in the morning in High Point."""
    clock = FrozenClock(NOW)
    home = Home(tmp_path / "home")
    monkeypatch.setenv("WAYSIDE_HOME", str(home.root))
    monkeypatch.setattr(opening, "now", clock.now)
    making.make(home, PORTS)
    app, token = emulator_home.build(home.root)
    app.clock = clock.now
    vault = making.open_vault(home)
    with Emulator(app, token, runs_courier=False) as emulator:
        monkeypatch.setenv("WAYSIDE_TWILIO_BASE_URL", emulator.address)
        yield build(home, vault, clock, emulator, token)
    vault.close()


@pytest.fixture(autouse=True)
def _everything_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Take the log at its most talkative: what it must not say, it must not say at DEBUG either."""
    caplog.set_level(logging.DEBUG)
