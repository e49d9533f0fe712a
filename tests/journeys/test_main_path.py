"""From a police event to outreach: the whole path through the real programs, on both databases."""

import re

import pytest
from sqlalchemy import text
from town import Browser, Town

from cli import opening
from cli.demo.cast import ODELL, Sent, events
from config.settings import WorkerSettings

MARISOL = "hp-0002"
CASE = r"^/cases/[0-9a-f-]{36}$"


def send_all(town: Town) -> None:
    for sent in events(town.clock.now()):
        assert town.police_send(sent).status_code == 202
    town.work("ingest")


def give_every_case_to_the_advocate(town: Town) -> None:
    supervisor = town.sign_in("supervisor")
    while re.search(r'action="/cases/[0-9a-f-]+/assignment"', supervisor.get("/team")):
        supervisor.submit("/assignment", to=str(town.colleagues["advocate"].id))
        assert supervisor.page.status_code == 200


def case_of(browser: Browser, name: str) -> str:
    """Find a case the way an advocate does: open hers one after the other and look."""
    browser.get("/cases")
    for path in browser.links(CASE):
        browser.get(path)
        if name in browser.submit("/reveal"):
            return path
    raise AssertionError(f"nobody of that name among {browser.links(CASE)}")


def take_her_word(browser: Browser, case: str) -> None:
    """A live call: this phone is hers, mornings are good, texts are fine."""
    browser.get(case)
    browser.get(next(path for path in browser.links(r"/destinations/[0-9a-f-]{36}$")))
    browser.submit(
        r"/destinations/[0-9a-f-]{36}$",
        call="safe",
        text="safe",
        source="victim",
        name_to_use="Dana from the reading club",
        begins_1="09:00",
        ends_1="12:00",
        days_1=["0", "1", "2", "3", "4"],
    )
    assert browser.page.status_code == 200, browser.text


@pytest.mark.req("21")
@pytest.mark.req("29")
@pytest.mark.req("36")
def test_an_event_becomes_a_text_that_she_asked_for_and_its_delivery_stands_on_the_case_page(town):
    send_all(town)
    give_every_case_to_the_advocate(town)
    dana = town.sign_in("advocate")
    case = case_of(dana, "Marisol Vega")
    take_her_word(dana, case)
    phone = re.search(r"/destinations/([0-9a-f-]{36})", dana.get(case)).group(1)

    dana.get(f"{case}/destinations/{phone}/consents/new")
    dana.submit("/consents$", how="live_call", language="es", confirms="call")
    dana.get(f"{case}/requests/new?destination={phone}&channel=text")
    dana.submit("/requests$", what="A text when I can call back", verified_how="live_call")
    dana.get(f"{case}/destinations/{phone}/texts/new")
    dana.submit("/texts/preview", template="call_me", sender="Club de lectura")
    dana.submit("/texts$")
    assert dana.page.status_code == 200, dana.text

    town.work("send")
    assert [form["To"] for form in sent_forms(town)] == ["+13365550142"]
    assert town.provider_calls_back() > 0
    town.work("ingest")
    page = dana.get(case)
    assert "delivered" in page.lower()
    town.work()
    assert len(sent_forms(town)) == 1


@pytest.mark.req("P6")
@pytest.mark.parametrize("database", [pytest.param("postgres", marks=pytest.mark.postgres)])
def test_on_postgresql_these_paths_are_walked_with_each_process_as_its_own_role(town):
    portal = town.portal.extensions["wayside"].vault
    with portal.reading() as session:
        assert session.scalar(text("SELECT current_user")) == "wayside_portal"
    settings = WorkerSettings()
    worker = opening.vault(settings, "ingest", opening.root_key(settings))
    with worker.reading() as session:
        assert session.scalar(text("SELECT current_user")) == "wayside_worker"
    worker.close()


@pytest.mark.req("44")
@pytest.mark.req("NI-10")
def test_an_event_alone_makes_nothing_leave(town):
    send_all(town)
    for _ in range(3):
        town.work()
        town.provider_calls_back()
    assert sent_forms(town) == []


@pytest.mark.req("45")
def test_an_event_that_names_her_phone_as_his_cannot_make_her_unreachable(town):
    send_all(town)
    give_every_case_to_the_advocate(town)
    dana = town.sign_in("advocate")
    case = case_of(dana, "Marisol Vega")
    take_her_word(dana, case)
    his = {"kind": "level_changed", "level": "C", "criteria_version": "2026-01", "jurisdiction": "high-point"}
    now = town.clock.now().isoformat()
    victim = {"full_name": "Marisol Vega", "date_of_birth": "1990-09-12", "phones": ["+13365550142"]}
    body = {**his, "occurred_at": now, "offender": {**ODELL, "phones": ["+13365550142"]}, "victim": victim}
    assert town.police_send(Sent("high-point-pd", "hp-9000", {**body, "agency_case_ref": "HP-2201"})).status_code == 202
    town.work("ingest")

    phone = re.search(r"/destinations/([0-9a-f-]{36})", dana.get(case)).group(1)
    card = dana.get(f"{case}/destinations/{phone}/call")
    assert dana.page.status_code == 200
    assert "+1 336-555-0142" in card or "(336) 555-0142" in card


def sent_forms(town: Town) -> list[dict[str, str]]:
    return [dict(accept["parameters"]) for accept in town.emulator.app.journal.as_json()["accepts"]]
