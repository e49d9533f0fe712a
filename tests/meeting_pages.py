"""The pages of a meeting as those who go use them: planned, checked, begun; and what two answers differ in."""

import re
from datetime import timedelta

import pytest
from builders import NOW
from case_visits import settle, words
from meeting_world import MINUTE, START, a_place

from outreach import audit
from outreach.protocols.plans import PlannedTask
from outreach.protocols.steps import Step
from outreach.records.base import Base
from outreach.tasks import add_task

TIMES = {"on": "2026-11-20", "starts": "13:00", "late": "10", "ends": "14:00"}
END = START + 60 * MINUTE
SAFE = {"whereabouts": "elsewhere", "lives_there": "no", "weapons": "no", "order": "unknown", "goes_ahead": "yes"}


@pytest.fixture
def place(vault, world):
    """A place at which she said one may meet, and nothing that holds the case."""
    settle(vault, world)
    with vault.writing() as session:
        found = a_place(session, world.case_id)
        add_task(session, world.case_id, PlannedTask(Step.OFFER_MEETING, None, NOW, NOW + timedelta(hours=9)))
        audit.record(session, action="test.place", by=None, cases=[world.case_id], now=NOW)
    return found


def a_form(world, library, **changes) -> dict:
    people = {"lead": str(world.dana.card.id), "second": str(world.other.card.id)}
    form = {
        "way": f"{library.id}:meeting",
        "place": "library",
        **TIMES,
        **people,
        "buddy": str(world.supervisor.card.id),
    }
    empty = {"task": "", "interpreter": "", "vetoed": ""}
    return {**form, "buddy_phone": "336 555 0100", **empty, **changes}


def plan(desk, world, place, **changes) -> str:
    """Plan a meeting and return its address."""
    desk.get(f"/cases/{world.case_id}/meetings/new")
    answer = desk.post(f"/cases/{world.case_id}/meetings", a_form(world, place, **changes))
    assert answer.status_code == 303, words(answer)
    return answer.location


def check(desk, at: str, **answers) -> None:
    desk.get(f"{at}/safety-check")
    assert desk.post(f"{at}/safety-check", {**SAFE, "words": "", **answers}).status_code == 303


def begin(desk, world, place, clock) -> str:
    """Plan, check and begin a meeting at its start; return its address."""
    at = plan(desk, world, place)
    check(desk, at)
    clock.advance(START - clock.now())
    desk.sit_down(world.dana.card)
    desk.get(at)
    assert desk.post(f"{at}/check-in").status_code == 303
    return at


def plain(answer, meeting_id: str, world) -> tuple:
    """Return an answer's status, headers and bytes, without what differs by chance."""
    headers = sorted((name, value) for name, value in answer.headers.items() if name != "Set-Cookie")
    text = re.sub(r'name="csrf_token" value="[^"]+"', "", f"{headers}\n{words(answer)}")
    ids = (meeting_id, str(world.case_id), str(world.task_id), str(world.match_id), world.handle)
    for number, each in enumerate(ids):
        text = text.replace(each, f"id{number}")
    return answer.status_code, re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "id", text)


def go_back(vault, clock) -> None:
    """Take the meetings out of the world, so that the same may happen again."""
    clock.advance(NOW - clock.now())
    with vault.engine.begin() as connection:
        for name in ("meeting_alarm", "meeting_check"):
            connection.execute(Base.metadata.tables[name].delete())
        table = Base.metadata.tables["meeting"]
        connection.execute(table.delete().where(table.c.second_id.is_not(None)))
