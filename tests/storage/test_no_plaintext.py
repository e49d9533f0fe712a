"""C-5: after a full case is written, nothing she or an agency said is found in any file or column."""

from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, quote_plus
from uuid import UUID, uuid4

import pytest
from builders import NOW
from canaries import CANARIES, write_everything
from postgres_cluster import PostgresCluster
from sqlalchemy import insert, select, text
from sqlcipher3 import dbapi2

from outreach.records.base import Base
from outreach.records.boxes import COLUMNS
from outreach.records.engine import Vault
from outreach.records.spool import create_spool, open_spool

pytestmark = pytest.mark.req("C-5")


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which SQLite would make its temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("SQLITE_TMPDIR", str(folder))
    return folder


def forms(said: str) -> set[bytes]:
    """Return a canary as it might lie about: plain, lines apart, digits only, hex, URL, and base64 at each offset."""
    parts = {said, *said.splitlines(), said.lstrip("+"), said.replace("-", "")}
    found = set()
    for part in (p for p in parts if len(p) >= 7):
        raw = part.encode()
        found |= {raw, raw.hex().encode(), raw.hex().upper().encode(), raw[::-1], part.encode("utf-16-le")}
        found |= {quote(part).encode(), quote_plus(part).encode(), part.encode("unicode_escape")}
        found |= {b64encode(b"x" * shift + raw)[4 if shift else 0 : -4] for shift in range(3)}
    return found


FORMS = {form: name for name, said in CANARIES.items() for form in forms(said)}


def canaries_in(data: bytes, known: dict[bytes, str] = FORMS) -> set[str]:
    """Return the names of the canaries found in some bytes, in any form."""
    return {name for form, name in known.items() if form in data}


def in_columns(vault: Vault) -> set[tuple[str, str]]:
    """Return (column, canary) for every canary in any column of any table, as whoever has the file key sees it."""
    found = set()
    with vault.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            for row in connection.execute(select(*table.columns)):
                for column, value in zip(table.columns, row, strict=True):
                    data = value if isinstance(value, bytes) else str(value).encode()
                    found |= {(f"{table.name}.{column.name}", canary) for canary in canaries_in(data)}
    return found


class Files:
    """The files of one test's database: on PostgreSQL those of its tables and indexes, and the write-ahead log."""

    def __init__(self, vault: Vault, folder: Path, cluster: PostgresCluster | None) -> None:
        self.vault = vault
        self.folder = folder
        self.cluster = cluster

    def canaries(self, known: dict[bytes, str] = FORMS) -> set[str]:
        """Return the names of the canaries found in any of the files."""
        paths = self._of_cluster() if self.cluster else [path for path in self.folder.rglob("*") if path.is_file()]
        assert paths
        return {canary for path in paths for canary in canaries_in(path.read_bytes().rstrip(b"\0"), known)}

    def _of_cluster(self) -> list[Path]:
        assert self.cluster is not None
        self.cluster.run_sql("postgres", "CHECKPOINT")
        query = """SELECT pg_relation_filepath(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                   WHERE c.relkind IN ('r', 'i', 't') AND n.nspname IN ('outreach', 'spool', 'pg_toast')"""
        with self.vault.engine.connect() as connection:
            relations = [self.cluster.data / path for (path,) in connection.execute(text(query)) if path]
        log = sorted((self.cluster.data / "pg_wal").glob("0*"), key=lambda path: path.stat().st_mtime)
        return relations + log[-2:]


@pytest.fixture
def files(request: pytest.FixtureRequest, database: str, vault: Vault, tmp_path: Path) -> Files:
    cluster = request.getfixturevalue("postgres_cluster") if database == "postgres" else None
    return Files(vault, tmp_path, cluster)


@pytest.fixture
def full_case(vault: Vault, temporary: Path) -> UUID:
    with vault.writing() as session:
        case_id = write_everything(session)
    with vault.reading() as session:  # A sort that would spill, were temporary tables kept on disk.
        session.execute(text("SELECT * FROM audit_entry ORDER BY action, mac")).all()
    return case_id


def test_the_case_has_a_row_of_every_sealed_kind(vault: Vault, full_case: UUID) -> None:
    with vault.engine.connect() as connection:
        empty = [
            number.name
            for number, (table, column) in COLUMNS.items()
            if not connection.execute(text(f"SELECT count({column}) FROM {table}")).scalar()
        ]

    assert empty == []


def test_no_canary_is_in_any_column(vault: Vault, full_case: UUID) -> None:
    assert in_columns(vault) == set()


def test_no_canary_is_in_any_file_while_open_or_closed(vault: Vault, full_case: UUID, files: Files) -> None:
    assert files.canaries() == set()
    vault.close()
    assert files.canaries() == set()


def test_no_canary_is_left_after_the_case_is_deleted(vault: Vault, full_case: UUID, files: Files) -> None:
    with vault.engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())

    assert files.canaries() == set()


def plant_in_column(vault: Vault, column: str, canary: str) -> None:
    with vault.engine.begin() as connection:
        connection.execute(text(f"UPDATE case_file SET {column} = :said"), {"said": canary})


@pytest.mark.parametrize("database", ["sqlite"])  # A planted canary would stay in the cluster's log.
@pytest.mark.parametrize("form", [str, lambda said: said.encode().hex(), lambda said: quote(said)])
def test_planted_plaintext_column_is_caught(vault: Vault, full_case: UUID, form: Callable[[str], str]) -> None:
    plant_in_column(vault, "jurisdiction", form(CANARIES["her name"]))

    assert in_columns(vault) == {("case_file.jurisdiction", "her name")}


@pytest.mark.parametrize("database", ["sqlite"])  # A planted canary would stay in the cluster's log.
def test_planted_base64_inside_bytes_is_caught(vault: Vault, full_case: UUID) -> None:
    hidden = b"{" + b64encode(b"[" + CANARIES["note"].encode() + b"]") + b"}"
    with vault.engine.begin() as connection:
        connection.execute(insert(Base.metadata.tables["match_token"]), {"case_id": full_case, "token": hidden})

    assert in_columns(vault) == {("match_token.token", "note")}


def test_planted_plaintext_on_disk_is_caught(vault: Vault, full_case: UUID, files: Files, tmp_path: Path) -> None:
    """On SQLite the planted bug is a file without encryption, on PostgreSQL a column in the open."""
    planted = f"Planted Siskin {uuid4()}"  # Not one of the canaries: the write-ahead log outlives this test.
    if vault.dialect == "sqlite":
        plain = dbapi2.connect(str(tmp_path / "plain.db"), isolation_level=None)
        plain.execute("CREATE TABLE t (x)")
        plain.execute("INSERT INTO t VALUES (?)", (planted,))
        plain.close()
    else:
        plant_in_column(vault, "jurisdiction", planted)

    assert files.canaries({form: "planted" for form in forms(planted)}) == {"planted"}


def test_the_file_of_a_spool_holds_what_was_sealed_and_nothing_else(tmp_path: Path) -> None:
    """A spool's file has no key of its own: what goes in must be sealed already, and intake sees to that."""
    create_spool(tmp_path / "intake.db")
    spool = open_spool(tmp_path / "intake.db")
    spool.insert(uuid4(), NOW, b"sealed elsewhere")
    spool.close()

    assert [path for path in tmp_path.iterdir() if canaries_in(path.read_bytes())] == []
