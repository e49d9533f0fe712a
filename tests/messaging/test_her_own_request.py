"""A text she asked for lives as long as that very request, and typed words as long as the half hour they belong to."""

from contextlib import suppress
from datetime import timedelta

import pytest
from builders import NOW
from sqlalchemy import update
from texting import REMINDER, Desk

from outreach.her_word.requests import record_request
from outreach.messaging import claims, half_hour, outcomes, rescheduling
from outreach.messaging.holding import hold
from outreach.messaging.sms import Outcome, SendResult
from outreach.messaging.wording import Typed, UnfitWording, Wording
from outreach.records.work import Text


@pytest.mark.req("29a")
def test_typed_words_do_not_leave_after_the_half_hour(desk: Desk) -> None:
    desk.how = "code_word"
    desk.release(Typed(body="Come at noon"))
    desk.clock.advance(timedelta(minutes=31))
    desk.run()

    assert (desk.accepts, desk.states()) == ([], ["held"])


@pytest.mark.req("29a")
def test_planted_half_hour_without_an_end_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "CONVERSATION", timedelta(days=1))

    with pytest.raises(AssertionError):
        test_typed_words_may_arrive_within_the_half_hour_only(desk)
    desk.clock.advance(timedelta(hours=1))
    with pytest.raises(AssertionError):
        test_typed_words_do_not_leave_after_the_half_hour(desk)


@pytest.mark.req("29a")
def test_typed_words_may_arrive_within_the_half_hour_only(desk: Desk) -> None:
    desk.how = "code_word"
    desk.release(Typed(body="Come at noon"))
    desk.run()

    assert int(desk.accepts[0]["ValidityPeriod"]) <= 30 * 60


def check_what_is_taken_leaves(desk: Desk, wording: Wording, lasts: timedelta) -> None:
    """At every minute of what she asked for: the words are refused while they can be changed, or they leave."""
    with desk.vault.writing() as session:
        asked = desk.a_request(expires_at=desk.clock.now() + lasts)
        record_request(session, desk.case, asked, now=desk.clock.now())
    ends_at, taken = desk.clock.now() + lasts, 0
    desk.clock.advance(lasts - timedelta(minutes=12))
    while desk.clock.now() < ends_at:
        with suppress(UnfitWording):
            text_id = desk.release(wording, asked=False)
            desk.run()
            assert desk.text(text_id)[0] == "accepted"
            with desk.vault.writing() as session:  # The next is no second tap, and hers is not used up.
                session.execute(update(Text).values(state="cancelled", state_at=NOW - timedelta(days=9)))
            taken += 1
        desk.clock.advance(timedelta(seconds=30))
    assert 10 <= taken <= 14


LATE = [(Typed(body="Come at noon"), "code_word", timedelta(minutes=30)), (REMINDER, "live_call", timedelta(hours=6))]


@pytest.mark.req("29a")
@pytest.mark.req("35")
@pytest.mark.parametrize(("wording", "how", "lasts"), LATE, ids=["typed", "approved"])
def test_words_too_late_to_arrive_are_refused_when_released(
    desk: Desk, wording: Wording, how: str, lasts: timedelta
) -> None:
    desk.how = how
    check_what_is_taken_leaves(desk, wording, lasts)


@pytest.mark.req("29a")
@pytest.mark.parametrize(("wording", "how", "lasts"), LATE, ids=["typed", "approved"])
def test_planted_taking_of_words_until_the_last_minute_is_caught(
    desk: Desk, wording: Wording, how: str, lasts: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(half_hour, "TIME_TO_ARRIVE", timedelta(0))
    desk.how = how

    with pytest.raises(AssertionError):
        check_what_is_taken_leaves(desk, wording, lasts)


@pytest.mark.req("29a")
def test_typed_words_get_no_other_day(desk: Desk) -> None:
    desk.how = "code_word"
    text_id = desk.release(Typed(body="Come at noon"))
    with desk.vault.writing() as session:
        hold(session, session.get_one(Text, text_id), "no_connection", desk.clock.now())
        assert rescheduling.days(session, text_id, now=desk.clock.now()) == ()


@pytest.mark.req("29a")
def test_planted_typed_words_that_pass_for_approved_ones_are_caught(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = rescheduling.open_text
    monkeypatch.setattr(rescheduling, "open_text", lambda *said: really(*said)._replace(template="reminder"))

    with pytest.raises(AssertionError):
        test_typed_words_get_no_other_day(desk)


@pytest.mark.req("24")
def test_a_newer_request_gives_an_older_text_no_other_day(desk: Desk) -> None:
    old = desk.release()
    with desk.vault.writing() as session:
        hold(session, session.get_one(Text, old), "busy", desk.clock.now())
    desk.clock.advance(timedelta(hours=6, minutes=1))
    desk.she_asked()
    with desk.vault.writing() as session:
        assert rescheduling.days(session, old, now=desk.clock.now()) == ()


@pytest.mark.req("24")
def test_planted_old_text_renewed_by_a_newer_request_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rescheduling, "with_own_request", lambda _session, _text, _content, facts, **_: facts)

    with pytest.raises(AssertionError):
        test_a_newer_request_gives_an_older_text_no_other_day(desk)


@pytest.mark.req("R-11")
def test_planted_wait_as_long_as_a_busy_line_asks_for_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcomes, "_LONGEST_PAUSE", timedelta(days=1))
    monkeypatch.setattr(outcomes, "TOO_OLD", timedelta(days=1))

    with pytest.raises(AssertionError):
        test_a_busy_line_that_asks_for_hours_gets_the_text_held(desk)


@pytest.mark.req("R-11")
def test_a_busy_line_that_asks_for_hours_gets_the_text_held(desk: Desk) -> None:
    text_id = desk.release()
    with desk.vault.writing() as session:
        text = session.get_one(Text, text_id)
        text.state, text.tries = "sending", 1
    now = desk.clock.now()
    busy = SendResult(Outcome.BUSY, retry_after=timedelta(hours=5), ends_at=now + timedelta(hours=6))
    outcomes.record_result(desk.vault, text_id, busy, now=now)

    assert desk.states() == ["held"]
