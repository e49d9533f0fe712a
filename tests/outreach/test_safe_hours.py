"""
Safe hours against an oracle written on another time library (python-dateutil), around every change of the clocks.

S-1: 100,000 random decisions equal the oracle's. S-2: every zone that changes its clocks from 2026 to 2030,
every ten minutes within three hours of each change: nothing leaves that the oracle calls unsafe.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

import pytest
from gate_builders import a_phone, a_verdict, some_facts
from hours_oracle import oracle

from outreach.gate.hours import UnusableWindow, Window, naive_bounds, next_opening, open_until
from outreach.safe_contact import Allowed, CaseFacts, may_contact
from outreach.terms import Channel, ContentLevel

Gate = Callable[[tuple[Window, ...], str, datetime], bool]

ODD_ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Phoenix",
    "America/Havana",
    "America/Santiago",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Antarctica/Troll",
    "Europe/Dublin",
    "Pacific/Chatham",
)
ALL_DAYS = tuple(range(7))


# --- the gate, and three broken ones


def the_gate(windows: tuple[Window, ...], zone: str, at: datetime) -> bool:
    phone = a_phone(a_verdict(at=at), windows=windows, text_consent_at=at - timedelta(days=1))
    answer = may_contact(phone, Channel.TEXT, ContentLevel.NEUTRAL, at=at, facts=_facts(zone))
    return isinstance(answer, Allowed)


@lru_cache(maxsize=1000)
def _facts(zone: str) -> CaseFacts:
    return some_facts(zone=zone)


def ignores_the_fold(windows: tuple[Window, ...], zone: str, at: datetime) -> bool:
    wall = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    days = (wall.date(), wall.date() - timedelta(days=1))
    return any(
        day.weekday() in window.days and naive_bounds(window, day)[0] <= wall < naive_bounds(window, day)[1]
        for window in windows
        for day in days
    )


def uses_utc_hours(windows: tuple[Window, ...], zone: str, at: datetime) -> bool:
    return open_until(windows, ZoneInfo("UTC"), at) is not None


def keeps_winters_offset(windows: tuple[Window, ...], zone: str, at: datetime) -> bool:
    january = datetime(at.year, 1, 1, tzinfo=UTC).astimezone(ZoneInfo(zone)).utcoffset() or timedelta(0)
    return open_until(windows, ZoneInfo("UTC"), at + january) is not None


# --- S-1


def _clock(chance: random.Random) -> time:
    return time(chance.randrange(24), chance.choice((0, 0, 15, 30, 45)))


def _window(chance: random.Random) -> Window:
    begins, ends = _clock(chance), _clock(chance)
    if begins == ends:
        begins = ends = time(0)
    return Window(tuple(sorted(chance.sample(ALL_DAYS, chance.randint(1, 7)))), begins, ends)


def _moment(chance: random.Random, zone: str) -> datetime:
    changes = changes_of(zone)
    if changes and chance.random() < 0.5:
        return chance.choice(changes) + timedelta(minutes=chance.randint(-240, 240))
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=chance.randrange(5 * 365 * 24 * 60))


def disagreements(gate: Gate, count: int) -> int:
    chance = random.Random(20261122)  # noqa: S311 - a fixed seed, so that a failure comes back
    found = 0
    for number in range(count):
        if number % 50 == 0:
            windows = tuple(_window(chance) for _ in range(chance.randint(1, 3)))
            zone = chance.choice(ODD_ZONES)
        at = _moment(chance, zone)
        found += gate(windows, zone, at) != oracle(windows, zone, at)
    return found


@pytest.mark.req("S-1")
def test_a_hundred_thousand_decisions_equal_those_of_another_library():
    assert disagreements(the_gate, 100_000) == 0


@pytest.mark.req("S-1")
@pytest.mark.parametrize("broken", [ignores_the_fold, uses_utc_hours, keeps_winters_offset])
def test_planted_wrong_hours_are_caught(broken):
    assert disagreements(broken, 10_000) > 0


# --- S-2


@lru_cache(maxsize=1000)
def changes_of(zone: str) -> tuple[datetime, ...]:
    """Every instant from 2026 to 2030 at which the zone's clocks change, to the minute."""
    there = ZoneInfo(zone)
    found = []
    day = datetime(2026, 1, 1, tzinfo=UTC)
    while day.year < 2031:
        low, high = day, day + timedelta(days=1)
        before, after = low.astimezone(there).utcoffset(), high.astimezone(there).utcoffset()
        if before != after:
            while high - low > timedelta(minutes=1):
                middle = (low + (high - low) / 2).replace(second=0, microsecond=0)
                low, high = (low, middle) if middle.astimezone(there).utcoffset() == after else (middle, high)
            found.append(high)
        day += timedelta(days=1)
    return tuple(found)


@lru_cache(maxsize=1)
def zones_that_change() -> tuple[str, ...]:
    """One zone of each set that changes alike; the others are names of the same clock."""
    alike = {}
    for name in sorted(available_timezones()):
        if changes := changes_of(name):
            there = ZoneInfo(name)
            offsets = (there.utcoffset(changes[0].astimezone(there)), changes[0].astimezone(there).utcoffset())
            alike.setdefault((changes, offsets), name)
    return tuple(alike.values())


def _windows_around(change: datetime, zone: str) -> Iterator[Window]:
    wall = (change - timedelta(minutes=1)).astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
    for begin, end in ((-120, 20), (-45, -15), (-30, 240), (10, 50), (-600, 600)):
        begins, ends = wall + timedelta(minutes=begin + 1), wall + timedelta(minutes=end + 1)
        yield Window(ALL_DAYS, begins.time(), ends.time())


def moments_near_changes(zone: str) -> Iterator[tuple[Window, datetime]]:
    for change in changes_of(zone):
        for window in _windows_around(change, zone):
            for step in range(-18, 19):
                yield window, change + timedelta(minutes=10 * step)


def unsafe_sends(gate: Gate, zones: tuple[str, ...]) -> tuple[int, int]:
    """Return how many moments were let through, and how many of them the oracle calls unsafe."""
    let_through = unsafe = 0
    for zone in zones:
        for window, at in moments_near_changes(zone):
            if gate((window,), zone, at):
                let_through += 1
                unsafe += not oracle((window,), zone, at)
    return let_through, unsafe


@pytest.mark.req("S-2")
def test_no_change_of_any_clock_lets_something_leave_outside_her_hours():
    assert len(zones_that_change()) > 25
    let_through, unsafe = unsafe_sends(the_gate, zones_that_change())
    assert let_through > 10_000
    assert unsafe == 0


@pytest.mark.req("S-2")
@pytest.mark.parametrize("broken", [ignores_the_fold, uses_utc_hours, keeps_winters_offset])
def test_planted_gate_that_forgets_the_change_is_caught(broken):
    assert unsafe_sends(broken, zones_that_change()[:6])[1] > 0


# --- by hand


def at_high_point(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def opens(window: Window, moment: str) -> bool:
    return open_until((window,), ZoneInfo("America/New_York"), at_high_point(moment)) is not None


def test_in_a_fold_both_passes_must_be_inside():
    all_night = Window(ALL_DAYS, time(0), time(4))
    until_half_past_one = Window(ALL_DAYS, time(0), time(1, 30))
    assert opens(all_night, "2026-11-01T01:15-04:00")
    assert opens(all_night, "2026-11-01T01:15-05:00")
    assert not opens(until_half_past_one, "2026-11-01T01:15-04:00")
    assert not opens(until_half_past_one, "2026-11-01T01:15-05:00")
    assert opens(until_half_past_one, "2026-11-01T00:45-04:00")


def test_leave_does_not_run_into_a_fold_that_is_not_wholly_inside():
    until_half_past_one = Window(ALL_DAYS, time(0), time(1, 30))
    at = at_high_point("2026-11-01T00:45-04:00")
    until = open_until((until_half_past_one,), ZoneInfo("America/New_York"), at)
    assert until == at_high_point("2026-11-01T01:00-04:00")


def test_hours_that_begin_or_end_in_a_gap_are_closed_that_day():
    assert not opens(Window(ALL_DAYS, time(2, 30), time(5)), "2026-03-08T04:00-04:00")
    assert not opens(Window(ALL_DAYS, time(0), time(2, 30)), "2026-03-08T01:00-05:00")
    assert opens(Window(ALL_DAYS, time(0), time(5)), "2026-03-08T04:00-04:00")
    assert opens(Window(ALL_DAYS, time(2, 30), time(5)), "2026-03-09T04:00-04:00")


def test_the_whole_day_has_no_hours_to_mistake():
    sundays = Window((6,), time(0), time(0))
    for moment in ("2026-03-08T00:00-05:00", "2026-03-08T23:59-04:00", "2026-11-01T01:30-05:00"):
        assert opens(sundays, moment)
    assert not opens(sundays, "2026-03-09T00:00-04:00")


def test_the_next_opening_skips_a_day_that_is_closed():
    window = Window(ALL_DAYS, time(2, 30), time(5))
    at = at_high_point("2026-03-07T06:00-05:00")
    assert next_opening((window,), ZoneInfo("America/New_York"), at) == at_high_point("2026-03-09T02:30-04:00")


@pytest.mark.parametrize(
    ("days", "begins", "ends"),
    [
        ((), time(9), time(10)),
        ((7,), time(9), time(10)),
        ((0,), time(9), time(9)),
        ((0,), time(9, tzinfo=UTC), time(10)),
    ],
)
def test_a_window_without_hours_is_an_error(days, begins, ends):
    with pytest.raises(UnusableWindow):
        Window(days, begins, ends)


def test_windows_compare_by_what_they_say():
    window = Window((0,), time(9), time(10))
    assert replace(window) == window
