"""A released stack that nobody mails is chased after a working day (requirement 49)."""

from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from letter_world import LATER
from stacks import PrintDesk

from outreach.messaging.letters import left_lying
from outreach.terms import BatchState

pytestmark = pytest.mark.req("49")
ZONE = ZoneInfo("America/New_York")


def lying(desk: PrintDesk, *, at=LATER, by: UUID | None = None) -> list[BatchState]:
    with desk.vault.reading() as session:
        return [each.state for each in left_lying.left_lying(session, zone=ZONE, now=at, released_by=by)]


@pytest.mark.parametrize(
    ("since", "shown"),
    [
        (date(2026, 11, 23), date(2026, 11, 24)),  # Monday, Tuesday.
        (date(2026, 11, 20), date(2026, 11, 23)),  # Over a week-end.
        (date(2026, 11, 21), date(2026, 11, 23)),  # From a Saturday.
        (date(2026, 11, 25), date(2026, 11, 27)),  # Over Thanksgiving.
        (date(2026, 12, 31), date(2027, 1, 4)),  # Over New Year, a Friday.
    ],
)
def test_a_stack_is_left_lying_from_the_next_working_day_on(since: date, shown: date) -> None:
    assert left_lying.is_left_lying(since, shown, ZONE.key)
    assert not left_lying.is_left_lying(since, shown - timedelta(days=1), ZONE.key)


def check_a_counted_stack_is_chased(desk: PrintDesk) -> None:
    stack = desk.printed()
    desk.count(stack, 3)
    later = LATER + timedelta(days=4)
    assert lying(desk) == []

    assert lying(desk, at=later, by=desk.kit.id) == [BatchState.COUNTED]
    assert lying(desk, at=later, by=desk.mo.id) == []
    assert lying(desk, at=later) == [BatchState.COUNTED]

    desk.mail(stack)
    assert lying(desk, at=later) == []


def test_a_counted_stack_is_chased_at_who_released_it_and_on_team_until_it_is_mailed(print_desk: PrintDesk) -> None:
    check_a_counted_stack_is_chased(print_desk)


def test_a_stack_that_is_off_or_not_counted_is_chased_too_and_one_nobody_released_is_not(print_desk: PrintDesk) -> None:
    later = LATER + timedelta(days=4)
    stack = print_desk.plan()
    assert lying(print_desk, at=later) == []
    print_desk.release(stack)
    print_desk.make()
    assert lying(print_desk, at=later) == [BatchState.READY]
    print_desk.take_out(stack)
    assert lying(print_desk, at=later) == [BatchState.PRINTED]
    print_desk.count(stack, 2)
    assert lying(print_desk, at=later) == [BatchState.SHORT]


def test_planted_stack_that_is_forgotten_once_counted_is_caught(
    print_desk: PrintDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(left_lying, "_WAITS", (BatchState.SHORT,))

    with pytest.raises(AssertionError):
        check_a_counted_stack_is_chased(print_desk)
