"""Requirements 20 and 70: news of a walled case pages those who may hear of it, at the same tick, and nobody else."""

from datetime import timedelta
from uuid import UUID

import pytest
from agency_world import NOW, World
from builders import a_staff_member
from sqlalchemy import select

from outreach.on_duty import on_call, paging
from outreach.on_duty.on_call import NewShift, Turn
from outreach.records.cases import CaseRecord
from outreach.records.engine import Vault
from outreach.records.staff import Staff
from outreach.staff.assigning import assign_case
from outreach.staff.staffing import card
from outreach.terms import Role
from outreach.walls import conflicts, restricting
from outreach.walls.restricting import Cause

pytestmark = [pytest.mark.req("20"), pytest.mark.req("70"), pytest.mark.req("P2b")]

TICK = NOW.replace(minute=15)


@pytest.fixture
def staff(vault: Vault) -> dict[str, UUID]:
    """Return who works here; Dana is first on call, Eli second."""
    roles = {"dana": Role.ADVOCATE, "eli": Role.ADVOCATE, "sol": Role.SUPERVISOR, "kim": Role.SUPERVISOR}
    with vault.writing() as session:
        ids = {name: a_staff_member(session, role=role, name=name) for name, role in roles.items()}
        for name, turn in (("dana", Turn.FIRST), ("eli", Turn.SECOND)):
            on_call.add_shift(session, NewShift(ids[name], turn, NOW, NOW + timedelta(hours=24)), by=None, now=NOW)
    return ids


def hide(vault: Vault, staff: dict[str, UUID], *names: str, involved: bool = False) -> None:
    """Keep these away from the one case there is."""
    with vault.writing() as session:
        (case_id,) = session.scalars(select(CaseRecord.id))
        sol = card(session.get_one(Staff, staff["sol"]))
        for name in names:
            conflicts.wall_off(session, sol, case_id, staff[name], words="They know him.", now=NOW)
        if involved:
            restricting.restrict(session, sol, case_id, Cause.STAFF, words="One of us.", now=NOW)
        assign_case(session, case_id, None, by=staff["sol"], now=NOW)


def paged(vault: Vault, staff: dict[str, UUID]) -> set[str]:
    with vault.reading() as session:
        return {name for name, who in staff.items() if paging.waiting_for(session, who)}


def news(world: World, **fields: object) -> None:
    world.send(level="A", agency_case_ref="R1", **fields)
    world.drain()


@pytest.mark.parametrize(
    ("away", "involved", "told"),
    [((), False, {"dana"}), (("dana",), False, {"sol", "kim"}), (("eli",), False, {"dana"}),
     (("dana", "kim"), False, {"sol"}), ((), True, {"sol", "kim"})],
)  # fmt: skip
def test_news_of_a_case_pages_whoever_is_on_call_and_may_hear_of_it(world, staff, away, involved, told):
    news(world)
    hide(world.vault, staff, *away, involved=involved)
    with world.vault.writing() as session:  # What the first event asked for was before anyone was kept away.
        session.execute(paging.update(paging.PageTick).values(is_rung=True))
    world.now = NOW + timedelta(minutes=5)
    news(world)

    paging.look_at_pages(world.vault, now=TICK)

    assert paged(world.vault, staff) == told


def news_of_what_may_be_hers_pages_supervisors(world, staff, *away: str, involved: bool = False) -> None:
    news(world)
    hide(world.vault, staff, *away, involved=involved)
    with world.vault.writing() as session:
        session.execute(paging.update(paging.PageTick).values(is_rung=True))
    world.now = NOW + timedelta(minutes=5)
    world.send(level="A", agency_case_ref="R2")
    world.drain()

    paging.look_at_pages(world.vault, now=TICK)

    assert paged(world.vault, staff) == {"sol", "kim"}


def test_news_that_may_be_of_a_walled_woman_pages_nobody_who_is_kept_away_from_her(world, staff):
    news_of_what_may_be_hers_pages_supervisors(world, staff, "dana")


@pytest.mark.req("11")
def test_news_that_may_be_of_a_case_about_a_colleague_pages_nobody_for_being_on_call(world, staff):
    news_of_what_may_be_hers_pages_supervisors(world, staff, involved=True)


@pytest.mark.parametrize("database", ["sqlite"])
def test_a_planted_page_about_what_may_be_a_colleagues_to_who_is_on_call_is_caught(world, staff, monkeypatch):
    monkeypatch.setattr(paging, "on_duty_for", lambda session, *_, at: on_call.on_duty(session, at=at))

    with pytest.raises(AssertionError):
        news_of_what_may_be_hers_pages_supervisors(world, staff, involved=True)


@pytest.mark.parametrize("database", ["sqlite"])
def test_a_planted_page_past_the_wall_is_caught(world, staff, monkeypatch):
    monkeypatch.setattr(paging, "is_hidden_from_duty", lambda *_, **__: False)

    with pytest.raises(AssertionError):
        news_of_what_may_be_hers_pages_supervisors(world, staff, "dana")
