"""If the danger grows, may we try once, and how? Asked with her no, default no, and opened by a supervisor alone."""

import re
from datetime import timedelta

import pytest
from builders import NOW
from case_visits import reads, settle, standing, words
from sqlalchemy import select

from outreach import cases
from outreach.attempts.outcomes import Tried
from outreach.attempts.recording import Made, log_attempt
from outreach.gate.facts import Approval, Given
from outreach.gate.gate_facts import facts_for_gate, is_used
from outreach.gate.reasons import Reason
from outreach.her_word import danger_try
from outreach.on_duty import paging
from outreach.protocols.steps import Step
from outreach.records.work import Task
from outreach.safe_contact import Allowed, Refused, may_contact
from outreach.tasks import detail_of
from outreach.terms import Channel, ContentLevel, Outcome

HOW = "Call my sister's house on Sunday. Say it is the choir."


@pytest.fixture
def said_no(desk, vault, world, at_case):
    """She asked for no contact in a call, and the page that asks about danger is open."""
    settle(vault, world)
    desk.get(f"{at_case}/attempts/new")
    answer = desk.post(f"{at_case}/attempts", {"way": f"{world.phone.id}:call", "outcome": "do_not_contact"})
    assert answer.location.endswith("/if-danger")
    return words(desk.get(answer.location))


def gate(vault, world, channel: Channel = Channel.CALL, *, at=NOW + timedelta(minutes=5)):
    with vault.reading() as session:
        facts = facts_for_gate(session, world.case_id, at=at)
    return may_contact(world.phone, channel, ContentLevel.NONE, at=at, facts=facts)


def she_answers(desk, at_case, may_try: str = "yes", how: str = HOW):
    desk.get(f"{at_case}/if-danger")
    return desk.post(f"{at_case}/if-danger", {"may_try": may_try, "how": how})


def supervisor_decides(desk, world, at_case):
    desk.sit_down(world.supervisor.card)
    at = f"{at_case}/approvals/once_if_danger"
    desk.get(at)
    return desk.post(at, {"way": f"{world.phone.id}:call", "reason": "He was let out today."})


@pytest.mark.req("17")
def test_it_is_asked_at_once_and_the_answer_is_no_until_she_says_yes(desk, vault, world, at_case, said_no):
    assert "If the danger grows, may we try once? How?" in said_no
    assert 'value="no" checked' in " ".join(said_no.split())
    assert not standing(vault, world).may_try_if_danger
    assert she_answers(desk, at_case, how="").status_code == 422
    assert she_answers(desk, at_case).status_code == 303
    assert standing(vault, world).may_try_if_danger
    she_answers(desk, at_case, "no", "")
    assert not standing(vault, world).may_try_if_danger


def test_it_is_asked_of_nobody_who_did_not_say_no(desk, at_case):
    assert desk.get(f"{at_case}/if-danger").status_code == 404


@pytest.mark.req("17")
def test_a_supervisor_who_hears_of_news_reads_her_answer_and_the_read_is_recorded(desk, vault, world, at_case, said_no):
    she_answers(desk, at_case)
    desk.sit_down(world.supervisor.card)
    page = words(desk.get(f"/tasks/{world.alert_id}"))
    assert "If the danger grows, we may try once." in page
    assert HOW in page
    assert "if_danger.read" in reads(vault, world.case_id)


@pytest.mark.req("17")
def test_without_her_yes_nobody_can_open_a_try(desk, vault, world, at_case, said_no):
    assert "try once" not in words(desk.sit_down(world.supervisor.card).get(at_case))
    assert supervisor_decides(desk, world, at_case).status_code == 404
    assert gate(vault, world) == Refused(Reason.DO_NOT_CONTACT)


@pytest.mark.req("17")
def test_with_her_yes_a_supervisor_opens_one_live_try_in_that_way_and_it_is_used_up(
    desk, vault, world, at_case, said_no
):
    she_answers(desk, at_case)
    assert desk.get(f"{at_case}/approvals/once_if_danger").status_code == 404
    assert gate(vault, world) == Refused(Reason.DO_NOT_CONTACT)
    assert "The danger has grown: try once" in words(desk.sit_down(world.supervisor.card).get(at_case))
    assert supervisor_decides(desk, world, at_case).status_code == 303

    assert isinstance(gate(vault, world), Allowed)
    assert gate(vault, world, Channel.TEXT) == Refused(Reason.DO_NOT_CONTACT)
    assert gate(vault, world, at=NOW + timedelta(hours=72)) == Refused(Reason.DO_NOT_CONTACT)
    assert "A supervisor allowed one live try" in words(desk.get(at_case))
    later = NOW + timedelta(minutes=10)
    with vault.writing() as session:
        tried = Made(Channel.CALL, Outcome.NO_ANSWER, world.phone.id, at=later)
        log_attempt(session, world.case_id, tried, by=world.dana.card.id, now=later)
    assert gate(vault, world, at=later + timedelta(minutes=1)) == Refused(Reason.DO_NOT_CONTACT)


def the_tries(vault, world) -> list[tuple[str, str | None]]:
    with vault.reading() as session:
        ours = (Task.case_id == world.case_id, Task.step == Step.ONCE_IF_DANGER.value)
        return [(task.state, detail_of(session, task).outcome) for task in session.scalars(select(Task).where(*ours))]


def check_the_try_is_a_task_in_that_way_only_and_once(desk, vault, world, clock, at_case) -> None:
    she_answers(desk, at_case)
    assert the_tries(vault, world) == []
    supervisor_decides(desk, world, at_case)
    assert the_tries(vault, world) == [("open", None)]
    with vault.reading() as session:
        assert paging.waiting_for(session, world.dana.card.id)

    desk.sit_down(world.dana.card)
    record = re.search(r"/attempts/new\?[^\"]*task=[^\"]*", words(desk.get("/today"))).group(0)
    form = words(desk.get(f"{at_case}{record}".replace("&amp;", "&")))
    offered = set(re.findall(r'name="way" value="([^"]*)"', form))
    assert offered == {f"{world.phone.id}:call"}
    clock.advance(timedelta(minutes=5))
    tried = {
        "way": f"{world.phone.id}:call",
        "outcome": "no_answer",
        "task": re.search("task=([^&]*)", record).group(1),
    }
    assert desk.post(f"{at_case}/attempts", tried).status_code == 303

    assert the_tries(vault, world) == [("done", "no_answer")]
    assert "A supervisor allowed one live try" not in words(desk.get(at_case))


@pytest.mark.req("17")
def test_the_try_becomes_a_task_of_her_advocate_in_that_way_only_and_once(desk, vault, world, clock, at_case, said_no):
    check_the_try_is_a_task_in_that_way_only_and_once(desk, vault, world, clock, at_case)


def check_a_try_in_the_minute_of_the_leave_is_the_one(desk, vault, world, clock, at_case, *, for_task: bool) -> None:
    """Leave is given at 10:00:20; the try is written down later, as of 10:00. Assert that it was the one."""
    she_answers(desk, at_case)
    clock.advance(timedelta(seconds=20))
    supervisor_decides(desk, world, at_case)
    clock.advance(timedelta(minutes=20))
    desk.sit_down(world.dana.card)
    with vault.reading() as session:
        task_id = session.scalars(select(Task.id).where(Task.step == Step.ONCE_IF_DANGER.value)).one()
    tried = {"way": f"{world.phone.id}:call", "outcome": "no_answer", "on": "2026-11-20", "at": "10:00"}
    page = f"{at_case}/attempts/new?task={task_id}" if for_task else f"{at_case}/attempts/new"
    desk.get(page)
    posted = {**tried, "task": str(task_id)} if for_task else tried
    assert desk.post(f"{at_case}/attempts", posted).status_code == 303

    assert the_tries(vault, world) == [("done", "no_answer")]
    assert gate(vault, world, at=NOW + timedelta(hours=71)) == Refused(Reason.DO_NOT_CONTACT)


@pytest.mark.req("17")
@pytest.mark.parametrize("for_task", [True, False])
def test_a_try_written_down_for_the_minute_of_the_leave_is_the_one_try(
    desk, vault, world, clock, at_case, said_no, for_task
):
    check_a_try_in_the_minute_of_the_leave_is_the_one(desk, vault, world, clock, at_case, for_task=for_task)


@pytest.mark.req("17")
def test_planted_seconds_that_nobody_writes_down_are_caught(desk, vault, world, clock, at_case, said_no, monkeypatch):
    monkeypatch.setattr(danger_try, "was_asked_by_then", lambda asked_at, at: asked_at < at)
    with pytest.raises(AssertionError):
        check_a_try_in_the_minute_of_the_leave_is_the_one(desk, vault, world, clock, at_case, for_task=False)


@pytest.mark.req("17")
def test_her_leave_taken_back_ends_the_task(desk, vault, world, at_case, said_no):
    she_answers(desk, at_case)
    supervisor_decides(desk, world, at_case)
    desk.sit_down(world.dana.card)
    she_answers(desk, at_case, "no", "")
    assert the_tries(vault, world) == [("superseded", "taken_back")]
    assert gate(vault, world) == Refused(Reason.DO_NOT_CONTACT)


@pytest.mark.req("17")
def test_planted_task_that_outlives_its_one_try_is_caught(desk, vault, world, clock, at_case, said_no, monkeypatch):
    monkeypatch.setattr(danger_try, "end_with", lambda *_, **__: None)
    with pytest.raises(AssertionError):
        check_the_try_is_a_task_in_that_way_only_and_once(desk, vault, world, clock, at_case)


@pytest.mark.req("17")
def test_planted_leave_that_she_never_gave_is_caught(desk, vault, world, at_case, said_no, monkeypatch):
    she_answers(desk, at_case)
    supervisor_decides(desk, world, at_case)
    with vault.writing() as session:
        cases.change_standing(session, world.case_id, by=world.dana.card.id, now=NOW, may_try_if_danger=False)
    assert gate(vault, world) == Refused(Reason.DO_NOT_CONTACT)
    monkeypatch.setattr("outreach.safe_contact._may_try_once", lambda q: True)
    assert isinstance(gate(vault, world), Allowed)


@pytest.mark.parametrize("approval", [Approval.ONCE_IF_DANGER, Approval.MORE_ATTEMPTS])
def test_a_decision_for_one_try_is_used_by_one_of_its_minute_that_was_on_paper(approval):
    given = Given(approval=approval, at=NOW + timedelta(seconds=20), channel=Channel.CALL)
    before = Tried(NOW, Channel.CALL, Outcome.NO_ANSWER)
    assert not is_used(given, [before], [])
    assert is_used(given, [before._replace(is_by_the_minute=True)], [])
