"""Too little time to tell her is brought before our own supervisors: one page for all, which says nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from agency_world import ANA, NOW, World, add_colleague
from sqlalchemy import select

from outreach.access import StaffCard
from outreach.call_ins.board import board_of, red_ones
from outreach.call_ins.interlock import Colour, Stand
from outreach.on_duty import paging
from outreach.records.on_call import PageCall, StaffPage
from outreach.scheduling.escalation import look_at_due
from outreach.terms import Employer, PageAbout, Role

HOUR = timedelta(hours=1)
CALL_IN = NOW + timedelta(days=10, minutes=7)
KIM = StaffCard(uuid4(), "kim@example.org", "Kim", Role.SUPERVISOR, Employer.ADVOCACY)


@pytest.fixture
def team(world: World) -> World:
    """Three women with the same call-in, and a supervisor."""
    with world.vault.writing() as session:
        add_colleague(session, KIM.id)
    for number in range(3):
        phones = [f"+1336555010{number}"]
        her = ANA | {"full_name": f"Ana Roe{number}", "date_of_birth": f"199{number}-01-01", "phones": phones}
        world.send(victim=her, call_in_at=CALL_IN.isoformat(), offender={"full_name": f"Sam Doe{number}"})
    world.drain()
    return world


def pages(world: World) -> list[PageCall]:
    with world.vault.reading() as session:
        return list(session.scalars(select(PageCall).where(PageCall.about == PageAbout.CALL_IN.value)))


def colours(world: World, now) -> list[Colour]:
    with world.vault.reading() as session:
        return [each.countdown.colour for each in board_of(session, KIM, now=now).ahead]


@pytest.mark.req("13")
def test_red_pages_supervisors_once_for_all_and_again_only_when_it_was_seen(team: World) -> None:
    due = CALL_IN - 72 * HOUR
    look_at_due(team.vault, now=due - timedelta(seconds=1))
    assert pages(team) == []
    assert colours(team, due - timedelta(seconds=1)) == [Colour.AMBER] * 3

    look_at_due(team.vault, now=due)
    (page,) = pages(team)
    assert page.called_at == paging.next_tick(due)
    assert page.called_at > due
    assert colours(team, due) == [Colour.RED] * 3
    with team.vault.reading() as session:
        assert {each.staff_id for each in session.scalars(select(StaffPage))} == {KIM.id}
        assert len(red_ones(session, KIM, now=due)) == 3

    look_at_due(team.vault, now=CALL_IN - 24 * HOUR)
    assert len(pages(team)) == 1
    with team.vault.writing() as session:
        paging.acknowledge(session, KIM.id, now=CALL_IN - 23 * HOUR)
    look_at_due(team.vault, now=CALL_IN)
    assert len(pages(team)) == 1
    with team.vault.reading() as session:
        board = board_of(session, KIM, now=CALL_IN)
    assert board.ahead == ()
    assert [each.countdown.stand for each in board.passed] == [Stand.MISSED] * 3


@pytest.mark.req("15")
def test_a_call_in_moved_earlier_is_red_and_pages_at_once(team: World) -> None:
    team.send("call_in_rescheduled", refers_to="ev-1", call_in_at=(NOW + 30 * HOUR).isoformat())
    team.drain()
    assert colours(team, NOW).count(Colour.RED) == 1
    look_at_due(team.vault, now=NOW)
    assert len(pages(team)) == 1
    with team.vault.reading() as session:
        (first, *_) = board_of(session, KIM, now=NOW).ahead
    assert [change.kind for change in first.changes] == ["earlier"]
    assert first.at == NOW + 30 * HOUR


@pytest.mark.req("15")
def test_a_later_date_and_a_cancellation_are_shown_and_the_earlier_date_stands(team: World) -> None:
    team.send("call_in_rescheduled", refers_to="ev-1", call_in_at=(CALL_IN + 30 * HOUR).isoformat())
    team.send("call_in_cancelled", refers_to="ev-2")
    team.drain()
    with team.vault.reading() as session:
        board = board_of(session, KIM, now=NOW)
    assert {each.at for each in board.ahead} == {CALL_IN}
    assert sorted(change.kind for each in board.ahead for change in each.changes) == ["later", "off"]
    assert colours(team, NOW) == [Colour.AMBER] * 3
