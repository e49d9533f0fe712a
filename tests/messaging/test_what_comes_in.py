"""S-12: what comes in changes its own row, the stop and a task, and nothing else; nothing is ever answered."""

import random
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from builders import a_case, a_destination
from replies import HARMLESS, MISTYPED, PERHAPS, STOPS
from sqlalchemy import func, select, text
from texting import BASE, HER_PHONE, SENDER, TOKEN, Desk

from outreach import audit
from outreach.messaging import inbound, suppression
from outreach.messaging.incoming import incoming_of
from outreach.messaging.text_tasks import ask_to_read
from outreach.messaging.wording import Typed
from outreach.records.base import Base
from outreach.records.cases import PossibleMatch
from outreach.records.conversation import InboundText, UnknownText
from outreach.records.people import SuppressedPhone
from outreach.tasks import add_task
from twilio_emulator.exchange import Callback
from twilio_emulator.signing import signature

MAY_CHANGE = {"inbound_text", "unknown_text", "suppressed_phone", "text_withdrawal", "task"}
OURS = {"drained", "audit_entry", "audit_subject", "provider_copy"}
"""The ledger: that something came in is written down, whatever it was, and that Twilio still has a copy of it."""
FRAGMENTS = [
    "YES",
    "HELP",
    "call me",
    "help me",
    "START",
    "UNSTOP",
    "no",
    "él me encontró",
    "\U0001f6d1",
    "\x00",
    "\u202e",
]


def contents(desk: Desk) -> dict[str, Any]:
    """Return every row of every table an inbound text must leave alone."""
    names = [name for name in Base.metadata.tables if name not in MAY_CHANGE | OURS]
    with desk.vault.reading() as session:
        return {name: sorted(map(str, session.execute(text(f"SELECT * FROM {name}")))) for name in names}


def changes_nothing_else(desk: Desk, *, times: int = 60) -> None:
    """Let random words come in, from her phone and from others, and see what became of everything."""
    dice = random.Random(12)  # noqa: S311 – repeatable, not secret
    words, before = [*STOPS, *PERHAPS, *MISTYPED, *HARMLESS, *FRAGMENTS], contents(desk)
    for _ in range(times):
        number = dice.choice([HER_PHONE, HER_PHONE, "+13365550177"])
        desk.she_writes(" ".join(dice.sample(words, dice.randrange(1, 4))), number=number)
    desk.take_in()
    desk.run()

    assert desk.accepts == []
    assert contents(desk) == before
    assert set(desk.tasks()) <= {"text_message", "text_question", "text_stopped"}


@pytest.mark.req("S-12")
@pytest.mark.req("34")
def test_random_words_that_come_in_change_their_row_the_stop_and_a_task_alone(desk: Desk) -> None:
    changes_nothing_else(desk)
    with desk.vault.reading() as session:
        assert session.scalar(select(func.count()).select_from(InboundText))
        assert session.scalar(select(func.count()).select_from(UnknownText))


@pytest.mark.req("S-12")
@pytest.mark.parametrize("database", ["sqlite"])
def test_planted_inbound_that_records_more_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever holds her phone must not be able to ask for anything: a request of hers would open a text."""

    def opens(session: Any, case_id: Any, *, now: Any) -> Any:
        from outreach.her_word.requests import record_request

        record_request(session, case_id, desk.a_request(), now=now)
        return ask_to_read(session, case_id, now=now)

    monkeypatch.setattr(inbound, "ask_to_read", opens)
    with pytest.raises(AssertionError):
        changes_nothing_else(desk, times=12)


@pytest.mark.req("S-12")
@pytest.mark.parametrize("database", ["sqlite"])
def test_planted_automatic_answer_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def answers(session: Any, case_id: Any, *, now: Any) -> Any:
        from texting import REMINDER

        from outreach.messaging import texts

        request = desk.a_request(expires_at=now + timedelta(hours=5))
        texts.release(session, case_id, desk.phone.id, wording=REMINDER, request=request, by=desk.staff, now=now)
        return ask_to_read(session, case_id, now=now)

    monkeypatch.setattr(inbound, "ask_to_read", answers)
    desk.she_writes("hello")
    with pytest.raises(AssertionError):
        changes_nothing_else(desk, times=0)


@pytest.mark.req("43")
def test_a_flood_is_one_thing_to_do_and_every_word_of_it_is_kept(desk: Desk) -> None:
    _one_task(desk, times=40)
    with desk.vault.reading() as session:
        kept = incoming_of(session, desk.case, most=100)
    assert [each.body for each in kept] == [f"message {n}" for n in reversed(range(40))]


def _one_task(desk: Desk, *, times: int) -> None:
    for n in range(times):
        desk.she_writes(f"message {n}")
        desk.clock.advance(timedelta(seconds=1))
    desk.take_in()
    assert desk.tasks() == ["text_message"]


@pytest.mark.parametrize("database", ["sqlite"])
def test_planted_task_for_each_text_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from outreach.messaging import text_tasks

    monkeypatch.setattr(
        text_tasks,
        "_one_open",
        lambda session, case, step, now: add_task(session, case, text_tasks._planned(step, now)),
    )
    with pytest.raises(AssertionError):
        _one_task(desk, times=2)


@pytest.mark.req("33")
@pytest.mark.req("S-12")
def test_start_makes_a_task_and_nothing_else(desk: Desk) -> None:
    before = contents(desk)
    desk.she_writes("START")
    desk.take_in()

    assert contents(desk) == before
    assert desk.tasks() == ["text_question"]


@pytest.mark.req("P5")
def test_a_stop_cancels_what_waits_and_asks_a_person_to_see_to_another_way(desk: Desk) -> None:
    text_id = desk.release(asked=False)
    desk.she_writes("Stop")
    desk.take_in()

    assert desk.text(text_id)[0] == "cancelled"
    assert desk.tasks() == ["text_stopped"]


@pytest.mark.req("32")
def test_a_stop_after_a_lift_counts_again(desk: Desk) -> None:
    desk.she_writes("STOP")
    desk.take_in()
    with desk.vault.writing() as session:
        session.scalars(select(SuppressedPhone)).one().lifted_at = desk.clock.now()
    with desk.vault.reading() as session:
        assert not suppression.has_stopped(session, desk.case)
    desk.she_writes("STOP")
    desk.take_in()

    with desk.vault.reading() as session:
        assert suppression.has_stopped(session, desk.case)


@pytest.mark.req("32")
def test_a_stop_in_one_case_of_hers_stops_texts_of_the_other(desk: Desk) -> None:
    text_id = desk.release()
    with desk.vault.writing() as session:
        other = a_case(session)
        a_destination(session, other, value="+13365550144")
        match = PossibleMatch(id=uuid4(), case_id=other, other_case_id=desk.case, decision="same")
        session.add(match)
        audit.record(session, action="test.match", by=desk.staff, cases=[other], now=desk.clock.now())
    desk.she_writes("STOP", number="+13365550144")
    desk.take_in()
    desk.run()

    assert desk.accepts == []
    assert desk.text(text_id)[0] == "cancelled"


@pytest.mark.req("31")
def test_a_bare_no_stops_unless_her_word_was_just_checked_on_this_line(desk: Desk) -> None:
    desk.how = "code_word"
    desk.release(Typed(body="Is Tuesday 10:00 fine?"))
    desk.she_writes("no")
    desk.take_in()
    with desk.vault.reading() as session:
        assert not suppression.has_stopped(session, desk.case)
    desk.clock.advance(timedelta(minutes=31))
    desk.she_writes("no")
    desk.take_in()

    with desk.vault.reading() as session:
        assert suppression.has_stopped(session, desk.case)
        assert [each.said for each in incoming_of(session, desk.case, most=5)] == ["no", "other"]


def test_a_picture_is_counted_and_never_fetched(desk: Desk) -> None:
    form = [("MessageSid", "MM" + "1" * 32), ("From", HER_PHONE), ("To", SENDER), ("Body", ""), ("NumMedia", "2")]
    desk.deliver(Callback(BASE + "/twilio/inbound", form))
    desk.take_in()

    with desk.vault.reading() as session:
        [kept] = incoming_of(session, desk.case, most=5)
    assert (kept.pictures, kept.body) == (2, "")


@pytest.mark.req("37")
@pytest.mark.req("32")
def test_a_stop_in_signed_json_stops_too(desk: Desk) -> None:
    import hashlib
    import json

    body = json.dumps({"MessageSid": "SM" + "3" * 32, "From": HER_PHONE, "Body": "STOP", "NumSegments": 1}).encode()
    path = f"/twilio/inbound?bodySHA256={hashlib.sha256(body).hexdigest()}"
    headers = {"X-Twilio-Signature": signature(TOKEN, BASE + path, [])}
    answer = desk.web.post(path, data=body, headers=headers, content_type="application/json")
    desk.take_in()

    assert answer.status_code == 200
    with desk.vault.reading() as session:
        assert suppression.has_stopped(session, desk.case)
