"""Storage that is locked or gone is answered 503 with Retry-After, and works again without a restart."""

import pytest
from signed_events import a_body
from sqlcipher3 import dbapi2

import outreach.records.spool_sqlite
from outreach.records.spool import create_spool, open_spool

VALID = a_body()


@pytest.fixture
def spool_file(tmp_path, monkeypatch):
    monkeypatch.setattr(outreach.records.spool_sqlite, "BUSY_SECONDS", 0.05)
    create_spool(tmp_path / "intake.db")
    return tmp_path / "intake.db"


@pytest.mark.req("R-6")
def test_a_locked_spool_is_503_until_it_is_free(build_desk, spool_file):
    spool = open_spool(spool_file)
    desk = build_desk(spool)
    other = dbapi2.connect(str(spool_file), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    held = desk.post(b'{"kind":"x"}'), desk.post(VALID)
    other.execute("ROLLBACK")
    freed = desk.post(VALID)

    assert [answer.status_code for answer in (*held, freed)] == [422, 503, 202]
    assert held[1].headers["Retry-After"] == "30"
    assert other.execute("SELECT count(*) FROM deposit").fetchone() == (1,)
    other.close()
    spool.close()


@pytest.mark.req("R-6")
def test_a_database_server_that_is_away_is_503(build_desk, tmp_path):
    desk = build_desk(open_spool(f"postgresql:///nowhere?host={tmp_path}&user=wayside_intake"))
    answer = desk.post(VALID)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")


@pytest.mark.req("NI-8")
def test_the_spool_that_intake_holds_can_be_read_by_nothing_in_its_process(spool_file):
    """Whoever takes over intake has its open spool: it inserts, and refuses everything else."""
    spool = open_spool(spool_file)
    for statement in ("SELECT * FROM deposit", "DELETE FROM deposit", "ATTACH 'x' AS y", "PRAGMA table_info(deposit)"):
        with pytest.raises(dbapi2.DatabaseError, match="not authorized|prohibited"):
            spool._connection.execute(statement)
    spool.close()
