"""What was on paper first is written down as of the time it happened, where it can have happened then."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from outreach import late_entry
from outreach.late_entry import Unfit, UnfitTime, instant_of, is_overtaken, refuse_unfit

pytestmark = pytest.mark.req("81")
HERE = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 20, 20, 0, tzinfo=HERE)
TODAY = date(2026, 11, 20)


def at(day: date | None, wall: time | None, *, now: datetime = NOW) -> datetime | None:
    return instant_of(day, wall, zone=HERE, now=now)


def why(
    day: date | None, wall: time | None, *, now: datetime = NOW, opened_on: date = date(2026, 11, 1)
) -> Unfit | None:
    """Return what is wrong with a time on paper."""
    try:
        found = at(day, wall, now=now)
        refuse_unfit(found or now, opened_on=opened_on, zone=HERE, now=now)
    except UnfitTime as unfit:
        return unfit.why
    return None


def test_nothing_written_is_now_and_an_hour_alone_is_today() -> None:
    assert at(None, None) is None
    assert at(TODAY, None) is None
    assert at(None, time(15)) == datetime(2026, 11, 20, 15, tzinfo=HERE)


@pytest.mark.parametrize(
    ("day", "wall", "fault"),
    [
        (None, time(20, 1), Unfit.STILL_TO_COME),
        (date.max, time(23, 59), Unfit.STILL_TO_COME),
        (date(2026, 11, 21), None, Unfit.STILL_TO_COME),
        (date(2026, 11, 19), None, Unfit.NO_HOUR),
        (date(2026, 11, 6), time(19, 59), Unfit.TOO_LONG_AGO),
        (date(2026, 11, 6), time(20), None),
        (TODAY, time(20), None),
    ],
)
def test_only_the_last_fourteen_days_and_nothing_to_come(day: date | None, wall: time | None, fault: Unfit) -> None:
    assert why(day, wall) is fault


def test_nothing_happened_in_a_case_before_its_first_day_where_it_is() -> None:
    opened = date(2026, 11, 15)
    assert why(date(2026, 11, 14), time(23, 59), opened_on=opened) is Unfit.BEFORE_THE_CASE
    assert why(date(2026, 11, 15), time(0, 0), opened_on=opened) is None


def check_clocks_that_change() -> None:
    """Assert that a skipped hour is none, and that of two the later one counts, unless it is still to come."""
    spring = datetime(2027, 3, 14, 12, tzinfo=HERE)
    assert why(date(2027, 3, 14), time(2, 30), now=spring) is Unfit.SKIPPED
    fall = datetime(2026, 11, 1, 12, tzinfo=HERE)
    later = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    assert at(date(2026, 11, 1), time(1, 30), now=fall) == later
    assert at(date(2026, 11, 1), time(1, 30), now=later - timedelta(minutes=1)) == later - timedelta(hours=1)


def test_the_hour_that_clocks_skip_is_none_and_the_one_they_show_twice_is_the_later() -> None:
    check_clocks_that_change()


def test_planted_reading_that_takes_every_wall_time_as_it_is_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def naive(day: date | None, wall: time | None, *, zone: ZoneInfo, now: datetime) -> datetime | None:
        return datetime.combine(day or now.date(), wall or time(0), zone)

    monkeypatch.setitem(globals(), "instant_of", naive)
    with pytest.raises(AssertionError):
        check_clocks_that_change()


def test_what_was_learned_since_overtakes_what_was_said_before() -> None:
    said = NOW - timedelta(hours=5)
    assert is_overtaken(said, [None, NOW])
    assert not is_overtaken(said, [None, said - timedelta(hours=1), said])
    assert timedelta(days=14) == late_entry.FARTHEST
