"""The vault: its transactions, its keys, and what it says when it cannot be opened."""

import shutil
import threading
import time
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest
from builders import NOW
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from crypto.keyring import KeyPaths, Keyring, create_keys
from crypto.root import KeyFileRoot
from outreach.records import engine, marks, spool_sqlite
from outreach.records.base import UnsealedValue
from outreach.records.boxes import BoxNumber
from outreach.records.engine import Vault, create_vault, open_sqlite, open_vault
from outreach.records.errors import (
    UnrecordedWrite,
    VaultBusy,
    VaultExists,
    VaultMissing,
    VaultUnreachable,
    VaultVersionError,
    WrongVaultKey,
)
from outreach.records.keys import HOUSE, case_key, create_case_keys, seal, unseal
from outreach.records.ledger import Drained, QuarantinedDeposit
from outreach.records.spool import SpoolUnavailable, create_spool, open_spool
from outreach.terms import KeyClass


def drained() -> Drained:
    return Drained(deposit_id=uuid4(), spool="intake", drained_on=NOW.date())


def count(vault: Vault) -> int:
    with vault.reading() as session:
        return len(session.scalars(select(Drained)).all())


def test_what_a_writing_transaction_wrote_is_there_afterwards(vault: Vault) -> None:
    with vault.writing() as session:
        session.add(drained())

    assert count(vault) == 1


def write_and_fail(vault: Vault, *records: Drained) -> None:
    with vault.writing() as session:
        session.add_all(records)
        session.flush()
        raise RuntimeError


def test_an_error_in_a_writing_transaction_leaves_nothing(vault: Vault) -> None:
    with pytest.raises(RuntimeError):
        write_and_fail(vault, drained())

    assert count(vault) == 0


def test_a_reading_transaction_leaves_nothing(vault: Vault) -> None:
    with vault.reading() as session, suppress(DBAPIError):  # PostgreSQL refuses; SQLite forgets.
        session.add(drained())
        session.flush()

    assert count(vault) == 0


def test_a_reader_sees_one_snapshot_while_a_writer_commits(vault: Vault) -> None:
    with vault.reading() as session:
        assert session.scalars(select(Drained)).all() == []
        with vault.writing() as writer:
            writer.add(drained())
        assert session.scalars(select(Drained)).all() == []


def test_a_second_writer_is_told_that_the_vault_is_busy(sqlite_vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "PATIENCE", 0.05)
    with sqlite_vault.writing(), pytest.raises(VaultBusy), sqlite_vault.writing():
        pytest.fail("two writers at once")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_writer_gets_in_between_two_writes_of_a_busy_process(vault: Vault, vault_url: str, keyring: Keyring) -> None:
    other, over, longest = open_vault(vault_url, keyring), threading.Event(), 0.0

    def write_on_and_on() -> None:
        while not over.is_set():
            with other.writing():
                over.wait(0.09)
            over.wait(0.01)

    busy = threading.Thread(target=write_on_and_on)
    busy.start()
    for _ in range(5):
        begun = time.monotonic()
        with vault.writing():
            longest = max(longest, time.monotonic() - begun)
    over.set()
    busy.join()
    other.close()
    assert longest < 3


def test_writers_of_many_threads_all_get_their_turn(vault: Vault) -> None:
    def write() -> None:
        for _ in range(5):
            with vault.writing() as session:
                session.add(drained())

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert count(vault) == 30


@pytest.mark.req("P8")
def test_boxes_nobody_accounts_for_are_not_committed(vault: Vault) -> None:
    with pytest.raises(UnrecordedWrite), vault.writing() as session:
        session.add(a_quarantined_deposit(session))

    with vault.reading() as session:
        assert session.scalars(select(QuarantinedDeposit)).all() == []


@pytest.mark.req("68")
def test_a_box_column_refuses_plaintext(vault: Vault) -> None:
    with vault.writing() as session:
        deposit = a_quarantined_deposit(session)
        deposit.deposit_box = b"her name is in here, and it is long enough to be a box"
        session.add(deposit)
        with pytest.raises(Exception, match="sealed boxes only") as refused:
            session.flush()
        session.rollback()
        marks.take(session)
        assert isinstance(refused.value.__cause__, UnsealedValue)
    assert "her name" not in str(refused.value)


def a_quarantined_deposit(session: object) -> QuarantinedDeposit:
    row = uuid4()
    box = seal(session, BoxNumber.QUARANTINED_DEPOSIT, ["raw"], owner=HOUSE, row=row)  # type: ignore[arg-type]
    return QuarantinedDeposit(id=row, reason="unreadable", set_aside_on=NOW.date(), deposit_box=box)


def test_a_case_key_opens_what_it_sealed_after_the_vault_is_opened_anew(
    vault: Vault, vault_url: str, keyring: Keyring
) -> None:
    owner, row = uuid4(), uuid4()
    with vault.writing() as session:
        create_case_keys(session, owner)
        box = seal(session, BoxNumber.TEXT, ["words"], owner=owner, row=row)
    vault.close()

    again = open_vault(vault_url, keyring)
    with again.reading() as session:
        assert unseal(session, BoxNumber.TEXT, box, owner=owner, row=row) == ["words"]
    again.close()


def test_case_keys_are_kept_in_memory_for_five_minutes_at_most(
    sqlite_vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite_vault.reading() as session:
        first = case_key(session, HOUSE, KeyClass.CONTACT)
        assert case_key(session, HOUSE, KeyClass.CONTACT) is first
        later = time.monotonic() + 301
        monkeypatch.setattr(time, "monotonic", lambda: later)
        assert case_key(session, HOUSE, KeyClass.CONTACT) is not first


def test_keys_of_a_case_that_was_rolled_back_are_forgotten(vault: Vault) -> None:
    owner = uuid4()
    with vault.writing() as session:
        create_case_keys(session, owner)
        case_key(session, owner, KeyClass.CONTACT)
        session.rollback()

    assert vault.case_keys.get(owner, KeyClass.CONTACT) is None


def test_a_missing_vault_says_how_to_make_one(tmp_path: Path, keyring: Keyring) -> None:
    with pytest.raises(VaultMissing, match="wayside init"):
        open_sqlite(tmp_path / "none.db", keyring)
    assert not (tmp_path / "none.db").exists()


def test_a_database_without_a_vault_says_how_to_make_one(postgres_cluster, keyring: Keyring) -> None:
    url = postgres_cluster.create_database("empty")

    with pytest.raises(VaultMissing, match="wayside init"):
        open_vault(url, keyring)


def test_a_server_that_is_down_is_named_without_its_pass_phrase(tmp_path: Path, keyring: Keyring) -> None:
    with pytest.raises(VaultUnreachable, match="does not answer") as refused:
        open_vault(f"postgresql://someone:hush-hush@/wayside?host={tmp_path}", keyring)
    assert "hush-hush" not in str(refused.value)


def test_nothing_is_made_on_a_server_that_is_down_and_its_name_is_said(tmp_path: Path, keyring: Keyring) -> None:
    url = f"postgresql://someone:hush-hush@/wayside?host={tmp_path}"
    with pytest.raises(VaultUnreachable, match="does not answer") as refused:
        create_vault(url, keyring)
    with pytest.raises(SpoolUnavailable, match="does not answer") as spool_refused:
        create_spool(url)
    assert "hush-hush" not in f"{refused.value} {spool_refused.value}"


def test_another_homes_key_is_refused_by_name(vault_file: Path, key_paths: KeyPaths, tmp_path: Path, capfd) -> None:
    root = KeyFileRoot(key_paths.keys.parent / "root.key")
    names = ("keys.json", "a.key", "b.key", "unsealing.json", "sealing.json")
    paths = KeyPaths(*(tmp_path / name for name in names))
    create_keys(paths, root)

    with pytest.raises(WrongVaultKey, match="another home's keys"):
        open_sqlite(vault_file, Keyring.load(paths, root))
    assert capfd.readouterr().err == ""


def test_tables_of_another_version_are_refused(vault: Vault, vault_url: str, keyring: Keyring) -> None:
    with vault.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    vault.close()

    with pytest.raises(VaultVersionError, match="version 9999; this program needs"):
        open_vault(vault_url, keyring)


def test_a_vault_is_never_created_over_another(vault_url: str, vault: Vault, keyring: Keyring) -> None:
    with pytest.raises(VaultExists, match="Nothing was changed"):
        create_vault(vault_url, keyring)


def test_a_new_vault_is_readable_by_its_owner_only(tmp_path: Path, keyring: Keyring) -> None:
    create_vault(f"sqlite:///{tmp_path}/new.db", keyring).close()

    assert (tmp_path / "new.db").stat().st_mode & 0o077 == 0


def test_the_file_key_appears_in_no_repr_and_no_error(sqlite_vault: Vault) -> None:
    shown = repr(sqlite_vault) + repr(sqlite_vault.engine) + str(sqlite_vault.engine.url)
    with pytest.raises(Exception, match="no such table") as error, sqlite_vault.reading() as session:
        session.execute(text("SELECT * FROM elsewhere WHERE x = :secret"), {"secret": "canary-value"})

    assert sqlite_vault.keyring.file_key_hex not in shown + str(error.value)
    assert "canary-value" not in str(error.value)


def test_connections_share_a_bound_on_the_pages_they_keep_in_memory(sqlite_vault: Vault) -> None:
    with sqlite_vault.reading() as session:
        settings = [session.execute(text(f"PRAGMA {name}")).scalar() for name in ("cache_size", "soft_heap_limit")]

    assert settings == [-32768, 64 * 1024 * 1024]


def test_every_connection_is_durable_and_wipes_what_it_deletes(sqlite_vault: Vault) -> None:
    with sqlite_vault.reading() as session:
        settings = {
            name: session.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "secure_delete", "temp_store", "foreign_keys")
        }

    assert settings == {
        "journal_mode": "wal",
        "synchronous": 2,
        "secure_delete": 1,
        "temp_store": 2,
        "foreign_keys": 1,
    }


@pytest.mark.req("S-4b")
def test_a_claim_with_the_callbacks_spool_attached_lets_no_deposit_in_until_it_ends(
    vault_file: Path, tmp_path: Path, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool_sqlite, "BUSY_SECONDS", 0.1)
    create_spool(tmp_path / "callbacks.db")
    spool = open_spool(tmp_path / "callbacks.db")
    shutil.copyfile(vault_file, tmp_path / "vault.db")
    sender = open_sqlite(tmp_path / "vault.db", keyring, callbacks=tmp_path / "callbacks.db")

    with sender.writing() as session:
        assert session.scalar(text("SELECT count(*) FROM callbacks.deposit")) == 0
        with pytest.raises(SpoolUnavailable, match="locked"):
            spool.insert(uuid4(), NOW, b"a stop")
    spool.insert(uuid4(), NOW, b"a stop")

    with sender.writing() as session:
        assert session.scalar(text("SELECT count(*) FROM callbacks.deposit")) == 1
    sender.close()
    spool.close()
