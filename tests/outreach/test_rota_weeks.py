"""A week that repeats as shifts: nobody twice, no hour left out, over the change of clocks as well."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from outreach.on_duty import weeks
from outreach.on_duty.on_call import LONGEST, Turn, uncovered
from outreach.on_duty.weeks import Pattern, shifts_of

pytestmark = pytest.mark.req("20")

HERE = ZoneInfo("America/New_York")
ROSA, LEE, KIM = uuid4(), uuid4(), uuid4()
SPRING = date(2027, 3, 1)
"""A Monday; clocks change on March 14."""


def a_pattern(**changes: object) -> Pattern:
    fields: dict[str, object] = {"begins_on": SPRING, "weeks": 13, "every": 1, "changes_at": time(8), "first": ROSA}
    return Pattern(**{**fields, **changes})  # type: ignore[arg-type]


def gaps(*patterns: Pattern) -> list[tuple[datetime, datetime]]:
    made = [each for pattern in patterns for each in shifts_of(pattern, HERE) if each.turn is Turn.FIRST]
    begins = datetime.combine(SPRING, time(8), tzinfo=HERE)
    spans = [(each.begins_at, each.ends_at) for each in made]
    found = uncovered(spans, since=begins, until=max(ends for _, ends in spans))
    return [(each.begins_at, each.ends_at) for each in found]


def check_no_hour_is_left_out() -> None:
    pattern = a_pattern(instead={4: LEE, 5: LEE, 6: LEE}, second=KIM)
    made = shifts_of(pattern, HERE)

    assert gaps(pattern) == []
    assert {each.staff_id for each in made if each.turn is Turn.FIRST} == {ROSA, LEE}
    ends = max(each.ends_at for each in made)
    assert ends == datetime(2027, 5, 31, 12, 0, tzinfo=UTC)
    assert all(each.ends_at - each.begins_at <= LONGEST for each in made)


def test_three_months_of_one_week_leave_no_hour_without_anyone_over_the_change_of_clocks() -> None:
    check_no_hour_is_left_out()


def test_planted_week_that_drops_its_last_day_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = weeks._runs
    monkeypatch.setattr(
        weeks, "_runs", lambda held: [(begins, ends - timedelta(days=1), w) for begins, ends, w in whole(held)]
    )

    with pytest.raises(AssertionError):
        check_no_hour_is_left_out()


def test_two_who_take_turns_leave_no_gap() -> None:
    hers = a_pattern(every=2)
    his = a_pattern(every=2, begins_on=SPRING + timedelta(days=7), weeks=12, first=LEE)

    assert len(gaps(hers)) == 6
    assert gaps(hers, his) == []


def test_nobody_is_second_to_themselves_and_days_in_a_row_are_one_shift() -> None:
    made = shifts_of(a_pattern(weeks=1, second=LEE, instead={2: LEE}), HERE)

    told = [(each.turn, each.staff_id, (each.ends_at - each.begins_at).days) for each in made]
    assert sorted(told) == sorted(
        [
            (Turn.FIRST, ROSA, 2),
            (Turn.FIRST, LEE, 1),
            (Turn.FIRST, ROSA, 4),
            (Turn.SECOND, LEE, 2),
            (Turn.SECOND, LEE, 4),
        ]
    )
