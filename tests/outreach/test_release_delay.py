"""Nothing unprompted leaves at a minute that an event could foretell."""

import random
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from gate_builders import AT, WEEKDAY_MORNINGS
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.gate.contact_policy import LaxPolicy, Policy
from outreach.gate.hours import Window, open_until
from outreach.messaging.release_delay import release_delay

HOUR = timedelta(hours=1)
ALWAYS = (Window(tuple(range(7)), time(0), time(0)),)
MORNINGS = (WEEKDAY_MORNINGS,)
ZONE = "America/New_York"


def a_release(seed: int, *, windows=ALWAYS, deadline=None, now: datetime = AT) -> datetime | None:
    chance = random.Random(seed)  # noqa: S311 - a fixed seed, so that a failure comes back
    return release_delay(now, windows=windows, zone=ZONE, deadline=deadline, chance=chance)


@pytest.mark.req("P2")
@settings(max_examples=400, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([(), ALWAYS, MORNINGS]), st.integers(0, 14 * 24 * 60))
def test_a_release_waits_two_hours_and_falls_in_her_window_never_on_its_first_minute(seed, windows, minutes):
    now = AT + timedelta(minutes=minutes)
    at = a_release(seed, windows=windows, now=now)
    assert at is not None
    assert at >= now + 2 * HOUR
    if windows is MORNINGS:
        until = open_until(windows, ZoneInfo(ZONE), at)
        assert until is not None
        assert until - at >= timedelta(minutes=6)
        assert at.astimezone(ZoneInfo(ZONE)).time() >= time(9, 1)
    else:
        assert at <= now + 48 * HOUR


@pytest.mark.req("P2")
@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.1, 200))
def test_a_release_never_waits_longer_than_half_of_what_is_left(seed, hours_left):
    at = a_release(seed, deadline=AT + hours_left * HOUR)
    assert at is not None
    assert AT < at <= AT + hours_left * HOUR / 2


def test_minutes_are_spread_over_the_whole_time():
    found = [a_release(seed) for seed in range(500)]
    hours = {int((at - AT) / HOUR) for at in found}
    assert hours >= set(range(2, 47))


def test_where_no_minute_of_hers_is_left_before_half_time_a_person_must_call():
    assert a_release(1, windows=MORNINGS, deadline=AT + 24 * HOUR) is None
    assert a_release(1, deadline=AT) is None


def test_without_a_deadline_her_next_hours_are_used_however_far():
    friday_noon = datetime(2026, 11, 27, 17, 0, tzinfo=UTC)
    at = a_release(1, windows=MORNINGS, now=friday_noon)
    assert at is not None
    assert at.date() == datetime(2026, 11, 30, tzinfo=UTC).date()


@pytest.mark.parametrize(
    "lax",
    [
        {"verdict_days": 31},
        {"police_verdict_days": 15},
        {"phone_days": 46},
        {"ask_first_days": 61},
        {"texts_in_24h": 2},
        {"texts_in_7d": 4},
        {"attempts_for_event": 6},
        {"attempts_a_day": 2},
        {"attempts_a_day_at_a_and_b": 3},
        {"allowed_minutes": 6},
        {"letter_quiet_mail_days": 4},
        {"first_contact_days": (5,)},
        {"first_contact_begins": time(8)},
        {"first_contact_ends": time(16)},
        {"delay_least": HOUR},
        {"delay_most": 24 * HOUR},
        {"verdict_days": -1},
    ],
)
def test_a_site_can_not_make_a_rule_laxer(lax):
    with pytest.raises(LaxPolicy):
        Policy(**lax)


def test_a_site_can_make_every_rule_stricter():
    Policy(
        verdict_days=7,
        texts_in_24h=0,
        first_calls=False,
        cold_mail=False,
        letter_quiet_mail_days=10,
        first_contact_days=(1, 2),
        first_contact_begins=time(10),
        delay_least=4 * HOUR,
    )
