"""The days of letters are the days where she lives, late in the evening and on the days the clocks change too."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from builders import a_verdict
from gate_asking import LETTER, is_allowed
from gate_builders import an_address, some_facts
from letter_world import World
from sqlalchemy import select
from stacks import PrintDesk

from outreach.messaging.letters import days, desk
from outreach.messaging.letters.release import print_again
from outreach.records.letters import LetterBatch, VoidedPage
from outreach.terms import Channel

pytestmark = pytest.mark.req("19")
HERE = ZoneInfo("America/New_York")


def wall(day: date, hour: int, minute: int = 30) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=HERE).astimezone(UTC)


PLAIN, BACK, FORWARD = date(2026, 11, 20), date(2026, 11, 1), date(2027, 3, 14)


@pytest.mark.parametrize("day", [PLAIN, BACK, BACK - timedelta(days=1), FORWARD, FORWARD - timedelta(days=1)])
@pytest.mark.parametrize("hour", [0, 23])
def test_half_past_midnight_and_half_past_eleven_are_of_the_day_on_her_wall(day: date, hour: int) -> None:
    at = wall(day, hour)
    assert days.day_in(HERE, at) == day
    assert days.day_of(at, HERE) == datetime(day.year, day.month, day.day, tzinfo=UTC)


LATE, EARLY = wall(PLAIN, 23), wall(PLAIN + timedelta(days=1), 0)


def check_a_letters_days_are_hers(world: World, at: datetime, day: date) -> None:
    letter_id = world.release(now=at, is_hers=True)
    assert world.card().state_at.date() == day
    world.print_due(at + timedelta(days=3))
    with world.vault.writing() as session:
        print_again(session, letter_id, "a jam", by=world.by, now=at)
        assert session.scalars(select(VoidedPage)).one().voided_on == day
        desk.cancel(session, letter_id, by=world.by, now=at)
    assert world.card().state_at.date() == day


@pytest.mark.parametrize(("at", "day"), [(LATE, PLAIN), (EARLY, PLAIN + timedelta(days=1))])
def test_a_letter_released_late_in_the_evening_is_of_that_day(world: World, at: datetime, day: date) -> None:
    check_a_letters_days_are_hers(world, at, day)


def test_planted_days_of_the_clock_instead_of_hers_are_caught(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outreach.messaging.letters.rows.zone_of", lambda *given: ZoneInfo("UTC"))
    with pytest.raises(AssertionError):
        check_a_letters_days_are_hers(world, LATE, PLAIN)


@pytest.mark.parametrize("hour", [23, 24])
def test_a_stack_is_of_the_day_where_its_letters_go(print_desk: PrintDesk, hour: int) -> None:
    day = date(2026, 11, 23)
    at = wall(day, 23) if hour == 23 else wall(day + timedelta(days=1), 0)
    batch_id = print_desk.plan(now=at)
    print_desk.release(batch_id, now=at)

    assert state_on(print_desk, batch_id) == (day if hour == 23 else day + timedelta(days=1))


def state_on(print_desk: PrintDesk, batch_id: UUID) -> date:
    with print_desk.vault.reading() as session:
        return session.get_one(LetterBatch, batch_id).state_on


def goes(at: datetime, his_letter_on: date, **way: Any) -> bool:
    home = an_address(verdicts={Channel.LETTER: a_verdict(verified_at=at - timedelta(days=1))}, **way)
    return is_allowed(home, LETTER, at=at, facts=some_facts(offender_letters=(his_letter_on,)))


@pytest.mark.req("27")
@pytest.mark.parametrize(
    ("his_letter_on", "last"),
    [
        (date(2026, 11, 17), date(2026, 11, 23)),
        (date(2026, 10, 26), date(2026, 10, 31)),  # The night to the day on which clocks go back.
        (date(2027, 3, 8), date(2027, 3, 13)),  # The night to the day on which they go forward.
    ],
)
def test_the_days_beside_the_offenders_letter_end_at_her_midnight(his_letter_on: date, last: date) -> None:
    assert not goes(wall(last, 23), his_letter_on)
    assert goes(wall(last + timedelta(days=1), 0), his_letter_on)


@pytest.mark.req("46")
def test_forwarded_mail_stops_a_week_earlier_at_her_midnight() -> None:
    his_letter_on, last_free = date(2026, 12, 8), date(2026, 11, 24)

    assert goes(wall(last_free, 23), his_letter_on, is_substitute_address=True)
    assert not goes(wall(last_free + timedelta(days=1), 0), his_letter_on, is_substitute_address=True)
