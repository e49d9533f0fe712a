"""The night card: who is on call sees who waits and can act, without a case of their own and without a note."""

from datetime import timedelta
from html import unescape
from uuid import UUID

import pytest
from advocate_desk import Desk
from builders import NOW, a_case, a_destination, a_verdict
from case_visits import NAME, PHONE, SECRETS
from sqlalchemy import select

from outreach import audit, people
from outreach.attempts.recording import Made, log_attempt
from outreach.on_duty import on_call, paging
from outreach.on_duty.on_call import NewShift, Turn
from outreach.protocols.plans import PlannedTask
from outreach.protocols.steps import Step
from outreach.records.ledger import AuditEntry, AuditSubject
from outreach.records.work import Task
from outreach.support import needs
from outreach.support.needs import NeedKind, NeedSource, NeedStep, NewNeed
from outreach.tasks import add_task
from outreach.terms import Channel, Level, Outcome, PageAbout, VerdictSource

pytestmark = pytest.mark.req("20")

SECRET_NOTE = "canary words about the partner"


@pytest.fixture
def ana(vault, world) -> UUID:
    """Return a case of nobody's at level A, with an officer's yes to calls and a need."""
    with vault.writing() as session:
        case_id = a_case(session, level="A")
        a_destination(session, case_id, verdicts={Channel.CALL: a_verdict(source=VerdictSource.ON_SCENE)})
        add_task(session, case_id, PlannedTask(Step.EMERGENCY_CONTACT, Level.A, NOW, NOW + timedelta(hours=4)))
        due = NOW + timedelta(hours=4)
        add_task(session, case_id, PlannedTask(Step.NEED_NOW, Level.A, NOW, due, need="medical"))
        new = NewNeed(NeedKind.MEDICAL, NeedSource.HERS, SECRET_NOTE)
        needs.note_need(session, case_id, new, by=world.other.card.id, now=NOW)
        made = Made(Channel.MEETING, Outcome.NO_ANSWER, note=SECRET_NOTE, at=NOW - timedelta(hours=2))
        log_attempt(session, case_id, made, by=world.other.card.id, now=NOW)
    return case_id


def put_on_call(vault, who, *, hours: float = 8, turn: Turn = Turn.FIRST) -> None:
    with vault.writing() as session:
        shift = NewShift(who.card.id, turn, NOW - timedelta(hours=1), NOW + timedelta(hours=hours))
        on_call.add_shift(session, shift, by=None, now=NOW)


@pytest.fixture
def night(vault, world, desk: Desk) -> Desk:
    """Return the desk of a colleague on call who has no case but Dana's own."""
    put_on_call(vault, world.other)
    return desk.sit_down(world.other.card)


def words(answer) -> str:
    return unescape(answer.text)


def call_address(vault, case_id: UUID) -> str:
    with vault.reading() as session:
        (phone,) = people.destinations(session, case_id)
    return f"/night/cases/{case_id}/destinations/{phone.id}"


def tasks(vault, case_id: UUID) -> dict[str, str]:
    with vault.reading() as session:
        return {row.step: row.state for row in session.scalars(select(Task).where(Task.case_id == case_id))}


def test_who_is_on_call_sees_who_waits_until_when_and_the_safest_way(night, ana):
    page = words(night.get("/night"))

    assert "You are on call until" in page
    assert "Reach her now" in page
    assert "medical help" in page
    assert "Call ··· 0199".lower() in page.lower()
    assert ">Night<" in page


@pytest.mark.parametrize("where", ["/night", "/night/cases/{case}", "{call}/call"])
def test_no_page_of_the_night_shows_her_name_or_a_note(night, vault, ana, where):
    page = words(night.get(where.format(case=ana, call=call_address(vault, ana))))

    assert night.last.status_code == 200
    assert SECRET_NOTE not in page
    assert [each for each in SECRETS if each in page] == ([PHONE] if "call" in where else [])


def test_each_look_is_recorded_and_the_number_apart(night, vault, ana):
    night.get("/night")
    night.get(f"/night/cases/{ana}")
    night.get(f"{call_address(vault, ana)}/call")

    with vault.reading() as session:
        about = (
            select(AuditEntry.action)
            .join(AuditSubject, AuditSubject.entry_id == AuditEntry.id)
            .where(AuditSubject.case_id == ana, AuditEntry.action.like("night.%"))
        )
        assert sorted(session.scalars(about)) == ["night.call", "night.page", "night.read"]


def test_after_the_shift_there_is_no_card_and_no_entry_in_the_menu(night, clock, world, ana):
    clock.advance(timedelta(hours=8))
    night.sit_down(world.other.card)

    assert night.get("/night").status_code == 404
    assert ">Night<" not in words(night.get("/today"))


def test_a_colleague_who_is_not_on_call_finds_nothing(desk, world, vault, ana):
    desk.sit_down(world.dana.card)

    for where in ("/night", f"/night/cases/{ana}", "/night/hand-over", f"{call_address(vault, ana)}/call"):
        assert desk.get(where).status_code == 404


def test_being_on_call_opens_no_page_of_the_case(night, ana):
    assert night.get(f"/cases/{ana}").status_code == 404


def test_a_case_that_does_not_wait_is_not_on_the_card(night, vault, world):
    with vault.writing() as session:
        quiet = a_case(session, level="C")
        add_task(session, quiet, PlannedTask(Step.OUTREACH, Level.C, NOW, NOW + timedelta(hours=1)))
        audit.record(session, action="test.quiet", by=None, cases=[quiet], now=NOW)

    assert night.get(f"/night/cases/{quiet}").status_code == 404


@pytest.mark.req("27")
def test_the_decision_of_the_colleague_on_call_opens_the_call_at_night(night, vault, clock, world, ana):
    clock.advance(timedelta(hours=7.5))  # Half past five in the afternoon: our hours for calls are over.
    where = call_address(vault, ana)
    night.sit_down(world.other.card)
    page = words(night.get(f"/night/cases/{ana}"))
    assert "Decide to call now" in page

    night.get(f"{where}/decisions/first_contact")
    night.post(f"{where}/decisions/first_contact", {"reason": "The officer wrote down a yes to calls."})
    assert night.last.status_code == 303
    assert "How did it go?" in words(night.get(f"{where}/call"))


def test_two_taps_keep_that_she_was_reached_and_end_the_clock(night, vault, ana):
    where = call_address(vault, ana)
    assert "Reached her" in words(night.get(f"{where}/call"))
    night.post(f"{where}/outcome", {"outcome": "reached"})

    assert night.last.location == "/night"
    assert tasks(vault, ana)[Step.EMERGENCY_CONTACT] == "done"
    assert tasks(vault, ana)[Step.NEED_NOW] == "open"


def test_someone_else_answered_stops_the_phone_with_one_tap(night, vault, ana):
    where = call_address(vault, ana)
    night.get(f"{where}/call")
    night.post(f"{where}/outcome", {"outcome": "unsafe"})

    with vault.reading() as session:
        assert people.destinations(session, ana)[0].compromised


def test_what_came_of_a_need_is_one_tap_and_ends_its_clock(night, vault, ana):
    with vault.reading() as session:
        (need,) = needs.needs_of(session, ana)
    night.get(f"/night/cases/{ana}")
    night.post(f"/night/cases/{ana}/needs/{need.id}/steps", {"step": "done", "version": str(need.version)})

    assert "It is noted." in words(night.get("/night"))
    with vault.reading() as session:
        assert needs.needs_of(session, ana)[0].last is NeedStep.DONE
    assert tasks(vault, ana)[Step.NEED_NOW] == "done"


def test_a_page_stands_on_every_screen_until_somebody_says_they_have_seen_it(night, vault, world, ana, clock):
    with vault.writing() as session:
        paging.call_on_call(session, PageAbout.ON_CALL, now=NOW + timedelta(minutes=1))
    assert "Someone waits. You are paged in 1 min." in words(night.get("/today"))
    clock.advance(timedelta(minutes=1))
    for where in ("/today", "/cases", "/night"):
        assert "You were paged" in words(night.get(where))

    night.post("/pages/seen")
    assert night.last.location == "/night"
    assert "You were paged" not in words(night.get("/today"))


def test_the_hand_over_says_what_was_done_and_who_waits_in_two_taps(night, vault, ana):
    where = call_address(vault, ana)
    night.get(f"{where}/call")
    night.post(f"{where}/outcome", {"outcome": "no_answer"})
    page = words(night.get("/night/hand-over"))
    assert "No answer." in page
    assert NAME not in page

    night.post("/night/hand-over")
    assert "It is noted that you told the next one." in words(night.get("/night"))
    assert "Handed over" in words(night.get("/on-call"))


# The rota

SHIFT = {"turn": "first", "from_on": "2026-11-20", "from_at": "18:00", "to_on": "2026-11-21", "to_at": "06:00"}


def test_a_supervisor_puts_someone_on_call_and_gaps_are_said(desk, world):
    desk.sit_down(world.supervisor.card)
    page = words(desk.get("/on-call"))
    assert "Nobody is on call now." in page
    assert "Nobody is on call from now to" in page

    desk.post("/on-call/shifts", {**SHIFT, "who": str(world.dana.card.id)})
    assert desk.last.status_code == 303
    assert "Dana Reyes" in words(desk.get("/on-call"))


@pytest.mark.parametrize("wrong", [{"to_on": "2026-11-19"}, {"to_on": "2027-01-21"}, {"who": ""}, {"from_at": ""}])
def test_a_shift_that_cannot_be_is_refused_with_what_was_typed(desk, world, wrong):
    desk.sit_down(world.supervisor.card)
    desk.get("/on-call")
    desk.post("/on-call/shifts", {**SHIFT, "who": str(world.dana.card.id), **wrong})

    assert desk.last.status_code == 422
    assert 'value="2026-11-20"' in desk.last.text


def test_a_shift_is_taken_away_by_supervisors_alone(desk, vault, world):
    put_on_call(vault, world.other)
    with vault.reading() as session:
        (shift,) = on_call.shifts(session, since=NOW, until=NOW)
    desk.sit_down(world.dana.card)
    desk.get("/on-call")
    assert desk.post(f"/on-call/shifts/{shift.id}/removal").status_code == 404

    desk.sit_down(world.supervisor.card)
    desk.get("/on-call")
    assert desk.post(f"/on-call/shifts/{shift.id}/removal").status_code == 303
    with vault.reading() as session:
        assert on_call.on_duty(session, at=NOW) == ((), ())


WEEK = {
    "begins_on": "2026-11-20",
    "changes_at": "08:00",
    "weeks": "13",
    "every": "1",
    "second": "",
    **{f"on_{number}": "" for number in range(7)},
}


def test_three_months_are_filled_with_one_form_that_is_looked_at_first(desk, vault, world):
    desk.sit_down(world.supervisor.card)
    assert "A week that repeats" in words(desk.get("/on-call"))
    desk.get("/on-call/weeks/new")
    week = {**WEEK, "first": str(world.dana.card.id), "on_6": str(world.other.card.id)}
    page = words(desk.post("/on-call/weeks/preview", week))
    assert "None of them counts yet." in page
    assert "Lee Park" in page
    with vault.reading() as session:
        assert on_call.shifts(session, since=NOW, until=NOW + timedelta(days=90)) == []

    for _ in range(2):  # Pressed twice, it makes each shift once.
        desk.post("/on-call/weeks", week)
        assert desk.last.status_code == 303
    with vault.reading() as session:
        assert on_call.gaps(session, since=NOW, until=NOW + timedelta(days=90)) == []
        kept = on_call.shifts(session, since=NOW, until=NOW + timedelta(days=90))
        assert len({(each.turn, each.begins_at) for each in kept}) == len(kept)


def test_a_week_that_leaves_a_gap_says_so_before_it_counts(desk, world):
    desk.sit_down(world.supervisor.card)
    desk.get("/on-call/weeks/new")
    page = words(desk.post("/on-call/weeks/preview", {**WEEK, "every": "2", "first": str(world.dana.card.id)}))

    assert "Nobody is on call from Nov 27, 8 am to Dec 4, 8 am." in page
    assert desk.post("/on-call/weeks/preview", {**WEEK, "first": ""}).status_code == 422
    far = {**WEEK, "first": str(world.dana.card.id), "begins_on": "2099-12-30"}
    assert "Choose a day within a year." in words(desk.post("/on-call/weeks/preview", far))


def test_planted_card_that_asks_for_no_shift_is_caught(desk, world, vault, ana, monkeypatch):
    monkeypatch.setattr("outreach.on_duty.night.on_duty", lambda *_, now, **__: (None, now + timedelta(hours=12)))

    with pytest.raises(AssertionError):
        test_a_colleague_who_is_not_on_call_finds_nothing(desk, world, vault, ana)
