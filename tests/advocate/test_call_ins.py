"""The board of call-ins, one call-in, and how it is closed without her having been told."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from builders import NOW, a_case, a_destination
from case_visits import reads, settle, words

from outreach import audit, cases, people
from outreach.attempts.recording import Made, log_attempt
from outreach.call_ins import board as call_in_board
from outreach.protocols.plans import PlannedTask
from outreach.protocols.steps import Step
from outreach.reaching.next_way import ELSEWHERE
from outreach.records.call_ins import NoticeClosing
from outreach.records.cases import CaseRecord
from outreach.records.staff import Staff
from outreach.records.work import Task
from outreach.scheduling.escalation import look_at_due
from outreach.tasks import add_task
from outreach.terms import Channel, ClosedAs, Level, MissedCause, Outcome, TaskState
from portal.advocate.call_ins import board as call_in_pages

HOUR = timedelta(hours=1)
CALL_IN = NOW + timedelta(days=10)
"""Monday, November 30, ten in the morning: the notice of the world that the conftest builds."""


@pytest.fixture
def board(desk, vault, world):
    """Sit Dana down before a board with nothing to decide first."""
    settle(vault, world)
    desk.sit_down(world.dana.card)
    return lambda query="": words(desk.get(f"/call-ins{query}"))


def a_call_in(vault, who, at, step: Step = Step.NOTICE_BEFORE_CALL_IN, **said) -> str:
    """Store a case with a call-in and return its handle."""
    with vault.writing() as session:
        case_id = a_case(session, assigned_to=who.card.id if who else None)
        a_destination(session, case_id)
        looks = tuple(at - hours * HOUR for hours in (72, 24, 0))
        add_task(session, case_id, PlannedTask(step, Level.B, NOW, looks[0], looks, "e-2", at, **said))
        audit.record(session, action="test.case", by=None, cases=[case_id], now=NOW)
        return session.get_one(CaseRecord, case_id).handle


def row_of(page: str, handle: str) -> str:
    return page.partition(f">{handle}</a>")[2].partition("</li>")[0]


@pytest.mark.req("13")
def test_the_board_begins_with_who_was_not_told_and_says_how_long_is_left(board, vault, world):
    late = a_call_in(vault, world.dana, NOW + 20 * HOUR)
    told = a_call_in(vault, world.dana, NOW + 21 * HOUR, closed_as=ClosedAs.HER_WORD)
    page = board()

    assert f"One person has not been told in time. Begin with {late}: 20 h left." in page
    assert page.index(late) < page.index(told) < page.index(world.handle)
    assert "Last hours, not told" in row_of(page, late)
    assert "She wants no contact" in row_of(page, told)
    assert "Not told yet" in row_of(page, world.handle)
    assert "10 days left" in page


@pytest.mark.req("13")
def test_the_board_shows_one_day_of_those_ahead(board, vault, world):
    soon = a_call_in(vault, world.dana, NOW + 20 * HOUR)
    page = board("?on=2026-11-30")
    assert world.handle in page
    assert row_of(page, soon) == ""
    assert "No call-in on this day." in board("?on=2026-12-24")
    assert row_of(board("?on=today"), soon)


def check_every_call_in_is_on_one_page_and_in_the_counts(board, vault, world) -> None:
    handles = [a_call_in(vault, world.dana, CALL_IN + hours * HOUR) for hours in range(4)]
    pages = [board(), board("?page=2"), board("?page=3")]

    for handle in (world.handle, *handles):
        assert sum(f">{handle}</a>" in page for page in pages) == 1
    assert all(">5</dd>" in " ".join(page.split()) for page in pages)
    assert "The ones before" not in pages[0]
    assert "The ones after" not in pages[2]
    assert board("?page=99") == pages[2]


@pytest.mark.req("13")
def test_a_long_board_is_turned_page_by_page_and_counted_whole(board, vault, world, monkeypatch):
    monkeypatch.setattr(call_in_pages, "SHOWN", 2)
    check_every_call_in_is_on_one_page_and_in_the_counts(board, vault, world)


@pytest.mark.req("13")
def test_planted_board_that_reads_only_the_first_is_caught(board, vault, world, monkeypatch):
    monkeypatch.setattr(call_in_pages, "SHOWN", 2)
    monkeypatch.setattr(call_in_board, "board_of", partial(call_in_board.board_of, most=3))

    with pytest.raises(AssertionError):
        check_every_call_in_is_on_one_page_and_in_the_counts(board, vault, world)


@pytest.mark.req("70")
def test_an_advocate_sees_her_caseload_and_a_supervisor_everyones(board, desk, vault, world):
    others = a_call_in(vault, world.other, CALL_IN)
    nobodys = a_call_in(vault, None, CALL_IN)
    with vault.writing() as session:
        session.get_one(Staff, world.other.card.id).name = "Lee P."
    mine = board()
    assert world.handle in mine
    assert others not in mine
    assert nobodys not in mine

    desk.sit_down(world.supervisor.card)
    everyones = words(desk.get("/call-ins"))
    assert {"Dana Reyes.", "Lee P.", "Nobody's case yet."} <= {
        row_of(everyones, each).partition('class="quiet">')[2].partition("</p>")[0].split("live. ")[1]
        for each in (world.handle, others, nobodys)
    }


@pytest.mark.req("13")
def test_what_passed_is_shown_for_a_week_with_its_cause(board, vault, world, clock, desk):
    missed = a_call_in(vault, world.dana, NOW - HOUR, missed_cause=MissedCause.TOLD_TOO_LATE)
    page = board()
    assert "Missed" in row_of(page, missed)
    assert "The agency told us too late." in row_of(page, missed)
    clock.advance(timedelta(days=7))
    desk.sit_down(world.dana.card)
    assert missed not in board()


@pytest.mark.req("15")
def test_a_change_of_date_is_shown_with_what_stands_until_it_is_checked(board, vault, world):
    with vault.writing() as session:
        for step, new_at in ((Step.ACKNOWLEDGE_RESCHEDULE, CALL_IN + 24 * HOUR), (Step.ACKNOWLEDGE_CANCEL, None)):
            planned = PlannedTask(step, Level.B, NOW, NOW + 4 * HOUR)
            told = {"concerns": [str(world.notice_id)], "new_call_in_at": new_at.isoformat() if new_at else None}
            add_task(session, world.case_id, planned, **told)
        audit.record(session, action="test.task", by=None, cases=[world.case_id], now=NOW)
    page = row_of(board(), world.handle)
    assert "it moves to Dec 1, 10 am. Until you check it, this day stands." in page
    assert "The agency says that it is off. Until you check it, this day stands." in page
    assert "Check the change" in page


def no_way(vault, world) -> None:
    """Leave no way to her."""
    with vault.writing() as session:
        for each in people.destinations(session, world.case_id):
            people.save_destination(
                session, world.case_id, replace(each, compromised=True), version=each.version, by=world.dana.card.id,
                now=NOW,
            )  # fmt: skip


SIGNED = {"kind": "no_safe_way", "weighed": [each.value for each in ELSEWHERE], "reason": "Her only phone is his."}


@pytest.mark.req("13")
def test_a_supervisor_signs_on_the_page_and_it_stays_apart_from_told(desk, vault, world, board):
    no_way(vault, world)
    at = f"/call-ins/{world.notice_id}"
    assert "Sign and close" not in words(desk.get(at))
    assert desk.post(f"{at}/closing", SIGNED).status_code == 404

    desk.sit_down(world.supervisor.card)
    assert "Sign and close" in words(desk.get(at))
    assert desk.post(f"{at}/closing", {**SIGNED, "reason": ""}).status_code == 422
    unweighed = desk.post(f"{at}/closing", {**SIGNED, "weighed": SIGNED["weighed"][1:]})
    assert unweighed.status_code == 422
    assert "Her only phone is his." in words(unweighed)
    assert desk.post(f"{at}/closing", SIGNED).status_code == 303
    page = words(desk.get(at))
    assert "No safe way, signed" in page
    assert "Her only phone is his." in page
    assert "Supervisor" in page
    assert "No safe way, signed" in row_of(board(), world.handle)

    desk.post(f"{at}/opening")
    with vault.reading() as session:
        assert session.get_one(Task, world.notice_id).state == TaskState.OPEN
        assert len(session.query(NoticeClosing).all()) == 1


@pytest.mark.req("13")
def test_nothing_is_signed_over_a_way_that_is_open(desk, vault, world, board):
    desk.sit_down(world.supervisor.card)
    at = f"/call-ins/{world.notice_id}"
    page = words(desk.get(at))
    assert "A way is open, or opens in time. Try it first." in page
    assert "Sign and close" not in page
    assert desk.post(f"{at}/closing", SIGNED).status_code == 422


@pytest.mark.req("18")
def test_where_only_our_limit_shuts_a_safe_way_the_page_says_how_to_open_it(desk, vault, world, board):
    tonight = NOW + 8 * HOUR
    handle = a_call_in(vault, world.supervisor, tonight)
    with vault.writing() as session:
        case_id = session.query(CaseRecord).filter_by(handle=handle).one().id
        cases.change_standing(session, case_id, by=world.supervisor.card.id, now=NOW, level="B")
        (notice,) = session.query(Task).filter_by(case_id=case_id)
        (phone,) = people.destinations(session, case_id)
        for minutes in (30, 5):
            made = Made(Channel.CALL, Outcome.NO_ANSWER, phone.id, notice.id, NOW - minutes * HOUR / 60)
            log_attempt(session, case_id, made, by=world.supervisor.card.id, now=NOW)
        at = f"/call-ins/{notice.id}"
    desk.sit_down(world.supervisor.card)
    page = words(desk.get(at))
    assert "There were enough tries for today. Tomorrow is too late: open the case and ask for one more try" in page
    assert "A safe way is shut only by our own limit of tries." in page
    assert "Sign and close" not in page
    assert desk.post(f"{at}/closing", SIGNED).status_code == 422


@pytest.mark.req("13")
def test_a_notice_can_not_be_ticked_off(desk, vault, world, board):
    at = f"/tasks/{world.notice_id}"
    assert desk.get(at).status_code == 404
    assert desk.post(at, {"answer": "yes"}).status_code == 404
    with vault.reading() as session:
        assert session.get_one(Task, world.notice_id).state == TaskState.OPEN


def test_looking_at_one_call_in_is_a_recorded_read_and_the_board_is_none(desk, vault, world, board):
    before = reads(vault, world.case_id)
    board()
    assert reads(vault, world.case_id) == before
    desk.get(f"/call-ins/{world.notice_id}")
    assert reads(vault, world.case_id) == [*before, "case.read"]


@pytest.mark.req("13")
def test_the_page_of_a_missed_one_says_so_and_offers_nothing_to_press_but_the_case(desk, vault, world, clock, board):
    look_at_due(vault, now=CALL_IN)
    clock.advance(CALL_IN - NOW)
    desk.sit_down(world.supervisor.card)
    page = words(desk.get(f"/call-ins/{world.notice_id}"))
    assert "She was not told. It was not done in time." in page
    assert "Sign and close" not in page
    assert desk.post(f"/call-ins/{world.notice_id}/closing", SIGNED).status_code == 303
    with vault.reading() as session:
        assert session.get_one(Task, world.notice_id).missed_cause == MissedCause.NOT_DONE


@pytest.mark.req("17")
def test_her_no_to_contact_may_be_signed_as_such(desk, vault, world, board):
    with vault.writing() as session:
        cases.change_standing(session, world.case_id, by=world.dana.card.id, now=NOW, she_will_contact_us=True)
    desk.sit_down(world.supervisor.card)
    assert "She wants no contact, or will contact us" in words(desk.get(f"/call-ins/{world.notice_id}"))
    wanted = {"kind": "her_word", "weighed": [], "reason": "She calls us on Mondays."}
    assert desk.post(f"/call-ins/{world.notice_id}/closing", wanted).status_code == 303
    assert "She wants no contact" in words(desk.get("/call-ins"))
