"""A night at level A, in the browser: paged at the tick, the card, the decision, the call, the need, the hand-over."""

from datetime import timedelta
from html import unescape

import pytest
from town import Town

from cli.demo.cast import MARISOL, ODELL, POLICE, Sent

EVENING = timedelta(hours=13)
"""From ten in the morning to eleven at night, in High Point."""
HER_NAME = MARISOL["full_name"]


def put_on_call(town: Town) -> None:
    supervisor = town.sign_in("supervisor")
    assert "Nobody is on call now." in supervisor.get("/on-call")
    tonight = {"from_on": "2026-11-20", "from_at": "10:00", "to_on": "2026-11-21", "to_at": "07:00"}
    who = str(town.colleagues["advocate"].id)
    supervisor.submit("/on-call/shifts", who=who, turn="first", **tonight)
    assert supervisor.page.status_code == 200, supervisor.text


def send(town: Town, event_id: str = "night-1") -> None:
    """Post a level A event of a woman nobody knows."""
    scene = {"safe_to_call": "yes", "safe_to_leave_message": "no", "needs": ["medical"]}
    body = {
        "kind": "level_assigned",
        "occurred_at": (town.clock.now() - timedelta(minutes=5)).isoformat(),
        "jurisdiction": "high-point",
        "level": "A",
        "criteria_version": "2026-01",
        "offender": ODELL,
        "victim": MARISOL,
        "on_scene": scene,
    }
    assert town.police_send(Sent(POLICE, event_id, body)).status_code == 202
    town.work("ingest", "send")


@pytest.mark.req("20")
@pytest.mark.req("27")
def test_who_is_on_call_is_paged_at_the_tick_reaches_her_and_hands_over(town):
    put_on_call(town)
    town.clock.advance(EVENING)
    send(town)
    assert "You were paged" not in town.sign_in("advocate").get("/today")

    town.clock.advance(timedelta(minutes=15))
    town.work("ingest", "send")
    dana = town.sign_in("advocate")
    assert "You were paged" in dana.get("/today")
    dana.submit("/pages/seen")
    card = unescape(dana.text)
    assert "Reach her now." in card
    assert "medical help" in card
    assert HER_NAME not in card

    (case,) = dana.links(r"^/night/cases/[0-9a-f-]{36}$")
    dana.get(case.removeprefix("/night"))
    assert dana.page.status_code == 404

    dana.get(case)
    (decide,) = dana.links(r"/decisions/first_contact$")
    dana.get(decide)
    dana.submit("/decisions/first_contact", reason="An officer noted a yes to calls.")
    (call,) = dana.links(r"^/night/.*/call$")
    assert "How did it go?" in dana.get(call)
    dana.submit("/outcome$", outcome="reached")
    dana.get(case)
    dana.submit(r"/needs/[0-9a-f-]+/steps$", step="done")
    assert "No one waits." in dana.get("/night")

    assert "Reached her." in dana.get("/night/hand-over")
    dana.submit("/night/hand-over")
    assert "It is noted that you told the next one." in dana.text


@pytest.mark.req("20")
@pytest.mark.parametrize("database", ["sqlite"])
def test_a_page_that_nobody_answers_reaches_a_supervisor(town):
    put_on_call(town)
    town.clock.advance(EVENING)
    send(town)
    for minutes, is_paged in ((15, False), (9, False), (1, True)):
        town.clock.advance(timedelta(minutes=minutes))
        town.work("ingest")
        assert ("You were paged" in town.sign_in("supervisor").get("/today")) is is_paged
