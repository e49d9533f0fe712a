"""A call-in of which she was not told is closed by a supervisor who signs, or missed; neither ever counts as told."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from agency_world import HERS, NOW, World, add_colleague
from sqlalchemy import select

from crypto.keyring import KeyPaths
from outreach import cases
from outreach.access import NoSuchCase, StaffCard
from outreach.attempts.recording import Made, log_attempt
from outreach.call_ins import closing as closing_notices
from outreach.call_ins.closing import ClosingDetail, MayNotClose, Wanted, closing_of
from outreach.call_ins.interlock import Lack
from outreach.identity.deciding import complete
from outreach.protocols.steps import Step
from outreach.reaching import reach
from outreach.reaching.next_way import ELSEWHERE
from outreach.records.call_ins import NoticeClosing
from outreach.records.engine import Vault
from outreach.records.spool import Spool, SpoolDrain
from outreach.records.work import Task
from outreach.scheduling.escalation import look_at_due
from outreach.tasks import TaskEnded, WrongTask, detail_of
from outreach.terms import Channel, ClosedAs, Employer, MissedCause, Outcome, Role, TaskState

HOUR = timedelta(hours=1)
CALL_IN = NOW + timedelta(days=10)
KIM = StaffCard(uuid4(), "kim@example.org", "Kim", Role.SUPERVISOR, Employer.ADVOCACY)
DANA = StaffCard(uuid4(), "dana@example.org", "Dana", Role.ADVOCATE, Employer.ADVOCACY)
NO_WAY = Wanted(ClosedAs.NO_SAFE_WAY, "Her only phone is his.", ELSEWHERE)


@pytest.fixture
def world(vault: Vault, spool: Spool, drain: SpoolDrain, key_paths: KeyPaths) -> World:
    """A woman at level B with a call-in in ten days, whom an officer asked: calls are safe."""
    with vault.writing() as session:
        add_colleague(session, KIM.id)
        add_colleague(session, DANA.id, Role.ADVOCATE)
    made = World(vault, spool, drain, key_paths)
    made.send(event_id="first", call_in_at=CALL_IN.isoformat(), on_scene={"safe_to_call": "yes"})
    made.drain()
    return made


def notice_of(world: World) -> Task:
    """Return the only notice, whatever its state."""
    with world.vault.reading() as session:
        return session.scalars(select(Task).where(Task.step == Step.NOTICE_BEFORE_CALL_IN.value)).one()


def outcome_of(world: World) -> str | None:
    return world.detail(notice_of(world)).outcome


def freeze_her_phone(world: World) -> None:
    """Leave no way to her."""
    case_id = world.only_case()
    phone = world.destinations(case_id)[HERS]
    with world.vault.writing() as session:
        reach.save_destination(
            session, case_id, replace(phone, compromised=True), version=phone.version, by=DANA.id, now=NOW
        )


def sign(world: World, wanted: Wanted = NO_WAY, *, by: StaffCard = KIM, at=NOW) -> None:
    with world.vault.writing() as session:
        closing_notices.close(session, by, notice_of(world).id, wanted, now=at)


def call(world: World, outcome: Outcome, *, at=NOW, now=None, for_notice: bool = True, **more: object) -> None:
    case_id = world.only_case()
    task = notice_of(world).id if for_notice else None
    made = Made(Channel.CALL, outcome, world.destinations(case_id)[HERS].id, task, at)._replace(**more)
    with world.vault.writing() as session:
        log_attempt(session, case_id, made, by=DANA.id, now=now or at)


@pytest.mark.req("13")
def test_a_supervisor_signs_that_there_is_no_safe_way_and_it_is_closed_apart(world: World) -> None:
    freeze_her_phone(world)
    sign(world)

    task = notice_of(world)
    assert (task.state, task.next_look_at, outcome_of(world)) == (TaskState.CLOSED, None, ClosedAs.NO_SAFE_WAY)
    with world.vault.reading() as session:
        signed = closing_of(session, task)
    assert signed == ClosingDetail(
        "no_safe_way", NO_WAY.reason, [each.value for each in ELSEWHERE], str(KIM.id), NOW.isoformat(), 0
    )
    look_at_due(world.vault, now=CALL_IN + HOUR)
    assert notice_of(world).state == TaskState.CLOSED


@pytest.mark.req("13")
@pytest.mark.parametrize(
    ("wanted", "by"),
    [
        (NO_WAY, DANA),
        (NO_WAY._replace(reason="  "), KIM),
        (NO_WAY._replace(weighed=ELSEWHERE[1:]), KIM),
        (NO_WAY._replace(kind=ClosedAs.HER_WORD), KIM),
        (NO_WAY._replace(kind=ClosedAs.TRIED_ENOUGH), KIM),
    ],
    ids=["an advocate", "no reason", "court was not weighed", "she said no such thing", "nothing was tried"],
)
def test_nothing_is_closed_without_a_supervisor_a_reason_and_its_grounds(world: World, wanted: Wanted, by) -> None:
    freeze_her_phone(world)
    with world.vault.writing() as session:
        cases.change_standing(session, world.only_case(), by=KIM.id, now=NOW, level="B")
    with pytest.raises((MayNotClose, NoSuchCase)):
        sign(world, wanted, by=by)
    assert notice_of(world).state == TaskState.OPEN


@pytest.mark.req("13")
def test_while_a_way_is_open_nobody_signs_that_there_is_none(world: World) -> None:
    with pytest.raises(MayNotClose) as refused:
        sign(world)
    assert refused.value.lacking == (Lack.A_WAY_IS_OPEN,)


def sign_whatever_is_open(world: World) -> None:
    """Assert that a signature over an open way is refused."""
    with pytest.raises(MayNotClose):
        sign(world)


@pytest.mark.req("13")
def test_planted_closing_that_asks_no_gate_is_caught(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing_notices, "lacks", lambda kind, grounds: ())
    with pytest.raises(pytest.fail.Exception):
        sign_whatever_is_open(world)


@pytest.mark.req("18")
def test_five_tries_in_two_ways_at_two_times_may_be_signed_as_enough(world: World) -> None:
    enough = NO_WAY._replace(kind=ClosedAs.TRIED_ENOUGH)
    for day in range(4):
        call(world, Outcome.NO_ANSWER, at=NOW + day * timedelta(days=1))
    at = NOW + timedelta(days=4)
    with pytest.raises(MayNotClose) as refused:
        sign(world, enough, at=at)
    assert set(refused.value.lacking) == {Lack.TRIES_LEFT, Lack.ONE_CHANNEL, Lack.ONE_TIME_OF_DAY}

    call(world, Outcome.NO_ANSWER, at=at + 5 * HOUR, channel=Channel.VOICEMAIL)
    sign(world, enough, at=at + 6 * HOUR)
    assert outcome_of(world) == ClosedAs.TRIED_ENOUGH


@pytest.mark.req("13")
@pytest.mark.parametrize(
    ("before", "state"),
    [(timedelta(microseconds=1), TaskState.DONE), (timedelta(0), TaskState.MISSED), (-HOUR, TaskState.MISSED)],
    ids=["just before", "as it begins", "after it"],
)
def test_a_call_that_reaches_her_as_the_call_in_begins_is_no_notice(world: World, before, state) -> None:
    call(world, Outcome.REACHED, at=CALL_IN - before)

    task = notice_of(world)
    assert task.state == state
    assert task.missed_cause == (MissedCause.NOT_DONE if state is TaskState.MISSED else None)


@pytest.mark.req("13")
def test_what_was_said_in_time_counts_by_itself_only_when_it_is_written_down_before_the_call_in(world: World) -> None:
    call(world, Outcome.REACHED, at=CALL_IN - HOUR, now=CALL_IN - HOUR / 2)
    assert notice_of(world).state == TaskState.DONE


@pytest.mark.req("13")
def test_what_was_said_in_time_and_written_down_after_the_call_in_waits_for_a_supervisor(world: World) -> None:
    """The supervisor's look: test_late_tellings."""
    call(world, Outcome.REACHED, at=CALL_IN - HOUR, now=CALL_IN + HOUR)
    assert notice_of(world).state == TaskState.MISSED


@pytest.mark.req("13")
def test_missed_stays_missed_with_its_cause_whatever_is_written_down_later(world: World) -> None:
    look_at_due(world.vault, now=CALL_IN)
    for outcome in (Outcome.REACHED, Outcome.DECLINED, Outcome.DO_NOT_CONTACT):
        call(world, outcome, at=CALL_IN - HOUR, now=CALL_IN + HOUR)
    with pytest.raises(TaskEnded):
        sign(world, at=CALL_IN + HOUR)

    task = notice_of(world)
    assert (task.state, task.missed_cause) == (TaskState.MISSED, MissedCause.NOT_DONE)


@pytest.mark.req("13")
@pytest.mark.parametrize("after", [timedelta(0), HOUR])
def test_from_the_call_in_on_nobody_signs_any_more(world: World, after: timedelta) -> None:
    freeze_her_phone(world)
    with pytest.raises(TaskEnded):
        sign(world, at=CALL_IN + after)
    sign(world, at=CALL_IN - timedelta(microseconds=1))
    assert notice_of(world).state == TaskState.CLOSED


@pytest.mark.req("13")
def test_a_notice_is_never_just_ticked_off(world: World) -> None:
    with world.vault.writing() as session, pytest.raises(WrongTask):
        complete(session, notice_of(world).id, by=KIM.id, now=NOW)
    other = world.tasks(world.only_case())[Step.SAFETY_PLAN].id
    with world.vault.writing() as session, pytest.raises(WrongTask):
        closing_notices.close(session, KIM, other, NO_WAY, now=NOW)


def test_a_closed_notice_opens_again_when_a_way_is_found_and_its_signature_stays(world: World) -> None:
    freeze_her_phone(world)
    sign(world)
    with world.vault.writing() as session:
        closing_notices.open_again(session, KIM, notice_of(world).id, now=NOW)

    task = notice_of(world)
    assert (task.state, task.next_look_at, task.ended_on) == (TaskState.OPEN, CALL_IN - 72 * HOUR, None)
    assert world.count(NoticeClosing) == 1
    look_at_due(world.vault, now=CALL_IN)
    assert notice_of(world).state == TaskState.MISSED


def test_she_is_told_after_all_where_nobody_looked_for_a_way_any_more(world: World) -> None:
    freeze_her_phone(world)
    sign(world)
    call(world, Outcome.NO_ANSWER, at=NOW + HOUR)
    assert notice_of(world).state == TaskState.CLOSED
    call(world, Outcome.REACHED, at=NOW + HOUR)

    assert (notice_of(world).state, outcome_of(world)) == (TaskState.DONE, Outcome.REACHED)
    assert world.count(NoticeClosing) == 1


@pytest.mark.req("17")
def test_a_call_in_after_she_asked_for_no_contact_stays_in_sight_and_opens_when_she_wants_contact(
    vault: Vault, spool: Spool, drain: SpoolDrain, key_paths: KeyPaths
) -> None:
    with vault.writing() as session:
        add_colleague(session, DANA.id, Role.ADVOCATE)
    world = World(vault, spool, drain, key_paths)
    world.send(event_id="first", agency_case_ref="R1")
    world.drain()
    case_id = world.only_case()
    first = Made(Channel.CALL, Outcome.DO_NOT_CONTACT, world.destinations(case_id)[HERS].id)
    with vault.writing() as session:
        log_attempt(session, case_id, first, by=DANA.id, now=NOW)
    world.send("call_in_scheduled", agency_case_ref="R1", call_in_at=CALL_IN.isoformat())
    world.drain()

    assert (notice_of(world).state, outcome_of(world)) == (TaskState.CLOSED, ClosedAs.HER_WORD)
    assert Step.SUPERVISOR_ALERT in world.tasks(case_id)
    with vault.writing() as session:
        closing_notices.open_after_her_word(session, case_id, by=DANA.id, now=CALL_IN)
    assert notice_of(world).state == TaskState.CLOSED
    with vault.writing() as session:
        closing_notices.open_after_her_word(session, case_id, by=DANA.id, now=NOW)
    assert notice_of(world).state == TaskState.OPEN


def test_who_may_not_see_the_case_signs_nothing(world: World) -> None:
    freeze_her_phone(world)
    stranger = replace(KIM, id=UUID(int=7), employer=Employer.PROSECUTION)
    with pytest.raises(NoSuchCase):
        sign(world, by=stranger)
    with world.vault.reading() as session:
        assert detail_of(session, notice_of(world)).outcome is None
