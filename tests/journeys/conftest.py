"""A town on each database; on PostgreSQL every process is its own role, with the grants of config/ and no more."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from browser.conftest import served
from builders import NOW, FrozenClock
from chromium_desk import ChromiumBrowser
from chromium_eyes import Eyes
from level_walk import PLACES, Place
from playwright.sync_api import Browser as Chromium
from postgres_cluster import PostgresCluster
from town import Town, build

from cli import opening
from cli.demo import making
from config.home import Home
from outreach.records import spool as spools
from twilio_emulator import home as emulator_home
from twilio_emulator.server import Emulator

PORTS = {"intake": 8101, "callbacks": 8102, "portal": 8104, "emulator": 8105}
DATABASES = {"WAYSIDE_DATABASE_URL": "vault", "WAYSIDE_INBOX_URL": "intake", "WAYSIDE_CALLBACKS_URL": "callbacks"}
GRANTS = Path(__file__).parents[2] / "config" / "grants"


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
def become(
    request: pytest.FixtureRequest, databases: list[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], None]:
    """Return what makes this process another one: on PostgreSQL it then logs in as that process's role."""
    if not databases:
        return lambda _: None
    cluster: PostgresCluster = request.getfixturevalue("postgres_cluster")

    def become(process: str) -> None:
        for (setting, what), name in zip(DATABASES.items(), databases, strict=True):
            if process == "owner":
                for file in ("roles.sql", f"{what}.sql"):
                    cluster.run_sql(name, (GRANTS / file).read_text())
            else:
                monkeypatch.setenv(setting, cluster.url(name, user=f"wayside_{process}"))

    return become


@pytest.fixture
def town(
    tmp_path: Path, databases: list[str], become: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Town]:
    """A deployment with two agencies and three colleagues, on a Friday at ten in the morning in High Point."""
    clock = FrozenClock(NOW)
    home = Home(tmp_path / "home")
    monkeypatch.setenv("WAYSIDE_HOME", str(home.root))
    monkeypatch.setattr(opening, "now", clock.now)
    monkeypatch.setenv("WAYSIDE_LETTER_RETURN_ADDRESS", "PO Box 1417; High Point, NC 27261")
    monkeypatch.setenv("WAYSIDE_LETTER_PHONE", "336-555-0100")
    opened = _closed_at_the_end(monkeypatch)
    making.make(home, PORTS)
    become("owner")
    app, token = emulator_home.build(home.root)
    app.clock = clock.now
    vault = making.open_vault(home)
    with Emulator(app, token, runs_courier=False) as emulator:
        monkeypatch.setenv("WAYSIDE_TWILIO_BASE_URL", emulator.address)
        made = build(home, vault, clock, emulator, token, become)
        yield made
        made.portal.extensions["wayside"].vault.close()
    for spool in opened:
        spool.close()
    vault.close()


def _closed_at_the_end(monkeypatch: pytest.MonkeyPatch) -> list[spools.Spool]:
    """Remember the web side's spools: a real process closes them by ending."""
    opened: list[spools.Spool] = []
    really_open = spools.open_spool

    def open_spool(where: str | Path) -> spools.Spool:
        opened.append(really_open(where))
        return opened[-1]

    monkeypatch.setattr(spools, "open_spool", open_spool)
    return opened


@pytest.fixture(scope="session")
def seen() -> set[str]:
    """What axe has looked at in this process."""
    return set()


@pytest.fixture
def script(place: Place, database: str) -> bool:
    """Whether the walk's browser runs scripts: each jurisdiction and each database is walked both ways."""
    return (place is PLACES[0]) == (database == "sqlite")


@pytest.fixture
def windows(town: Town, browser: Chromium, seen: set[str], script: bool) -> Iterator[Callable[[], ChromiumBrowser]]:
    """Return what hands over a phone, signed out, at the town's portal; every page it shows is looked at."""
    phone = {"viewport": {"width": 360, "height": 800}}
    with served(town.portal) as address:
        context = browser.new_context(java_script_enabled=script, **phone)
        inspection = None if script else browser.new_page(**phone)
        eyes = Eyes(address, seen, inspection)

        one = ChromiumBrowser(context.new_page(), address, eyes)

        def window() -> ChromiumBrowser:
            context.clear_cookies()
            return one

        yield window
        context.close()
        eyes.close()
        assert eyes.all_faults() == []


@pytest.fixture(autouse=True)
def _everything_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Take the log at its most talkative: what it must not say, it must not say at DEBUG either."""
    caplog.set_level(logging.DEBUG)
