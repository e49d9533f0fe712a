"""What two people put in force is what the next case begins under, in the running worker; older cases go on."""

import re
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from threading import Event

import pytest
from level_walk import PLACES, SAFE, Walk
from town import Browser, Town

from cli.demo.cast import COLE, NADIA, Sent
from cli.demo.making import agency_key
from cli.worker_roles import open_roles
from crypto.signatures import generate_key_pair, load_public
from outreach.intake.agencies import read_agencies, with_key, write_agencies
from outreach.on_duty import on_call
from outreach.on_duty.on_call import NewShift, Turn
from outreach.protocols import changes as protocol_changes
from outreach.protocols.versions import changes, current_of
from outreach.records.cases import CaseRecord
from outreach.records.work import Task
from outreach.scheduling.runner import run_once
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


@pytest.mark.req("P5")
@pytest.mark.parametrize("database", ["sqlite"])
def test_news_of_a_place_without_a_protocol_comes_in_as_soon_as_it_has_one(town):
    an_agency_elsewhere(town)
    elsewhere = replace(PLACES[0], jurisdiction="greensboro", agency="greensboro-pd")
    with ExitStack() as stack:
        rounds = stack.enter_context(open_roles(("ingest",), Event(), {}))
        body = {"kind": "level_assigned", "level": "B", "criteria_version": "2026-01", "jurisdiction": "greensboro"}
        body |= {"occurred_at": town.clock.now().isoformat(), "victim": NADIA, "offender": COLE}
        assert town.police_send(Sent(elsewhere.agency, "e-1", body)).status_code == 202
        run_once(rounds)
        assert cases_in(town, "greensboro") == 0

        by, now = town.colleagues["supervisor"].id, town.clock.now()
        with town.vault.writing() as session:
            text = HIGH_POINT.replace('jurisdiction = "high-point"', 'jurisdiction = "greensboro"')
            protocol_changes.propose(session, text, because="They join us.", by=by, now=now)
        put_in_force(town, instead_of="")

        run_once(rounds)
        assert cases_in(town, "greensboro") == 1


def an_agency_elsewhere(town: Town) -> None:
    """Register an agency of a place that has no protocol."""
    private, public = generate_key_pair()
    agency_key(town.home, "greensboro-pd").write_bytes(private)
    known, key = read_agencies(town.home.agencies), load_public(public)
    since = town.clock.now() - timedelta(hours=1)
    write_agencies(
        town.home.agencies, with_key(known, "greensboro-pd", jurisdiction="greensboro", public=key, now=since)
    )


def cases_in(town: Town, jurisdiction: str) -> int:
    with town.vault.reading() as session:
        return session.query(CaseRecord).filter(CaseRecord.jurisdiction == jurisdiction).count()


def ask_for_it(supervisor: Browser) -> None:
    """Try the text, look at what it does, and ask a second person."""
    supervisor.get("/protocols/new")
    shown = supervisor.submit("/protocols/previews$", text=SOONER)
    assert "sooner, each time." in unescape(re.sub(r"\s+", " ", shown))
    supervisor.submit("/protocols$", reason="We can be faster.")
    assert supervisor.page.status_code == 200, supervisor.text


def put_in_force(town: Town, *, instead_of: str | None = None) -> None:
    """Let the second person agree; somebody is on call meanwhile."""
    by, now = town.colleagues["advocate"].id, town.clock.now()
    with town.vault.writing() as session:
        week = NewShift(by, Turn.FIRST, now, now + timedelta(days=9))
        on_call.add_shift(session, week, by=None, now=now)
        (asked,) = [each.id for each in changes(session) if each.waits]
        seen = current_of(session, "high-point")[0] if instead_of is None else instead_of
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
