"""Told in time on paper and written down after the call-in: it counts once another person saw the paper, and marked."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from builders import NOW, a_case, a_destination, a_staff_member

from outreach import audit
from outreach.access import NoSuchCase, StaffCard
from outreach.attempts import recording
from outreach.attempts.recording import InvalidAttempt, Made, log_attempt
from outreach.attempts.tried import tries_in
from outreach.call_ins import answering
from outreach.call_ins.board import CallIn, board_of
from outreach.call_ins.closing import MayNotClose
from outreach.call_ins.interlock import Stand
from outreach.call_ins.late_tellings import Seen, late_tellings, sign
from outreach.gate.gate_facts import facts_for_gate
from outreach.people import destinations
from outreach.protocols.plans import PlannedTask
from outreach.protocols.steps import Step
from outreach.records.engine import Vault
from outreach.records.staff import Staff
from outreach.records.work import Task
from outreach.scheduling.escalation import look_at_due
from outreach.staff.staffing import card
from outreach.tasks import add_task
from outreach.terms import Channel, Level, MissedCause, Outcome, Role, TaskState, Verdict
from portal.advocate.call_ins.words import ended_words

pytestmark = pytest.mark.req("81")
HOUR = timedelta(hours=1)
CALL_IN = NOW + 8 * HOUR
"""Six in the evening. She was told at three, and it was written down at eight."""
TOLD, WRITTEN = NOW + 5 * HOUR, NOW + 10 * HOUR


class Evening:
    """A case with a call-in this evening, and three colleagues."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault
        with vault.writing() as session:
            roles = {"Dana Reyes": Role.ADVOCATE, "Super Visor": Role.SUPERVISOR, "Noor Second": Role.SUPERVISOR}
            ids = [a_staff_member(session, name=name, role=role) for name, role in roles.items()]
            self.case_id = a_case(session, assigned_to=ids[0])
            self.phone = a_destination(session, self.case_id)
            self.task_id = self._notice(session, opens_at=NOW)
            self.dana, self.supervisor, self.second = (card(session.get_one(Staff, each)) for each in ids)

    def _notice(self, session, *, opens_at: datetime) -> UUID:
        looks = (CALL_IN - HOUR, CALL_IN)
        planned = PlannedTask(Step.NOTICE_BEFORE_CALL_IN, Level.B, opens_at, looks[0], looks, "e-1", CALL_IN)
        task_id = add_task(session, self.case_id, planned)
        audit.record(session, action="test.task", by=None, cases=[self.case_id], now=NOW)
        return task_id

    def writes(
        self, *, at: datetime | None = TOLD, now: datetime = WRITTEN, by: StaffCard | None = None, **said
    ) -> None:
        """Write a call down."""
        made = Made(Channel.CALL, Outcome.REACHED, self.phone.id, self.task_id, at)._replace(**said)
        with self.vault.writing() as session:
            log_attempt(session, self.case_id, made, by=(by or self.dana).id, now=now)

    def signs(self, who: StaffCard, seen: Seen = Seen.TOLD, *, reason: str = "I saw the sheet.") -> None:
        with self.vault.writing() as session:
            sign(session, who, self.task_id, seen=seen, reason=reason, now=WRITTEN + HOUR)

    def task(self) -> tuple[str, str | None]:
        with self.vault.reading() as session:
            task = session.get_one(Task, self.task_id)
            return task.state, task.missed_cause

    def waiting(self) -> int:
        with self.vault.reading() as session:
            return len(late_tellings(session, self.supervisor, now=WRITTEN + HOUR))

    def on_board(self) -> CallIn:
        with self.vault.reading() as session:
            (found,) = board_of(session, self.supervisor, now=WRITTEN + HOUR).passed
            return found

    def stand(self) -> Stand:
        return self.on_board().countdown.stand


@pytest.fixture
def evening(vault: Vault) -> Evening:
    return Evening(vault)


def check_no_ones_own_word_lifts_a_missed_notice(evening: Evening) -> None:
    """Assert that it stays missed, and waits for a supervisor who did not write it down."""
    assert evening.task()[0] == TaskState.MISSED
    assert evening.stand() is Stand.MISSED
    assert evening.waiting() == 1


@pytest.mark.req("13")
@pytest.mark.parametrize("was_looked_at", [True, False], ids=["the worker was faster", "the entry was faster"])
def test_a_telling_written_down_after_the_call_in_waits_for_a_supervisor(evening, was_looked_at: bool) -> None:
    if was_looked_at:
        look_at_due(evening.vault, now=CALL_IN)
    evening.writes()

    check_no_ones_own_word_lifts_a_missed_notice(evening)
    with pytest.raises(MayNotClose):
        evening.signs(evening.dana)


@pytest.mark.req("13")
def test_planted_entry_that_lifts_a_missed_notice_by_itself_is_caught(evening, monkeypatch: pytest.MonkeyPatch) -> None:
    def lifts(session, task, ended, *, is_its_own, by, now):
        recording.end_task(session, task, TaskState.DONE, now=now, outcome=ended.outcome.value)
        return ()

    monkeypatch.setattr(answering, "end_notice", lifts)
    evening.writes()
    with pytest.raises(AssertionError):
        check_no_ones_own_word_lifts_a_missed_notice(evening)


@pytest.mark.req("13")
def test_seen_by_a_supervisor_it_counts_as_told_in_time_and_is_marked_for_ever(evening) -> None:
    look_at_due(evening.vault, now=CALL_IN)
    evening.writes()
    evening.signs(evening.supervisor)

    assert evening.task() == (TaskState.DONE, MissedCause.NOT_DONE)
    assert evening.stand() is Stand.TOLD_AFTERWARDS
    assert evening.waiting() == 0
    with pytest.raises(NoSuchCase):
        evening.signs(evening.second)


@pytest.mark.req("13")
def test_a_no_of_hers_that_was_written_down_later_is_marked_too(evening) -> None:
    evening.writes(outcome=Outcome.DECLINED)
    evening.signs(evening.supervisor)

    assert evening.stand() is Stand.DECLINED
    assert "written down after it had begun" in ended_words(evening.on_board().countdown)


@pytest.mark.req("13")
def test_what_a_supervisor_did_not_find_stays_missed_until_it_is_written_again(evening) -> None:
    evening.writes()
    with pytest.raises(MayNotClose):
        evening.signs(evening.supervisor, reason="  ")
    evening.signs(evening.supervisor, Seen.MISSED)

    assert evening.stand() is Stand.MISSED
    assert evening.waiting() == 0


def test_a_supervisor_who_wrote_it_down_does_not_look_at_it_herself(evening) -> None:
    evening.writes(by=evening.supervisor)
    with pytest.raises(MayNotClose):
        evening.signs(evening.supervisor)
    evening.signs(evening.second)
    assert evening.stand() is Stand.TOLD_AFTERWARDS


@pytest.mark.parametrize("at", [CALL_IN, CALL_IN + HOUR, None], ids=["as it began", "during it", "written as now"])
def test_told_once_it_had_begun_is_too_late_whatever_is_written(evening, at: datetime | None) -> None:
    evening.writes(at=at)
    assert evening.stand() is Stand.MISSED
    assert evening.waiting() == 0


def test_nobody_was_told_of_a_date_before_we_knew_of_it(evening) -> None:
    with evening.vault.writing() as session:
        evening.task_id = evening._notice(session, opens_at=NOW + 6 * HOUR)
    evening.writes(at=TOLD, now=NOW + 7 * HOUR)
    assert evening.task()[0] == TaskState.OPEN


def test_tries_count_on_the_day_they_were_made(evening) -> None:
    evening.writes(outcome=Outcome.NO_ANSWER, task_id=None, now=TOLD + timedelta(days=1))

    with evening.vault.reading() as session:
        (made,) = tries_in(session, evening.case_id)
        assert made.at == TOLD
        assert facts_for_gate(session, evening.case_id, at=TOLD + timedelta(days=1)).attempts_today == 0
        assert facts_for_gate(session, evening.case_id, at=TOLD + HOUR).attempts_today == 1


@pytest.mark.parametrize("at", [WRITTEN + HOUR, NOW - timedelta(days=1), NOW - timedelta(days=15)])
def test_a_try_at_an_impossible_time_is_refused(evening, at: datetime) -> None:
    with pytest.raises(InvalidAttempt):
        evening.writes(at=at)


def check_a_stop_begins_when_it_is_written_down(evening: Evening) -> None:
    """Assert that someone else who answered at three shuts the phone at eight, and from then on."""
    (phone,) = (each for each in destinations_of(evening) if each.id == evening.phone.id)
    assert phone.compromised
    assert {(each.verdict, each.verified_at) for each in phone.verdicts.values()} == {(Verdict.UNSAFE, WRITTEN)}


def destinations_of(evening: Evening):
    with evening.vault.reading() as session:
        return destinations(session, evening.case_id)


@pytest.mark.req("26")
def test_someone_else_who_answered_shuts_the_phone_as_of_the_entry(evening) -> None:
    evening.writes(outcome=Outcome.UNSAFE, task_id=None)
    check_a_stop_begins_when_it_is_written_down(evening)


def test_planted_backdated_stop_is_caught(evening, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = recording._change_way
    monkeypatch.setattr(recording, "_change_way", lambda *args, at, now, **more: kept(*args, at=at, now=at, **more))
    evening.writes(outcome=Outcome.UNSAFE, task_id=None)
    with pytest.raises(AssertionError):
        check_a_stop_begins_when_it_is_written_down(evening)
