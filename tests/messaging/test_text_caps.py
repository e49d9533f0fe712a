"""How many texts a person may get: one a day and three a week, unless she asked or an advocate decided."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, time, timedelta
from random import Random

import pytest
from sqlalchemy import func, select
from texting import REMINDER, Desk

from outreach import people
from outreach.audit import WORKER
from outreach.gate.hours import Window
from outreach.gate.reasons import Reason
from outreach.messaging import texts
from outreach.messaging.errors import NotAllowed
from outreach.messaging.wording import Typed, UnfitWording
from outreach.records.work import Text


def test_one_request_is_one_text(desk: Desk) -> None:
    desk.release()
    desk.run()

    with pytest.raises(NotAllowed) as held:
        desk.release(replace(REMINDER, day="Monday"), asked=False)
    assert held.value.decision.reason is Reason.TEXT_CAP


@pytest.mark.req("29a")
def test_after_a_code_word_check_she_and_her_advocate_can_text_for_half_an_hour(desk: Desk) -> None:
    desk.how = "code_word"
    for minute in range(3):
        desk.release(Typed(body=f"Message number {minute}"), asked=minute == 0)
        desk.run()
        desk.clock.advance(timedelta(minutes=9))
    assert len(desk.accepts) == 3

    desk.clock.advance(timedelta(minutes=10))
    with pytest.raises(UnfitWording):
        desk.release(Typed(body="And one more"), asked=False)


def check_two_releases(desk: Desk) -> None:
    """Release two unprompted texts of one day, one after the other."""
    desk.release(replace(REMINDER, day="Monday"), asked=False)
    with pytest.raises(NotAllowed) as held:
        desk.release(replace(REMINDER, day="Tuesday"), asked=False)
    assert held.value.decision.reason is Reason.TEXT_CAP


@pytest.mark.req("43a")
@pytest.mark.req("S-17")
def test_a_text_that_still_waits_counts_when_another_is_released(desk: Desk) -> None:
    check_two_releases(desk)


@pytest.mark.req("S-17")
def test_planted_cap_that_forgets_what_waits_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "with_planned_texts", lambda _session, _case, facts, **_: facts)
    with pytest.raises(pytest.fail.Exception):
        check_two_releases(desk)


@pytest.mark.req("43a")
@pytest.mark.parametrize("state", ["cancelled", "failed", "held"])
def test_a_text_that_never_left_does_not_use_up_the_cap(desk: Desk, state: str) -> None:
    first = desk.release()
    desk.run()
    with desk.vault.writing() as session:
        session.get_one(Text, first).state = state

    desk.release(replace(REMINDER, day="Monday"), asked=False)

    assert sorted(desk.states()) == sorted([state, "planned"])


@pytest.mark.req("43a")
def test_of_two_unprompted_texts_in_a_day_the_second_is_held_at_the_claim_too(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "with_planned_texts", lambda _session, _case, facts, **_: facts)
    both = [desk.release(replace(REMINDER, day=day), asked=False) for day in ("Monday", "Tuesday")]
    with desk.vault.writing() as session:
        for text_id in both:
            session.get_one(Text, text_id).release_at = desk.clock.now()
    desk.run()

    assert len(desk.accepts) == 1
    assert sorted(desk.text(each)[0] for each in both) == ["accepted", "held"]


def caps_hold_for_two_weeks(desk: Desk, monkeypatch: pytest.MonkeyPatch, *, seed: int) -> int:
    """
    Release by chance for two weeks, the sender working whenever a text falls due; check every text that left.

    Returns how many did. The minute at which each is to leave is of the seed too, so that a failure comes back.
    """
    chance, left = Random(seed), []  # noqa: S311 – a seeded simulation, no secret
    monkeypatch.setattr(texts, "_CHANCE", chance)
    over = desk.clock.now() + timedelta(days=14)
    while desk.clock.now() < over:
        with suppress(NotAllowed):
            day = chance.choice(("Monday", "Tuesday", "Friday"))
            desk.release(replace(REMINDER, day=day, time=f"{chance.randrange(24)}:00"), asked=False)
        next_at = desk.clock.now() + timedelta(minutes=chance.randrange(20, 400))
        while (due := _next_due(desk)) is not None and due <= next_at:
            desk.clock.advance(max(due - desk.clock.now(), timedelta(0)))
            before = len(desk.accepts)
            desk.run()
            left += [desk.clock.now()] * (len(desk.accepts) - before)
        desk.clock.advance(next_at - desk.clock.now())
    for at in left:
        assert sum(1 for other in left if at - timedelta(hours=24) < other <= at) <= 1
        assert sum(1 for other in left if at - timedelta(days=7) < other <= at) <= 3
    return len(left)


def _next_due(desk: Desk) -> datetime | None:
    with desk.vault.reading() as session:
        return session.scalar(select(func.min(Text.release_at)).where(Text.state == "planned"))


@pytest.mark.req("S-17")
@pytest.mark.req("43a")
@pytest.mark.parametrize("seed", range(2))
def test_no_two_weeks_of_releases_exceed_the_caps(desk: Desk, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    _trust_for_long(desk)
    assert caps_hold_for_two_weeks(desk, monkeypatch, seed=seed) >= 4


@pytest.mark.req("S-17")
def test_planted_gate_that_counts_no_texts_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from outreach.gate import gate_facts

    _trust_for_long(desk)
    monkeypatch.setattr(gate_facts, "_texts_since", lambda *_, **__: [])
    monkeypatch.setattr(texts, "with_planned_texts", lambda _session, _case, facts, **_: facts)
    with pytest.raises(AssertionError):
        caps_hold_for_two_weeks(desk, monkeypatch, seed=0)


def _trust_for_long(desk: Desk) -> None:
    """Her hours every day, all day but the night: the caps alone hold texts back."""
    hers = desk.hers()
    with desk.vault.writing() as session:
        changed = replace(hers, windows=(Window(tuple(range(7)), time(6), time(23)),))
        people.save_destination(session, desk.case, changed, version=hers.version, by=WORKER, now=desk.clock.now())
