"""Meetings in the portal: planned, checked, begun, ended, told; what a phone shows; paper."""

import re
from datetime import timedelta

import pytest
from advocate_desk import Desk
from builders import NOW
from case_visits import reads, words
from meeting_pages import END, a_form, begin, check, place, plan
from meeting_world import MINUTE, POINT, a_meeting
from sqlalchemy import select

from outreach import audit
from outreach.meetings import overdue as meeting_overdue
from outreach.meetings.boxes import change_meeting, open_meeting
from outreach.meetings.rules import PlaceKind
from outreach.records.meetings import Meeting, MeetingAlarm
from outreach.scheduling import ticks
from outreach.tasks import tasks_of

__all__ = ["place"]

HERS = ("Lena", "Ortiz", "5550199", "9 Canary Lane", "1990")


def buttons(page) -> list[str]:
    return re.findall(r'<form method="post" action="([^"]+)"', words(page))


# From the plan to how it went


@pytest.mark.req("50")
def test_a_meeting_from_the_plan_to_how_it_went(desk, vault, world, place, at_case, clock):
    at = begin(desk, world, place, clock)
    page = desk.get(at)
    assert "L. O." in words(page)
    assert POINT in words(page)
    desk.post(f"{at}/check-out", {"note": "She took the leaflet."})
    assert "How did it go?" in words(desk.get(at))
    assert desk.post(f"{at}/outcome", {"went": "came"}).status_code == 303
    with vault.reading() as session:
        assert {t.step: t.state for t in tasks_of(session, world.case_id)}["offer_meeting"] == "done"
    assert "She took the leaflet." in words(desk.get(at_case))


def test_the_case_the_list_and_today_lead_to_a_meeting(desk, world, place, at_case):
    assert "Plan a meeting" in words(desk.get(at_case))
    at = plan(desk, world, place)
    for page in ("/meetings", "/today", at_case):
        assert at in words(desk.get(page))


@pytest.mark.req("51")
def test_who_is_late_is_first_on_every_page_of_a_long_list(desk, vault, world, place, at_case, clock, monkeypatch):
    monkeypatch.setattr("outreach.meetings.view.A_PAGE", 2)
    at = begin(desk, world, place, clock)
    with vault.writing() as session:
        for _ in "12":
            a_meeting(session, world.case_id, world.phone, world.other.card.id, world.other.card.id)
        audit.record(session, action="test.meetings", by=None, cases=[world.case_id], now=NOW)
    first, last = (words(desk.get(f"/meetings?page={page}")) for page in (1, 2))

    rows = [list(dict.fromkeys(re.findall(r"/meetings/[0-9a-f-]{36}", page))) for page in (first, last)]
    assert [(page[0], len(page)) for page in rows] == [(at, 3), (at, 2)]
    assert len({*rows[0], *rows[1]}) == 4
    assert ("and 1 more after these" in first, "/meetings?page=2" in first, "/meetings?page=1" in last) == (True,) * 3
    assert "One meeting needs a look." in last
    assert "No meeting is planned." not in last


@pytest.mark.req("50")
def test_no_kind_of_place_is_chosen_beforehand_so_that_no_home_is_kept_as_our_office(desk, world, place, at_case):
    form = words(desk.get(f"/cases/{world.case_id}/meetings/new"))
    kinds = re.findall(r'<input[^>]*name="place"[^>]*>', form)
    assert len(kinds) == len(PlaceKind)
    assert "checked" not in " ".join(kinds)
    unsaid = a_form(world, place)
    del unsaid["place"]
    refused = desk.post(f"/cases/{world.case_id}/meetings", unsaid)
    assert refused.status_code == 422
    assert "Choose the kind of place." in words(refused)


@pytest.mark.req("50")
def test_nobody_checks_in_without_a_safety_check_and_the_page_says_the_mend(desk, world, place, at_case):
    at = plan(desk, world, place)
    assert f"{at}/check-in" not in buttons(desk.get(at))
    refused = desk.post(f"{at}/check-in")
    assert refused.status_code == 409
    assert "There is no safety check yet." in words(refused)
    assert "Do the safety check" in words(refused)


@pytest.mark.req("53")
def test_one_worker_waits_for_a_supervisors_reason(desk, vault, world, place, at_case, clock, app):
    buddy = str(world.other.card.id)
    at = plan(desk, world, place, second="", buddy=buddy)
    check(desk, at)
    assert "A first meeting needs two workers." in words(desk.get(at))
    boss = Desk(app.test_client(), clock, vault).sit_down(world.supervisor.card)
    assert "Agree to one worker" in words(boss.get(at))
    assert boss.post(f"{at}/one-worker", {"because": "She knows her well."}).status_code == 303
    assert f"{at}/check-in" in buttons(desk.get(at))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"starts": "09:00"}, "This has passed."),
        ({"ends": "12:00"}, "The end comes after the start"),
        ({"buddy": "dana"}, "The buddy stays away from the meeting."),
        ({"place": "home"}, "Meet at home only when"),
        ({"place": "phone_call"}, "A phone goes with a phone call"),
        ({"interpreter": "Maria Lopez", "vetoed": "Maria Lopez"}, "She does not want this interpreter."),
        ({"on": "2027-03-14", "starts": "02:30", "ends": "04:00"}, "Clocks skip this hour"),
    ],
)
def test_a_plan_that_can_not_be_says_the_mend_and_keeps_what_was_typed(desk, world, place, at_case, changes, said):
    if changes.get("buddy") == "dana":
        changes = {"buddy": str(world.dana.card.id)}
    desk.get(f"{at_case}/meetings/new")
    answer = desk.post(f"{at_case}/meetings", a_form(world, place, **changes))
    assert answer.status_code == 422
    assert said in words(answer)
    assert "336 555 0100" in words(answer)


@pytest.mark.req("21")
def test_the_gate_is_asked_when_planning_and_its_answer_is_shown(desk, world, place, at_case):
    desk.get(at_case)
    desk.post(f"{at_case}/pause")
    desk.get(f"{at_case}/meetings/new")
    answer = desk.post(f"{at_case}/meetings", a_form(world, place))
    assert answer.status_code == 409
    assert "All contact is paused." in words(answer)
    assert "She asked" in words(answer)


# What a phone shows


@pytest.mark.req("54")
def test_nothing_of_her_but_initials_and_where_is_on_any_page_of_a_meeting(desk, world, place, at_case):
    at = plan(desk, world, place)
    check(desk, at)
    for page in ("/meetings", "/today", at, f"{at}/safety-check", f"{at}/sheet"):
        text = words(desk.get(page))
        assert not [each for each in HERS if each in text], page
    assert POINT not in words(desk.get("/meetings"))
    assert POINT not in words(desk.get("/today"))


@pytest.mark.req("54")
def test_nothing_is_kept_after_signing_out(desk, world, place, at_case):
    at = plan(desk, world, place)
    assert desk.get(at).headers["Cache-Control"] == "no-store"
    answer = desk.post("/lock")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert desk.get(at).location == "/sign-in"


@pytest.mark.req("C-12")
def test_each_look_at_a_meeting_is_one_read(desk, vault, world, place, at_case):
    at = plan(desk, world, place)
    before = reads(vault, world.case_id)
    desk.get(at)
    assert reads(vault, world.case_id) == [*before, "meeting.read"]


# Alarms


@pytest.mark.req("51")
def test_an_alarm_is_shown_to_the_buddy_with_what_to_do_and_answered_in_one_tap(
    desk, vault, world, place, at_case, clock, app
):
    at = begin(desk, world, place, clock)
    clock.advance(END + 10 * MINUTE - clock.now())
    meeting_overdue.look_at_meetings(vault, now=clock.now())
    buddy = Desk(app.test_client(), clock, vault).sit_down(world.supervisor.card)
    today = words(buddy.get("/today"))
    assert '<p class="lead">No word from Dana and Lee. Call now.' in today
    assert "Nothing waits for you." not in today
    assert "Call Dana and Lee now." in words(buddy.get(at))
    assert buddy.post(f"{at}/alarm", {"answer": "safe"}).status_code == 303
    assert "No word from" not in words(buddy.get("/meetings"))
    desk.sit_down(world.dana.card)
    assert "Call now" not in words(desk.get("/meetings"))


@pytest.mark.req("51")
def test_the_list_names_a_queue_that_stands_still_only_where_alarms_wait_for_it(desk, vault, world, place, at_case):
    with vault.writing() as session:
        for queue in ticks.Queue:
            ticks.note(session, queue.value, now=NOW - timedelta(hours=2))
    plan(desk, world, place)
    page = words(desk.get("/meetings"))
    assert "No worker has looked at meetings for 2 h." in page
    assert "No worker has looked at what phones told us" not in page


def test_those_who_are_there_answer_no_alarm_of_their_own(desk, world, place, at_case, clock):
    at = begin(desk, world, place, clock)
    assert desk.post(f"{at}/alarm", {"answer": "safe"}).status_code == 404


def test_a_note_too_long_to_keep_stays_in_its_field_with_the_mend_beside_it(desk, world, place, at_case, clock):
    at = begin(desk, world, place, clock)
    answer = desk.post(f"{at}/check-out", {"note": "long " * 300})
    assert (answer.status_code, "usa-error-message" in answer.text) == (422, True)
    assert "long " * 299 in answer.text


# Paper


@pytest.mark.req("54")
def test_a_sheet_is_redacted_printed_once_and_again_with_a_reason(desk, vault, world, place, at_case):
    at = plan(desk, world, place)
    desk.get(f"{at}/sheet")
    sheet = desk.post(f"{at}/sheet")
    assert sheet.status_code == 200
    text = words(sheet)
    for each in ("L. O.", POINT, "336 555 0100", "Shred this by Friday, November 20, 4 pm."):
        assert each in text
    assert not [each for each in (*HERS, world.handle) if each in text]
    desk.get(f"{at}/sheet")
    assert desk.post(f"{at}/sheet", {"reason": ""}).status_code == 422
    assert desk.post(f"{at}/sheet", {"reason": "The first got wet."}).status_code == 200
    assert reads(vault, world.case_id).count("meeting.print") == 2
    with vault.reading() as session:
        kept = [open_meeting(session, each) for each in session.scalars(select(Meeting))]
    assert [len(each.prints) for each in kept if each.prints] == [2]


@pytest.mark.req("54")
def test_no_sheet_says_where_she_lives(desk, vault, world, place, at_case):
    at = plan(desk, world, place)
    with vault.writing() as session:
        meeting = next(each for each in session.scalars(select(Meeting)) if str(each.id) in at)
        change_meeting(session, meeting, place="home")
        audit.record(session, action="test.home", by=None, cases=[world.case_id], now=NOW)
    desk.get(f"{at}/sheet")
    text = words(desk.post(f"{at}/sheet"))
    assert POINT not in text
    assert "Ask your buddy for the address." in text


@pytest.mark.req("54")
def test_there_is_no_sheet_of_a_meeting_that_is_over(desk, world, place, at_case, clock):
    at = begin(desk, world, place, clock)
    desk.post(f"{at}/check-out", {"note": ""})
    desk.get(at)
    assert desk.post(f"{at}/sheet").status_code == 404


def test_alarms_of_meetings_have_no_words_of_hers(vault):
    assert [column.name for column in MeetingAlarm.__table__.columns if column.name.endswith("_box")] == []


def test_a_meeting_past_midnight_says_the_day_it_ends(desk, world, place, at_case):
    at = plan(desk, world, place, starts="22:30", ends="00:30")
    assert "Friday, November 20, 10:30 pm to Saturday, November 21, 12:30 am" in words(desk.get(at))
    desk.get(f"{at}/sheet")
    assert "Saturday, November 21, 12:30 am" in words(desk.post(f"{at}/sheet"))
