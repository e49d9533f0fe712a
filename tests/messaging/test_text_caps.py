"""How many texts a person may get: one a day and three a week, unless she asked or an advocate decided."""

from dataclasses import replace
from datetime import timedelta

import pytest
from texting import REMINDER, Desk

from outreach.messaging import texts
from outreach.messaging.errors import NotAllowed
from outreach.messaging.wording import Typed, UnfitWording
from outreach.reasons import Reason
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
