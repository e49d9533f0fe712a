"""Tasks, matches, handing over and the lists of a day."""

from datetime import timedelta

import pytest
from builders import NOW, a_case
from case_visits import settle, version_in, words

from outreach import audit, cases, today
from outreach.gate.reasons import Reason
from outreach.identity import deciding
from outreach.intake.event_terms import Custody, OrderStep
from outreach.messaging.letters.rows import hold
from outreach.messaging.text_boxes import change_text
from outreach.protocols.plans import PlannedTask
from outreach.protocols.steps import Step
from outreach.records.cases import CaseRecord
from outreach.records.work import Letter, Task, Text
from outreach.tasks import add_task
from outreach.terms import Level, TaskState, TextState
from portal.advocate.cases.happened import CUSTODY, ORDERS, agency_words

# Tasks, matches, handing over


def test_a_task_is_closed_once_and_a_second_tap_is_told_so(desk, vault, world, at_case):
    at = f"/tasks/{world.done_task_id}"
    desk.get(at)
    assert desk.post(at, {"answer": "yes"}).status_code == 303
    assert desk.get(at).status_code == 404
    with vault.reading() as session:
        assert session.get_one(Task, world.done_task_id).state == TaskState.DONE


def test_an_alert_for_supervisors_is_settled_by_one(desk, vault, world):
    at = f"/tasks/{world.alert_id}"
    assert desk.sit_down(world.dana.card).get(at).status_code == 404
    desk.sit_down(world.supervisor.card).get(at)
    desk.post(at, {"answer": "yes"})

    with vault.reading() as session:
        assert session.get_one(Task, world.alert_id).state == TaskState.DONE


def test_deciding_a_match_opens_the_gate(desk, vault, world, at_case):
    assert "This may be a person we know" in words(desk.get(at_case))
    desk.get(f"/matches/{world.match_id}")
    desk.post(f"/matches/{world.match_id}", {"answer": "different"})

    assert "This may be a person we know" not in words(desk.get(at_case))
    assert desk.get(f"/matches/{world.match_id}").status_code == 404


def test_whose_answer_came_second_is_told_that_it_was_not_kept(desk, world, at_case, monkeypatch):
    def answered_meanwhile(*args, **said):
        raise deciding.AlreadyDecided

    desk.get(f"/matches/{world.match_id}")
    monkeypatch.setattr(deciding, "decide", answered_meanwhile)
    refused = desk.post(f"/matches/{world.match_id}", {"answer": "different"})
    assert refused.status_code == 409
    assert "Your answer was not kept." in words(refused)


def test_a_supervisor_hands_a_case_over_and_it_moves_between_caseloads(desk, vault, world):
    at = f"/cases/{world.nobodys_case_id}"
    assert desk.sit_down(world.dana.card).get(at).status_code == 404
    page = desk.sit_down(world.supervisor.card).get("/team")
    version = version_in(page)
    dana = str(world.dana.card.id)
    assert page.text.index("Choose a colleague") < page.text.index(dana)
    assert desk.post(f"{at}/assignment", {"to": "", "version": version}).status_code == 422
    assert desk.post(f"{at}/assignment", {"to": dana, "version": version}).status_code == 303
    assert desk.post(f"{at}/assignment", {"to": dana, "version": version}).status_code == 409

    assert desk.sit_down(world.dana.card).get(at).status_code == 200


def test_nobody_outside_the_wall_can_be_handed_a_case(desk, world):
    page = desk.sit_down(world.supervisor.card).get("/team")
    given = {"to": str(world.outsider.card.id), "version": version_in(page)}

    assert "Sam Outside" not in page.text
    assert desk.post(f"/cases/{world.nobodys_case_id}/assignment", given).status_code == 422


@pytest.mark.req("70")
def test_another_advocates_case_leaves_no_trace_in_lists(desk, vault, world):
    desk.sit_down(world.other.card)

    assert world.handle not in words(desk.get("/cases"))
    assert world.handle not in words(desk.get("/today"))


def test_today_opens_with_what_is_urgent_and_counts_the_caseload(desk, vault, world, at_case, clock):
    clock.advance(timedelta(hours=3))
    page = words(desk.sit_down(world.dana.card).get("/today"))

    assert "within two hours" in page
    assert world.handle in page
    assert "open cases" in page


def test_level_a_is_for_now_however_much_time_is_left_and_todays_first_words_say_so(desk, vault, world, at_case):
    settle(vault, world)
    with vault.writing() as session:
        other = a_case(session, assigned_to=world.dana.card.id)
        handle = session.get_one(CaseRecord, other).handle
        add_task(session, other, PlannedTask(Step.EMERGENCY_CONTACT, Level.A, NOW, NOW + timedelta(hours=30)))
        audit.record(session, action="test.case", by=None, cases=[other], now=NOW)
    page = words(desk.get("/today"))

    assert f"Reach {handle} now: level A." in page
    assert "Nothing is urgent" not in page
    assert handle in page.partition('id="now"')[2].partition('id="held"')[0]


@pytest.mark.parametrize(
    ("slug", "name"),
    [
        ("high-point-pd", "High Point PD"),
        ("guilford-da", "Guilford DA"),
        ("guilford-county-so", "Guilford County SO"),
        ("city-of-asheboro", "City of Asheboro"),
        ("hpd", "HPD"),
    ],
)
def test_an_agency_is_named_as_people_name_it(slug, name):
    assert agency_words(slug) == name


def test_a_hold_on_today_offers_what_ends_it(desk, vault, world, at_case):
    with vault.writing() as session:
        question = PlannedTask(Step.DECIDE_MATCH, None, NOW, NOW + timedelta(hours=4))
        add_task(session, world.case_id, question, match_id=str(world.match_id))
        cases.change_standing(session, world.case_id, by=world.dana.card.id, now=NOW, match_pending=True)
    held = words(desk.get("/today")).partition('id="held"')[2].partition('id="due"')[0]
    assert "This may be someone we know." in held
    assert f"/matches/{world.match_id}" in held

    settle(vault, world)
    with vault.writing() as session:
        cases.change_standing(session, world.case_id, by=world.dana.card.id, now=NOW, do_not_contact=True)
    held = words(desk.get("/today")).partition('id="held"')[2].partition('id="due"')[0]
    assert "She asked for no contact." in held
    assert f"{at_case}/requests/new" in held


def test_today_says_why_a_text_or_letter_is_held_and_what_would_change_it(desk, vault, world, at_case):
    with vault.writing() as session:
        text, letter = session.get_one(Text, world.text_id), session.get_one(Letter, world.letter_id)
        change_text(session, text, held_reason=Reason.OUTSIDE_HOURS.value)
        text.state = TextState.HELD.value
        hold(session, letter, Reason.NOT_KNOWN_SAFE.value, now=NOW)
        audit.record(session, action="test.hold", by=None, cases=[world.case_id], now=NOW)

    held = words(desk.get("/today")).partition('id="held"')[2].partition('id="due"')[0]

    assert "A text is held. These are not safe hours. Wait for the hours shown." in held
    assert "A letter is held. We do not know if this is safe. Ask her first, or choose another way." in held
    assert "Open the case to see why" not in held
    assert "Nov 20" in held
    assert "yesterday, 7 pm" not in held + words(desk.get("/letters"))


def test_today_tells_a_supervisor_what_waits_on_team(desk, world):
    desk.sit_down(world.supervisor.card)
    page = words(desk.get("/today"))
    assert "Nothing waits for you. 4 things wait on Team." in page
    assert "on Team" not in words(desk.sit_down(world.dana.card).get("/today"))


@pytest.mark.parametrize("kind", [*Custody, *OrderStep])
def test_news_of_jail_and_court_is_told_in_words_without_codes(kind):
    told = CUSTODY[kind] if isinstance(kind, Custody) else ORDERS[kind]
    assert told.endswith(".")


def test_the_next_step_is_one_its_reader_can_take_not_a_supervisors(desk, vault, world, at_case):
    settle(vault, world)
    with vault.writing() as session:
        alert = PlannedTask(Step.SUPERVISOR_ALERT, Level.B, NOW, NOW + timedelta(hours=1))
        add_task(session, world.case_id, alert)
        audit.record(session, action="test.case", by=None, cases=[world.case_id], now=NOW)
    first = words(desk.get(at_case)).partition('id="next"')[2].partition("</section>")[0]

    assert "Something new happened" not in first
    assert "Reach out" in first or "Make a safety plan together" in first


def a_long_list(vault, world) -> None:
    """Give Dana more late tasks of level B than one page takes, and then one of level A."""
    with vault.writing() as session:
        for number in range(today.MOST + 1):
            late = NOW - timedelta(hours=1, minutes=number)
            add_task(session, world.case_id, PlannedTask(Step.SAFETY_PLAN, Level.B, late, late))
        at_four = PlannedTask(Step.EMERGENCY_CONTACT, Level.A, NOW, NOW + timedelta(hours=4))
        add_task(session, world.case_id, at_four)
        audit.record(session, action="test.long", by=None, cases=[world.case_id], now=NOW)


def check_level_a_is_listed(vault, world) -> None:
    with vault.reading() as session:
        listed = today.duties(session, world.dana.card, now=NOW)
    assert any(duty.level is Level.A for duty in listed), "level A was left out"
    assert [duty.due_at for duty in listed] == sorted(duty.due_at for duty in listed)


@pytest.mark.req("19")
def test_a_long_list_of_late_tasks_leaves_out_none_of_level_a(desk, vault, world, at_case):
    settle(vault, world)
    a_long_list(vault, world)
    check_level_a_is_listed(vault, world)
    assert f"Reach {world.handle} now: level A." in words(desk.get("/today"))


def test_planted_list_cut_by_lateness_alone_is_caught(vault, world, monkeypatch):
    settle(vault, world)
    a_long_list(vault, world)
    monkeypatch.setattr(today, "_is_gravest", lambda: Task.due_at < NOW)
    with pytest.raises(AssertionError, match="left out"):
        check_level_a_is_listed(vault, world)
