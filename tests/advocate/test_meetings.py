"""Meetings in the portal: planned, checked, begun, ended, told; what a phone shows; help without a word."""

import re
from datetime import timedelta

import pytest
from advocate_desk import Desk
from builders import NOW
from case_visits import reads, settle, words
from meeting_world import MINUTE, POINT, START, a_place
from sqlalchemy import select

from outreach import audit
from outreach.meetings import help as meeting_help
from outreach.meetings import overdue as meeting_overdue
from outreach.meetings.boxes import change_meeting, open_meeting
from outreach.protocols.plans import PlannedTask
from outreach.protocols.steps import Step
from outreach.records.base import Base
from outreach.records.meetings import Meeting, MeetingAlarm
from outreach.records.on_call import PageCall
from outreach.tasks import add_task, tasks_of

TIMES = {"on": "2026-11-20", "starts": "13:00", "late": "10", "ends": "14:00"}
END = START + 60 * MINUTE
SAFE = {"whereabouts": "elsewhere", "lives_there": "no", "weapons": "no", "order": "unknown", "goes_ahead": "yes"}
HERS = ("Lena", "Ortiz", "5550199", "9 Canary Lane", "1990")


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
    assert "No word from" in words(buddy.get("/today"))
    assert "Call Dana and Lee now." in words(buddy.get(at))
    assert buddy.post(f"{at}/alarm", {"answer": "safe"}).status_code == 303
    assert "No word from" not in words(buddy.get("/meetings"))
    desk.sit_down(world.dana.card)
    assert "Call now" not in words(desk.get("/meetings"))


def test_those_who_are_there_answer_no_alarm_of_their_own(desk, world, place, at_case, clock):
    at = begin(desk, world, place, clock)
    assert desk.post(f"{at}/alarm", {"answer": "safe"}).status_code == 404


# Help, without a word


def ended(desk, vault, world, place, clock, sent: dict) -> list:
    """Return every answer from a check-out on: status, headers and bytes, without what differs by chance."""
    with vault.writing() as session:
        meeting_help.keep_phrase(session, world.dana.card.id, "the red folder", now=NOW)
    at = begin(desk, world, place, clock)
    desk.get(at)
    answers = [desk.post(f"{at}/check-out", sent), *(desk.get(each) for each in (at, "/meetings", "/today", at))]
    meeting_id = at.rpartition("/")[2]
    return [_plain(each, meeting_id, world) for each in answers]


def _plain(answer, meeting_id: str, world) -> tuple:
    headers = sorted((name, value) for name, value in answer.headers.items() if name != "Set-Cookie")
    text = re.sub(r'name="csrf_token" value="[^"]+"', "", f"{headers}\n{words(answer)}")
    ids = (meeting_id, str(world.case_id), str(world.task_id), str(world.match_id), world.handle)
    for number, each in enumerate(ids):
        text = text.replace(each, f"id{number}")
    return answer.status_code, re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "id", text)


PLAIN = {"note": "She was fine. Back soon."}
CALLS = ({"note": "She was fine. Back soon.", "timesheet": "later"}, {"note": "I left The red FOLDER there."})


@pytest.fixture(params=CALLS, ids=["button", "words"])
def both(request, desk, vault, world, place, at_case, clock):
    """What one sees after a plain check-out, and after one that calls for help, in the same world."""
    with_help = ended(desk, vault, world, place, clock, request.param)
    _go_back(vault, clock)
    desk.sit_down(world.dana.card)
    return ended(desk, vault, world, place, clock, PLAIN), with_help


def _go_back(vault, clock) -> None:
    """Take the meetings out of the world, so that the same may happen again."""
    clock.advance(NOW - clock.now())
    with vault.engine.begin() as connection:
        for name in ("meeting_alarm", "meeting_check"):
            connection.execute(Base.metadata.tables[name].delete())
        table = Base.metadata.tables["meeting"]
        connection.execute(table.delete().where(table.c.second_id.is_not(None)))


def look_alike(both) -> None:
    plain, with_help = both
    assert plain == with_help


@pytest.mark.req("52")
def test_a_call_for_help_answers_like_any_check_out_to_the_byte(both, vault):
    look_alike(both)
    with vault.reading() as session:
        assert [each.about for each in session.scalars(select(PageCall))] == ["meeting_duress"]


def test_planted_word_of_the_call_for_help_on_the_screen_is_caught(
    request, desk, vault, world, place, at_case, clock, monkeypatch
):
    monkeypatch.setattr("outreach.meetings.lines.is_there", lambda *_: False)
    monkeypatch.setattr("outreach.meetings.view.is_there", lambda *_: False)
    with_help = ended(desk, vault, world, place, clock, CALLS[0])
    _go_back(vault, clock)
    desk.sit_down(world.dana.card)
    plain = ended(desk, vault, world, place, clock, PLAIN)
    with pytest.raises(AssertionError):
        look_alike((plain, with_help))


@pytest.mark.req("52")
def test_a_call_for_help_at_the_door_looks_like_any_check_in_to_the_byte(desk, vault, world, place, at_case, clock):
    seen = []
    for sent in ({"timesheet": "later"}, {}):
        at = plan(desk, world, place)
        check(desk, at)
        clock.advance(START - clock.now())
        desk.sit_down(world.dana.card)
        desk.get(at)
        answers = [desk.post(f"{at}/check-in", sent), *(desk.get(each) for each in (at, "/meetings", "/today"))]
        seen.append([_plain(each, at.rpartition("/")[2], world) for each in answers])
        _go_back(vault, clock)
        desk.sit_down(world.dana.card)
    look_alike(seen)
    with vault.reading() as session:
        assert [each.about for each in session.scalars(select(PageCall))] == ["meeting_duress"]


@pytest.mark.req("52")
def test_help_comes_though_the_meeting_may_not_begin(desk, vault, world, place, at_case):
    at = plan(desk, world, place)
    desk.get(at)
    answers = [desk.post(f"{at}/check-in", sent) for sent in ({"timesheet": "later"}, {})]
    look_alike([_plain(each, at.rpartition("/")[2], world) for each in answers])
    with vault.reading() as session:
        assert [each.about for each in session.scalars(select(PageCall))] == ["meeting_duress"]


@pytest.mark.req("52")
@pytest.mark.parametrize("note", ["Fine.", "long " * 300], ids=["ended", "faulty"])
def test_help_comes_though_the_check_out_can_not_be_kept(desk, vault, world, place, at_case, clock, note):
    at = begin(desk, world, place, clock)
    for step in (desk.get, lambda page: desk.post(f"{page}/check-out", {"note": "Fine."}), desk.get):
        step(at)
    answers = [desk.post(f"{at}/check-out", {"note": note, **more}) for more in ({"timesheet": "later"}, {})]
    look_alike([_plain(each, at.rpartition("/")[2], world) for each in answers])
    with vault.reading() as session:
        assert [each.about for each in session.scalars(select(PageCall))] == ["meeting_duress"]


def test_a_note_too_long_to_keep_stays_in_its_field_with_the_mend_beside_it(desk, world, place, at_case, clock):
    at = begin(desk, world, place, clock)
    answer = desk.post(f"{at}/check-out", {"note": "long " * 300})
    assert (answer.status_code, "usa-error-message" in answer.text) == (422, True)
    assert "long " * 299 in answer.text


@pytest.mark.req("52")
def test_what_to_do_is_shown_to_those_who_are_not_there(desk, vault, world, place, at_case, clock, app):
    at = begin(desk, world, place, clock)
    desk.post(f"{at}/check-out", {"note": "canary of danger", "timesheet": "later"})
    boss = Desk(app.test_client(), clock, vault).sit_down(world.supervisor.card)
    page = words(boss.get(at))
    assert "asked for help, and nobody there can tell." in page
    assert "canary of danger" in page
    assert "may need help" in words(boss.get("/today"))
    for who in (world.dana, world.other):
        there = Desk(app.test_client(), clock, vault).sit_down(who.card)
        assert "help" not in words(there.get(at)).casefold().replace("our help", "")
        assert "canary of danger" not in words(there.get(at))


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
