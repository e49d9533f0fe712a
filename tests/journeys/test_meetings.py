"""A meeting from the case page to a missed check-out, through the real programs, with the portal gone meanwhile."""

import re
from collections.abc import Callable
from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest
from real_processes import SharedClock, Wire, running, serving
from real_processes import until as wait_for
from sqlalchemy import select
from test_main_path import case_of, give_every_case_to_the_advocate, send_all
from town import Browser, Town

from outreach.records.base import Base
from outreach.records.meetings import MeetingAlarm
from outreach.records.on_call import PageCall, StaffPage
from outreach.records.staff import Staff
from outreach.scheduling.ticks import Queue, ticks

OVERDUE = ("meeting_overdue", "supervisor")
"""A supervisor is the buddy here, so each rung calls one person."""
WORKER = ("worker", "--role", "ingest")
BLIND = "from outreach.meetings import overdue; overdue.look_at_meetings = lambda *_, **__: 0"
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
    """Return each page about a meeting, earliest first: what about, and the role of those it called."""
    with town.vault.reading() as session:
        query = (
            select(PageCall.id, PageCall.about, Staff.role, PageCall.called_at)
            .join(StaffPage, StaffPage.call_id == PageCall.id)
            .join(Staff, Staff.id == StaffPage.staff_id)
            .where(PageCall.about.startswith("meeting"))
            .order_by(PageCall.called_at)
        )
        return [(about, role) for _, about, role, _ in session.execute(query.distinct())]


def rungs(town: Town) -> list[str]:
    """Return whom the alarms so far were raised to."""
    with town.vault.reading() as session:
        return sorted(session.scalars(select(MeetingAlarm.kind)))


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


def rings_though_both_are_killed(town: Town, become: Callable[[str], None], clock: SharedClock) -> None:
    """Check in at a portal as a site serves it, kill it and the worker, and see who is paged by a worker begun anew."""
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

    clock.set(town.clock.now())
    become("worker")
    with running(clock, *WORKER) as worker:
        become("portal")
        with serving(clock, "portal") as (portal, port):
            dana = town.sign_in("advocate", Browser(Wire(port)))
            dana.get(at)
            assert "Next: check out" in dana.submit("/check-in")
            wait_for(lambda: looked_at(town), worker)
            portal.kill()
            worker.kill()
        with pytest.raises(ConnectionError):
            dana.get(at)

    become("worker")
    until(town, "12:39")
    town.work("ingest")
    assert (rungs(town), pages(town)) == ([], [])
    for wall, told in (("12:40", 1), ("12:50", 2)):
        begins_anew(town, clock, wall)
        are_told(town, told, at=wall)
        town.work("ingest")  # One more that has just begun.
        are_told(town, told, at=wall)


def are_told(town: Town, rungs_told: int, *, at: str) -> None:
    """See that so many rungs of the ladder were told, the buddy first, and each paged once."""
    assert (rungs(town), pages(town)) == (["buddy", "supervisor"][:rungs_told], [OVERDUE] * rungs_told), at


def begins_anew(town: Town, clock: SharedClock, wall: str) -> None:
    """Let a worker begin at that hour, and nothing else run; kill it once it has looked at meetings."""
    until(town, wall)
    clock.set(town.clock.now())
    with running(clock, *WORKER) as worker:
        wait_for(lambda: looked_at(town), worker)
        worker.kill()


def looked_at(town: Town) -> bool:
    """Tell whether a worker has looked at the meetings at this time of the clock."""
    with town.vault.reading() as session:
        return ticks(session).get(Queue.MEETINGS.value) == town.clock.now()


@pytest.mark.req("51")
def test_portal_and_worker_killed_as_a_site_runs_them_keep_no_alarm_from_ringing(town, become, tmp_path):
    rings_though_both_are_killed(town, become, SharedClock(tmp_path / "clock", town.clock.now()))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_planted_alarm_that_waits_for_the_portal_is_caught(town, become, tmp_path):
    clock = SharedClock(tmp_path / "clock", town.clock.now(), also=BLIND)
    with pytest.raises(AssertionError, match="12:40"):
        rings_though_both_are_killed(town, become, clock)


def nothing_of_her_is_in_the_open(town: Town) -> None:
    with town.vault.reading() as session:
        for name, table in Base.metadata.tables.items():
            for row in session.execute(select(table)):
                assert POINT not in str(row), name
