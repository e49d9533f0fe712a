"""What Twilio tells us: once each, never backwards, and of what comes in, almost nothing changes anything."""

import itertools
from datetime import timedelta

import pytest
from builders import NOW
from sqlalchemy import func, select
from texting import BASE, HER_PHONE, SENDER, TOKEN, Desk

from outreach.messaging import consent, receipts, suppression
from outreach.messaging.consent import WORDINGS, Asked
from outreach.messaging.incoming import incoming_of
from outreach.messaging.signed_callbacks import FORM, SignedCallback, pack
from outreach.records.ledger import QuarantinedDeposit
from outreach.records.people import SuppressedPhone
from outreach.records.work import Text, TextReceipt
from twilio_emulator.exchange import Callback

SID = "SM" + "1" * 32


def status(desk: Desk, token_of: dict[str, str], name: str, sid: str, code: str = "") -> None:
    form = [("MessageSid", sid), ("MessageStatus", name)] + ([("ErrorCode", code)] if code else [])
    assert desk.deliver(Callback(token_of["StatusCallback"], form)) == 204


@pytest.fixture
def sent(desk: Desk) -> tuple[dict[str, str], str]:
    """A text that was accepted: the parameters of its call, and its sid."""
    text_id = desk.release()
    desk.run()
    sid = desk.text(text_id)[1].sid
    assert sid
    return desk.accepts[0], sid


@pytest.mark.req("38")
@pytest.mark.req("S-13")
@pytest.mark.parametrize("order", list(itertools.permutations(["queued", "sent", "delivered"])), ids="-".join)
def test_in_whatever_order_statuses_come_the_text_ends_delivered(
    desk: Desk, sent: tuple[dict[str, str], str], order: tuple[str, ...]
) -> None:
    for name in (*order, *order):
        status(desk, sent[0], name, sent[1])
        desk.take_in()

    assert desk.states() == ["delivered"]
    with desk.vault.reading() as session:
        assert session.scalar(select(func.count()).select_from(TextReceipt)) == 3


@pytest.mark.req("38")
def test_delivered_and_undelivered_do_not_replace_each_other(desk: Desk, sent: tuple[dict[str, str], str]) -> None:
    status(desk, sent[0], "delivered", sent[1])
    desk.take_in()
    status(desk, sent[0], "undelivered", sent[1], "30003")
    desk.take_in()

    assert desk.states() == ["delivered"]


@pytest.mark.req("38")
def test_sent_is_not_delivered(desk: Desk, sent: tuple[dict[str, str], str]) -> None:
    status(desk, sent[0], "sent", sent[1])
    desk.take_in()

    assert desk.states() == ["sent"]


@pytest.mark.req("40")
@pytest.mark.req("S-14")
@pytest.mark.parametrize("code", ["30003", "30004", "30005", "30006", "31999"])
def test_a_failure_of_her_phone_suspends_texting_with_it(
    desk: Desk, sent: tuple[dict[str, str], str], code: str
) -> None:
    status(desk, sent[0], "undelivered", sent[1], code)
    desk.take_in()

    assert desk.states() == ["undelivered"]
    assert desk.hers().text_consent_at is None
    assert desk.tasks() == ["text_check"]


@pytest.mark.req("40")
def test_a_text_that_ran_out_of_time_is_a_task_and_blames_no_phone(
    desk: Desk, sent: tuple[dict[str, str], str]
) -> None:
    status(desk, sent[0], "failed", sent[1], "30036")
    desk.take_in()

    assert desk.states() == ["failed"]
    assert desk.hers().text_consent_at is not None
    assert desk.tasks() == ["text_check"]


def test_a_callback_with_an_unknown_token_or_another_sid_changes_nothing(
    desk: Desk, sent: tuple[dict[str, str], str]
) -> None:
    status(desk, {"StatusCallback": f"{BASE}/twilio/status/{'x' * 43}"}, "delivered", sent[1])
    status(desk, sent[0], "delivered", "SM" + "9" * 32)
    assert desk.take_in() == 2

    assert desk.states() == ["accepted"]
    assert _quarantined(desk) == ["callback_cannot_read"]


@pytest.mark.req("37")
def test_a_deposit_twilio_did_not_sign_or_nobody_can_open_is_set_aside_and_keeps_no_other_from_being_read(
    desk: Desk, sent: tuple[dict[str, str], str]
) -> None:
    from uuid import uuid4

    from outreach.messaging.signed_callbacks import PURPOSE

    forged = SignedCallback("/twilio/inbound", "", FORM, "forged", b"From=%2B13365550199&Body=STOP&MessageSid=SM1")
    first = uuid4()
    desk.spool.insert(first, NOW, desk.keys[0].seal(pack(forged), purpose=PURPOSE, deposit=first))
    desk.spool.insert(uuid4(), NOW, b"\x01\x01 not sealed at all")
    status(desk, sent[0], "delivered", sent[1])

    assert desk.take_in() == 3
    assert desk.take_in() == 0
    assert desk.states() == ["delivered"]
    assert _quarantined(desk) == ["callback_cannot_open", "callback_not_twilios"]


@pytest.mark.req("P5")
@pytest.mark.parametrize("number", ["+12345", "+1", "12345", "VERIFY", ""])
def test_a_text_from_what_is_no_phone_is_set_aside_and_holds_up_nobody(desk: Desk, number: str) -> None:
    desk.release()
    signed_in(desk, {"From": number, "To": SENDER, "Body": "hello", "MessageSid": "SM" + "7" * 32})

    assert desk.take_in() == 1
    assert _quarantined(desk) == ["callback_cannot_read"]
    desk.run()
    assert len(desk.accepts) == 1


@pytest.mark.req("32")
@pytest.mark.req("P5")
def test_a_stop_whose_handling_fails_still_stops_and_holds_up_nobody(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ValueError("a fault of ours")

    desk.release()
    desk.she_writes("STOP")
    monkeypatch.setattr(receipts, "take_inbound", fails)

    assert desk.take_in() == 1
    assert _quarantined(desk) == ["callback_failed"]
    desk.run()
    assert desk.accepts == []


def signed_in(desk: Desk, form: dict[str, str]) -> None:
    """Let Twilio itself say this."""
    assert desk.deliver(Callback(f"{BASE}/twilio/inbound", list(form.items()))) == 200


@pytest.mark.req("32")
@pytest.mark.req("S-4")
def test_a_stop_acknowledged_under_a_token_the_worker_does_not_have_yet_still_stops(desk: Desk) -> None:
    desk.release()
    desk.she_writes("Stop.")
    with_the_old_token = receipts.Twilio("the-token-before", BASE)
    receipts.drain(desk.vault, desk.drain, desk.keys[1], twilio=with_the_old_token, clock=desk.clock.now)
    desk.run()

    assert desk.accepts == []
    assert desk.tasks() == ["text_question"]
    assert _quarantined(desk) == ["callback_not_twilios"]


@pytest.mark.req("37")
@pytest.mark.parametrize("body", ["YES", "START", "hello"])
def test_nothing_but_a_stop_counts_from_a_deposit_that_is_not_proven_to_be_twilios(desk: Desk, body: str) -> None:
    asked = Asked(how="live_call", wording=WORDINGS["en"], language="en", heard_by="Rosa")
    with desk.vault.writing() as session:
        consent.record_opt_in(session, desk.case, desk.phone.id, asked, by=desk.staff, now=desk.clock.now())
    desk.she_writes(body)
    with_another_token = receipts.Twilio("another-token", BASE)
    receipts.drain(desk.vault, desk.drain, desk.keys[1], twilio=with_another_token, clock=desk.clock.now)

    assert desk.hers().text_consent_at is None
    assert desk.tasks() == []


@pytest.mark.req("P4")
@pytest.mark.req("39")
def test_a_text_twilio_has_after_all_is_not_sent_again(desk: Desk) -> None:
    desk.fault("status_429")
    text_id = desk.release()
    desk.run()
    assert desk.text(text_id)[0] == "planned"

    tried = dict(desk.app.journal.requests[-1]["parameters"])
    status(desk, tried, "sent", SID)
    desk.take_in()
    desk.clock.advance(timedelta(minutes=2))
    desk.run()

    assert desk.accepts == []
    assert desk.text(text_id)[0] == "sent"


def _quarantined(desk: Desk) -> list[str]:
    with desk.vault.reading() as session:
        return sorted(session.scalars(select(QuarantinedDeposit.reason)))


def test_a_deposit_drained_before_a_kill_is_only_deleted(desk: Desk) -> None:
    desk.she_writes("hello there")
    [waiting] = desk.drain.waiting(5)
    desk.take_in()
    desk.spool.insert(waiting.id, waiting.received_at, waiting.sealed)
    desk.take_in()

    assert desk.tasks() == ["text_message"]


def test_what_she_writes_becomes_a_task_and_her_words_are_in_their_own_box(desk: Desk) -> None:
    desk.she_writes("Can we move it to Friday?")
    desk.she_writes("from a stranger", number="+13365550177")
    desk.take_in()

    assert desk.tasks() == ["text_message"]
    with desk.vault.reading() as session:
        [kept] = incoming_of(session, desk.case, most=5)
    assert (kept.body, kept.phone, kept.destination_id) == ("Can we move it to Friday?", HER_PHONE, str(desk.phone.id))


@pytest.mark.req("33")
def test_start_reenables_nothing(desk: Desk) -> None:
    desk.she_writes("STOP")
    desk.she_writes("START")
    desk.she_writes("YES")
    desk.take_in()

    with desk.vault.reading() as session:
        assert suppression.has_stopped(session, desk.case)
    assert "text_question" in desk.tasks()


@pytest.mark.req("32")
def test_a_stop_from_a_number_no_case_has_is_kept_all_the_same(desk: Desk) -> None:
    desk.she_writes("STOP", number="+13365550177")
    desk.take_in()

    with desk.vault.reading() as session:
        assert session.scalar(select(func.count()).select_from(SuppressedPhone)) == 1


def test_an_ambiguous_no_suppresses_and_opens_both_tasks(desk: Desk) -> None:
    desk.she_writes("please stop texting me")
    desk.take_in()

    assert desk.tasks() == ["text_message", "text_question"]
    with desk.vault.reading() as session:
        assert suppression.has_stopped(session, desk.case)


def test_twilios_own_retry_of_an_incoming_text_is_one_message(desk: Desk) -> None:
    form = [("MessageSid", SID), ("From", HER_PHONE), ("To", SENDER), ("Body", "hello")]
    for _ in range(3):
        desk.deliver(Callback(BASE + "/twilio/inbound", form))
    desk.take_in()

    assert desk.tasks() == ["text_message"]
    assert TOKEN
    with desk.vault.reading() as session:
        assert session.scalar(select(func.count()).select_from(Text)) == 0
