"""Due work is claimed once, looked at in time, and never lost behind a failure."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from agency_world import HERS, NOW, World, add_colleague
from sqlalchemy import delete, text, update
from sqlalchemy.orm import Session

from crypto.keyring import KeyPaths
from outreach.attempts.recording import Made, log_attempt
from outreach.protocols.steps import Step
from outreach.records.cases import CaseKeyRecord
from outreach.records.engine import Vault
from outreach.records.spool import Spool, SpoolDrain
from outreach.records.work import Task
from outreach.scheduling import escalation
from outreach.scheduling.escalation import look_at_due
from outreach.scheduling.queue import LEASE, JobQueue, due_tasks, queue_for
from outreach.terms import Channel, Outcome

ADVOCATE = uuid4()
LATE = NOW + timedelta(days=30)


@pytest.fixture
def world(vault: Vault, spool: Spool, drain: SpoolDrain, key_paths: KeyPaths) -> World:
    with vault.writing() as session:
        add_colleague(session, ADVOCATE)
    return World(vault, spool, drain, key_paths)


def claim_twice(world: World, queue: JobQueue) -> tuple[Sequence[UUID], Sequence[UUID]]:
    """Claim everything due, twice, in two transactions."""
    claims = []
    for _ in range(2):
        with world.vault.writing() as session:
            claims.append(queue.claim(session, now=LATE, limit=100))
    return claims[0], claims[1]


def assert_claimed_once(world: World, queue: JobQueue) -> None:
    """What one has claimed, another does not get."""
    first, second = claim_twice(world, queue)
    assert len(first) == 3
    assert second == []


class CarelessQueue:
    """The planted bug: a queue that forgets to mark what it hands out."""

    def claim(self, session: Session, *, now: object, limit: int) -> list[UUID]:
        return list(session.scalars(due_tasks(LATE, limit)))


@pytest.mark.req("P4")
def test_a_due_task_is_claimed_once_and_again_when_the_lease_has_run_out(world: World) -> None:
    world.send()
    world.drain()
    queue = queue_for(world.vault.dialect)

    assert_claimed_once(world, queue)

    with world.vault.writing() as session:
        assert len(queue.claim(session, now=LATE + LEASE, limit=100)) == 3


@pytest.mark.req("P4")
def test_planted_claiming_without_a_mark_is_caught(world: World) -> None:
    world.send()
    world.drain()

    with pytest.raises(AssertionError):
        assert_claimed_once(world, CarelessQueue())


@pytest.mark.postgres
@pytest.mark.req("S-7")
@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_two_claimers_at_once_get_different_tasks(world: World) -> None:
    """On PostgreSQL alone: SQLite has one writer at a time."""
    world.send()
    world.drain()
    queue = queue_for(world.vault.dialect)

    with world.vault.writing() as one, world.vault.writing() as other:
        mine = queue.claim(one, now=LATE, limit=2)
        theirs = queue.claim(other, now=LATE, limit=2)

    assert (len(mine), len(theirs)) == (2, 1)
    assert not set(mine) & set(theirs)


@pytest.mark.req("P4")
def test_the_poll_for_due_work_uses_its_index(world: World, database: str) -> None:
    with world.vault.reading() as session:
        query = due_tasks(NOW, 100).compile(session.connection(), compile_kwargs={"literal_binds": True})
        if database == "postgres":
            session.execute(text("SET LOCAL enable_seqscan = off"))  # An empty table is cheapest to scan.
        explain = "EXPLAIN QUERY PLAN " if database == "sqlite" else "EXPLAIN "
        plan = " ".join(str(row) for row in session.execute(text(explain + str(query))))

    assert "ix_task_due" in plan
    assert "SCAN task" not in plan


@pytest.mark.req("13")
def test_an_overdue_task_is_escalated_once_and_stays_open(world: World) -> None:
    world.send()
    world.drain()
    due = world.tasks(world.only_case())[Step.FIRST_CONTACT].due_at

    assert look_at_due(world.vault, now=due - timedelta(seconds=1)).total == 0
    assert look_at_due(world.vault, now=due).escalated == 1
    assert look_at_due(world.vault, now=due + timedelta(hours=1)).total == 0

    task = world.tasks(world.only_case())[Step.FIRST_CONTACT]
    assert (task.state, task.escalated_at) == ("open", due)


@pytest.mark.req("13")
def test_notice_is_escalated_and_missed_for_ever_when_the_call_in_passes(world: World) -> None:
    call_in = NOW + timedelta(days=10)
    world.send(call_in_at=call_in.isoformat(), on_scene={"safe_to_call": "yes"})
    world.drain()
    case_id = world.only_case()

    look_at_due(world.vault, now=call_in - timedelta(hours=72))
    assert world.tasks(case_id)[Step.NOTICE_BEFORE_CALL_IN].escalated_at == call_in - timedelta(hours=72)
    look_at_due(world.vault, now=call_in - timedelta(hours=24))
    assert Step.NOTICE_BEFORE_CALL_IN in world.tasks(case_id)
    looked = look_at_due(world.vault, now=call_in)

    missed = world.tasks(case_id, "missed")[Step.NOTICE_BEFORE_CALL_IN]
    assert looked.missed == 1
    assert missed.missed_cause == "not_done"
    assert missed.next_look_at is None


@pytest.mark.req("13")
@pytest.mark.parametrize(
    ("days", "on_scene", "phones", "cause"),
    [
        (2, {"safe_to_call": "yes"}, [HERS], "told_too_late"),
        (10, {"safe_to_call": "no"}, [HERS], "no_safe_way"),
        (10, None, None, "no_safe_way"),
    ],
)
def test_a_missed_notice_keeps_its_cause(
    world: World, days: int, on_scene: dict[str, str] | None, phones: list[str] | None, cause: str
) -> None:
    call_in = NOW + timedelta(days=days)
    victim = {"full_name": "Ana Roe", "phones": phones or []}
    world.send(call_in_at=call_in.isoformat(), on_scene=on_scene, victim=victim)
    world.drain()

    look_at_due(world.vault, now=call_in)

    assert world.tasks(world.only_case(), "missed")[Step.NOTICE_BEFORE_CALL_IN].missed_cause == cause


@pytest.mark.req("13")
def test_a_notice_given_is_never_missed(world: World) -> None:
    call_in = NOW + timedelta(days=10)
    world.send(call_in_at=call_in.isoformat(), on_scene={"safe_to_call": "yes"})
    world.drain()
    case_id = world.only_case()
    notice = world.tasks(case_id)[Step.NOTICE_BEFORE_CALL_IN]
    made = Made(Channel.CALL, Outcome.REACHED, world.destinations(case_id)[HERS].id, notice.id)

    with world.vault.writing() as session:
        log_attempt(session, case_id, made, by=ADVOCATE, now=NOW)
    look_at_due(world.vault, now=call_in)

    assert Step.NOTICE_BEFORE_CALL_IN in world.tasks(case_id, "done")


@pytest.mark.req("P5")
def test_a_task_that_cannot_be_looked_at_is_put_off_shown_and_blocks_nothing(world: World) -> None:
    world.send()
    world.drain()
    tasks = world.tasks(world.only_case())
    broken = tasks[Step.FIRST_CONTACT]
    with world.vault.writing() as session:
        damaged = broken.detail_box[:-1] + bytes([broken.detail_box[-1] ^ 1])
        session.execute(update(Task.__table__).where(Task.id == broken.id).values(detail_box=damaged))

    looked = look_at_due(world.vault, now=LATE)

    assert (looked.escalated, looked.failed) == (2, 1)
    after = world.tasks(world.only_case())
    assert after[Step.FIRST_CONTACT].next_look_at == LATE + escalation.PUT_OFF
    assert {task.escalated_at for task in after.values()} == {LATE}


@pytest.mark.req("P5")
def test_a_case_whose_keys_are_gone_keeps_no_other_from_being_looked_at(world: World) -> None:
    world.send()
    world.send(victim={"full_name": "Ann Loe"})
    world.drain()
    gone, other = world.cases()
    with world.vault.writing() as session:
        session.execute(delete(CaseKeyRecord).where(CaseKeyRecord.owner_id == gone))
    world.vault.case_keys.forget(gone)

    looked = look_at_due(world.vault, now=LATE)

    assert looked.failed == len(world.tasks(gone))
    assert {task.escalated_at for task in world.tasks(other).values()} == {LATE}


@pytest.mark.req("19")
def test_a_level_a_deadline_ignores_the_weekend(world: World) -> None:
    world.now = NOW + timedelta(hours=8)
    world.send(level="A")
    world.drain()

    due = world.tasks(world.only_case())[Step.EMERGENCY_CONTACT].due_at
    assert due - world.now < timedelta(hours=4, seconds=1)


@pytest.mark.req("17")
def test_her_word_ends_every_task_that_asks_for_contact(world: World) -> None:
    world.send(level="A")
    world.drain()
    case_id = world.only_case()

    with world.vault.writing() as session:
        made = Made(Channel.CALL, Outcome.SHE_WILL_CONTACT_US, world.destinations(case_id)[HERS].id)
        log_attempt(session, case_id, made, by=ADVOCATE, now=NOW)

    assert world.tasks(case_id) == {}
    assert world.standing(case_id).she_will_contact_us
