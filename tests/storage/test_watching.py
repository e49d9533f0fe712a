"""A watched vault notices every commit of anybody else's since its last look, and takes its own for what they are."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from builders import NOW, a_case
from sqlalchemy import select

from crypto.keyring import Keyring
from outreach import audit
from outreach.audit import WORKER
from outreach.cases import change_standing
from outreach.records.engine import Vault, open_vault
from outreach.records.ledger import AuditEntry
from outreach.records.spool import Spool
from outreach.records.watching import Snapshot, WatchedVault, look, watching


@pytest.fixture
def watched(vault: Vault) -> Iterator[WatchedVault]:
    with watching(vault) as made:
        yield made


def write(vault: Vault) -> None:
    """Commit something to a table that has no version."""
    with vault.writing() as session:
        audit.record(session, action="test.write", by=WORKER, cases=[], now=NOW)


def claim(watched: WatchedVault) -> None:
    """Look and write in one transaction, as a claim does."""
    with watched.writing() as session:
        look(session)
        audit.record(session, action="test.claim", by=WORKER, cases=[], now=NOW)


def glance(watched: WatchedVault) -> None:
    """Look in a snapshot, as the last look does."""
    with watched.reading() as session:
        look(session)


LOOKS: dict[str, Callable[[WatchedVault], None]] = {"a claim": claim, "a snapshot": glance}


@contextmanager
def another_process(vault_url: str, keyring: Keyring) -> Iterator[Vault]:
    opened = open_vault(vault_url, keyring)
    yield opened
    opened.close()


@pytest.mark.req("24")
@pytest.mark.parametrize("how", LOOKS)
def test_while_nobody_writes_a_look_holds(vault: Vault, watched: WatchedVault, how: str) -> None:
    write(vault)
    LOOKS[how](watched)
    assert watched.is_unchanged()
    with vault.reading() as session:
        assert session.scalars(select(AuditEntry)).all()
    assert watched.is_unchanged()
    LOOKS[how](watched)
    assert watched.is_unchanged()


def another_writer_is_noticed(vault: Vault, watched: WatchedVault, how: str) -> None:
    LOOKS[how](watched)
    write(vault)
    assert not watched.is_unchanged()
    assert not watched.is_unchanged()


@pytest.mark.req("24")
@pytest.mark.parametrize("how", LOOKS)
def test_whatever_another_connection_commits_is_noticed(vault: Vault, watched: WatchedVault, how: str) -> None:
    another_writer_is_noticed(vault, watched, how)
    LOOKS[how](watched)
    assert watched.is_unchanged()


@pytest.mark.req("24")
@pytest.mark.parametrize("how", LOOKS)
def test_whatever_another_process_commits_is_noticed(
    watched: WatchedVault, vault_url: str, keyring: Keyring, how: str
) -> None:
    with another_process(vault_url, keyring) as other:
        another_writer_is_noticed(other, watched, how)


@pytest.mark.req("24")
def test_a_tap_is_noticed(vault: Vault, watched: WatchedVault) -> None:
    with vault.writing() as session:
        case_id = a_case(session)
    claim(watched)
    with vault.writing() as session:
        change_standing(session, case_id, by=WORKER, now=NOW, paused=True)

    assert not watched.is_unchanged()


def test_without_a_look_nothing_is_vouched_for(watched: WatchedVault) -> None:
    assert not watched.is_unchanged()
    with watched.reading() as session:
        session.connection()
    assert not watched.is_unchanged()


@pytest.mark.parametrize("how", LOOKS)
def test_a_later_write_over_the_watched_connection_counts_as_well(watched: WatchedVault, how: str) -> None:
    LOOKS[how](watched)
    write(watched)

    assert not watched.is_unchanged()


def an_open_transaction_is_noticed_when_it_ends(vault: Vault, watched: WatchedVault, how: str) -> None:
    """What was written and not committed as the look was taken is in no answer of it."""
    with vault.writing() as session:
        audit.record(session, action="test.slow", by=WORKER, cases=[], now=NOW)
        LOOKS[how](watched)
        assert watched.is_unchanged()
    assert not watched.is_unchanged()


@pytest.mark.req("24")
@pytest.mark.parametrize("database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
@pytest.mark.parametrize("how", LOOKS)
def test_what_was_being_written_during_the_look_is_noticed(vault: Vault, watched: WatchedVault, how: str) -> None:
    an_open_transaction_is_noticed_when_it_ends(vault, watched, how)


@pytest.mark.req("24")
@pytest.mark.parametrize("database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_planted_watch_of_new_transactions_alone_is_caught(
    vault: Vault, watched: WatchedVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        Snapshot, "saw_end_since", lambda now, before, *, but: now.ends > max(before.ends, but or 0) + 1
    )

    with pytest.raises(AssertionError):
        an_open_transaction_is_noticed_when_it_ends(vault, watched, "a claim")


@pytest.mark.parametrize("how", LOOKS)
def test_planted_watch_that_vouches_for_what_it_saw_last_is_caught(
    vault: Vault, watched: WatchedVault, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def vouch(watched: Any) -> bool:
        watched._look = watched._look._replace(instant=watched._snapshot_now() if PG else watched._versions())
        return really(watched)

    really, PG = WatchedVault.is_unchanged, vault.dialect == "postgresql"
    monkeypatch.setattr(WatchedVault, "is_unchanged", vouch)
    with pytest.raises(AssertionError):
        another_writer_is_noticed(vault, watched, how)


def before(said: str, later: str, *, but: int | None = None) -> bool:
    return Snapshot.read(later).saw_end_since(Snapshot.read(said), but=but)


@pytest.mark.parametrize(
    ("said", "later", "own", "ended"),
    [
        ("10:20:10,14", "10:20:10,14", None, False),
        ("10:20:10,14", "14:20:14", None, True),
        ("10:20:10,14", "10:21:10,14", None, True),
        ("10:20:10,14", "10:21:10,14", 20, False),
        ("10:20:10,14", "10:22:10,14,20", 21, False),
        ("10:20:10,14", "10:22:10,14,20", None, True),
        ("10:20:10,14", "10:22:10,14", 21, True),
        ("20:20:", "20:20:", None, False),
        ("20:20:", "21:21:", 20, False),
        ("20:20:", "5000:5000:", 20, True),
    ],
)
def test_snapshots_tell_which_transactions_ended(said: str, later: str, own: int | None, ended: bool) -> None:
    assert before(said, later, but=own) is ended


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_deposit_in_the_attached_spool_is_noticed(
    vault_url: str, keyring: Keyring, spool: Spool, spool_address: str
) -> None:
    attached = open_vault(vault_url, keyring, callbacks=Path(spool_address))
    with watching(attached) as watched:
        claim(watched)
        assert watched.is_unchanged()
        spool.insert(uuid4(), NOW, b"sealed")
        assert not watched.is_unchanged()
    attached.close()


def test_a_session_of_the_vault_itself_takes_no_look(vault: Vault) -> None:
    with vault.reading() as session:
        look(session)
