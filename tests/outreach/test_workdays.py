"""Deadlines are right across changes of the clocks, weekends, holidays and year ends."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from outreach.workdays import Calendar, Due, mail_days_around, postal_holidays

HIGH_POINT = Calendar("America/New_York", frozenset({date(2026, 12, 24), date(2026, 12, 25), date(2027, 1, 1)}))


def hours(count: int) -> Due:
    return Due(elapsed=timedelta(hours=count))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.req("19")
@pytest.mark.parametrize(
    ("begins", "due", "ends"),
    [
        ("2026-11-20T22:00-05:00", hours(4), "2026-11-21T02:00-05:00"),
        ("2026-10-31T23:00-04:00", hours(4), "2026-11-01T02:00-05:00"),
        ("2026-03-07T23:00-05:00", hours(4), "2026-03-08T04:00-04:00"),
        ("2026-12-31T22:00-05:00", hours(4), "2027-01-01T02:00-05:00"),
        ("2026-10-31T12:00-04:00", hours(24), "2026-11-01T11:00-05:00"),
    ],
)
def test_hours_are_hours_that_really_pass_on_any_day(begins, due, ends):
    assert HIGH_POINT.deadline(local(begins), due) == local(ends)


@pytest.mark.req("19")
@pytest.mark.parametrize(
    ("begins", "count", "ends"),
    [
        ("2026-11-20T10:00-05:00", 5, "2026-11-27T17:00-05:00"),
        ("2026-11-20T23:30-05:00", 1, "2026-11-23T17:00-05:00"),
        ("2026-11-21T10:00-05:00", 1, "2026-11-23T17:00-05:00"),
        ("2026-12-22T10:00-05:00", 5, "2026-12-31T17:00-05:00"),
        ("2026-12-31T10:00-05:00", 1, "2027-01-04T17:00-05:00"),
        ("2026-03-06T10:00-05:00", 1, "2026-03-09T17:00-04:00"),
        ("2026-10-30T10:00-04:00", 1, "2026-11-02T17:00-05:00"),
    ],
)
def test_business_days_skip_weekends_and_holidays_and_end_when_the_office_closes(begins, count, ends):
    assert HIGH_POINT.deadline(local(begins), Due(business_days=count)) == local(ends)


@pytest.mark.req("19")
def test_the_day_is_the_jurisdictions_not_the_servers():
    late_friday = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
    monday = HIGH_POINT.deadline(late_friday, Due(business_days=1))
    assert monday == local("2026-11-23T17:00-05:00")
    assert Calendar("Asia/Tokyo").day_of(late_friday) == date(2026, 11, 21)


def test_an_office_closes_at_its_own_hour():
    early = Calendar("America/New_York", closes=time(16, 30))
    assert early.deadline(local("2026-11-23T10:00-05:00"), Due(business_days=1)) == local("2026-11-24T16:30-05:00")


def test_a_length_of_time_that_says_nothing_is_an_error():
    with pytest.raises(ValueError, match="elapsed time or business days"):
        HIGH_POINT.deadline(local("2026-11-23T10:00-05:00"), Due())


def test_postal_holidays_are_the_law():
    assert postal_holidays(2026) == {
        date(2026, 1, 1),
        date(2026, 1, 19),
        date(2026, 2, 16),
        date(2026, 5, 25),
        date(2026, 6, 19),
        date(2026, 7, 4),
        date(2026, 9, 7),
        date(2026, 10, 12),
        date(2026, 11, 11),
        date(2026, 11, 26),
        date(2026, 12, 25),
    }
    assert date(2027, 7, 5) in postal_holidays(2027)


def test_mail_days_skip_sundays_and_holidays_both_ways():
    assert mail_days_around(date(2026, 11, 27), 5) == (date(2026, 11, 20), date(2026, 12, 3))
    assert mail_days_around(date(2026, 12, 31), 2) == (date(2026, 12, 29), date(2027, 1, 4))
