"""STOP and claim exclude each other, on both databases, whichever comes first (S-4, reduced)."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread, current_thread
from typing import Any

import pytest
from sqlalchemy import func, select
from texting import BASE, HER_PHONE, Desk, claim_next

from outreach import audit
from outreach.messaging import claims, suppression
from outreach.messaging.claims import Claim
from outreach.messaging.text_boxes import change_text
from outreach.messaging.wording import Typed
from outreach.records.engine import Vault, open_postgres, open_sqlite
from outreach.records.errors import SpoolUnavailable
from outreach.records.spool import open_drain
from outreach.records.spool_sqlite import SqliteDrain
from outreach.records.work import Text


@pytest.fixture
def other_vault(desk: Desk, vault_url: str) -> Iterator[Vault]:
    """The same vault as another process opens it."""
    if vault_url.startswith("sqlite:///"):
        opened = open_sqlite(Path(vault_url.removeprefix("sqlite:///")), desk.vault.keyring)
    else:
        opened = open_postgres(vault_url, desk.vault.keyring)
    opened.is_practice = desk.vault.is_practice
    yield opened
    opened.close()


def order_of_commits(desk: Desk, other: Vault, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Start a STOP while a claim is between asking and committing; return in which order the two were done."""
    asked, order = Event(), []
    ask = claims.ask

    def slow_ask(session: Any, text: Any, now: Any) -> Any:
        found = ask(session, text, now)
        asked.set()
        stopping.join(0.4)
        return found

    def stop() -> None:
        asked.wait(10)
        with other.writing() as session:
            suppression.suppress(session, HER_PHONE, by=desk.staff, now=desk.clock.now())
        order.append("stop")

    stopping = Thread(target=stop)
    monkeypatch.setattr(claims, "ask", slow_ask)
    desk.release()
    stopping.start()
    claimed = claim_next(desk.vault, desk.drain, callback_base_url=BASE, now=desk.clock.now())
    order.append("claim")
    stopping.join()
    assert isinstance(claimed, Claim)
    return order


@pytest.mark.req("S-4")
@pytest.mark.req("32")
def test_a_stop_by_staff_waits_for_a_claim_under_way_and_none_follows_it(
    desk: Desk, other_vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert order_of_commits(desk, other_vault, monkeypatch) == ["claim", "stop"]

    monkeypatch.undo()
    assert claim_next(desk.vault, desk.drain, callback_base_url=BASE, now=desk.clock.now()) is None


@pytest.mark.req("S-4")
@pytest.mark.postgres
@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_planted_claim_without_the_lock_is_caught(
    desk: Desk, other_vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL alone: on SQLite every writer excludes every other, and there is no lock of ours to leave out."""
    monkeypatch.setattr(claims, "lock_for_claim", lambda _: None)
    monkeypatch.setattr(suppression, "cancel_waiting", lambda *_: None)

    with pytest.raises(AssertionError):
        assert order_of_commits(desk, other_vault, monkeypatch) == ["claim", "stop"]


@pytest.mark.req("S-4")
def test_no_callback_is_acknowledged_while_a_claim_is_under_way(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[int] = []
    ask = claims.ask

    def ask_while_she_writes(session: Any, text: Any, now: Any) -> Any:
        writing.start()
        writing.join(0.4)
        answers.append(0)
        return ask(session, text, now)

    def write() -> None:
        desk.she_writes("please stop texting")
        answers.append(204)

    writing = Thread(target=write)
    monkeypatch.setattr(claims, "ask", ask_while_she_writes)
    desk.release()
    claimed = claim_next(desk.vault, desk.drain, callback_base_url=BASE, now=desk.clock.now())
    writing.join()

    assert isinstance(claimed, Claim)
    assert answers == [0, 204]


@pytest.mark.req("32")
def test_a_spool_that_cannot_be_asked_sends_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> Any:
        raise SpoolUnavailable("gone")

    monkeypatch.setattr(desk.drain, "closed", gone)
    desk.release()

    with pytest.raises(SpoolUnavailable):
        desk.run()
    assert desk.accepts == []
    assert desk.states() == ["planned"]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_attached_spool_holds_claims_as_well(desk: Desk, tmp_path: Path, vault_url: str) -> None:
    place = tmp_path / "spool.db"
    attached = open_sqlite(Path(vault_url.removeprefix("sqlite:///")), desk.vault.keyring, callbacks=place)
    attached.is_practice = desk.vault.is_practice
    desk.release()
    desk.she_writes("hello")
    drain = open_drain(place)
    assert isinstance(drain, SqliteDrain)

    assert claim_next(attached, drain, callback_base_url=BASE, now=desk.clock.now()) is None
    desk.take_in()
    desk.clock.advance(timedelta(seconds=1))
    assert isinstance(claim_next(attached, drain, callback_base_url=BASE, now=desk.clock.now()), Claim)
    drain.close()
    attached.close()


def two_claims_at_once(desk: Desk, other: Vault, monkeypatch: pytest.MonkeyPatch) -> int:
    """Let two senders claim two unprompted texts of hers at one moment; return how many were claimed."""
    desk.how = "code_word"
    for body in ("Tuesday 10:00", "Wednesday 10:00"):
        desk.release(Typed(body=body))
    with desk.vault.writing() as session:
        for text in session.scalars(select(Text)):
            change_text(session, text, asked_at=None)
        audit.record(session, action="test.unprompted", by=desk.staff, cases=[desk.case], now=desk.clock.now())
        assert session.scalar(select(func.count()).select_from(Text)) == 2
    asked, ask, found = Event(), claims.ask, []

    def slow_ask(session: Any, text: Any, now: Any) -> Any:
        answer = ask(session, text, now)
        if current_thread() is not second:
            asked.set()
            second.join(0.6)
        return answer

    def claim_too() -> None:
        asked.wait(10)
        found.append(claim_next(other, desk.drain, callback_base_url=BASE, now=desk.clock.now()))

    second = Thread(target=claim_too)
    monkeypatch.setattr(claims, "ask", slow_ask)
    monkeypatch.setattr(claims, "_callbacks_waiting", lambda *_: False)
    second.start()
    found.append(claim_next(desk.vault, desk.drain, callback_base_url=BASE, now=desk.clock.now()))
    second.join()
    return sum(isinstance(each, Claim) for each in found)


@pytest.mark.req("S-17")
@pytest.mark.req("43a")
def test_two_senders_at_once_keep_the_cap(desk: Desk, other_vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert two_claims_at_once(desk, other_vault, monkeypatch) == 1
