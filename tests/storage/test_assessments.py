"""Assessments in the vault: kept, skipped, finished once, corrected by another; single answers go, results stay."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from builders import NOW, a_case, a_staff_member
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from crypto.keyring import Keyring
from outreach.attempts import recording
from outreach.attempts.recording import Made, log_attempt
from outreach.audit_check import verify
from outreach.protocols.plans import PlannedTask
from outreach.protocols.steps import Step
from outreach.records.engine import Vault, open_postgres
from outreach.records.errors import NoSuchRecord, StaleVersion
from outreach.records.ledger import AuditEntry
from outreach.records.risk import Assessment
from outreach.records.work import Task
from outreach.risk import answer_purging, assessments, reassessment, safety_plans
from outreach.risk.answer_purging import purge_due
from outreach.risk.assessments import AlreadyMade, Finish, InstrumentOff, NotRead, OwnView, Start
from outreach.risk.boxes import KeptResult, sealed_result
from outreach.risk.cards import AssessmentCard, State, known, read
from outreach.risk.instruments import digest, parse
from outreach.risk.permissions import Offered, Permit
from outreach.risk.results import Answer, Judgement
from outreach.risk.safety_plans import What
from outreach.risk.triggers import Trigger
from outreach.tasks import add_task, detail_of
from outreach.terms import Channel, Level, Outcome

LAP_TEXT = (Path(__file__).parents[2] / "config" / "instruments" / "lap.toml").read_text()
PERMIT = Permit("lap", digest(LAP_TEXT), False, "Kim Example", date(2026, 3, 2), "Letter")
LAP = Offered(instrument=parse(LAP_TEXT), sha256=digest(LAP_TEXT), permit=PERMIT)
OFF = Offered(instrument=parse(LAP_TEXT), sha256=digest(LAP_TEXT), why_off="Nobody signed.")
HERS = OwnView(words="It gets worse at night.", scale=3)
HIGH = {2: Answer.YES}


class Case:
    """One case, and an advocate at it."""

    def __init__(self, vault: Vault, **standing: Any) -> None:
        self.vault = vault
        with vault.writing() as session:
            self.by = a_staff_member(session)
            self.id = a_case(session, assigned_to=self.by, **standing)

    def begin(self, offered: Offered | None = LAP, *, at: Any = NOW, **start: Any) -> UUID:
        begun = Start(**{"own": HERS, "offered": offered, **start})
        with self.vault.writing() as session:
            return assessments.begin(session, self.id, begun, must_read_limits=False, by=self.by, now=at)

    def answer(self, row: UUID, answers: dict[int, Answer], *, at: Any = NOW) -> None:
        version = self.card(row).version
        with self.vault.writing() as session:
            assessments.save_answers(session, self.id, row, answers, version=version, by=self.by, now=at)

    def finish(self, row: UUID, *, offered: Offered | None = LAP, at: Any = NOW, **added: Any) -> None:
        version = self.card(row).version
        with self.vault.writing() as session:
            assessments.finish(
                session, self.id, row, Finish(**added), offered=offered, version=version, by=self.by, now=at
            )

    def made(self, answers: dict[int, Answer] | None = None, *, at: Any = NOW, **start: Any) -> UUID:
        row = self.begin(at=at, **start)
        self.answer(row, HIGH if answers is None else answers, at=at)
        self.finish(row, at=at)
        return row

    def cards(self) -> tuple[AssessmentCard, ...]:
        with self.vault.reading() as session:
            return known(session, self.id)

    def card(self, row: UUID) -> AssessmentCard:
        return next(each for each in self.cards() if each.id == row)

    def task(self, step: Step) -> None:
        with self.vault.writing() as session:
            add_task(session, self.id, PlannedTask(step, Level.B, NOW, NOW + timedelta(hours=72)))
            reassessment.audit.record(session, action="test.task", by=None, cases=[self.id], now=NOW)

    def tasks(self, step: Step) -> list[tuple[str, str | None]]:
        with self.vault.reading() as session:
            found = session.scalars(select(Task).where(Task.case_id == self.id, Task.step == step.value)).all()
            return [(task.state, detail_of(session, task).outcome) for task in found]

    def due(self, step: Step) -> list[Any]:
        with self.vault.reading() as session:
            open_ones = (Task.case_id == self.id, Task.step == step.value, Task.state == "open")
            return list(session.scalars(select(Task.due_at).where(*open_ones)))


@pytest.fixture
def case(vault: Vault) -> Case:
    return Case(vault)


def test_her_own_view_is_kept_beside_the_result(case: Case) -> None:
    kept = case.card(case.made()).kept

    assert (kept.own_words, kept.own_scale) == ("It gets worse at night.", 3)
    assert (kept.label, kept.is_high, kept.rank, kept.ranks) == ("High danger", True, 1, 2)
    assert kept.routes == ["A yes to one of the first three."]


@pytest.mark.req("58")
def test_a_talk_without_any_instrument_is_a_talk(case: Case) -> None:
    case.task(Step.RISK_ASSESSMENT)

    card = case.card(case.begin(None))

    assert (card.state, card.kept.result, card.kept.own_words) == (State.MADE, "", "It gets worse at night.")
    assert case.tasks(Step.RISK_ASSESSMENT) == [("done", "done")]


@pytest.mark.req("58")
def test_an_assessment_she_skips_is_an_offer_made_and_changes_nothing_else(case: Case) -> None:
    for step in (Step.RISK_ASSESSMENT, Step.SAFETY_PLAN, Step.FIRST_CONTACT):
        case.task(step)

    with case.vault.writing() as session:
        assessments.skip(session, case.id, by=case.by, now=NOW)

    assert [card.state for card in case.cards()] == [State.SKIPPED]
    assert case.tasks(Step.RISK_ASSESSMENT) == [("done", "skipped")]
    assert case.tasks(Step.SAFETY_PLAN) == case.tasks(Step.FIRST_CONTACT) == [("open", None)]


@pytest.mark.req("58")
def test_an_assessment_may_be_finished_with_nothing_answered(case: Case) -> None:
    row = case.begin()
    case.finish(row)

    assert (case.card(row).state, case.card(row).kept.result) == (State.MADE, "")


@pytest.mark.req("60")
def test_a_result_is_never_changed(case: Case) -> None:
    row = case.made({number: Answer.NO for number in range(1, 12)})
    before = case.card(row).kept

    for change in (lambda: case.answer(row, HIGH), lambda: case.finish(row)):
        with pytest.raises(AlreadyMade):
            change()
    assert case.card(row).kept == before


@pytest.mark.req("60")
def test_a_correction_is_another_assessment_that_refers_to_the_first(case: Case) -> None:
    first = case.made({number: Answer.NO for number in range(1, 12)})
    second = case.made(corrects=first, why="I misheard the second answer.")

    assert case.card(second).corrects == first
    assert case.card(second).kept.why_corrected == "I misheard the second answer."
    assert case.card(first).kept.label == "Not high on this screen"
    assert [card.number for card in case.cards()] == [2, 1]


def test_an_assessment_of_another_case_does_not_exist_here(vault: Vault, case: Case) -> None:
    other = Case(vault)
    row = other.begin()

    with pytest.raises(NoSuchRecord):
        case.begin(corrects=row)
    with vault.writing() as session, pytest.raises(NoSuchRecord):
        assessments.save_answers(session, case.id, row, HIGH, version=1, by=case.by, now=NOW)
    with vault.writing() as session, pytest.raises(NoSuchRecord):
        assessments.save_answers(session, case.id, uuid4(), HIGH, version=1, by=case.by, now=NOW)


def test_answers_of_two_parts_stand_together_and_two_people_are_not_merged(case: Case) -> None:
    row = case.begin()
    case.answer(row, {1: Answer.NO, 2: Answer.REFUSED})
    case.answer(row, {3: Answer.NOT_ANSWERED})

    assert case.card(row).answers == {1: Answer.NO, 2: Answer.REFUSED, 3: Answer.NOT_ANSWERED}
    with case.vault.writing() as session, pytest.raises(StaleVersion):
        assessments.save_answers(session, case.id, row, HIGH, version=1, by=case.by, now=NOW)


@pytest.mark.req("55")
def test_an_instrument_that_is_off_begins_and_ends_nothing(case: Case) -> None:
    with pytest.raises(InstrumentOff):
        case.begin(OFF)
    row = case.begin()
    other = Offered(instrument=LAP.instrument, sha256="0" * 64, permit=PERMIT)
    for offered in (OFF, other, None):
        with pytest.raises(InstrumentOff):
            case.finish(row, offered=offered)


@pytest.mark.req("20b")
def test_questions_wait_until_the_reporting_limits_were_read_out(case: Case) -> None:
    def begin(**start: Any) -> UUID:
        with case.vault.writing() as session:
            told = Start(own=HERS, **start)
            return assessments.begin(session, case.id, told, must_read_limits=True, by=case.by, now=NOW)

    with pytest.raises(NotRead):
        begin(offered=LAP)
    assert begin(offered=LAP, limits_read=True)
    assert begin(offered=None)


# Talking again


@pytest.mark.req("60")
def test_while_danger_is_high_the_next_talk_is_due_in_thirty_days(case: Case) -> None:
    case.made()
    assert case.due(Step.REASSESS) == [NOW + timedelta(days=30)]

    case.made({number: Answer.NO for number in range(1, 12)}, at=NOW + timedelta(days=3))
    assert case.due(Step.REASSESS) == []
    assert case.tasks(Step.REASSESS) == [("done", "done")]


@pytest.mark.req("60")
@pytest.mark.parametrize("then", ["skipped", "her view alone", "too little answered"])
def test_danger_stays_high_until_a_talk_finds_otherwise(case: Case, then: str) -> None:
    case.made()
    later = NOW + timedelta(days=30)

    if then == "skipped":
        with case.vault.writing() as session:
            assessments.skip(session, case.id, by=case.by, now=later)
    elif then == "her view alone":
        case.begin(None, at=later)
    else:
        case.made({4: Answer.REFUSED}, at=later)

    assert case.due(Step.REASSESS) == [later + timedelta(days=30)]


@pytest.mark.req("57", "60")
def test_a_result_raised_by_judgement_is_high_as_well(case: Case) -> None:
    row = case.begin()
    case.finish(row, judgement=Judgement("high-danger", "He has her keys."))

    assert case.card(row).kept.reason == "He has her keys."
    assert case.due(Step.REASSESS) == [NOW + timedelta(days=30)]


@pytest.mark.req("60")
def test_what_she_tells_brings_the_next_talk_nearer_and_makes_one(case: Case) -> None:
    case.made()
    for _ in range(2):
        with case.vault.writing() as session:
            reassessment.note_change(
                session, case.id, [Trigger.LEAVING], words="On Friday.", by=case.by, now=NOW + timedelta(hours=1)
            )

    assert case.due(Step.REASSESS) == [NOW + timedelta(hours=25)]
    with case.vault.reading() as session:
        assert [change.words for change in reassessment.changes_of(session, case.id)] == ["On Friday."] * 2


@pytest.mark.req("17", "60")
def test_after_do_not_contact_no_talk_is_planned(vault: Vault) -> None:
    case = Case(vault, do_not_contact=True)
    case.made()
    with vault.writing() as session:
        reassessment.note_change(session, case.id, [Trigger.PREGNANCY], words="", by=case.by, now=NOW)

    assert case.due(Step.REASSESS) == []


# What she declines


def decline(case: Case, step: Step, *, at: Any) -> None:
    """She is reached about an open task of a step, and does not want that talk."""
    with case.vault.writing() as session:
        (task,) = session.scalars(
            select(Task).where(Task.case_id == case.id, Task.step == step.value, Task.state == "open")
        )
        made = Made(Channel.CALL, Outcome.DECLINED, task_id=task.id, at=at)
        log_attempt(session, case.id, made, by=case.by, now=at)


def check_a_declined_talk_is_no_end_of_asking(case: Case) -> None:
    case.made()
    later = NOW + timedelta(days=30)
    decline(case, Step.REASSESS, at=later)

    assert case.due(Step.REASSESS) == [later + timedelta(days=30)]
    assert case.cards()[0].state is State.SKIPPED


@pytest.mark.req("17", "60")
def test_a_talk_she_declines_in_a_call_comes_up_again_while_danger_is_high(case: Case) -> None:
    check_a_declined_talk_is_no_end_of_asking(case)


@pytest.mark.req("60")
def test_planted_decline_that_ends_the_asking_for_ever_is_caught(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "_note_declined_talk", lambda *_, **__: None)

    with pytest.raises(AssertionError):
        check_a_declined_talk_is_no_end_of_asking(case)


@pytest.mark.req("60")
def test_a_plan_she_declines_is_noted_as_offered_and_is_offered_again_after_the_next_change(case: Case) -> None:
    case.task(Step.SAFETY_PLAN)
    decline(case, Step.SAFETY_PLAN, at=NOW)
    with case.vault.reading() as session:
        assert safety_plans.latest(session, case.id).what is What.NOT_WANTED
    assert (case.due(Step.SAFETY_PLAN), case.due(Step.REVIEW_PLAN)) == ([], [])

    with case.vault.writing() as session:
        reassessment.note_change(session, case.id, [Trigger.LEAVING], words="", by=case.by, now=NOW)
    assert (case.due(Step.SAFETY_PLAN), case.due(Step.REVIEW_PLAN)) == ([NOW + timedelta(days=1)], [])


# Single answers go, results stay


def the_result_after_the_purge(case: Case) -> tuple[KeptResult, KeptResult, AssessmentCard]:
    row = case.made()
    before = case.card(row).kept
    purge_due(case.vault, now=NOW + timedelta(days=30))
    return before, case.card(row).kept, case.card(row)


@pytest.mark.req("60")
def test_single_answers_go_on_the_thirtieth_day_and_the_result_stays(case: Case) -> None:
    row = case.made()
    assert purge_due(case.vault, now=NOW + timedelta(days=29)) == 0
    assert case.card(row).answers == HIGH

    before, after, card = the_result_after_the_purge(case)

    assert after == before
    assert (card.answers, card.note, card.has_answers) == ({}, "", False)
    assert purge_due(case.vault, now=NOW + timedelta(days=90)) == 0
    with case.vault.reading() as session:
        assert verify(session) == []


@pytest.mark.req("60")
def test_answers_of_an_assessment_nobody_finished_go_too(case: Case) -> None:
    row = case.begin()
    case.answer(row, HIGH)

    assert purge_due(case.vault, now=NOW + timedelta(days=31)) == 1
    assert case.card(row).answers == {}


@pytest.mark.req("60")
def test_planted_purge_that_takes_the_result_is_caught(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = answer_purging.purge

    def takes_all(session: Any, row: UUID, *, now: Any) -> bool:
        found = session.get(Assessment, row)
        found.result_box = sealed_result(session, found.case_id, row, KeptResult("", ""))
        return whole(session, row, now=now)

    monkeypatch.setattr(answer_purging, "purge", takes_all)

    before, after, _ = the_result_after_the_purge(case)
    with pytest.raises(AssertionError):
        assert after == before


@pytest.mark.req("60", "P6")
@pytest.mark.postgres
@pytest.mark.parametrize("database", ["postgres"])
def test_the_worker_can_empty_answers_and_change_no_result(case: Case, vault_url: str, keyring: Keyring) -> None:
    row = case.made()
    worker = open_postgres(vault_url, keyring, role="wayside_worker")
    try:
        assert purge_due(worker, now=NOW + timedelta(days=30)) == 1
        with worker.writing() as session, pytest.raises(DBAPIError):
            session.execute(update(Assessment).where(Assessment.id == row).values(state="skipped"))
    finally:
        worker.close()


@pytest.mark.req("73")
def test_a_look_at_assessments_is_on_record(case: Case) -> None:
    case.made()
    with case.vault.writing() as session:
        read(session, case.id, by=case.by, now=NOW)

    with case.vault.reading() as session:
        made = session.scalars(select(AuditEntry.action).where(AuditEntry.actor_id == case.by)).all()
    assert sorted(made) == ["assessment.answer", "assessment.begin", "assessment.make", "assessment.read"]
