"""Stopping every text from the team's page; and why no text leaves, told to everyone who waits for one."""

from datetime import timedelta

import pytest
from browser.reading import grade
from builders import NOW
from sqlalchemy import select

from outreach.messaging import breaker
from outreach.messaging.kill_switch import is_stopped, stop_texts, stops
from outreach.messaging.sms import Outcome, SendResult
from outreach.records.ledger import AuditEntry
from portal.advocate.cases import desk as cases

WHY = "A text went to a wrong number"


@pytest.fixture
def supervisor(desk, world):
    return desk.sit_down(world.supervisor.card)


@pytest.fixture
def dana(desk, world):
    return desk.sit_down(world.dana.card)


@pytest.mark.req("43a")
@pytest.mark.req("S-16")
def test_a_supervisor_stops_every_text_with_a_reason_and_lets_them_leave_again(supervisor, vault, world):
    assert "Stop all texts" in supervisor.get("/team").text
    assert supervisor.post("/texting-stops", {"reason": " "}).status_code == 422

    assert supervisor.post("/texting-stops", {"reason": WHY}).status_code == 303
    with vault.reading() as session:
        assert [(each.by, each.because) for each in stops(session)] == [(world.supervisor.card.id, WHY)]
    page = supervisor.get("/team").text
    assert f"Texts are stopped: {WHY}." in page
    assert "Let texts leave again" in page

    assert supervisor.post("/texting-stops/ending", {}).status_code == 303
    with vault.reading() as session:
        assert not is_stopped(session)
        said = set(session.scalars(select(AuditEntry.action)))
    assert {"texting.stop", "texting.start"} <= said
    assert "Texts are stopped" not in supervisor.get("/team").text


def test_an_advocate_is_told_on_today_and_in_the_outbox_and_cannot_change_it(dana, world, vault):
    with vault.writing() as session:
        stop_texts(session, because=WHY, by=world.supervisor.card.id, now=NOW)

    for path in ("/today", "/outbox"):
        page = dana.get(path).text
        assert f"Texts are stopped: {WHY}." in page
        assert "A supervisor can let them leave again." in page
        assert "Let texts leave again</button>" not in page
    assert dana.post("/texting-stops/ending", {}).status_code == 404


def test_resting_texts_are_shown_with_when_we_try_again(supervisor, vault, clock):
    for _ in range(breaker.FAULTS_IN_A_ROW + 2):
        with vault.writing() as session:
            breaker.note_result(session, SendResult(Outcome.NOT_SENT), now=NOW)

    page = supervisor.get("/team").text
    assert "Texts are resting: the phone company does not take them." in page
    assert "We try again in 4 min." in page

    clock.advance(timedelta(minutes=5))
    assert "Texts are resting" not in supervisor.get("/team").text


def test_the_words_are_plain():
    said = [
        "Texts are stopped on the server.",
        "No text leaves. Call where it can not wait. Ask the person who runs Wayside.",
        "Texts are resting: the phone company does not take them.",
        "No text of any case leaves until you let them leave again. Those that miss their time become tasks.",
    ]

    assert grade(said) <= 6


def the_case_page_says_why_its_planned_text_stays(dana, world, vault) -> None:
    here = f"/cases/{world.case_id}"
    assert "Texts are stopped" not in dana.get(here).text
    with vault.writing() as session:
        stop_texts(session, because=WHY, by=world.supervisor.card.id, now=NOW)

    for page in (dana.get(here).text, dana.post(f"{here}/reveal", {}).text):
        assert f"Texts are stopped: {WHY}." in page
        assert "Call where it can not wait." in page


@pytest.mark.req("43a")
def test_the_page_of_a_case_says_why_a_planned_text_of_hers_does_not_leave(dana, world, vault):
    the_case_page_says_why_its_planned_text_stays(dana, world, vault)


def test_planted_case_page_that_knows_of_its_own_holds_alone_is_caught(dana, world, vault, monkeypatch):
    monkeypatch.setattr(cases, "why_none_leaves", lambda *_, **__: ())

    with pytest.raises(AssertionError):
        the_case_page_says_why_its_planned_text_stays(dana, world, vault)
