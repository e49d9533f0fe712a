"""What may be tried next is said beforehand: how many are left, when the next is allowed, what would be new."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from outreach.attempts.limits import SPACING, NextTry, PartOfDay, is_varied, next_try, part_of_day
from outreach.attempts.outcomes import Tried
from outreach.gate.contact_policy import STANDARD
from outreach.terms import Channel, Level, Outcome

ZONE = "America/New_York"
HERE = ZoneInfo(ZONE)
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=HERE)


def a_try(hours_ago: float = 1, channel: Channel = Channel.CALL, outcome: Outcome = Outcome.NO_ANSWER, **said) -> Tried:
    return Tried(NOON.astimezone(UTC) - timedelta(hours=hours_ago), channel, outcome, uuid4(), **said)


def then(*tried: Tried, level: Level = Level.B, at: datetime = NOON, **said) -> NextTry:
    return next_try(tried, at=at, zone=ZONE, level=level, policy=STANDARD, **said)


@pytest.mark.req("18")
def test_with_nothing_tried_the_first_try_is_allowed_now():
    assert then() == NextTry(made=0, left=5, allowed_at=NOON)


@pytest.mark.req("18")
@pytest.mark.parametrize(("level", "a_day"), [(Level.A, 2), (Level.B, 2), (Level.C, 1), (Level.D, 1), (None, 1)])
def test_the_next_try_is_tomorrow_once_today_is_used_up(level, a_day):
    midnight = datetime(2026, 11, 21, 0, 0, tzinfo=HERE)
    made = [a_try(hours_ago=each / 2) for each in range(a_day)]
    assert then(*made, level=level).allowed_at == midnight
    assert then(*made[1:], level=level).allowed_at == NOON


@pytest.mark.req("18")
def test_a_second_try_on_one_day_is_better_later_in_it():
    found = then(a_try(hours_ago=1))
    assert found.allowed_at == NOON
    assert found.wait_until == NOON - timedelta(hours=1) + SPACING
    assert then(a_try(hours_ago=3)).wait_until is None


@pytest.mark.req("18")
@pytest.mark.parametrize("made", range(8))
def test_after_five_tries_a_supervisor_has_to_say_so(made):
    found = then(*(a_try(hours_ago=30 * each + 30) for each in range(made)))
    assert (found.made, found.left) == (made, max(0, 5 - made))
    assert (found.allowed_at is None) is (made >= 5)


@pytest.mark.req("18")
def test_what_she_asked_for_and_meetings_use_up_nothing():
    assert then(a_try(was_prompted=True), a_try(channel=Channel.MEETING)).left == 5


@pytest.mark.req("18")
def test_calls_at_one_time_of_day_without_an_answer_propose_another_time_and_another_way():
    found = then(a_try(hours_ago=26), a_try(hours_ago=50), channels=(Channel.CALL, Channel.LETTER))
    assert found.repeated == (2, Channel.CALL, PartOfDay.MORNING)
    assert found.other_parts == (PartOfDay.AFTERNOON, PartOfDay.EVENING)
    assert found.other_channels == (Channel.LETTER,)


@pytest.mark.req("18")
def test_an_answered_call_is_no_repeat():
    assert then(a_try(hours_ago=26), a_try(hours_ago=50, outcome=Outcome.REACHED)).repeated is None
    assert then(a_try(hours_ago=26), a_try(hours_ago=44)).repeated is None


@pytest.mark.req("19")
@pytest.mark.parametrize(
    ("at", "next_day"),
    [
        (datetime(2027, 3, 13, 22, tzinfo=HERE), datetime(2027, 3, 14, 0, tzinfo=HERE)),
        (datetime(2027, 3, 14, 1, tzinfo=HERE), datetime(2027, 3, 15, 0, tzinfo=HERE)),
        (datetime(2026, 11, 1, 1, tzinfo=HERE, fold=1), datetime(2026, 11, 2, 0, tzinfo=HERE)),
        (datetime(2026, 12, 31, 23, tzinfo=HERE), datetime(2027, 1, 1, 0, tzinfo=HERE)),
    ],
    ids=["before the clocks go on", "that day", "the hour that comes twice", "new year's eve"],
)
def test_tomorrow_is_her_own_day(at, next_day):
    now = Tried(at.astimezone(UTC), Channel.CALL, Outcome.NO_ANSWER)
    assert next_try([now], at=at, zone=ZONE, level=Level.C, policy=STANDARD).allowed_at == next_day


@pytest.mark.parametrize(
    ("hour", "part"),
    [(0, PartOfDay.MORNING), (11, PartOfDay.MORNING), (12, PartOfDay.AFTERNOON), (16, PartOfDay.AFTERNOON),
     (17, PartOfDay.EVENING), (23, PartOfDay.EVENING)],
)  # fmt: skip
def test_parts_of_the_day_are_hers(hour, part):
    assert part_of_day(datetime(2026, 11, 20, hour, 59, tzinfo=HERE).astimezone(UTC), ZONE) is part


def test_variety_is_two_ways_and_two_times_of_day():
    assert is_varied([], zone=ZONE) == (False, False)
    assert is_varied([a_try(24), a_try(48)], zone=ZONE) == (False, False)
    assert is_varied([a_try(24), a_try(26)], zone=ZONE) == (False, True)
    assert is_varied([a_try(24), a_try(25.9, Channel.LETTER)], zone=ZONE) == (True, False)
    assert is_varied([a_try(24), a_try(26, Channel.LETTER)], zone=ZONE) == (True, True)
