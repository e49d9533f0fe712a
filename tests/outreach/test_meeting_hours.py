"""The hours of a meeting are those on the wall: on nights clocks change, past midnight, under new rules of clocks."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from meeting_world import MINUTE, START, Watch

from outreach.meetings import keeping, resolving
from outreach.meetings.hours import Hours, SkippedHour, hours_of, instant
from outreach.meetings.ladder import rung_at, rungs_due
from outreach.meetings.resolving import find_hours_anew
from outreach.meetings.rules import AlarmKind
from outreach.records.meetings import Meeting

NEW_YORK = ZoneInfo("America/New_York")
SUMMER_FOR_EVER = ZoneInfo("Etc/GMT+4")
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
FORWARD, BACK = date(2027, 3, 14), date(2027, 11, 7)
DAY = timedelta(days=1)


def test_an_hour_that_clocks_skip_is_no_time_for_a_meeting():
    assert instant(date(2026, 3, 8), time(2, 30), NEW_YORK) is None
    assert instant(date(2026, 3, 8), time(3, 0), NEW_YORK) == datetime(2026, 3, 8, 7, 0, tzinfo=UTC)


def test_of_an_hour_that_comes_twice_the_first_counts_and_an_end_comes_after_its_start():
    night = date(2026, 11, 1)
    first = instant(night, time(1, 45), NEW_YORK)
    assert first == datetime(2026, 11, 1, 5, 45, tzinfo=UTC)
    assert instant(night, time(1, 15), NEW_YORK, after=first) == datetime(2026, 11, 1, 6, 15, tzinfo=UTC)


@pytest.mark.req("51")
def test_on_the_night_clocks_go_back_the_alarm_comes_ten_true_minutes_after_the_end():
    ends_at = instant(date(2026, 11, 1), time(1, 55), NEW_YORK)
    assert rung_at(ends_at, AlarmKind.BUDDY) - ends_at == timedelta(minutes=10)
    assert rungs_due(ends_at, stage=0, now=datetime(2026, 11, 1, 6, 5, tzinfo=UTC)) == (AlarmKind.BUDDY,)
    assert rungs_due(ends_at, stage=0, now=datetime(2026, 11, 1, 6, 4, 59, tzinfo=UTC)) == ()


@pytest.mark.req("19")
@pytest.mark.parametrize(
    ("day", "starts", "ends", "utc"),
    [
        (FORWARD - DAY, "13:00", "14:00", ("03-13 18:00", "03-13 19:00")),
        (FORWARD, "13:00", "14:00", ("03-14 17:00", "03-14 18:00")),
        (FORWARD, "01:59", "03:00", ("03-14 06:59", "03-14 07:00")),
        (FORWARD - DAY, "23:00", "03:00", ("03-14 04:00", "03-14 07:00")),
        (FORWARD, "23:00", "02:30", ("03-15 03:00", "03-15 06:30")),
        (BACK - DAY, "13:00", "14:00", ("11-06 17:00", "11-06 18:00")),
        (BACK, "13:00", "14:00", ("11-07 18:00", "11-07 19:00")),
        (BACK - DAY, "23:30", "01:30", ("11-07 03:30", "11-07 05:30")),
        (BACK, "01:45", "01:15", ("11-07 05:45", "11-07 06:15")),
        (BACK - DAY, "23:30", "02:00", ("11-07 03:30", "11-07 07:00")),
        (BACK, "22:00", "00:00", ("11-08 03:00", "11-08 05:00")),
    ],
)
def test_hours_are_those_on_the_wall_on_days_clocks_change_and_past_midnight(day, starts, ends, utc):
    wall = (time.fromisoformat(starts), time.fromisoformat(ends))
    found = hours_of(day, *wall, late=10 * MINUTE, zone=NEW_YORK)
    expected = [datetime.fromisoformat(f"2027-{each}+00:00") for each in utc]
    assert [found.starts_at, found.check_in_by, found.ends_at] == [
        expected[0],
        expected[0] + 10 * MINUTE,
        expected[1],
    ]


@pytest.mark.parametrize(
    ("day", "starts", "ends", "field"),
    [
        (FORWARD, "02:00", "04:00", "starts"),
        (FORWARD, "02:59", "04:00", "starts"),
        (FORWARD, "01:00", "02:30", "ends"),
        (FORWARD - DAY, "23:00", "02:30", "ends"),
    ],
)
def test_an_hour_that_is_skipped_says_which_field_to_mend(day, starts, ends, field):
    with pytest.raises(SkippedHour, match=field):
        hours_of(day, time.fromisoformat(starts), time.fromisoformat(ends), late=timedelta(0), zone=NEW_YORK)


# Rules of clocks that change after the plan


@pytest.fixture
def watch(vault):
    return Watch.begin(vault)


def in_two_days(watch: Watch) -> tuple[UUID, Hours]:
    """Plan a meeting for one in the afternoon."""
    hours = Hours(*(each + 2 * DAY for each in (START, START + 10 * MINUTE, START + 60 * MINUTE)))
    return watch.planned(**hours._asdict()), hours


def kept_on_the_wall(watch: Watch) -> None:
    """Let the law make summer time last for ever; see the meeting and its alarm stay at one in the afternoon."""
    meeting_id, planned = in_two_days(watch)
    assert find_hours_anew(watch.vault, now=START) == 0
    moved = find_hours_anew(watch.vault, now=START, zone_of=lambda _: SUMMER_FOR_EVER)
    with watch.vault.reading() as session:
        row = session.get_one(Meeting, meeting_id)
        times = (row.starts_at, row.check_in_by, row.ends_at)
        assert row.wall_starts == f"{times[0].astimezone(SUMMER_FOR_EVER):%Y-%m-%dT%H:%M}" == "2026-11-22T13:00"
    assert (moved, times) == (1, tuple(each - HOUR for each in planned))
    missed = planned.check_in_by - HOUR
    assert watch.looks(missed + 10 * MINUTE - SECOND) == 0
    assert watch.looks(missed + 10 * MINUTE) == 1


@pytest.mark.req("19")
@pytest.mark.req("51")
def test_a_meeting_stays_at_its_hour_on_the_wall_though_the_rules_of_clocks_change(watch):
    kept_on_the_wall(watch)


def test_planted_instant_that_is_kept_for_ever_is_caught(watch, monkeypatch):
    monkeypatch.setattr(resolving, "moved", lambda *_, **__: None)
    with pytest.raises(AssertionError):
        kept_on_the_wall(watch)


@pytest.mark.req("51")
def test_more_time_given_before_the_start_stays_given(watch):
    meeting_id, planned = in_two_days(watch)
    watch.does(keeping.give_more_time, meeting_id, now=START)
    find_hours_anew(watch.vault, now=START, zone_of=lambda _: SUMMER_FOR_EVER)
    missed = planned.check_in_by - HOUR + 30 * MINUTE
    assert watch.looks(missed + 10 * MINUTE - SECOND) == 0
    assert watch.looks(missed + 10 * MINUTE) == 1


@pytest.mark.req("51")
def test_what_has_begun_or_is_late_keeps_its_instants(watch):
    meeting_id = watch.under_way()
    with watch.vault.reading() as session:
        before = session.get_one(Meeting, meeting_id).ends_at
    assert find_hours_anew(watch.vault, now=before - DAY, zone_of=lambda _: SUMMER_FOR_EVER) == 0
