"""Talking together in the portal: her own view first, skipping, the doctor at once, results, corrections, changes."""

import re
from dataclasses import replace
from html import unescape
from uuid import UUID

import pytest
from builders import NOW
from html_forms import form_on
from sqlalchemy import select
from talks import NONE_SIGNED

from outreach import people
from outreach.protocols.steps import Step
from outreach.records.work import Task
from outreach.risk.answer_purging import purge_due
from outreach.risk.cards import AssessmentCard, State, known
from outreach.risk.results import Answer
from portal.advocate.talks import question_pages

DOCTOR = "A yes on choking"
CANARY = "canary: worse since May"


def words(answer) -> str:
    return unescape(answer.get_data(as_text=True))


def cards(vault, case_id: UUID) -> tuple[AssessmentCard, ...]:
    with vault.reading() as session:
        return known(session, case_id)


def the_begun(vault, world) -> AssessmentCard:
    return next(each for each in cards(vault, world.case_id) if each.id == world.assessment_id)


def open_tasks(vault, case_id: UUID) -> list[str]:
    with vault.reading() as session:
        return list(session.scalars(select(Task.step).where(Task.case_id == case_id, Task.state == "open")))


@pytest.fixture
def at(at_case, world) -> str:
    return f"{at_case}/assessments/{world.assessment_id}"


def send(desk, path: str, **typed: str):
    """Load a page, fill in its form for this path, and press its button."""
    page = desk.get(path if "?" in path else path)
    form = form_on(page.get_data(as_text=True), path.split("?")[0])
    return desk.post(form.action, {**form.values, **typed})


def answered(desk, at: str, **typed: str):
    """Send the first part with these answers, and load the page it leads to."""
    return desk.get(send(desk, f"{at}/parts/1", **typed).location)


def test_her_own_view_is_asked_first_and_stands_above_every_question_and_beside_the_result(desk, at_case, at):
    page = words(desk.get(f"{at_case}/assessments"))
    assert page.index("How much danger does she feel?") < page.index("Lethality screen. Eleven short questions")
    for path in (f"{at}/parts/1", f"{at}/ending"):
        assert f"Very. “{CANARY}”" in words(desk.get(path))

    result = words(desk.get(send(desk, f"{at}/ending").location))

    assert result.index(CANARY) < result.index("No result")
    assert "What was not answered is not a no." in result


def check_no_heading_names_the_questions(desk, at: str) -> None:
    """She and others may read the screen while they talk: no title and no heading says what the questions are for."""
    pages = [desk.get(f"{at}/{path}") for path in ("parts/1", "parts/2", "ending")]
    pages.append(desk.get(send(desk, f"{at}/ending").location))
    for page in (each.get_data(as_text=True) for each in pages):
        heads = re.findall(r"<(?:title|h1)[^>]*>(.*?)</(?:title|h1)>", page, re.DOTALL)
        assert len(heads) >= 2
        assert not [each for each in heads if re.search(r"lethal|danger|kill|screen", each, re.IGNORECASE)]


@pytest.mark.req("83")
def test_no_title_and_no_heading_of_the_questions_or_the_result_says_what_they_are_for(desk, at):
    check_no_heading_names_the_questions(desk, at)
    assert "Asked with" in desk.last.text
    assert "Lethality screen, version" in words(desk.last)


def test_planted_title_of_the_instrument_over_its_questions_is_caught(desk, at, monkeypatch):
    made = question_pages.QuestionsPage
    monkeypatch.setattr(question_pages, "QuestionsPage", lambda **each: made(**{**each, "title": "Lethality screen"}))

    with pytest.raises(AssertionError):
        check_no_heading_names_the_questions(desk, at)


@pytest.mark.req("58")
def test_an_assessment_is_skipped_with_one_tap_and_the_offer_is_on_record(desk, vault, world, at_case):
    desk.get(f"{at_case}/assessments")
    assert desk.post(f"{at_case}/assessments/skipped").status_code == 303

    assert "Our help stays the same." in words(desk.get(at_case))
    assert cards(vault, world.case_id)[0].state is State.SKIPPED


@pytest.mark.req("58")
def test_her_own_view_alone_is_enough(desk, vault, world, at_case):
    answer = send(desk, f"{at_case}/assessments", own_scale="4", own_words="He has my keys", instrument="none")

    assert answer.location == at_case
    newest = cards(vault, world.case_id)[0]
    assert (newest.state, newest.kept.own_scale, newest.kept.instrument) == (State.MADE, 4, "")
    case = words(desk.get(at_case))
    assert "Her own view: I fear for my life. Her words are inside." in case
    assert "He has my keys" not in case


@pytest.mark.req("59")
def test_a_yes_on_choking_is_answered_on_the_very_next_page_and_until_the_end(desk, at):
    assert DOCTOR not in words(desk.get(f"{at}/parts/1"))

    assert DOCTOR in words(answered(desk, at, q5="yes"))
    assert DOCTOR in words(desk.get(f"{at}/ending"))
    assert DOCTOR in words(desk.get(send(desk, f"{at}/ending").location))


@pytest.mark.req("59")
@pytest.mark.parametrize("said", ["no", "refused", "not_answered", "not_asked"])
def test_no_other_answer_brings_the_doctor_up(desk, at, said):
    assert DOCTOR not in words(answered(desk, at, q5=said))


@pytest.mark.req("59")
def test_a_yes_on_choking_counts_also_where_the_page_could_not_be_kept(desk, at):
    desk.get(f"{at}/parts/1")
    answer = desk.post(f"{at}/parts/1", {"q5": "yes", "q1": "perhaps", "version": "1"})

    assert answer.status_code == 422
    assert DOCTOR in words(answer)


@pytest.mark.req("59")
def test_planted_delay_of_the_doctor_is_caught(desk, at, monkeypatch):
    monkeypatch.setattr(question_pages, "_doctor", lambda *_: None)

    with pytest.raises(AssertionError):
        test_a_yes_on_choking_is_answered_on_the_very_next_page_and_until_the_end(desk, at)


@pytest.mark.req("56")
def test_five_answers_are_kept_apart_and_nothing_is_chosen_for_her(desk, vault, world, at):
    send(desk, f"{at}/parts/1", q1="yes", q2="no", q3="refused", q4="not_answered")

    expected = {1: Answer.YES, 2: Answer.NO, 3: Answer.REFUSED, 4: Answer.NOT_ANSWERED}
    assert the_begun(vault, world).answers == {**expected, 5: Answer.NOT_ASKED, 6: Answer.NOT_ASKED}
    page = desk.get(f"{at}/parts/1").get_data(as_text=True)
    assert form_on(page, f"{at}/parts/1").values["q3"] == ["refused"]


@pytest.mark.req("56")
def test_the_whole_screen_leads_to_its_result_and_the_next_talk(desk, vault, world, at_case, at):
    second = send(desk, f"{at}/parts/1", q4="yes", q5="yes", q6="yes").location
    assert second == f"{at}/parts/2"
    ending = send(desk, second, q7="yes", q8="no").location
    assert ending == f"{at}/ending"

    result = words(desk.get(send(desk, ending, note="canary note").location))

    assert "High danger" in result
    assert "How: Four or more yes among questions 4 to 11." in result
    assert "canary note" in result
    assert open_tasks(vault, world.case_id).count(Step.REASSESS) == 1
    case = words(desk.get(at_case))
    assert "Lethality screen, Nov 20: High danger." in case
    assert "The next talk is due" in case


@pytest.mark.req("57")
def test_judgement_raises_with_a_reason_and_what_was_typed_stays(desk, at):
    without = send(desk, f"{at}/ending", raise_to="high-danger", note="canary typed")
    assert without.status_code == 422
    assert "Say why you judge it higher." in words(without)
    assert "canary typed" in words(without)

    result = words(desk.get(send(desk, f"{at}/ending", raise_to="high-danger", reason="Out of jail today").location))
    assert "High danger" in result
    assert "Why we judge it higher: Out of jail today" in result


@pytest.mark.req("57")
def test_judgement_can_not_be_given_below_what_the_answers_reach(desk, at):
    send(desk, f"{at}/parts/1", q1="yes")
    answer = send(desk, f"{at}/ending", raise_to="high-danger", reason="So it is")

    assert answer.status_code == 422
    assert "Judgement can only raise a result." in words(answer)


@pytest.mark.req("60")
def test_a_result_stays_and_is_corrected_by_another(desk, vault, world, at_case, at):
    result = send(desk, f"{at}/ending").location
    for path, fields in ((f"{at}/ending", {"raise_to": "no"}), (f"{at}/parts/1", {"q1": "yes"})):
        assert desk.post(path, {**fields, "version": "2"}).status_code in (303, 422)
    assert the_begun(vault, world).kept.result == ""

    page = desk.get(f"{at_case}/assessments?corrects={world.assessment_id}").get_data(as_text=True)
    form = form_on(page, f"{at_case}/assessments")
    assert desk.post(form.action, {**form.values, "instrument": "lap", "why": ""}).status_code == 422
    corrected = desk.post(form.action, {**form.values, "instrument": "lap", "why": "I misheard"}).location
    send(desk, corrected, q1="yes")
    send(desk, corrected.replace("/parts/1", "/ending"))

    newest = cards(vault, world.case_id)[0]
    assert (newest.corrects, newest.kept.label) == (world.assessment_id, "High danger")
    assert "No result" in words(desk.get(result))
    assert "Corrects the one of Nov 20." in words(desk.get(f"{at_case}/assessments"))


@pytest.mark.req("60")
def test_after_thirty_days_the_page_has_the_result_and_no_answers(desk, vault, at, clock):
    send(desk, f"{at}/parts/1", q1="yes")
    result = send(desk, f"{at}/ending").location
    assert "The answers" in words(desk.get(result))

    purge_due(vault, now=NOW.replace(month=12, day=21))

    page = words(desk.get(result))
    assert "The answers" not in page
    assert "High danger" in page


@pytest.mark.req("57", "60")
def test_a_total_takes_a_certified_assessor_and_a_tool_tested_for_her(desk, at_case):
    path = send(desk, f"{at_case}/assessments", instrument="danger-assessment").location
    for typed, mend in (
        ({"total": "18"}, "Only a certified assessor writes a total."),
        ({"total": "many", "certified": "yes"}, "Write a whole number"),
        ({"total": "99", "certified": "yes"}, "There is no such total."),
    ):
        answer = send(desk, path, **typed)
        assert answer.status_code == 422
        assert mend in words(answer)

    result = words(desk.get(send(desk, path, total="18", certified="yes", is_validated="unknown").location))
    assert "No band: this tool was not tested for people like her." in result
    assert "Extreme" not in result


@pytest.mark.req("57", "60")
def test_where_no_band_is_for_her_danger_is_raised_as_our_judgement_and_the_next_talk_is_planned(
    desk, vault, world, at_case
):
    path = send(desk, f"{at_case}/assessments", instrument="danger-assessment").location
    assert "it is kept as your judgement, with no band" in words(desk.get(path))
    typed = {"total": "20", "certified": "yes", "is_validated": "no", "raise_to": "extreme"}
    result = words(desk.get(send(desk, path, **typed, reason="Out of jail today").location))

    assert "Our judgement: danger is high" in result
    assert "No band: this tool was not tested for people like her." in result
    assert "Why we judge it higher: Out of jail today" in result
    for page in (result, words(desk.get(at_case)), words(desk.get(f"{at_case}/assessments"))):
        assert "Extreme" not in page
    assert cards(vault, world.case_id)[0].kept.is_high
    assert open_tasks(vault, world.case_id).count(Step.REASSESS) == 1


@pytest.mark.req("55")
def test_where_nobody_signed_only_her_own_view_is_asked_and_the_page_says_why(desk, app, at_case):
    app.extensions["wayside"] = replace(app.extensions["wayside"], instruments=NONE_SIGNED)

    page = words(desk.get(f"{at_case}/assessments"))

    assert "Lethality screen: Nobody has written down a permission." in page
    assert 'name="instrument"' not in page
    assert desk.post(f"{at_case}/assessments", {"own_scale": "1", "instrument": "lap"}).status_code == 400
    assert send(desk, f"{at_case}/assessments", own_scale="1").status_code == 303


@pytest.mark.req("55")
def test_an_instrument_switched_off_half_way_is_answered_no_further(desk, app, vault, world, at):
    desk.get(f"{at}/parts/1")
    app.extensions["wayside"] = replace(app.extensions["wayside"], instruments=NONE_SIGNED)

    assert desk.post(f"{at}/parts/1", {"q1": "yes", "version": "1"}).status_code == 303
    assert desk.post(f"{at}/ending", {"raise_to": "no", "version": "1"}).status_code == 303
    assert the_begun(vault, world).answers == {}
    assert the_begun(vault, world).state is State.BEGUN


@pytest.mark.req("20b")
@pytest.mark.parametrize("born_on", [None, "2009-11-21"])
def test_under_18_or_of_unknown_age_the_limits_are_read_out_before_any_question(desk, vault, world, at_case, born_on):
    path = f"{at_case}/assessments"
    assert "Read this out" not in words(desk.get(path))
    with vault.writing() as session:
        version = people.read(session, world.case_id, by=world.dana.card.id, now=NOW).version
        people.amend(session, world.case_id, version=version, by=world.dana.card.id, now=NOW, date_of_birth=born_on)

    assert "Read this out before any question." in words(desk.get(path))
    refused = send(desk, path, instrument="lap", own_words="canary kept")
    assert refused.status_code == 422
    assert "canary kept" in words(refused)
    assert send(desk, path, instrument="none").status_code == 303
    assert send(desk, path, instrument="lap", limits_read="yes").status_code == 303


@pytest.mark.req("60")
def test_what_is_new_for_her_is_kept_and_asks_for_a_talk(desk, vault, world, at_case):
    desk.get(f"{at_case}/assessments")
    assert desk.post(f"{at_case}/danger-changes", {"words": "canary"}).status_code == 422
    assert desk.post(f"{at_case}/danger-changes", {"what": "leaving", "words": "canary Friday"}).status_code == 303

    assert Step.REASSESS in open_tasks(vault, world.case_id)
    assert "Leaving, or plans to. canary Friday" in words(desk.get(f"{at_case}/assessments"))


@pytest.mark.req("60")
def test_the_picture_has_a_table_behind_it_and_no_style_of_its_own(desk, at_case, at):
    send(desk, f"{at}/parts/1", q1="yes")
    send(desk, f"{at}/ending")
    assert "<svg" not in desk.get(f"{at_case}/assessments").get_data(as_text=True).partition('id="past"')[2]
    send(desk, f"{at_case}/assessments", own_scale="1")

    page = desk.get(f"{at_case}/assessments").get_data(as_text=True).partition('id="past"')[2]

    assert page.count("<circle") == 3
    assert "style=" not in page
    for said in ("Lethality screen: High danger", "Her own view: A little."):
        assert said in page


def test_two_people_at_one_page_are_not_merged_and_nothing_typed_is_lost(desk, at):
    desk.get(f"{at}/parts/1")
    send(desk, f"{at}/parts/1", q1="no")
    answer = desk.post(f"{at}/parts/1", {"q1": "yes", "version": "1"})

    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    assert "Someone else wrote here too." in page
    again = form_on(page, f"{at}/parts/1")
    assert again.values["q1"] == ["yes"]
    assert desk.post(again.action, again.values).status_code == 303


def test_todays_tasks_lead_to_the_pages(desk, world, at_case):
    page = desk.get(at_case).get_data(as_text=True)

    assert f'href="{at_case}/safety-plan"' in page
    assert "Talk about danger" in page
    assert f'href="{at_case}/safety-plan"' in desk.get("/today").get_data(as_text=True)


@pytest.mark.req("58")
def test_a_task_of_a_talk_is_closed_by_having_offered_it(desk, vault, world, at_case):
    desk.get(f"/tasks/{world.done_task_id}")
    assert desk.post(f"/tasks/{world.done_task_id}", {"answer": "yes"}).status_code == 303

    assert Step.SAFETY_PLAN not in open_tasks(vault, world.case_id)
    assert "A plan was offered on Nov 20, and not wanted then." in words(desk.get(at_case))


@pytest.mark.req("83")
def test_no_page_of_a_talk_promises_that_she_is_safe(desk, at_case, at):
    send(desk, f"{at}/parts/1", **{f"q{number}": "no" for number in range(1, 7)})
    send(desk, f"{at}/parts/2", **{f"q{number}": "no" for number in range(7, 12)})
    result = words(desk.get(send(desk, f"{at}/ending").location))

    assert "Not high on this screen" in result
    assert "That is no promise" in result
    for promise in ("is safe", "no danger", "low risk"):
        assert promise not in result.lower()
