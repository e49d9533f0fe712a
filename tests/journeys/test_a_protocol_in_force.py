"""What two people put in force is what the next case begins under, in the running worker; older cases go on."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from level_walk import PLACES, SAFE, Walk
from town import Browser, Town

from cli.demo.cast import COLE, NADIA
from outreach import on_call, protocol_changes
from outreach.on_call import NewShift, Turn
from outreach.protocol_versions import changes, current_of
from outreach.records.cases import CaseRecord
from outreach.records.work import Task
from outreach.terms import Level

HIGH_POINT = (Path(__file__).parents[2] / "config" / "protocols" / "high-point.toml").read_text()
SOONER = HIGH_POINT.replace('"5 business days"', '"24 hours"').replace('version = "2026-01"', 'version = "2026-02"')


@pytest.mark.req("12")
def test_the_running_worker_takes_up_what_two_people_put_in_force(town):
    walk = Walk(town, PLACES[0], Level.D).begin(on_scene=SAFE)
    before = walk.due()
    town.clock.advance(timedelta(seconds=31))
    ask_for_it(town.sign_in("supervisor"))
    assert due_of_a_new_case(town) != {timedelta(hours=24)}

    put_in_force(town)

    assert due_of_a_new_case(town) == {timedelta(hours=24)}
    assert walk.due() == before


def ask_for_it(supervisor: Browser) -> None:
    """Try the text, look at what it does, and ask a second person."""
    supervisor.get("/protocols/new")
    shown = supervisor.submit("/protocols/previews$", text=SOONER)
    assert "sooner, each time." in unescape(re.sub(r"\s+", " ", shown))
    supervisor.submit("/protocols$", reason="We can be faster.")
    assert supervisor.page.status_code == 200, supervisor.text


def put_in_force(town: Town) -> None:
    """Let the second person agree; somebody is on call meanwhile."""
    by, now = town.colleagues["advocate"].id, town.clock.now()
    with town.vault.writing() as session:
        week = NewShift(by, Turn.FIRST, now, now + timedelta(days=9))
        on_call.add_shift(session, week, by=None, now=now)
        (asked,) = [each.id for each in changes(session) if each.waits]
        seen, _ = current_of(session, "high-point")
        protocol_changes.make_current(session, asked, instead_of=seen, because="Looked at it.", by=by, now=now)


def due_of_a_new_case(town: Town) -> set[timedelta]:
    """Send news of somebody new; return how long her tasks may take."""
    with town.vault.reading() as session:
        known = {each.id for each in session.query(CaseRecord)}
    number = len(known)
    someone = {
        **NADIA,
        "full_name": f"{'Una Vera Wil'[number * 4 - 4 : number * 4]} Fox",
        "phones": [f"+1336555015{number}"],
    }
    place = replace(PLACES[0], reference=f"N-{number}", victim=someone, partner={**COLE, "full_name": f"Max {number}"})
    Walk(town, place, Level.D).send("level_assigned", level="D", criteria_version="2026-01")
    with town.vault.reading() as session:
        fresh = [each.id for each in session.query(CaseRecord) if each.id not in known]
        assert len(fresh) == 1
        return {task.due_at - town.clock.now() for task in session.query(Task) if task.case_id == fresh[0]}
