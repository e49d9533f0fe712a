"""What she asked for live is one text: no second one leaves on the same word, whatever became of the first."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from texting import REMINDER, Desk

from outreach.messaging import rescheduling, texts
from outreach.messaging.errors import NotAllowed
from outreach.messaging.holding import hold
from outreach.messaging.rescheduling import NoSuchDay
from outreach.messaging.texts import cancel
from outreach.messaging.wording import FromTemplate
from outreach.records.work import Text

OTHER_WORDS = replace(REMINDER, day="Monday")


def release_on_it(desk: Desk, wording: FromTemplate) -> UUID | None:
    """Release on what she asked for before; None where the gate says no."""
    try:
        return desk.release(wording, asked=False)
    except NotAllowed:
        return None


def hold_it(desk: Desk, text_id: UUID) -> None:
    with desk.vault.writing() as session:
        hold(session, session.get_one(Text, text_id), "busy", desk.clock.now())


def cancel_it(desk: Desk, text_id: UUID) -> None:
    with desk.vault.writing() as session:
        cancel(session, text_id, by=desk.staff, now=desk.clock.now())


def give_it_today(desk: Desk, text_id: UUID) -> None:
    """Give a held text another minute of the same day, where that is offered."""
    now = desk.clock.now()
    try:
        with desk.vault.writing() as session:
            rescheduling.reschedule(session, text_id, now.date(), by=desk.staff, now=now)
    except (NoSuchDay, NotAllowed):
        return


def straight_on(desk: Desk) -> None:
    """Release two in a row."""
    release_on_it(desk, REMINDER)
    release_on_it(desk, OTHER_WORDS)


def after_it_left(desk: Desk) -> None:
    release_on_it(desk, REMINDER)
    desk.run()
    release_on_it(desk, OTHER_WORDS)


def after_nobody_knew(desk: Desk) -> None:
    desk.fault("drop_after_accept")
    release_on_it(desk, REMINDER)
    desk.run()
    desk.clock.advance(timedelta(minutes=3))
    release_on_it(desk, OTHER_WORDS)


def while_the_first_was_held(desk: Desk) -> None:
    """Hold the first, let a second take its place, and give the first another day."""
    first = release_on_it(desk, REMINDER)
    assert first is not None
    hold_it(desk, first)
    release_on_it(desk, OTHER_WORDS)
    give_it_today(desk, first)


def after_the_second_left(desk: Desk) -> None:
    first = release_on_it(desk, REMINDER)
    assert first is not None
    hold_it(desk, first)
    release_on_it(desk, OTHER_WORDS)
    desk.run()
    give_it_today(desk, first)


WAYS: dict[str, Callable[[Desk], None]] = {
    "straight on": straight_on,
    "after it left": after_it_left,
    "after nobody knew": after_nobody_knew,
    "while the first was held": while_the_first_was_held,
    "after the second left": after_the_second_left,
}


@pytest.fixture(autouse=True)
def same_minutes_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let chance choose the same minutes in each run: some would bring the second text only after the last look."""
    for module in (texts, rescheduling):
        monkeypatch.setattr(module, "_CHANCE", random.Random(0))  # noqa: S311 - no secret


def check_one_leaves(desk: Desk, way: Callable[[Desk], None]) -> None:
    """While her request lasts, one text leaves on it, and none besides leaves within two hours."""
    desk.she_asked()
    desk.clock.advance(timedelta(minutes=1))
    way(desk)
    for _ in range(23):
        desk.run()
        desk.clock.advance(timedelta(minutes=15))
    with desk.vault.reading() as session:
        left = [text for text in session.scalars(select(Text)) if text.claimed_at is not None]
        on_it = [text for text in left if texts.open_text(session, text).was_asked_for]
        assert len(on_it) == 1
    assert len(desk.accepts) == 1


@pytest.mark.req("24")
@pytest.mark.req("43a")
@pytest.mark.parametrize("way", WAYS)
def test_no_second_text_leaves_on_one_request(desk: Desk, way: str) -> None:
    check_one_leaves(desk, WAYS[way])


@pytest.mark.req("24")
@pytest.mark.parametrize("way", WAYS)
def test_planted_request_that_is_never_used_up_is_caught(desk: Desk, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (texts, rescheduling):
        monkeypatch.setattr(module, "is_used_by_another", lambda *_, **__: False)

    with pytest.raises(AssertionError):
        check_one_leaves(desk, WAYS[way])


@pytest.mark.req("24")
def test_a_cancelled_text_gives_her_request_back(desk: Desk) -> None:
    desk.she_asked()
    first = release_on_it(desk, REMINDER)
    assert first is not None
    cancel_it(desk, first)
    second = release_on_it(desk, OTHER_WORDS)
    desk.run()

    assert second is not None
    assert desk.text(second)[0] == "accepted"
    assert len(desk.accepts) == 1
