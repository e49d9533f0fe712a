"""She rang in at night: what she asked reaches her advocate, and whoever took it down learns nothing of any case."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from uuid import UUID, uuid4

import pytest
from advocate_desk import Desk
from builders import NOW, a_case, a_destination
from html_forms import form_on
from sqlalchemy import select
from walled_case import TOKEN, keep_away, put_on_call

from outreach import audit
from outreach.case_file.view import attempts_of
from outreach.her_word import code_words
from outreach.her_word.code_words import NewWord
from outreach.on_duty import night_calls, on_call
from outreach.on_duty.on_call import NewShift, Turn
from outreach.protocols.plans import PlannedTask
from outreach.protocols.steps import Step
from outreach.records.cases import CaseRecord
from outreach.records.on_call import NightCall
from outreach.records.work import Task
from outreach.tasks import add_task
from outreach.terms import Level, Outcome, Role
from portal.advocate.on_duty import night_calls as pages

pytestmark = pytest.mark.req("18", "28")

WORDS = "canary: she needs a ride to her sister before six"


def words(answer) -> str:
    return unescape(answer.get_data(as_text=True))


@pytest.fixture
def ana(vault, world) -> UUID:
    """Return a case of Dana's at level A that is on the card."""
    with vault.writing() as session:
        case_id = a_case(session, level="A", assigned_to=world.dana.card.id)
        a_destination(session, case_id)
        add_task(session, case_id, PlannedTask(Step.EMERGENCY_CONTACT, Level.A, NOW, NOW + timedelta(hours=4)))
        audit.record(session, action="test.case", by=None, cases=[case_id], now=NOW)
    return case_id


@pytest.fixture
def night(vault, world, desk: Desk) -> Desk:
    """Return the desk of a colleague on call who holds none of these cases."""
    with vault.writing() as session:
        shift = NewShift(world.other.card.id, Turn.FIRST, NOW - timedelta(hours=1), NOW + timedelta(hours=8))
        on_call.add_shift(session, shift, by=None, now=NOW)
    return desk.sit_down(world.other.card)


def take_down(night: Desk, case_id: UUID, **typed: str):
    at = f"/night/cases/{case_id}/calls"
    night.get(f"{at}/new")
    return night.post(at, {"asked": WORDS, "known_by": "not_known", **typed})


def tasks(vault, case_id: UUID) -> dict[str, str]:
    with vault.reading() as session:
        return {row.step: row.state for row in session.scalars(select(Task).where(Task.case_id == case_id))}


def tries(vault, case_id: UUID) -> list[tuple[str, bool]]:
    with vault.reading() as session:
        return [(each.detail.outcome, each.detail.she_contacted_us) for each in attempts_of(session, case_id)]


def test_a_call_of_hers_is_one_tap_from_the_card_and_reaches_her_advocate_alone(night, vault, world, ana):
    for where in ("/night", f"/night/cases/{ana}"):
        assert f"/night/cases/{ana}/calls/new" in words(night.get(where))
    assert take_down(night, ana).location == "/night"
    assert "It is noted. Her advocate or a supervisor reads it." in words(night.get("/night"))
    assert tries(vault, ana) == []
    assert WORDS not in words(night.get(f"/night/cases/{ana}"))

    night.sit_down(world.dana.card)
    assert "She rang in. Read what was asked" in words(night.get("/today"))
    with vault.reading() as session:
        (task,) = session.scalars(select(Task.id).where(Task.case_id == ana, Task.step == Step.RANG_IN.value))
    page = words(night.get(f"/tasks/{task}"))
    assert WORDS in page
    assert "Nobody knows if it was she: it opens no way." in page
    night.post(f"/tasks/{task}", {"answer": "yes"})
    assert tasks(vault, ana)[Step.RANG_IN] == "done"


def test_known_to_be_she_it_is_contact_from_her_and_may_end_what_was_due(night, vault, ana):
    refused = take_down(night, ana, is_done="yes")
    assert "Only where you know that it was she." in words(refused)
    assert WORDS in words(refused)

    take_down(night, ana, known_by="live_call", is_done="yes")

    assert tries(vault, ana) == [(Outcome.REACHED, True)]
    assert tasks(vault, ana)[Step.EMERGENCY_CONTACT] == "done"
    assert tasks(vault, ana)[Step.RANG_IN] == "open"


def test_her_word_for_danger_counts_as_no_contact_and_is_answered_alike(night, vault, world, ana):
    with vault.writing() as session:
        new = NewWord(word="blue heron", danger="red heron", wanted="Call my sister.", police=False, how="in_person")
        code_words.keep(session, ana, new, by=world.dana.card.id, now=NOW)
    right = take_down(night, ana, known_by="code_word", code_word="blue heron")
    danger = take_down(night, ana, known_by="code_word", code_word="red heron")

    assert (right.status_code, right.location) == (danger.status_code, danger.location)
    assert tries(vault, ana) == [(Outcome.REACHED, True)]


def test_a_case_that_is_not_on_the_card_has_no_such_page(night, world, clock):
    assert night.get(f"/night/cases/{world.nobodys_case_id}/calls/new").status_code == 404
    night.get("/night/calls/new")
    clock.advance(timedelta(hours=9))
    night.sit_down(world.other.card)
    assert night.get("/night/calls/new").status_code == 404
    assert night.post("/night/calls", {"asked": WORDS, "handle": ""}).status_code == 404


def test_what_she_asked_is_kept_though_the_shift_ended_while_it_was_typed(night, vault, world, ana, clock):
    for at, handle in ((f"/night/cases/{ana}/calls", {"known_by": "not_known"}), ("/night/calls", {"handle": ""})):
        night.get(f"{at}/new")
        clock.advance(timedelta(hours=8, minutes=5) if handle == {"known_by": "not_known"} else timedelta(minutes=1))
        night.sit_down(world.other.card)
        assert night.post(at, {"asked": "", **handle}).status_code == 422
        answer = night.post(at, {"asked": WORDS, **handle})
        assert (answer.status_code, answer.location) == (303, "/today")
        assert "It is noted." in words(night.get("/today"))
    assert tasks(vault, ana)[Step.RANG_IN] == "open"
    with vault.reading() as session:
        assert len(night_calls.waiting(session)) == 2  # This one, and the one of the world.


def test_what_she_asked_is_kept_though_the_case_left_the_card_meanwhile(night, vault, ana, world):
    with vault.writing() as session:
        new = NewWord(word="blue heron", danger="red heron", wanted="Call my sister.", police=False, how="in_person")
        code_words.keep(session, ana, new, by=world.dana.card.id, now=NOW)
    night.get(f"/night/cases/{ana}/calls/new")
    with vault.writing() as session:
        for each in session.scalars(select(Task).where(Task.case_id == ana)):
            each.state = "done"
        audit.record(session, action="test.done", by=None, cases=[ana], now=NOW)
    sent = {"asked": WORDS, "known_by": "code_word", "code_word": "red heron"}

    answers = [night.post(f"/night/cases/{each}/calls", sent) for each in (ana, uuid4())]

    assert {(each.status_code, each.location) for each in answers} == {(303, "/night")}
    assert tasks(vault, ana)[Step.RANG_IN] == "open"
    assert tasks(vault, ana)[Step.SUPERVISOR_URGENT] == "open", "her word for danger is heeded all the same"
    assert tries(vault, ana) == []


def what_was_typed_stays_hers(night, vault, ana) -> None:
    """The case left the card, and the first try to save was not whole: the page it comes back with is of this call."""
    at = f"/night/cases/{ana}/calls"
    night.get(f"{at}/new")
    with vault.writing() as session:
        for each in session.scalars(select(Task).where(Task.case_id == ana)):
            each.state = "done"
        audit.record(session, action="test.done", by=None, cases=[ana], now=NOW)
    none = uuid4()
    answers = [
        night.post(f"/night/cases/{each}/calls", {"asked": "", "known_by": "live_call", "code_word": ""})
        for each in (ana, none)
    ]
    hers, nobodys = (
        TOKEN.sub("", each.text).replace(str(of), "") for each, of in zip(answers, (ana, none), strict=True)
    )
    assert ([each.status_code for each in answers], hers) == ([422, 422], nobodys)

    form = form_on(answers[0].text, "/night/.*calls")
    sent = {name: several[0] for name, several in form.values.items() if name != "csrf_token"}
    assert night.post(form.action, {**sent, "asked": WORDS}).status_code == 303

    assert tasks(vault, ana).get(Step.RANG_IN) == "open"
    with vault.reading() as session:
        assert len(session.scalars(select(NightCall).where(NightCall.case_id == ana)).all()) == 1


def test_what_she_asked_stays_hers_when_it_is_sent_once_more_after_a_fault(night, vault, ana):
    what_was_typed_stays_hers(night, vault, ana)


@pytest.mark.parametrize("database", ["sqlite"])
def test_planted_page_after_a_fault_that_forgets_whose_call_it_was_is_caught(night, vault, ana, monkeypatch):
    def of_someone_else(case_id, form):
        return pages._other_page(pages.OtherCallForm(data={"asked": form.asked.data, "handle": ""}))

    monkeypatch.setattr(pages, "_again_page", of_someone_else)
    with pytest.raises(AssertionError):
        what_was_typed_stays_hers(night, vault, ana)


def check_every_caller_is_answered_alike(night, vault, world) -> None:
    with vault.writing() as session:
        session.get_one(CaseRecord, world.others_case_id).is_restricted = True
        audit.record(session, action="test.wall", by=None, cases=[world.others_case_id], now=NOW)
        walled = session.get_one(CaseRecord, world.others_case_id).handle
    answers = []
    for handle in (world.handle, world.handle.upper(), walled, "No Such", ""):
        night.get("/night/calls/new")
        answer = night.post("/night/calls", {"asked": WORDS, "handle": handle})
        kept = {name: value for name, value in answer.headers.items() if name != "Set-Cookie"}
        answers.append((answer.status_code, kept, answer.data, "It is noted." in words(night.get("/night"))))
    assert all(each == answers[0] for each in answers)
    assert answers[0][0] == 303


def test_every_caller_is_answered_alike_and_none_is_lost(night, vault, world):
    check_every_caller_is_answered_alike(night, vault, world)

    assert tasks(vault, world.case_id)[Step.RANG_IN] == "open"
    assert tasks(vault, world.others_case_id)[Step.RANG_IN] == "open"
    with vault.reading() as session:
        assert len(night_calls.waiting(session)) == 3  # Two of these, and the one of the world.


def team_grows_alike(night, vault, world, hire) -> None:
    """A supervisor on call, kept away from a case, names it and then a case that never was."""
    kim = hire(Role.SUPERVISOR, name="Kim Osei")
    with vault.writing() as session:
        put_on_call(session, kim.card.id)
        keep_away(session, world.case_id, kim.card.id, world.supervisor.card)
    night.sit_down(kim.card)
    counts = []
    for handle in (world.handle, "No Such"):
        night.get("/night/calls/new")
        night.post("/night/calls", {"asked": WORDS, "handle": handle})
        counts += re.findall(r"Calls at night of no case we know: (\d)", words(night.get("/team")))
    assert counts == ["2", "3"]


@pytest.mark.req("70")
def test_a_call_about_a_case_one_is_kept_from_counts_as_one_about_no_case(night, vault, world, hire):
    team_grows_alike(night, vault, world, hire)

    assert tasks(vault, world.case_id)[Step.RANG_IN] == "open", "her advocate has it at once"
    with vault.reading() as session:
        calls = [each.id for each in night_calls.waiting(session)]
    pages = {each: words(night.get(f"/night-calls/{each}")) for each in calls}
    (hers,) = (each for each, page in pages.items() if f"named “{world.handle}”" in page)
    assert "no open case is called so" in pages[hers], "who is kept away learns nothing"
    night.sit_down(world.supervisor.card)
    assert "that case has it too" in words(night.get(f"/night-calls/{hers}"))
    night.post(f"/night-calls/{hers}", {"handle": world.handle, "done": ""})
    with vault.reading() as session:
        kept = session.scalars(select(NightCall).where(NightCall.case_id == world.case_id)).all()
    assert len(kept) == 1, "it is not given to the case twice"


@pytest.mark.req("70")
@pytest.mark.parametrize("database", ["sqlite"])
def test_planted_call_that_goes_to_a_walled_case_alone_is_caught(night, vault, world, hire, monkeypatch):
    monkeypatch.setattr(night_calls, "kept_away", lambda *_: frozenset())
    with pytest.raises(AssertionError):
        team_grows_alike(night, vault, world, hire)


@pytest.mark.parametrize("tells", ["no such case", "another page"])
def test_planted_answer_that_tells_a_case_apart_is_caught(night, vault, world, monkeypatch, tells):
    whole: Callable = night_calls.note_of_other

    def planted(session, staff, said, *, now):
        before = len(night_calls.waiting(session))
        whole(session, staff, said, now=now)
        session.flush()
        if len(night_calls.waiting(session)) > before:
            raise (night_calls.NoSuchCase if tells == "no such case" else ValueError)

    monkeypatch.setattr(night_calls, "note_of_other", planted)
    with pytest.raises((AssertionError, ValueError)):
        check_every_caller_is_answered_alike(night, vault, world)


def test_a_supervisor_finds_whose_call_it_was_or_says_what_was_done(night, vault, world):
    night.sit_down(world.supervisor.card)
    assert "Calls at night of no case we know: 1" in words(night.get("/team"))
    at = f"/night-calls/{world.call_id}"
    page = words(night.get(at))
    assert "canary: she asked for a ride" in page
    assert "They named “No Such”" in page
    for wrong in (
        {"handle": "", "done": ""},
        {"handle": world.handle, "done": "x"},
        {"handle": "Nobody Here", "done": ""},
    ):
        assert night.post(at, wrong).status_code == 422

    night.post(at, {"handle": world.handle, "done": ""})

    assert night.last.status_code == 303
    assert night.get(at).status_code == 404
    assert tasks(vault, world.case_id)[Step.RANG_IN] == "open"
    assert "No call of the night waits for you." in words(night.get("/team"))
