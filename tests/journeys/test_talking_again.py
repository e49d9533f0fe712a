"""From an event at level B to a talk, a plan, and asking again: through the real programs, on both databases."""

from datetime import timedelta

import pytest
from test_main_path import case_of, give_every_case_to_the_advocate, send_all
from town import Browser, Town

from cli.demo.cast import MARISOL, ODELL, POLICE, Sent
from outreach.protocols.steps import Step
from outreach.records.work import Task

TALKS = (Step.RISK_ASSESSMENT, Step.SAFETY_PLAN, Step.REASSESS, Step.REVIEW_PLAN)


def open_talks(town: Town, case: str) -> dict[str, timedelta]:
    """Return the open talks of a case, and in how much time each is due."""
    now = town.clock.now()
    with town.vault.reading() as session:
        tasks = [task for task in session.query(Task).filter_by(state="open") if str(task.case_id) in case]
    return {task.step: task.due_at - now for task in tasks if task.step in TALKS}


def talk(dana: Browser, case: str) -> str:
    """Ask how she sees it, then the screen; return the page with what it came to."""
    dana.get(f"{case}/assessments")
    dana.submit("/assessments$", own_scale="2", own_words="It is worse at night", instrument="lap")
    page = dana.submit("/parts/1$", q2="yes", q5="yes")
    assert "A yes on choking" in page
    dana.submit("/parts/2$")
    return dana.submit("/ending$")


def the_partner_is_released(town: Town, event_id: str) -> None:
    pair = {"victim": MARISOL, "offender": ODELL, "agency_case_ref": "HP-2201"}
    at = (town.clock.now() - timedelta(minutes=2)).isoformat()
    event = {"kind": "custody_changed", "occurred_at": at, "jurisdiction": "high-point", "custody": "out"}
    assert town.police_send(Sent(POLICE, event_id, {**event, "effective_at": at, **pair})).status_code == 202
    town.work("ingest")


@pytest.mark.req("56", "60")
def test_a_talk_and_a_plan_end_what_asked_for_them_and_news_asks_again(town):
    send_all(town)
    give_every_case_to_the_advocate(town)
    dana = town.sign_in("advocate")
    case = case_of(dana, "Marisol Vega")
    assert set(open_talks(town, case)) == {Step.RISK_ASSESSMENT, Step.SAFETY_PLAN}

    result = talk(dana, case)
    assert "High danger" in result
    assert result.index("It is worse at night") < result.index("High danger")
    dana.get(f"{case}/safety-plan/edit")
    dana.submit("/safety-plan$", home="The back door")
    assert open_talks(town, case) == {Step.REASSESS: timedelta(days=30)}

    the_partner_is_released(town, "hp-0100")
    due = open_talks(town, case)
    assert set(due) == {Step.REASSESS, Step.REVIEW_PLAN}
    assert all(timedelta(hours=23) < left <= timedelta(hours=24) for left in due.values())
    page = dana.get(case)
    for asked in ("Talk about the danger again.", "Look at the safety plan again."):
        assert asked in page

    the_partner_is_released(town, "hp-0101")
    assert set(open_talks(town, case)) == {Step.REASSESS, Step.REVIEW_PLAN}


@pytest.mark.req("60")
def test_after_thirty_days_the_worker_has_emptied_the_answers_and_the_result_stands(town):
    send_all(town)
    give_every_case_to_the_advocate(town)
    dana = town.sign_in("advocate")
    case = case_of(dana, "Marisol Vega")
    talk(dana, case)
    result = dana.page.request.path
    assert "Threats to kill: <strong>Yes</strong>" in dana.get(result)

    town.clock.advance(timedelta(days=31))
    town.work("ingest")

    page = town.sign_in("advocate").get(result)
    assert "High danger" in page
    assert "Threats to kill" not in page
