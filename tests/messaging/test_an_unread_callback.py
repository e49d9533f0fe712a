"""What Twilio told us and nobody can open may be anybody's STOP: no text leaves until a person has looked there."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from builders import a_staff_member
from sqlalchemy import func, select
from texting import Desk

from crypto.sealing import SealingKey
from outreach.messaging import receipts
from outreach.messaging.kill_switch import StopSwitch, start_texts, stops
from outreach.messaging.sending import Sender
from outreach.messaging.signed_callbacks import PURPOSE
from outreach.on_duty import paging
from outreach.records.ledger import AuditEntry, QuarantinedDeposit
from outreach.records.work import TextingStop
from outreach.terms import PageAbout, Role

DAMAGED = b"\x01\x01 sealed once, and damaged since"


def deposit(desk: Desk, sealed: bytes | None = None, *, packed: bytes = b"", key: SealingKey | None = None) -> None:
    """Lay a deposit into the callbacks' spool: as given, or this sealed for the worker."""
    row = uuid4()
    sealing = key or desk.keys[0]
    desk.spool.insert(row, desk.clock.now(), sealed or sealing.seal(packed, purpose=PURPOSE, deposit=row))


def let_texts_leave(desk: Desk) -> None:
    with desk.vault.writing() as session:
        start_texts(session, by=desk.staff, now=desk.clock.now())


def reasons(desk: Desk) -> list[str]:
    with desk.vault.reading() as session:
        return [each.because for each in stops(session)]


def no_text_leaves_after_what_nobody_can_read(desk: Desk) -> None:
    desk.release()
    deposit(desk, DAMAGED)
    desk.run()
    assert desk.accepts == []  # It waits to be read.
    assert desk.take_in() == 1
    desk.run()
    assert (desk.accepts, desk.states()) == ([], ["planned"])


@pytest.mark.req("S-4")
@pytest.mark.req("32")
def test_a_callback_nobody_can_open_stops_every_text_until_a_person_lets_them_leave(desk: Desk) -> None:
    no_text_leaves_after_what_nobody_can_read(desk)
    assert reasons(desk) == [receipts.MAY_BE_A_STOP]

    let_texts_leave(desk)
    desk.run()
    assert len(desk.accepts) == 1


def a_supervisor_is_paged_once(desk: Desk) -> None:
    with desk.vault.writing() as session:
        boss = a_staff_member(session, role=Role.SUPERVISOR)
    for _ in range(3):
        deposit(desk, DAMAGED)
    desk.take_in()
    with desk.vault.reading() as session:
        assert [each.about for each in paging.waiting_for(session, boss)] == [PageAbout.TEXTS_STOPPED]


@pytest.mark.req("32")
def test_supervisors_are_paged_once_when_the_worker_stops_every_text(desk: Desk) -> None:
    a_supervisor_is_paged_once(desk)


def test_planted_stop_that_no_person_is_told_of_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "call", lambda *_, **__: None)

    with pytest.raises(AssertionError):
        a_supervisor_is_paged_once(desk)


def test_supervisors_are_paged_when_the_file_on_the_server_stops_texts(desk: Desk, tmp_path: Path) -> None:
    with desk.vault.writing() as session:
        boss = a_staff_member(session, role=Role.SUPERVISOR)
    stop = StopSwitch(tmp_path / "stop")
    stop.turn_on()
    for _ in range(2):
        Sender(desk.vault, desk.client, desk.drain, desk.clock.now, stop).run_due()
    with desk.vault.reading() as session:
        assert [each.about for each in paging.waiting_for(session, boss)] == [PageAbout.TEXTS_STOPPED]


@pytest.mark.req("S-4")
def test_planted_reader_that_only_sets_it_aside_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipts, "stop_texts_once", lambda *_, **__: None)

    with pytest.raises(AssertionError):
        no_text_leaves_after_what_nobody_can_read(desk)


@pytest.mark.req("S-4")
def test_one_that_opens_but_is_of_no_version_we_know_stops_texts_too(desk: Desk) -> None:
    desk.release()
    deposit(desk, packed=b"\x02 as a later version packs it")
    desk.take_in()
    desk.run()

    assert (desk.accepts, reasons(desk)) == ([], [receipts.MAY_BE_A_STOP])


@pytest.mark.req("32")
def test_her_stop_is_told_to_a_person_even_where_it_was_sealed_to_a_key_that_is_lost(desk: Desk) -> None:
    """The page and the list of what was set aside name it; no hourly look at Twilio is waited for."""
    desk.she_writes("STOP")
    [waiting] = desk.drain.waiting(5)
    desk.drain.remove([waiting.id])
    desk.spool.insert(uuid4(), waiting.received_at, waiting.sealed)  # Sealed for another deposit: it opens for none.
    desk.take_in()

    assert reasons(desk) == [receipts.MAY_BE_A_STOP]
    with desk.vault.reading() as session:
        assert session.scalars(select(QuarantinedDeposit.reason)).all() == ["callback_cannot_open"]
        assert session.scalars(select(AuditEntry.action).where(AuditEntry.action == "texting.stop")).all()


def test_many_such_are_one_stop_and_a_later_one_stops_anew(desk: Desk) -> None:
    for _ in range(3):
        deposit(desk, DAMAGED)
    desk.take_in()
    assert len(reasons(desk)) == 1

    let_texts_leave(desk)
    desk.clock.advance(timedelta(minutes=1))
    deposit(desk, DAMAGED)
    desk.take_in()
    assert len(reasons(desk)) == 1
    with desk.vault.reading() as session:
        assert session.scalar(select(func.count()).select_from(TextingStop)) == 2


def test_what_twilio_did_not_sign_stops_nobody_else(desk: Desk) -> None:
    desk.release()
    desk.she_writes("hello", number="+13365550177")
    another = receipts.Twilio("another-token", "https://inbox.example")
    receipts.drain(desk.vault, desk.drain, desk.keys[1], twilio=another, clock=desk.clock.now)
    desk.run()

    assert (len(desk.accepts), reasons(desk)) == (1, [])
