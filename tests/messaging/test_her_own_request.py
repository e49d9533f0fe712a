"""A text she asked for lives as long as that very request, and typed words as long as the half hour they belong to."""

from datetime import timedelta

import pytest
from texting import Desk

from outreach.messaging import outcomes, rescheduling
from outreach.messaging.holding import hold
from outreach.messaging.sms import Outcome, SendResult
from outreach.messaging.wording import Typed
from outreach.records.work import Text


@pytest.mark.req("29a")
def test_typed_words_do_not_leave_after_the_half_hour(desk: Desk) -> None:
    desk.how = "code_word"
    desk.release(Typed(body="Come at noon"))
    desk.clock.advance(timedelta(minutes=31))
    desk.run()

    assert (desk.accepts, desk.states()) == ([], ["held"])


@pytest.mark.req("29a")
def test_typed_words_may_arrive_within_the_half_hour_only(desk: Desk) -> None:
    desk.how = "code_word"
    desk.release(Typed(body="Come at noon"))
    desk.run()

    assert int(desk.accepts[0]["ValidityPeriod"]) <= 30 * 60


@pytest.mark.req("29a")
def test_typed_words_get_no_other_day(desk: Desk) -> None:
    desk.how = "code_word"
    text_id = desk.release(Typed(body="Come at noon"))
    with desk.vault.writing() as session:
        hold(session, session.get_one(Text, text_id), "no_connection", desk.clock.now())
        assert rescheduling.days(session, text_id, now=desk.clock.now()) == ()


@pytest.mark.req("24")
def test_a_newer_request_gives_an_older_text_no_other_day(desk: Desk) -> None:
    old = desk.release()
    with desk.vault.writing() as session:
        hold(session, session.get_one(Text, old), "busy", desk.clock.now())
    desk.clock.advance(timedelta(hours=6, minutes=1))
    desk.she_asked()
    with desk.vault.writing() as session:
        assert rescheduling.days(session, old, now=desk.clock.now()) == ()


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
