"""Between the claim and the call everything is asked again: what came in between counts as long as no byte has left."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from http.client import HTTPConnection
from typing import Any
from uuid import uuid4

import pytest
from builders import NOW, a_case, a_verdict
from sqlalchemy import update
from texting import Desk, trusting

from outreach import audit, people
from outreach.audit import WORKER
from outreach.cases import change_standing
from outreach.her_word.requests import meet
from outreach.messaging import claims, kill_switch, outcomes, sending, suppression
from outreach.messaging.claims import Claim
from outreach.records.cases import PossibleMatch
from outreach.records.people import SuppressedPhone
from outreach.records.watching import WatchedVault
from outreach.records.work import Text
from outreach.terms import Channel, Verdict

Change = Callable[[Desk], None]


def change_phone(desk: Desk, **fields: object) -> None:
    hers = desk.hers()
    with desk.vault.writing() as session:
        changed = replace(hers, **fields)  # type: ignore[arg-type]
        people.save_destination(session, desk.case, changed, version=hers.version, by=WORKER, now=desk.clock.now())


def change_case(desk: Desk, **changes: object) -> None:
    with desk.vault.writing() as session:
        change_standing(session, desk.case, by=desk.staff, now=desk.clock.now(), **changes)


def a_match_is_found(desk: Desk) -> None:
    with desk.vault.writing() as session:
        other = a_case(session, assigned_to=desk.staff)
        session.add(PossibleMatch(id=uuid4(), case_id=desk.case, other_case_id=other))
        audit.record(session, action="test.match", by=WORKER, cases=[desk.case], now=NOW)


def another_is_lifted_as_she_stops(desk: Desk) -> None:
    with desk.vault.writing() as session:
        suppression.suppress(session, desk.phone.value, by=desk.staff, now=NOW)
        token = session.info["keyring"].phone_token("+13365550177")
        session.execute(update(SuppressedPhone).where(SuppressedPhone.token == token).values(lifted_at=NOW))


def what_she_asked_for_was_done(desk: Desk) -> None:
    with desk.vault.writing() as session:
        meet(session, desk.case, Channel.TEXT, desk.phone.id, at=desk.clock.now())
        audit.record(session, action="test.meet", by=WORKER, cases=[desk.case], now=NOW)


def every_text_is_stopped(desk: Desk) -> None:
    with desk.vault.writing() as session:
        kill_switch.stop_texts(session, because="a leak", by=desk.staff, now=NOW)


CHANGES: dict[str, Change] = {
    "marked unsafe": lambda desk: change_phone(desk, verdicts={Channel.TEXT: a_verdict(Verdict.UNSAFE)}),
    "no consent": lambda desk: change_phone(desk, text_consent_at=None),
    "phone compromised": lambda desk: change_phone(desk, compromised=True),
    "words to avoid": lambda desk: change_phone(desk, words_to_avoid=("front desk",)),
    "paused": lambda desk: change_case(desk, paused=True),
    "compromised": lambda desk: change_case(desk, compromised=True),
    "do not contact": lambda desk: change_case(desk, do_not_contact=True),
    "match pending": lambda desk: change_case(desk, match_pending=True),
    "a match is found": a_match_is_found,
    "a stop as another is lifted": another_is_lifted_as_she_stops,
    "her request is met": what_she_asked_for_was_done,
    "she writes": lambda desk: desk.she_writes("please stop texting me"),
    "every text is stopped": every_text_is_stopped,
}
UNPROMPTED: dict[str, Change] = {
    "she will contact us": lambda desk: change_case(desk, she_will_contact_us=True),
    "supervisor hold": lambda desk: change_case(desk, supervisor_hold=True),
    "hours": lambda desk: change_phone(desk, windows=()),
    "shared with the offender": lambda desk: change_phone(desk, shared_with_offender=True),
}


def after_the_claim(desk: Desk, monkeypatch: pytest.MonkeyPatch, change: Change) -> None:
    """Let something happen once, when the sender has claimed a text and not called yet."""
    really_claim, left = claims.claim_several, [change]

    def claim_then_change(*args: Any, **named: Any) -> Any:
        found = really_claim(*args, **named)
        if left and any(isinstance(each, Claim) for each in found):
            left.pop()(desk)
        return found

    monkeypatch.setattr(sending, "claim_several", claim_then_change)
    desk.run()
    assert not left


def release(desk: Desk, *, asked: bool = True) -> None:
    with desk.vault.writing() as session:
        suppression.suppress(session, "+13365550177", by=desk.staff, now=NOW)
    text_id = desk.release(asked=asked)
    with desk.vault.writing() as session:
        session.execute(update(Text).where(Text.id == text_id).values(release_at=desk.clock.now()))


@pytest.mark.req("24")
@pytest.mark.req("26")
@pytest.mark.parametrize("what", CHANGES)
def test_what_changes_after_the_claim_keeps_the_text_here(
    desk: Desk, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    release(desk)
    after_the_claim(desk, monkeypatch, CHANGES[what])

    assert desk.accepts == []
    assert desk.states() in (["held"], ["planned"])


@pytest.mark.req("24")
@pytest.mark.parametrize("what", UNPROMPTED)
def test_what_stops_an_unprompted_text_after_the_claim_keeps_it_here(
    desk: Desk, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    release(desk, asked=False)
    after_the_claim(desk, monkeypatch, UNPROMPTED[what])

    assert desk.accepts == []
    assert desk.states() == ["held"]


@pytest.mark.req("24")
@pytest.mark.parametrize("what", ["marked unsafe", "a match is found", "a stop as another is lifted"])
def test_planted_last_look_that_believes_the_claim_is_caught(
    desk: Desk, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "still_allowed", trusting)

    with pytest.raises(AssertionError):
        test_what_changes_after_the_claim_keeps_the_text_here(desk, what, monkeypatch)


@pytest.mark.req("24")
@pytest.mark.parametrize("what", ["marked unsafe", "paused", "a match is found", "every text is stopped"])
def test_planted_sender_that_never_asks_whether_anybody_wrote_is_caught(
    desk: Desk, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WatchedVault, "is_unchanged", lambda _: True)

    with pytest.raises(AssertionError):
        test_what_changes_after_the_claim_keeps_the_text_here(desk, what, monkeypatch)


def everything_is_stopped_as_the_look_begins(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let somebody write after the claim, and stop every text when the sender has noticed and not looked yet."""
    really_look, left = sending.still_allowed, [every_text_is_stopped]

    def stop_then_look(*args: Any, **named: Any) -> Any:
        if left:
            left.pop()(desk)
        return really_look(*args, **named)

    monkeypatch.setattr(sending, "still_allowed", stop_then_look)
    release(desk)
    after_the_claim(desk, monkeypatch, somebody_writes_elsewhere)
    assert not left
    assert desk.accepts == []


def somebody_writes_elsewhere(desk: Desk) -> None:
    with desk.vault.writing() as session:
        audit.record(session, action="test.elsewhere", by=WORKER, cases=[], now=NOW)


@pytest.mark.req("S-16")
def test_a_stop_of_all_texts_just_before_a_look_counts(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    everything_is_stopped_as_the_look_begins(desk, monkeypatch)
    assert desk.states() == ["planned"]


@pytest.mark.req("S-16")
def test_planted_look_that_forgets_the_stop_before_it_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    really_ask = sending.nothing_may_leave
    monkeypatch.setattr(sending, "nothing_may_leave", lambda vault, drain, _: really_ask(vault, drain, True))

    with pytest.raises(AssertionError):
        everything_is_stopped_as_the_look_begins(desk, monkeypatch)


def connecting_takes_a_while(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let her case be paused while the connection to Twilio is being made."""
    really_connect, left = HTTPConnection.connect, [CHANGES["paused"]]

    def connect(connection: HTTPConnection) -> None:
        really_connect(connection)
        if left:
            left.pop()(desk)

    release(desk)
    monkeypatch.setattr(HTTPConnection, "connect", connect)
    desk.run()
    assert not left
    assert desk.accepts == []


@pytest.mark.req("26")
def test_what_changes_while_the_connection_is_made_keeps_the_text_here(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    connecting_takes_a_while(desk, monkeypatch)
    assert desk.states() == ["held"]


@pytest.mark.req("26")
def test_planted_sender_that_connects_after_its_last_look_is_caught(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(desk.client), "reach", lambda _: True)

    with pytest.raises(AssertionError):
        connecting_takes_a_while(desk, monkeypatch)


@pytest.mark.req("24")
def test_a_look_is_not_taken_twice_where_nobody_wrote(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "FRESH", 60.0)
    monkeypatch.setattr(sending, "still_allowed", None)
    release(desk)
    desk.run()

    assert len(desk.accepts) == 1


@pytest.mark.req("24")
def test_planted_last_look_without_the_spool_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "nothing_may_leave", lambda *_: False)
    monkeypatch.setattr(type(desk.drain), "count", lambda _: 0)

    with pytest.raises(AssertionError):
        test_what_changes_after_the_claim_keeps_the_text_here(desk, "she writes", monkeypatch)


@pytest.mark.parametrize("asked", [True, False])
def test_a_text_does_not_count_against_itself(desk: Desk, asked: bool) -> None:
    release(desk, asked=asked)

    desk.run()

    assert len(desk.accepts) == 1


@pytest.mark.req("35")
def test_hours_that_end_sooner_since_the_claim_are_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    release(desk, asked=False)
    (window,) = desk.phone.windows
    sooner = replace(window, ends=window.begins.replace(hour=window.begins.hour + 1, minute=30))
    after_the_claim(desk, monkeypatch, lambda desk: change_phone(desk, windows=(sooner,)))

    assert all(int(call["ValidityPeriod"]) <= 3600 for call in desk.accepts)


def a_worker_settles_while_it_is_frozen(desk: Desk) -> None:
    desk.clock.advance(timedelta(minutes=4))
    outcomes.settle(desk.vault, now=desk.clock.now())


def no_call_for_a_settled_text(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    release(desk)
    after_the_claim(desk, monkeypatch, a_worker_settles_while_it_is_frozen)
    assert desk.accepts == []
    assert (desk.states(), desk.tasks()) == (["unknown"], ["text_check"])


@pytest.mark.req("P4")
def test_a_sender_that_was_frozen_does_not_call_for_what_another_settled(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_call_for_a_settled_text(desk, monkeypatch)


@pytest.mark.req("P4")
def test_planted_claim_that_never_ages_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "LONGEST_CLAIM", timedelta(hours=1))
    monkeypatch.setattr(sending, "still_allowed", trusting)

    with pytest.raises(AssertionError):
        no_call_for_a_settled_text(desk, monkeypatch)


@pytest.mark.req("P4")
def test_a_frozen_sender_takes_back_no_claim_of_another(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def another_claims(desk: Desk) -> None:
        outcomes.settle(desk.vault, now=desk.clock.now() + timedelta(minutes=4))
        with desk.vault.writing() as session:
            session.query(Text).one().state = "planned"
            session.flush()
            session.query(Text).one().state = "sending"

    release(desk)
    after_the_claim(desk, monkeypatch, another_claims)

    assert (desk.accepts, desk.states()) == ([], ["sending"])
