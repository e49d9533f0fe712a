"""A line that is busy again and again: however short each wait, the text is not late by more than its hour."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session
from texting import Desk

from outreach.messaging import outcomes, rescheduling
from outreach.messaging.claims import TOO_OLD
from outreach.records.work import Text

QUARTER = timedelta(minutes=15)


def check_it_is_held_in_time(desk: Desk) -> None:
    """Twilio asks for a quarter of an hour at each call: after an hour nothing is called for, and a person is asked."""
    desk.fault("status_429", times=50, seconds=QUARTER.total_seconds())
    text_id, released_at = desk.release(), desk.clock.now()
    while desk.clock.now() <= released_at + 2 * TOO_OLD:
        called = len(desk.app.journal.requests)
        desk.run()
        is_late = desk.clock.now() > released_at + TOO_OLD
        assert not is_late or len(desk.app.journal.requests) == called
        desk.clock.advance(timedelta(minutes=5))
    state, content = desk.text(text_id)
    assert (state, content.held_reason) == ("held", "busy")
    assert desk.tasks() == ["text_check"]


@pytest.mark.req("S-6")
@pytest.mark.req("R-11")
def test_waits_that_are_short_each_do_not_add_up(desk: Desk) -> None:
    check_it_is_held_in_time(desk)


@pytest.mark.req("R-11")
def test_planted_moment_that_moves_with_each_wait_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    really_try_again = outcomes._try_again

    def forgetful(session: Session, text: Text, result: Any, now: datetime) -> None:
        really_try_again(session, text, result, now)
        text.release_at = text.again_at or text.release_at

    monkeypatch.setattr(outcomes, "_try_again", forgetful)

    with pytest.raises(AssertionError):
        check_it_is_held_in_time(desk)


@pytest.mark.req("S-6")
def test_a_text_that_waits_for_a_busy_line_keeps_the_moment_it_was_meant_for(desk: Desk) -> None:
    desk.fault("status_429")
    text_id, released_at = desk.release(), desk.clock.now()
    desk.run()

    with desk.vault.reading() as session:
        text = session.get_one(Text, text_id)
        assert (text.release_at, text.again_at) == (released_at, released_at + timedelta(minutes=1))


@pytest.mark.req("S-6")
def test_a_text_given_another_day_waits_for_no_line_any_more(desk: Desk) -> None:
    desk.fault("status_429")
    text_id = desk.release()
    desk.run()
    with desk.vault.writing() as session:
        days = rescheduling.days(session, text_id, now=desk.clock.now())
        rescheduling.reschedule(session, text_id, days[0].on, by=desk.staff, now=desk.clock.now())

    with desk.vault.reading() as session:
        assert session.get_one(Text, text_id).again_at is None
