"""A text that is being given another day at the moment of a stop is cancelled like every other."""

import time
from datetime import timedelta
from threading import Thread

import pytest
from linked_cases import dana
from sqlalchemy import text as sql
from texting import Desk

from outreach import people
from outreach.her_word import pausing
from outreach.her_word.pausing import Again, Lift
from outreach.identity.same_person import lock_person
from outreach.messaging.errors import NotAllowed
from outreach.messaging.rescheduling import NoSuchDay, days, reschedule
from outreach.messaging.texts import TextGone
from outreach.records.cases import CaseRecord
from outreach.records.work import Text
from outreach.terms import Role, TextState


def until_it_waits(desk: Desk, mover: Thread) -> None:
    """Wait until the other transaction waits for a lock, or has ended."""
    with desk.vault.engine.connect() as connection:
        for _ in range(200):
            waiting = connection.execute(
                sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND state = 'active'")
            ).scalar()
            connection.rollback()
            if waiting or not mover.is_alive():
                return
            time.sleep(0.02)


def a_stop_meets_a_move(desk: Desk) -> str:
    """Let a move begin while a stop is under way; return what became of the text."""
    text_id = desk.release()
    with desk.vault.reading() as session:
        on = days(session, text_id, now=desk.clock.now())[-1].on

    def move() -> None:
        try:
            with desk.vault.writing() as session:
                reschedule(session, text_id, on, by=desk.staff, now=desk.clock.now())
        except (NotAllowed, NoSuchDay, TextGone):
            pass

    mover = Thread(target=move)
    with desk.vault.writing() as session:
        lock_person(session, desk.case)
        mover.start()
        until_it_waits(desk, mover)
        pausing.pause(session, dana(desk), desk.case, now=desk.clock.now())
    mover.join(20)
    return desk.text(text_id)[0]


@pytest.mark.req("26")
@pytest.mark.postgres
@pytest.mark.parametrize("database", ["postgres"], indirect=True)  # On SQLite one writes at a time: nothing can meet.
def test_a_text_that_is_being_moved_at_the_stop_is_cancelled(desk: Desk) -> None:
    assert a_stop_meets_a_move(desk) == "cancelled"


def nothing_comes_back_with_a_lift(desk: Desk) -> None:
    """Let one text be in another's hands as the stop passes, then lift it with a fresh yes of hers."""
    text_id = desk.release()
    with desk.vault.writing() as session:
        pausing.pause(session, dana(desk), desk.case, now=desk.clock.now())
    with desk.vault.writing() as session:
        session.get_one(Text, text_id).state = TextState.PLANNED.value
    desk.clock.advance(timedelta(minutes=1))
    with desk.vault.writing() as session:
        version = session.get_one(CaseRecord, desk.case).version
        ways = {each.id: Again.SAFE for each in people.destinations(session, desk.case)}
        lifted = Lift(reason="She called.", ways=ways, verified_how="live_call")
        supervisor = dana(desk, Role.SUPERVISOR)
        pausing.lift(session, supervisor, desk.case, lifted, version=version, now=desk.clock.now())
    desk.pass_time(timedelta(days=3))
    desk.run()
    assert desk.accepts == []
    assert desk.text(text_id)[0] == "cancelled"


@pytest.mark.req("26")
def test_a_text_that_a_stop_passed_over_does_not_come_back_with_the_lift(desk: Desk) -> None:
    nothing_comes_back_with_a_lift(desk)


@pytest.mark.req("26")
def test_planted_lift_that_leaves_what_waits_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    cancel, calls = pausing.cancel_waiting, []

    def once(*given: object, **named: object) -> None:
        calls.append(given)
        if len(calls) == 1:
            cancel(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(pausing, "cancel_waiting", once)
    with pytest.raises(AssertionError):
        nothing_comes_back_with_a_lift(desk)
