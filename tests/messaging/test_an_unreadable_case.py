"""One case whose boxes or keys are damaged or gone keeps nobody else's text waiting, and supervisors are told."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from builders import NOW, a_case, a_destination, a_verdict
from linked_cases import flip_a_byte, lose_keys
from sqlalchemy import select, update
from texting import REMINDER, WEEKDAYS, Desk

from crypto.errors import CannotDecrypt
from outreach import audit
from outreach.audit import WORKER
from outreach.her_word.requests import record_request
from outreach.messaging import holding, outcomes, texts
from outreach.messaging.holding import without_task
from outreach.messaging.sms import Outcome, SendResult
from outreach.messaging.text_boxes import open_text
from outreach.people import Particulars
from outreach.records.boxes import BoxNumber
from outreach.records.cases import CaseRecord
from outreach.records.keys import seal
from outreach.records.work import Text
from outreach.terms import Channel

pytestmark = pytest.mark.req("P5")
OTHERS = "+13365550101"
SIDS = ("SM" + "1" * 32, "SM" + "2" * 32)


def a_text_she_asked_for(desk: Desk, number: str) -> UUID:
    """Store a case whose text was asked for and released; return its id."""
    with desk.vault.writing() as session:
        case_id = a_case(session, particulars=Particulars("Ines Roe"), assigned_to=desk.staff)
        verdicts = {Channel.CALL: a_verdict(), Channel.TEXT: a_verdict()}
        phone = a_destination(
            session,
            case_id,
            value=number,
            verdicts=verdicts,
            windows=(WEEKDAYS,),
            text_consent_at=NOW - timedelta(days=1),
        )
        record_request(session, case_id, desk.a_request(destination_id=phone.id), now=desk.clock.now())
        texts.release(session, case_id, phone.id, wording=REMINDER, request=None, by=desk.staff, now=desk.clock.now())
    return case_id


DAMAGES = pytest.mark.parametrize("damage", [lose_keys, flip_a_byte])


def state_of(desk: Desk, case_id: UUID) -> str:
    with desk.vault.reading() as session:
        return session.scalars(select(Text.state).where(Text.case_id == case_id)).one()


def handles_told(desk: Desk) -> tuple[str, ...]:
    with desk.vault.reading() as session:
        return without_task(session, desk.staff, now=desk.clock.now())


def handle_of(desk: Desk, case_id: UUID) -> str:
    with desk.vault.reading() as session:
        return session.scalars(select(CaseRecord.handle).where(CaseRecord.id == case_id)).one()


def nobody_waits_behind_it(desk: Desk, state: str, damage: Callable[[Desk, UUID], None]) -> UUID:
    """Damage a case with a text in some state; the next woman's text leaves all the same. Return the damaged case."""
    hers = a_text_she_asked_for(desk, desk.phone.value)
    with desk.vault.writing() as session:
        values = {"state": state, "claimed_at": NOW, "release_at": NOW - timedelta(seconds=9)}
        session.execute(update(Text).where(Text.case_id == hers).values(**values))
    damage(desk, hers)
    desk.clock.advance(timedelta(days=3 if state == "accepted" else 0, minutes=2))
    a_text_she_asked_for(desk, OTHERS)
    desk.run()
    desk.run()
    assert [accepted["To"] for accepted in desk.accepts] == [OTHERS]
    return hers


@DAMAGES
@pytest.mark.parametrize(("state", "then"), [("planned", "held"), ("sending", "unknown"), ("accepted", "unknown")])
def test_no_text_waits_behind_an_unreadable_case_and_supervisors_are_told(
    desk: Desk, state: str, then: str, damage: Callable[[Desk, UUID], None]
) -> None:
    hers = nobody_waits_behind_it(desk, state, damage)

    assert state_of(desk, hers) == then
    assert handles_told(desk) == (handle_of(desk, hers),)


@pytest.mark.parametrize("state", ["planned", "sending", "accepted"])
def test_planted_round_that_ends_at_an_unreadable_case_is_caught(
    desk: Desk, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def only_where_it_opens(session: object, text: Text, *, now: object) -> None:
        raise CannotDecrypt

    for module in (holding, outcomes):
        monkeypatch.setattr(module, "ask_somebody", only_where_it_opens)

    with pytest.raises((AssertionError, CannotDecrypt)):
        nobody_waits_behind_it(desk, state, flip_a_byte)


def each_result_is_written(desk: Desk, outcome: Outcome, damage: Callable[[Desk, UUID], None]) -> UUID:
    """Two calls came to an end, and one of the two cases does not open: the other's end is known. Return the first."""
    hers, anothers = a_text_she_asked_for(desk, desk.phone.value), a_text_she_asked_for(desk, OTHERS)
    with desk.vault.writing() as session:
        session.execute(update(Text).values(state="sending", claimed_at=NOW))
        ids = [session.scalars(select(Text.id).where(Text.case_id == case)).one() for case in (hers, anothers)]
    damage(desk, hers)
    results = [(ids[0], SendResult(outcome, SIDS[0])), (ids[1], SendResult(Outcome.ACCEPTED, SIDS[1]))]
    outcomes.record_results(desk.vault, results, now=NOW)
    assert state_of(desk, anothers) == "accepted"
    return hers


@DAMAGES
@pytest.mark.parametrize(
    ("outcome", "then"), [(Outcome.ACCEPTED, "unknown"), (Outcome.UNKNOWN, "unknown"), (Outcome.REFUSED, "held")]
)
def test_a_result_that_cannot_be_sealed_loses_none_of_the_others(
    desk: Desk, outcome: Outcome, then: str, damage: Callable[[Desk, UUID], None]
) -> None:
    hers = each_result_is_written(desk, outcome, damage)

    assert state_of(desk, hers) == then
    assert handles_told(desk) == (handle_of(desk, hers),)


def test_planted_loop_that_ends_at_the_first_unreadable_one_is_caught(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outcomes, "UNREADABLE", ())

    with pytest.raises((AssertionError, CannotDecrypt)):
        each_result_is_written(desk, Outcome.ACCEPTED, flip_a_byte)


def test_supervisors_are_told_no_longer_once_the_text_is_cancelled(desk: Desk) -> None:
    hers = nobody_waits_behind_it(desk, "planned", lose_keys)
    with desk.vault.writing() as session:
        text_id = session.scalars(select(Text.id).where(Text.case_id == hers)).one()
        texts.cancel(session, text_id, by=desk.staff, now=desk.clock.now())

    assert handles_told(desk) == ()


def seal_as_a_later_version(desk: Desk, case_id: UUID) -> None:
    """Keep one more field in her text, as a portal does that was upgraded before this worker."""
    with desk.vault.writing() as session:
        text = session.scalars(select(Text).where(Text.case_id == case_id)).one()
        content = (*open_text(session, text), "more")
        text.text_box = seal(session, BoxNumber.TEXT, content, owner=case_id, row=text.id)
        session.flush()
        audit.record(session, action="test.later", by=WORKER, cases=[case_id], now=NOW)


@pytest.mark.parametrize("state", ["planned", "sending"])
def test_a_text_of_a_later_version_keeps_no_other_waiting(desk: Desk, state: str) -> None:
    nobody_waits_behind_it(desk, state, seal_as_a_later_version)
    assert desk.tasks() == ["text_check"]


@pytest.mark.req("32")
def test_her_stop_is_heard_though_her_text_is_of_a_later_version(desk: Desk) -> None:
    hers = a_text_she_asked_for(desk, desk.phone.value)
    seal_as_a_later_version(desk, hers)
    desk.she_writes("STOP")

    assert (desk.take_in(), desk.drain.count(), state_of(desk, hers)) == (1, 0, "cancelled")
