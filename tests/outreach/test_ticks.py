"""A queue nobody looks at is loud after two minutes; a quiet new deployment is not."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from builders import NOW, FrozenClock, a_case, a_destination, a_staff_member

from outreach import audit
from outreach.messaging.letters.rows import LetterContent, sealed
from outreach.messaging.text_boxes import TextContent, seal_text
from outreach.records.engine import Vault
from outreach.records.staff import Staff
from outreach.records.work import Letter, Text
from outreach.scheduling import ticks
from outreach.scheduling.runner import Round, run_once
from outreach.scheduling.ticks import Queue, Silent
from outreach.terms import DestinationKind, TextState

pytestmark = pytest.mark.req("P5")


def silent(vault: Vault, clock: FrozenClock) -> tuple[Silent, ...]:
    with vault.reading() as session:
        return ticks.silent(session, now=clock.now())


def worked(vault: Vault, clock: FrozenClock, *, fails: bool = False, name: str = "send") -> None:
    """Let a worker run one round."""

    def work() -> Mapping[str, int]:
        if fails:
            raise OSError
        return {}

    run_once([ticks.ticked(vault, Round(name, timedelta(seconds=2), work), clock=clock.now)])


def two_minutes_of_silence_are_heard(vault: Vault, clock: FrozenClock) -> None:
    worked(vault, clock)
    clock.advance(timedelta(minutes=2))
    assert silent(vault, clock) == ()
    clock.advance(timedelta(seconds=1))
    assert silent(vault, clock) == (Silent(Queue.TEXTS, NOW),)


def test_two_minutes_without_a_look_at_the_texts_raise_the_alarm(vault: Vault, clock: FrozenClock) -> None:
    two_minutes_of_silence_are_heard(vault, clock)

    worked(vault, clock)

    assert silent(vault, clock) == ()


def test_planted_patience_is_caught(vault: Vault, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ticks, "SILENCE", timedelta(minutes=20))

    with pytest.raises(AssertionError):
        two_minutes_of_silence_are_heard(vault, clock)


def a_round_that_fails_is_not_a_look(vault: Vault, clock: FrozenClock) -> None:
    worked(vault, clock)
    clock.advance(timedelta(minutes=3))
    worked(vault, clock, fails=True)
    assert [each.queue for each in silent(vault, clock)] == [Queue.TEXTS]


def test_a_round_that_fails_leaves_no_tick(vault: Vault, clock: FrozenClock) -> None:
    a_round_that_fails_is_not_a_look(vault, clock)


def test_planted_tick_before_the_work_is_caught(
    vault: Vault, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_early(vault: Vault, each: Round, *, clock: object) -> Round:
        def work() -> Mapping[str, int]:
            with vault.writing() as session:
                ticks.note(session, each.name, now=clock())  # type: ignore[operator]
            return each.work()

        return Round(each.name, each.every, work)

    monkeypatch.setattr(ticks, "ticked", too_early)

    with pytest.raises(AssertionError):
        a_round_that_fails_is_not_a_look(vault, clock)


def test_each_queue_is_watched_on_its_own(vault: Vault, clock: FrozenClock) -> None:
    for queue in Queue:
        worked(vault, clock, name=queue.value)
    clock.advance(timedelta(minutes=3))
    worked(vault, clock, name="ingest")

    assert {each.queue for each in silent(vault, clock)} == set(Queue) - {Queue.NEWS}


def test_ticks_are_written_every_half_minute_and_not_at_every_round(vault: Vault, clock: FrozenClock) -> None:
    each = ticks.ticked(vault, Round("send", timedelta(seconds=2), dict), clock=clock.now)
    for _ in range(10):
        each.work()
        clock.advance(timedelta(seconds=2))

    with vault.reading() as session:
        assert ticks.ticks(session) == {"send": NOW}


def test_a_new_deployment_is_quiet_until_a_text_waits_that_nobody_looks_at(vault: Vault, clock: FrozenClock) -> None:
    assert silent(vault, clock) == ()
    with vault.writing() as session:
        staff, case = a_staff_member(session), a_case(session)
        phone = a_destination(session, case)
        row = phone.id
        session.add(
            Text(
                id=row,
                case_id=case,
                destination_id=phone.id,
                released_by_id=staff,
                state=TextState.PLANNED.value,
                release_at=NOW,
                state_at=NOW,
                callback_token=row.bytes,
                text_box=seal_text(session, TextContent("Choir.", None), case_id=case, row=row),
            )
        )
        audit.record(session, action="test.plan", by=staff, cases=[case], now=NOW)

    clock.advance(timedelta(minutes=3))

    assert silent(vault, clock) == (Silent(Queue.TEXTS, None), Silent(Queue.CALLBACKS, None))
    worked(vault, clock)
    assert silent(vault, clock) == (Silent(Queue.CALLBACKS, None),), "no text leaves before what phones said is read"
    worked(vault, clock, name="callbacks")
    assert silent(vault, clock) == ()


def test_a_letter_that_nobody_prints_is_heard_though_no_printer_was_ever_started(
    vault: Vault, clock: FrozenClock
) -> None:
    with vault.writing() as session:
        staff, case = a_staff_member(session), a_case(session)
        home = a_destination(session, case, kind=DestinationKind.ADDRESS, value="2 Elm St\nHigh Point, NC 27260")
        words = LetterContent("short", "en", "neutral", "Note", "Lena", "", home.value, "PO Box 1\nTown", ("Hello.",))
        box = sealed(session, words, case_id=case, row=home.id)
        at = {"release_at": NOW, "state_at": NOW, "letter_box": box}
        session.add(
            Letter(id=home.id, case_id=case, destination_id=home.id, released_by_id=staff, state="released", **at)
        )
        audit.record(session, action="test.plan", by=staff, cases=[case], now=NOW)

    clock.advance(timedelta(minutes=3))

    assert silent(vault, clock) == (Silent(Queue.LETTERS, None),)


def news_that_nobody_ever_took_in_is_heard(vault: Vault, clock: FrozenClock) -> None:
    assert silent(vault, clock) == (), "nobody works here yet"
    with vault.writing() as session:
        session.get_one(Staff, a_staff_member(session)).password_hash = "enrolled"

    assert silent(vault, clock) == (Silent(Queue.NEWS, None), Silent(Queue.DUE, None))
    for name in ("ingest", "escalation"):
        worked(vault, clock, name=name)
    assert silent(vault, clock) == ()


def test_a_worker_that_was_never_started_is_heard_once_people_work_here(vault: Vault, clock: FrozenClock) -> None:
    """Every event was answered 202 and waited where no page could see it, for as long as nobody started a worker."""
    news_that_nobody_ever_took_in_is_heard(vault, clock)


def test_planted_trust_in_a_worker_never_seen_is_caught(
    vault: Vault, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(ticks._NEEDED, Queue.NEWS)

    with pytest.raises(AssertionError):
        news_that_nobody_ever_took_in_is_heard(vault, clock)
