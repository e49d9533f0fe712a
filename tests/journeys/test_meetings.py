"""A meeting from the case page to a missed check-out, through the real programs, with the portal gone meanwhile."""

import re
from collections.abc import Callable
from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest
from served_portal import Wire, served_portal
from sqlalchemy import select
from test_main_path import case_of, give_every_case_to_the_advocate, send_all
from town import Browser, Town

from outreach.records.base import Base
from outreach.records.on_call import PageCall, StaffPage
from outreach.records.staff import Staff

POINT = "Canary library, side door"
PLACE = {"value": POINT, "label": "library", "meeting": "safe", "source": "victim"}
SAFE = {"whereabouts": "elsewhere", "lives_there": "no", "weapons": "no", "order": "no", "goes_ahead": "yes"}


def plan(town: Town, dana: Browser, case: str) -> str:
    """Add the place she named, plan a meeting there in an hour for an hour, and return its address."""
    dana.get(f"{case}/destinations/new?kind=place")
    dana.submit(r"/destinations$", **PLACE)
    dana.get(f"{case}/meetings/new")
    way = re.search(r'name="way" value="([0-9a-f-]{36}:meeting)"', dana.text).group(1)
    buddy, times = str(town.colleagues["supervisor"].id), {"on": "2026-11-20", "starts": "11:30", "ends": "12:30"}
    dana.submit(r"/meetings$", way=way, place="library", **times, late="0", buddy=buddy, buddy_phone="336 555 0100")
    assert dana.page.status_code == 200, dana.text
    return next(iter(re.findall(r'action="(/meetings/[0-9a-f-]{36})/', dana.text)))


def until(town: Town, wall: str) -> None:
    """Let time pass until an hour of this day, as clocks there show it."""
    here = town.clock.now().astimezone(ZoneInfo("America/New_York"))
    town.clock.advance(datetime.combine(here.date(), time.fromisoformat(wall), tzinfo=here.tzinfo) - here)


def pages(town: Town) -> list[tuple[str, str]]:
    """Return what colleagues were paged about, and in which role."""
    with town.vault.reading() as session:
        query = (
            select(PageCall.about, Staff.role)
            .join(StaffPage, StaffPage.call_id == PageCall.id)
            .join(Staff, Staff.id == StaffPage.staff_id)
            .where(PageCall.about.startswith("meeting"))
        )
        return [(about, role) for about, role in session.execute(query.distinct())]


@pytest.mark.req("50")
@pytest.mark.req("51")
@pytest.mark.req("53")
def test_a_meeting_is_watched_though_the_portal_is_gone_and_the_worker_begins_anew(town):
    send_all(town)
    give_every_case_to_the_advocate(town)
    dana = town.sign_in("advocate")
    case = case_of(dana, "Marisol Vega")
    at = plan(town, dana, case)
    dana.get(f"{at}/safety-check")
    dana.submit("/safety-check", **SAFE)
    assert "A first meeting needs two workers." in dana.text
    until(town, "10:30")
    sam = town.sign_in("supervisor")
    sam.get(at)
    sam.submit("/one-worker", because="They know each other well.")
    dana.get(at)
    until(town, "11:29")
    dana = town.sign_in("advocate")
    dana.get(at)
    dana.submit("/check-in")
    assert "Next: check out" in dana.text

    town.portal.extensions["wayside"].vault.close()
    until(town, "12:39")
    town.work("ingest")
    assert pages(town) == []
    until(town, "12:50")
    for _ in range(2):  # Each is a worker that has just begun.
        town.work("ingest")
    assert pages(town) == [("meeting_overdue", "supervisor")]

    until(town, "12:52")
    sam = town.sign_in("supervisor")
    assert "No word from" in sam.get("/today")
    assert POINT in sam.get(at)
    assert "Marisol" not in sam.text
    nothing_of_her_is_in_the_open(town)


def rings_without_the_portal(town: Town, become: Callable[[str], None]) -> None:
    """Check in at a portal that is served in a process of its own, kill it, and see the alarm ring all the same."""
    send_all(town)
    give_every_case_to_the_advocate(town)
    dana = town.sign_in("advocate")
    at = plan(town, dana, case_of(dana, "Marisol Vega"))
    dana.get(f"{at}/safety-check")
    dana.submit("/safety-check", **SAFE)
    until(town, "10:30")
    sam = town.sign_in("supervisor")
    sam.get(at)
    sam.submit("/one-worker", because="They know each other well.")
    until(town, "11:29")
    town.portal.extensions["wayside"].vault.close()

    become("portal")
    with served_portal(town.clock.now()) as portal:
        dana = town.sign_in("advocate", Browser(Wire(portal.port)))
        dana.get(at)
        assert "Next: check out" in dana.submit("/check-in")
        portal.kill()
        with pytest.raises(ConnectionRefusedError):
            dana.get(at)

    become("worker")
    until(town, "12:39")
    town.work("ingest")
    assert pages(town) == []
    until(town, "12:50")
    for _ in range(2):  # Each is a worker that has just begun.
        town.work("ingest")
    assert pages(town) == [("meeting_overdue", "supervisor")]


@pytest.mark.req("51")
def test_a_served_portal_killed_after_the_check_in_keeps_no_alarm_from_ringing(town, become):
    rings_without_the_portal(town, become)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_planted_alarm_that_waits_for_the_portal_is_caught(town, become, monkeypatch):
    monkeypatch.setattr("outreach.meetings.overdue.look_at_meetings", lambda *_, **__: 0)
    with pytest.raises(AssertionError):
        rings_without_the_portal(town, become)


def nothing_of_her_is_in_the_open(town: Town) -> None:
    with town.vault.reading() as session:
        for name, table in Base.metadata.tables.items():
            for row in session.execute(select(table)):
                assert POINT not in str(row), name
