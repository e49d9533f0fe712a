"""Deadlines of both jurisdictions at every awkward boundary, by table, and against a second way to count."""

import random
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from outreach.call_ins.notices import Planning, new_notice
from outreach.intake.event_terms import EventKind
from outreach.protocols.duties import plan
from outreach.protocols.plans import CaseSoFar, Happening
from outreach.protocols.protocol import Protocol, parse
from outreach.protocols.steps import Step
from outreach.terms import Level
from outreach.workdays import Calendar, Due

pytestmark = pytest.mark.req("19")

PROTOCOLS = Path(__file__).parents[2] / "config" / "protocols"
HIGH_POINT, GUILFORD = (parse((PROTOCOLS / f"{name}.toml").read_text()) for name in ("high-point", "guilford-da"))
HERE = ZoneInfo("America/New_York")

# What the calendar on the wall says. Guilford's office also rests on December 28 and closes at 4:30 pm.
BUSINESS_DAYS = [
    # An ordinary Friday: the minute does not matter, the day does.
    (HIGH_POINT, "2026-11-20T00:00-05:00", 1, "2026-11-23T17:00-05:00"),
    (HIGH_POINT, "2026-11-20T16:59-05:00", 1, "2026-11-23T17:00-05:00"),
    (HIGH_POINT, "2026-11-20T17:00-05:00", 1, "2026-11-23T17:00-05:00"),
    (HIGH_POINT, "2026-11-20T17:01-05:00", 1, "2026-11-23T17:00-05:00"),
    (HIGH_POINT, "2026-11-20T23:59-05:00", 1, "2026-11-23T17:00-05:00"),
    (GUILFORD, "2026-11-20T16:29-05:00", 1, "2026-11-23T16:30-05:00"),
    (GUILFORD, "2026-11-20T16:31-05:00", 1, "2026-11-23T16:30-05:00"),
    # The weekend and its two midnights.
    (HIGH_POINT, "2026-11-21T00:00-05:00", 1, "2026-11-23T17:00-05:00"),
    (HIGH_POINT, "2026-11-22T23:59-05:00", 1, "2026-11-23T17:00-05:00"),
    (HIGH_POINT, "2026-11-23T00:00-05:00", 1, "2026-11-24T17:00-05:00"),
    # Thanksgiving: Thursday and Friday rest.
    (HIGH_POINT, "2026-11-24T23:59-05:00", 1, "2026-11-25T17:00-05:00"),
    (HIGH_POINT, "2026-11-25T00:00-05:00", 1, "2026-11-30T17:00-05:00"),
    (HIGH_POINT, "2026-11-25T16:59-05:00", 1, "2026-11-30T17:00-05:00"),
    (HIGH_POINT, "2026-11-26T09:00-05:00", 1, "2026-11-30T17:00-05:00"),
    (HIGH_POINT, "2026-11-25T17:01-05:00", 5, "2026-12-04T17:00-05:00"),
    (GUILFORD, "2026-11-25T16:31-05:00", 7, "2026-12-08T16:30-05:00"),
    # Christmas and the year's end.
    (HIGH_POINT, "2026-12-23T16:59-05:00", 1, "2026-12-28T17:00-05:00"),
    (GUILFORD, "2026-12-23T16:29-05:00", 1, "2026-12-29T16:30-05:00"),
    (HIGH_POINT, "2026-12-22T10:00-05:00", 5, "2026-12-31T17:00-05:00"),
    (GUILFORD, "2026-12-22T10:00-05:00", 5, "2027-01-04T16:30-05:00"),
    (HIGH_POINT, "2026-12-31T23:59-05:00", 1, "2027-01-04T17:00-05:00"),
    (HIGH_POINT, "2027-01-01T00:00-05:00", 1, "2027-01-04T17:00-05:00"),
    (GUILFORD, "2026-12-31T10:00-05:00", 3, "2027-01-06T16:30-05:00"),
    # A holiday on a Monday makes a long weekend.
    (HIGH_POINT, "2027-01-15T17:01-05:00", 1, "2027-01-19T17:00-05:00"),
    (GUILFORD, "2027-07-02T12:00-04:00", 1, "2027-07-06T16:30-04:00"),
    # The clocks change on the weekend between.
    (HIGH_POINT, "2027-03-12T16:59-05:00", 1, "2027-03-15T17:00-04:00"),
    (HIGH_POINT, "2027-11-05T17:01-04:00", 1, "2027-11-08T17:00-05:00"),
    (GUILFORD, "2027-11-05T12:00-04:00", 4, "2027-11-12T16:30-05:00"),
    # A leap day is a day like any other.
    (HIGH_POINT, "2028-02-28T10:00-05:00", 1, "2028-02-29T17:00-05:00"),
    (HIGH_POINT, "2028-02-29T17:01-05:00", 1, "2028-03-01T17:00-05:00"),
    (GUILFORD, "2028-02-25T10:00-05:00", 3, "2028-03-01T16:30-05:00"),
    (HIGH_POINT, "2027-02-26T10:00-05:00", 1, "2027-03-01T17:00-05:00"),
]

HOURS = [
    # The night the clocks go forward: an hour of the wall is missing.
    ("2027-03-14T01:59-05:00", 1, "2027-03-14T03:59-04:00"),
    ("2027-03-13T23:00-05:00", 4, "2027-03-14T04:00-04:00"),
    ("2027-03-14T03:00-04:00", 4, "2027-03-14T07:00-04:00"),
    ("2027-03-12T12:00-05:00", 72, "2027-03-15T13:00-04:00"),
    ("2027-03-13T12:00-05:00", 24, "2027-03-14T13:00-04:00"),
    # The night they go back: an hour comes twice, and each pass has its own deadline.
    ("2027-11-07T01:30-04:00", 4, "2027-11-07T04:30-05:00"),
    ("2027-11-07T01:30-05:00", 4, "2027-11-07T05:30-05:00"),
    ("2027-11-06T12:00-04:00", 24, "2027-11-07T11:00-05:00"),
    ("2027-11-05T12:00-04:00", 72, "2027-11-08T11:00-05:00"),
    # Weekends, holidays, the year's end and the leap day stop no clock.
    ("2026-11-20T16:59-05:00", 4, "2026-11-20T20:59-05:00"),
    ("2026-11-25T16:59-05:00", 24, "2026-11-26T16:59-05:00"),
    ("2026-12-31T23:59-05:00", 4, "2027-01-01T03:59-05:00"),
    ("2028-02-28T20:00-05:00", 4, "2028-02-29T00:00-05:00"),
    ("2028-02-29T20:00-05:00", 4, "2028-03-01T00:00-05:00"),
    ("2028-02-28T12:00-05:00", 72, "2028-03-02T12:00-05:00"),
]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(("protocol", "begins", "count", "ends"), BUSINESS_DAYS)
def test_business_days_by_table(protocol: Protocol, begins: str, count: int, ends: str):
    assert protocol.calendar.deadline(at(begins), Due(business_days=count)) == at(ends)


@pytest.mark.parametrize("protocol", [HIGH_POINT, GUILFORD], ids=lambda each: each.jurisdiction)
@pytest.mark.parametrize(("begins", "count", "ends"), HOURS)
def test_hours_by_table(protocol: Protocol, begins: str, count: int, ends: str):
    assert protocol.calendar.deadline(at(begins), Due(elapsed=timedelta(hours=count))) == at(ends)


# A second way to count: list the working days of the years, and look the answer up.


def looked_up(calendar: Calendar, begins: datetime, count: int) -> datetime:
    every = (date.fromordinal(n) for n in range(date(2026, 1, 1).toordinal(), date(2029, 1, 1).toordinal()))
    working = [day for day in every if day.isoweekday() < 6 and day not in calendar.holidays]
    day = [day for day in working if day > begins.astimezone(HERE).date()][count - 1]
    return datetime(day.year, day.month, day.day, calendar.closes.hour, calendar.closes.minute, tzinfo=HERE)


def differs(calendar: Calendar, *, seed: int = 19, tries: int = 2_000) -> bool:
    """Tell whether a calendar ever counts otherwise than by the list, at random minutes of two years."""
    chance = random.Random(seed)  # noqa: S311 (not a secret)
    start = datetime(2026, 11, 1, tzinfo=HERE)
    for _ in range(tries):
        begins = start + timedelta(minutes=chance.randrange(2 * 365 * 24 * 60))
        count = chance.randint(1, 12)
        if calendar.deadline(begins, Due(business_days=count)) != looked_up(calendar, begins, count):
            return True
    return False


@pytest.mark.parametrize("protocol", [HIGH_POINT, GUILFORD], ids=lambda each: each.jurisdiction)
def test_business_days_agree_with_a_list_of_working_days(protocol: Protocol):
    assert not differs(protocol.calendar)


class WorksOnHolidays(Calendar):
    """The planted bug: an office that forgets its holidays."""

    def is_business_day(self, day: date) -> bool:
        return day.weekday() < 5


class CountsInUtc(Calendar):
    """The planted bug: the day is the server's."""

    def day_of(self, at: datetime) -> date:
        return at.astimezone(ZoneInfo("UTC")).date()


@pytest.mark.parametrize("broken", [WorksOnHolidays, CountsInUtc])
def test_planted_ways_to_count_wrongly_are_caught(broken: type[Calendar]):
    right = HIGH_POINT.calendar
    assert differs(broken(right.zone, right.holidays, right.closes))


# Each level of each jurisdiction at the worst minutes, as a supervisor would write it down.

FRIDAY, EVE, FORWARD = "2026-11-20T16:59-05:00", "2026-11-25T17:01-05:00", "2027-03-13T23:30-05:00"
LEVELS = [
    (
        HIGH_POINT,
        Level.A,
        FRIDAY,
        {"emergency_contact": "2026-11-20T20:59-05:00", "offer_services": "2026-11-21T16:59-05:00"},
    ),
    (
        HIGH_POINT,
        Level.A,
        FORWARD,
        {"emergency_contact": "2027-03-14T04:30-04:00", "offer_services": "2027-03-15T00:30-04:00"},
    ),
    (
        HIGH_POINT,
        Level.B,
        FRIDAY,
        {
            "first_contact": "2026-11-21T16:59-05:00",
            "risk_assessment": "2026-11-23T16:59-05:00",
            "safety_plan": "2026-11-23T16:59-05:00",
        },
    ),
    (
        HIGH_POINT,
        Level.C,
        EVE,
        {"services_notice": "2026-11-28T17:01-05:00", "offer_meeting": "2026-11-28T17:01-05:00"},
    ),
    (HIGH_POINT, Level.D, FRIDAY, {"letter_decision": "2026-12-01T17:00-05:00", "outreach": "2026-12-01T17:00-05:00"}),
    (HIGH_POINT, Level.D, EVE, {"letter_decision": "2026-12-04T17:00-05:00", "outreach": "2026-12-04T17:00-05:00"}),
    (
        GUILFORD,
        Level.A,
        FRIDAY,
        {
            "emergency_contact": "2026-11-20T18:59-05:00",
            "risk_assessment": "2026-11-21T16:59-05:00",
            "offer_services": "2026-11-21T16:59-05:00",
        },
    ),
    (
        GUILFORD,
        Level.B,
        FORWARD,
        {
            "first_contact": "2027-03-14T12:30-04:00",
            "safety_plan": "2027-03-16T00:30-04:00",
            "risk_assessment": "2027-03-16T00:30-04:00",
        },
    ),
    (
        GUILFORD,
        Level.C,
        FRIDAY,
        {"offer_meeting": "2026-11-22T16:59-05:00", "services_notice": "2026-11-24T16:30-05:00"},
    ),
    (GUILFORD, Level.C, EVE, {"offer_meeting": "2026-11-27T17:01-05:00", "services_notice": "2026-12-01T16:30-05:00"}),
    (GUILFORD, Level.D, FRIDAY, {"outreach": "2026-11-25T16:30-05:00", "letter_decision": "2026-12-03T16:30-05:00"}),
    (GUILFORD, Level.D, EVE, {"outreach": "2026-12-02T16:30-05:00", "letter_decision": "2026-12-08T16:30-05:00"}),
]


@pytest.mark.req("12")
@pytest.mark.parametrize(("protocol", "level", "begins", "due"), LEVELS)
def test_each_level_is_due_as_written_down(protocol: Protocol, level: Level, begins: str, due: dict[str, str]):
    came = at(begins)
    event = Happening("e-1", EventKind.LEVEL_ASSIGNED, came - timedelta(hours=1), came, level=level)
    made = plan(event, CaseSoFar(), protocol, now=came)
    assert {task.step.value: task.due_at for task in made.tasks} == {step: at(when) for step, when in due.items()}


# Escalations of a notice: at its due time, at the last alert, and when what it comes before has passed.

NOTICES = [
    (
        HIGH_POINT,
        Step.NOTICE_BEFORE_CALL_IN,
        "2026-12-02T18:00-05:00",
        "2026-11-29T18:00-05:00",
        "2026-12-01T18:00-05:00",
    ),
    (
        HIGH_POINT,
        Step.NOTICE_BEFORE_CALL_IN,
        "2027-03-15T18:00-04:00",
        "2027-03-12T17:00-05:00",
        "2027-03-14T18:00-04:00",
    ),
    (
        HIGH_POINT,
        Step.NOTICE_BEFORE_CALL_IN,
        "2027-11-08T18:00-05:00",
        "2027-11-05T19:00-04:00",
        "2027-11-07T18:00-05:00",
    ),
    (
        GUILFORD,
        Step.NOTICE_BEFORE_NOTIFICATION,
        "2027-03-15T18:00-04:00",
        "2027-03-10T17:00-05:00",
        "2027-03-13T17:00-05:00",
    ),
    (
        GUILFORD,
        Step.NOTICE_BEFORE_NOTIFICATION,
        "2027-01-04T09:00-05:00",
        "2026-12-30T09:00-05:00",
        "2027-01-02T09:00-05:00",
    ),
]


@pytest.mark.req("13")
@pytest.mark.parametrize(("protocol", "step", "call_in", "due", "last"), NOTICES)
def test_a_notice_escalates_when_due_at_the_last_alert_and_when_it_passes(
    protocol: Protocol, step: Step, call_in: str, due: str, last: str
):
    now = at(call_in) - timedelta(days=20)
    event = Happening("e-1", EventKind.CALL_IN_SCHEDULED, now, now, call_in_at=at(call_in))
    (task,) = new_notice(Planning(event, CaseSoFar(), protocol, now), step, at(call_in), "e-1").tasks
    assert (task.due_at, task.looks_at) == (at(due), (at(due), at(last), at(call_in)))


@pytest.mark.req("13")
@pytest.mark.parametrize("minutes", [-1, 0, 1])
def test_a_notice_told_of_at_the_last_minute_is_looked_at_at_once(minutes: int):
    call_in = at("2027-03-15T18:00-04:00")
    now = call_in - timedelta(hours=72) + timedelta(minutes=minutes)
    event = Happening("e-1", EventKind.CALL_IN_SCHEDULED, now, now, call_in_at=call_in)
    planning = Planning(event, CaseSoFar(), HIGH_POINT, now)
    (task,) = new_notice(planning, Step.NOTICE_BEFORE_CALL_IN, call_in, "e-1").tasks
    assert task.looks_at[0] == max(now, call_in - timedelta(hours=72))
    assert task.due_at == call_in - timedelta(hours=72)


def test_the_hour_an_office_closes_is_wall_time_on_both_sides_of_a_change_of_clocks():
    calendar = Calendar("America/New_York", closes=time(17))
    before = calendar.deadline(at("2027-03-11T10:00-05:00"), Due(business_days=1))
    after = calendar.deadline(at("2027-03-12T10:00-05:00"), Due(business_days=1))
    assert after - before == timedelta(days=3) - timedelta(hours=1)
