"""A released stack that nobody mails is chased after a working day (requirement 49)."""

from datetime import date, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from letter_world import LATER, World
from stacks import PrintDesk

from outreach.access import StaffCard
from outreach.messaging.letters import desk, left_lying
from outreach.terms import BatchState, Employer, Role

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


def check_a_letter_she_asked_for_is_chased(world: World) -> None:
    letter_id = world.release(is_hers=True)
    world.print_due(LATER)
    later = LATER + timedelta(days=4)
    me = StaffCard(world.by, "r@x.test", "Rosa Ames", Role.ADVOCATE, Employer.ADVOCACY)
    boss = StaffCard(uuid4(), "b@x.test", "Bo Lane", Role.SUPERVISOR, Employer.ADVOCACY)
    with world.vault.reading() as session:
        named = {"zone": ZONE, "is_own": False}
        assert left_lying.asked_for_lying(session, boss, now=LATER, **named) == ()
        (found,) = left_lying.asked_for_lying(session, boss, now=later, **named)
        assert (found.case_id, found.since) == (world.case_id, LATER.astimezone(ZONE).date())
        assert left_lying.asked_for_lying(session, me, zone=ZONE, now=later, is_own=True) == (found,)
        assert left_lying.asked_for_lying(session, boss, zone=ZONE, now=later, is_own=True) == ()
    with world.vault.writing() as session:
        assert desk.mark_mailed(session, letter_id, by=world.by, now=LATER)
        assert left_lying.asked_for_lying(session, boss, now=later, **named) == ()


def test_a_letter_she_asked_for_that_nobody_mails_is_chased(world: World) -> None:
    check_a_letter_she_asked_for_is_chased(world)


def test_planted_silence_about_a_letter_she_asked_for_is_caught(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(left_lying, "is_left_lying", lambda *given: False)
    with pytest.raises(ValueError, match="not enough values"):
        check_a_letter_she_asked_for_is_chased(world)
