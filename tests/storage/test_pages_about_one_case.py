"""Requirements 13, 17, 20, 70: a page about one case is its own, goes past no wall, and is seen by those who may."""

from datetime import timedelta
from uuid import UUID

import pytest
from agency_world import ANA, NOW, World
from builders import a_case, a_destination, a_staff_member
from linked_cases import flip_a_byte
from sqlalchemy import select

from outreach import audit
from outreach.call_ins import alerts
from outreach.her_word import danger_try
from outreach.her_word.danger_try import OneWay
from outreach.ingesting import quarantine
from outreach.on_duty import paging
from outreach.records.engine import Vault
from outreach.records.staff import Staff
from outreach.records.work import Task
from outreach.scheduling.escalation import look_at_due
from outreach.staff.staffing import card
from outreach.terms import Channel, Role
from outreach.walls import conflicts

pytestmark = [pytest.mark.req("20"), pytest.mark.req("70"), pytest.mark.req("P2b")]

CALL_IN = NOW + timedelta(days=10, minutes=7)
HOUR = timedelta(hours=1)


@pytest.fixture
def bosses(vault: Vault) -> dict[str, UUID]:
    """Return two supervisors; Bo is kept away from her."""
    with vault.writing() as session:
        return {name: a_staff_member(session, role=Role.SUPERVISOR, name=name) for name in ("Kim", "Bo")}


def keep_bo_away(vault: Vault, bosses: dict[str, UUID], case_id: UUID) -> None:
    with vault.writing() as session:
        kim = card(session.get_one(Staff, bosses["Kim"]))
        conflicts.wall_off(session, kim, case_id, bosses["Bo"], words="They know him.", now=NOW)


def waits(vault: Vault, bosses: dict[str, UUID]) -> dict[str, int]:
    with vault.reading() as session:
        return {name: len(paging.waiting_for(session, who)) for name, who in bosses.items()}


def seen_by(vault: Vault, who: UUID, *, now) -> None:
    with vault.writing() as session:
        paging.acknowledge(session, who, now=now)


def a_page_about_all_stands_in_for_no_walled_case(world: World, bosses: dict[str, UUID]) -> None:
    for hour in range(2):
        her = ANA | {
            "full_name": f"Ana Roe{hour}",
            "date_of_birth": f"199{hour}-01-01",
            "phones": [f"+1336555010{hour}"],
        }
        world.send(victim=her, call_in_at=(CALL_IN + hour * HOUR).isoformat(), offender={"full_name": f"Sam Doe{hour}"})
    world.drain()
    with world.vault.reading() as session:
        notices = select(Task.case_id, Task.due_at).where(Task.step == "notice_before_call_in")
        first, second = session.execute(notices.order_by(Task.due_at)).all()
    keep_bo_away(world.vault, bosses, second.case_id)
    look_at_due(world.vault, now=first.due_at)
    assert waits(world.vault, bosses) == {"Kim": 1, "Bo": 1}

    for _ in range(2):
        look_at_due(world.vault, now=second.due_at)
    assert waits(world.vault, bosses) == {"Kim": 2, "Bo": 1}
    seen_by(world.vault, bosses["Bo"], now=second.due_at + HOUR)
    assert waits(world.vault, bosses) == {"Kim": 1, "Bo": 0}
    with world.vault.writing() as session:  # Still the one page about her, asked for again.
        alerts.page_supervisors(session, second.case_id, now=second.due_at + HOUR)
    assert waits(world.vault, bosses) == {"Kim": 1, "Bo": 0}


@pytest.mark.req("13")
def test_a_call_in_that_one_supervisor_may_not_see_is_paged_beside_the_page_about_all(world, bosses):
    a_page_about_all_stands_in_for_no_walled_case(world, bosses)


@pytest.mark.parametrize("database", ["sqlite"])
def test_a_planted_page_about_all_that_stands_in_for_a_walled_case_is_caught(world, bosses, monkeypatch):
    monkeypatch.setattr(alerts, "may_be_told", lambda _, __, bosses: bosses)

    with pytest.raises(AssertionError):
        a_page_about_all_stands_in_for_no_walled_case(world, bosses)


def the_one_try_is_asked_of_those_who_may_see_her(vault: Vault, bosses: dict[str, UUID], *, is_held: bool) -> None:
    with vault.writing() as session:
        dana = a_staff_member(session, name="Dana")
        case_id = a_case(session, do_not_contact=True, may_try_if_danger=True, assigned_to=dana if is_held else None)
        phone = a_destination(session, case_id)
        audit.record(session, action="test.case", by=None, cases=[case_id], now=NOW)
    keep_bo_away(vault, bosses, case_id)
    everyone = bosses | {"Dana": dana}
    before = waits(vault, everyone)
    with vault.writing() as session:
        way = OneWay(phone.id, Channel.CALL)
        danger_try.ask(session, case_id, way, until=NOW + 72 * HOUR, by=bosses["Kim"], now=NOW)

    assert {name for name, many in waits(vault, everyone).items() if many > before[name]} == {
        "Dana" if is_held else "Kim"
    }
    seen_by(vault, bosses["Bo"], now=NOW)
    for hours in (1, 2, 3):
        paging.look_at_pages(vault, now=NOW + hours * HOUR)
    found = waits(vault, everyone)
    assert (found["Kim"], found["Bo"]) == (before["Kim"] + 1, 0), "it climbs past no wall, and stays until it is seen"


@pytest.mark.req("17")
@pytest.mark.parametrize("is_held", [True, False])
def test_the_one_try_for_grown_danger_pages_nobody_who_is_kept_away(vault, bosses, is_held):
    the_one_try_is_asked_of_those_who_may_see_her(vault, bosses, is_held=is_held)


@pytest.mark.parametrize("database", ["sqlite"])
@pytest.mark.parametrize("is_held", [True, False])
def test_a_planted_page_about_the_one_try_that_names_no_case_is_caught(vault, bosses, monkeypatch, is_held):
    monkeypatch.setattr(danger_try, "OfCase", lambda about, _: about)

    with pytest.raises(AssertionError):
        the_one_try_is_asked_of_those_who_may_see_her(vault, bosses, is_held=is_held)


def torn_news_pages_those_who_may_hear_of_its_case(world: World, bosses: dict[str, UUID]) -> None:
    first = world.send(level="B", call_in_at=CALL_IN.isoformat())
    world.drain()
    torn = world.only_case()
    keep_bo_away(world.vault, bosses, torn)
    flip_a_byte(world, torn)
    before = waits(world.vault, bosses)
    world.send("call_in_cancelled", refers_to=first)
    assert world.drain() == {"case_torn": 1}

    after = waits(world.vault, bosses)
    assert (after["Kim"] - before["Kim"], after["Bo"]) == (1, 0)


@pytest.mark.req("P5")
def test_news_that_a_torn_case_could_not_take_in_pages_nobody_who_is_kept_away_from_it(world, bosses):
    torn_news_pages_those_who_may_hear_of_its_case(world, bosses)


@pytest.mark.parametrize("database", ["sqlite"])
def test_a_planted_page_about_torn_news_that_names_no_case_is_caught(world, bosses, monkeypatch):
    monkeypatch.setattr(quarantine, "OfCase", lambda about, _: about)

    with pytest.raises(AssertionError):
        torn_news_pages_those_who_may_hear_of_its_case(world, bosses)
