"""
Fixtures every area shares: keys, a vault and a spool on both databases, a private PostgreSQL, a frozen clock.

A missing PostgreSQL skips on a laptop and fails where CI=true: a check that did not run proves nothing.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from builders import NOW, FrozenClock
from chromium import browser  # noqa: F401  # a fixture
from kept_statements import keep_statements
from kept_templates import keep_templates
from postgres_cluster import PostgresCluster, PostgresMissing, as_role
from provider_calls import Watch, watch_calls
from room import roomiest
from sqlalchemy import event

from crypto.keyring import KeyPaths, Keyring, create_keys
from crypto.root import KeyFileRoot, create_root_key
from outreach.records.engine import Vault, create_vault, open_postgres, open_sqlite
from outreach.records.spool import Spool, SpoolDrain, create_spool, open_drain, open_spool

GRANTS = Path(__file__).parent.parent / "config" / "grants"


def pytest_configure() -> None:
    """Keep the tests' files in memory, unless the command line says where; compile each template and statement once."""
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", roomiest())
    keep_statements()
    keep_templates()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what only `make assurance` runs, unless it is asked for by its marker."""
    if "assurance" in config.getoption("markexpr"):
        return
    left_out = [item for item in items if item.get_closest_marker("assurance")]
    items[:] = [item for item in items if not item.get_closest_marker("assurance")]
    config.hook.pytest_deselected(items=left_out)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOW)


@pytest.fixture(autouse=True)
def provider_calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    """Whatever a test is about, every call to Twilio in it is held to S-8 and S-9."""
    watch = watch_calls(monkeypatch)
    yield watch
    assert watch.faults == []


@pytest.fixture(scope="session")
def key_paths(tmp_path_factory: pytest.TempPathFactory) -> KeyPaths:
    """Where the session's keys lie. The root key is `root.key` beside `keys.json`."""
    home = tmp_path_factory.mktemp("keys")
    names = ("keys.json", "a.key", "b.key", "unsealing.json", "sealing.json")
    paths = KeyPaths(*(home / name for name in names))
    create_root_key(home / "root.key")
    create_keys(paths, KeyFileRoot(home / "root.key"))
    return paths


@pytest.fixture(scope="session")
def keyring(key_paths: KeyPaths) -> Keyring:
    return Keyring.load(key_paths, KeyFileRoot(key_paths.keys.parent / "root.key"))


@pytest.fixture(scope="session")
def postgres_cluster(request: pytest.FixtureRequest) -> Iterator[PostgresCluster]:
    """A PostgreSQL of this session's own, on a unix socket, stopped and removed at the end."""
    try:
        cluster = PostgresCluster.start()
    except PostgresMissing as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error))
        pytest.skip(str(error))
    yield cluster
    cluster.stop()


@pytest.fixture(scope="session")
def vault_file(tmp_path_factory: pytest.TempPathFactory, keyring: Keyring) -> Path:
    """An empty vault made once; each test gets a copy."""
    path = tmp_path_factory.mktemp("vault") / "wayside.db"
    create_vault(f"sqlite:///{path}", keyring).close()
    return path


@pytest.fixture(scope="session")
def spool_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty spool made once; each test gets a copy."""
    path = tmp_path_factory.mktemp("spool") / "spool.db"
    create_spool(path)
    return path


@pytest.fixture(scope="session")
def vault_database(postgres_cluster: PostgresCluster, keyring: Keyring) -> str:
    """The name of an empty vault database made once, with roles and grants; each test gets a clone."""
    url = postgres_cluster.create_database("vault_template")
    create_vault(url, keyring).close()
    create_spool(url)
    for name in ("roles.sql", "vault.sql", "callbacks.sql"):
        postgres_cluster.run_sql("vault_template", (GRANTS / name).read_text())
    return "vault_template"


@pytest.fixture(scope="session")
def spool_database(postgres_cluster: PostgresCluster) -> str:
    """The name of an empty spool database made once, with roles and grants; each test gets a clone."""
    create_spool(postgres_cluster.create_database("spool_template"))
    for file in ("roles.sql", "intake.sql"):
        postgres_cluster.run_sql("spool_template", (GRANTS / file).read_text())
    return "spool_template"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> str:
    """Which database this run of the test is on."""
    return str(request.param)


@pytest.fixture
def vault_url(request: pytest.FixtureRequest, database: str, tmp_path: Path) -> Iterator[str]:
    """The address of an empty vault of this test's own."""
    if database == "sqlite":
        path = tmp_path / "wayside.db"
        shutil.copyfile(request.getfixturevalue("vault_file"), path)
        yield f"sqlite:///{path}"
        return
    template = request.getfixturevalue("vault_database")
    cluster: PostgresCluster = request.getfixturevalue("postgres_cluster")
    name = f"vault_{uuid4().hex}"
    yield cluster.create_database(name, template=template)
    cluster.drop_database(name)


@pytest.fixture
def vault(database: str, vault_url: str, keyring: Keyring) -> Iterator[Vault]:
    """An empty vault with the house's keys, on SQLCipher and on PostgreSQL."""
    if database == "sqlite":
        opened = open_sqlite(Path(vault_url.removeprefix("sqlite:///")), keyring)
    else:
        opened = open_postgres(vault_url, keyring)
    opened.is_practice = True  # The words that come with the program are approved for practice only.
    yield opened
    opened.close()


@pytest.fixture
def sqlite_vault(vault_file: Path, tmp_path: Path, keyring: Keyring) -> Iterator[Vault]:
    """An empty vault on SQLCipher only, for tests whose subject is not the database."""
    path = tmp_path / "only.db"
    shutil.copyfile(vault_file, path)
    opened = open_sqlite(path, keyring)
    opened.is_practice = True
    yield opened
    opened.close()


@pytest.fixture
def spool_address(request: pytest.FixtureRequest, database: str, tmp_path: Path) -> Iterator[str]:
    """The address of an empty spool for its owner; on PostgreSQL the roles exist and are granted."""
    if database == "sqlite":
        address = str(tmp_path / "spool.db")
        shutil.copyfile(request.getfixturevalue("spool_file"), address)
        yield address
        return
    template = request.getfixturevalue("spool_database")
    cluster: PostgresCluster = request.getfixturevalue("postgres_cluster")
    name = f"spool_{uuid4().hex}"
    yield cluster.create_database(name, template=template)
    cluster.drop_database(name)


@pytest.fixture
def spool(database: str, spool_address: str) -> Iterator[Spool]:
    """The web side of an empty spool, as the INSERT-only role on PostgreSQL."""
    address = spool_address if database == "sqlite" else as_role(spool_address, "wayside_intake")
    opened = open_spool(address)
    yield opened
    opened.close()


@pytest.fixture
def drain(database: str, spool_address: str) -> Iterator[SpoolDrain]:
    """The worker's side of the same spool."""
    opened = open_drain(spool_address if database == "sqlite" else as_role(spool_address, "wayside_worker"))
    yield opened
    opened.close()


@pytest.fixture
def statements(vault: Vault) -> list[str]:
    """The SQL statements the vault has run, in order."""
    seen: list[str] = []
    event.listen(vault.engine, "before_cursor_execute", lambda _c, _u, sql, *_: seen.append(sql))
    return seen
