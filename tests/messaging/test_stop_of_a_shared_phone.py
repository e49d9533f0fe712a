"""A case whose boxes do not open any more: her phone is stopped all the same, and nothing waits behind it."""

from typing import Any
from uuid import UUID

import pytest
from builders import a_case, a_destination
from sqlalchemy import delete, select
from texting import HER_PHONE, Desk

from crypto.errors import CryptoError
from outreach import audit
from outreach.audit import WORKER
from outreach.messaging import inbound, suppression
from outreach.messaging.incoming import incoming_of
from outreach.records.cases import CaseKeyRecord
from outreach.records.conversation import UnknownText
from outreach.records.errors import NoSuchRecord


def a_case_with_her_phone(desk: Desk) -> UUID:
    with desk.vault.writing() as session:
        case_id = a_case(session, assigned_to=desk.staff)
        a_destination(session, case_id, value=HER_PHONE)
    return case_id


def lose_keys(desk: Desk, case_id: UUID) -> None:
    with desk.vault.writing() as session:
        session.execute(delete(CaseKeyRecord).where(CaseKeyRecord.owner_id == case_id))
        session.info["case_keys"].forget(case_id)
        audit.record(session, action="test.destroy", by=WORKER, cases=[case_id], now=desk.clock.now())


def check_stop_is_taken(desk: Desk, body: str) -> None:
    """Let STOP come from a phone that two cases have, of which one does not open."""
    lose_keys(desk, a_case_with_her_phone(desk))
    desk.release()
    desk.she_writes(body)
    desk.take_in()
    assert desk.drain.count() == 0
    assert desk.states() == ["cancelled"]
    with desk.vault.reading() as session:
        assert suppression.has_stopped(session, desk.case)
        assert [each.body for each in incoming_of(session, desk.case, most=9)] == [body]


@pytest.mark.req("32")
@pytest.mark.parametrize("body", ["STOP", "please stop texting me"])
def test_a_stop_counts_though_another_case_with_that_phone_does_not_open(desk: Desk, body: str) -> None:
    check_stop_is_taken(desk, body)


@pytest.mark.req("32")
@pytest.mark.parametrize("module", [suppression, inbound])
def test_planted_stop_that_fails_with_one_case_is_caught(
    desk: Desk, module: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "UNREADABLE", (CryptoError,))

    with pytest.raises(NoSuchRecord):
        check_stop_is_taken(desk, "STOP")


@pytest.mark.req("32")
def test_a_stop_counts_though_no_case_with_that_phone_opens(desk: Desk) -> None:
    desk.release()
    lose_keys(desk, desk.case)
    desk.she_writes("STOP")

    desk.take_in()

    assert desk.drain.count() == 0
    assert desk.states() == ["cancelled"]
    with desk.vault.reading() as session:
        assert suppression.has_stopped(session, desk.case)


@pytest.mark.req("21")
def test_what_no_case_can_keep_is_kept_with_the_texts_of_nobody(desk: Desk) -> None:
    lose_keys(desk, desk.case)
    desk.she_writes("Where do I go?")

    desk.take_in()

    assert desk.drain.count() == 0
    with desk.vault.reading() as session:
        assert len(session.scalars(select(UnknownText)).all()) == 1
