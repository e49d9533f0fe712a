"""Limits on tries, and a hold for a supervisor, are about her: two cases that are one woman's have one of each."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from agency_world import ANA, HERS, NOW, SAM, World, add_colleague
from sqlalchemy import update

from crypto.keyring import KeyPaths
from outreach import audit, cases
from outreach.attempts.recording import Made, log_attempt
from outreach.case_file.standing import Approved
from outreach.gate import gate_facts
from outreach.gate.facts import Approval, CaseFacts
from outreach.gate.gate_facts import facts_for_gate
from outreach.identity import deciding
from outreach.ingesting import continuing
from outreach.protocols.steps import Step
from outreach.records.cases import CaseKeyRecord
from outreach.records.engine import Vault
from outreach.records.spool import Spool, SpoolDrain
from outreach.safe_contact import may_contact
from outreach.tasks import detail_of, tasks_of
from outreach.terms import Channel, ContentLevel, Outcome, TaskState

ADVOCATE = uuid4()
SOON = timedelta(hours=1)


@pytest.fixture
def world(vault: Vault, spool: Spool, drain: SpoolDrain, key_paths: KeyPaths) -> World:
    with vault.writing() as session:
        add_colleague(session, ADVOCATE)
    return World(vault, spool, drain, key_paths)


@pytest.fixture
def hers(world: World) -> tuple[UUID, UUID]:
    """Her older case and her newer one, which a person decided is hers."""
    older = opened(world, agency_case_ref="R1")
    newer = opened(world, agency_case_ref="R2")
    with world.vault.writing() as session:
        for match in world.matches():
            deciding.decide(session, match.id, same=True, by=ADVOCATE, now=NOW)
    return older, newer


def opened(world: World, **fields: Any) -> UUID:
    """Send one event, drain, and return the case it opened."""
    before = set(world.cases())
    world.send(**{"victim": ANA, **fields})
    world.drain()
    (case_id,) = set(world.cases()) - before
    return case_id


def call(world: World, case_id: UUID, *, at: Any = NOW + SOON) -> None:
    """Try her phone, in vain."""
    made = Made(Channel.CALL, Outcome.NO_ANSWER, world.destinations(case_id)[HERS].id, at=at)
    with world.vault.writing() as session:
        log_attempt(session, case_id, made, by=ADVOCATE, now=at)


def facts(world: World, case_id: UUID, *, at: Any = NOW + 2 * SOON) -> CaseFacts:
    with world.vault.reading() as session:
        return facts_for_gate(session, case_id, at=at)


def hold(world: World, case_id: UUID, **changes: Any) -> None:
    with world.vault.writing() as session:
        cases.change_standing(session, case_id, by=ADVOCATE, now=NOW, **{"supervisor_hold": True, **changes})


def check_tries_are_hers(world: World, hers: tuple[UUID, UUID]) -> None:
    """Whichever case she was tried in, both say the same, and name the phone that was asked."""
    for number, tried_in in enumerate(hers, 1):
        call(world, tried_in, at=NOW + number * timedelta(minutes=20))
        for case_id in hers:
            found = facts(world, case_id)
            assert (found.attempts_today, found.attempts_for_event) == (number, number)
            assert found.asked_once == {world.destinations(case_id)[HERS].id}


@pytest.mark.req("18")
def test_tries_in_either_case_count_in_both(world: World, hers: tuple[UUID, UUID]) -> None:
    check_tries_are_hers(world, hers)


@pytest.mark.req("18")
def test_planted_limits_of_a_case_instead_of_a_woman_are_caught(
    world: World, hers: tuple[UUID, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate_facts, "tries_elsewhere", lambda *_, **__: [])

    with pytest.raises(AssertionError):
        check_tries_are_hers(world, hers)


@pytest.mark.req("18")
def test_planted_other_case_whose_phone_is_not_known_to_be_the_same_is_caught(
    world: World, hers: tuple[UUID, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    really = gate_facts.tries_elsewhere
    monkeypatch.setattr(
        gate_facts, "tries_elsewhere", lambda *a, **b: [each._replace(destination_id=None) for each in really(*a, **b)]
    )

    with pytest.raises(AssertionError):
        check_tries_are_hers(world, hers)


@pytest.mark.req("18")
def test_tries_for_an_older_event_of_hers_leave_room_for_a_new_one(world: World, hers: tuple[UUID, UUID]) -> None:
    for day in range(5):
        call(world, hers[0], at=NOW + SOON + timedelta(days=day))
    world.now = NOW + timedelta(days=6)
    world.send("level_changed", victim=ANA, agency_case_ref="R2", level="A")
    world.drain()

    assert facts(world, hers[0], at=world.now + SOON).attempts_for_event == 5
    assert facts(world, hers[1], at=world.now + SOON).attempts_for_event == 0


@pytest.mark.req("18")
def test_a_stranger_is_not_counted(world: World, hers: tuple[UUID, UUID]) -> None:
    stranger = opened(world, agency_case_ref="R9", victim={"full_name": "Lee Poe", "phones": [HERS]})
    call(world, stranger)

    assert [facts(world, each).attempts_today for each in hers] == [0, 0]


def reason(world: World, case_id: UUID) -> str | None:
    decision = may_contact(
        world.destinations(case_id)[HERS],
        Channel.CALL,
        ContentLevel.NONE,
        at=NOW + 2 * SOON,
        facts=facts(world, case_id),
    )
    return decision.reason.value


def check_hold_is_hers(world: World, hers: tuple[UUID, UUID]) -> None:
    """A hold in either case holds both."""
    for holding in hers:
        hold(world, holding)
        assert [reason(world, each) for each in hers] == ["supervisor_hold"] * 2
        hold(world, holding, supervisor_hold=False)


@pytest.mark.req("10")
def test_a_hold_for_a_supervisor_in_one_case_holds_both(world: World, hers: tuple[UUID, UUID]) -> None:
    check_hold_is_hers(world, hers)


@pytest.mark.req("10")
def test_planted_hold_of_one_case_alone_is_caught(
    world: World, hers: tuple[UUID, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = gate_facts._waits_for_supervisor
    monkeypatch.setattr(
        gate_facts,
        "_waits_for_supervisor",
        lambda standing, at, *, is_here: is_here and asked(standing, at, is_here=True),
    )

    with pytest.raises(AssertionError):
        check_hold_is_hers(world, hers)


def an_alert(world: World, case_id: UUID) -> UUID:
    """Let supervisors be asked about a case."""
    from outreach.protocols.planning import protocol_of, supervisor_alert
    from outreach.tasks import add_task

    with world.vault.writing() as session:
        plan = supervisor_alert(protocol_of(world.ingest.protocols["high-point"]), None, at=NOW, now=NOW)
        alert = add_task(session, case_id, plan)
        session.flush()
        audit.record(session, action="test.alert", by=ADVOCATE, cases=[case_id], now=NOW)
        return alert


@pytest.mark.req("10")
def test_a_supervisors_answer_opens_every_case_of_hers_in_which_none_is_asked_for(
    world: World, hers: tuple[UUID, UUID]
) -> None:
    for each in hers:
        hold(world, each)
    first, second = (an_alert(world, each) for each in hers)
    for alert, held in ((first, True), (second, False)):
        with world.vault.writing() as session:
            deciding.begin_outreach(session, alert, may_begin=True, by=ADVOCATE, now=NOW)
        assert {facts(world, each).supervisor_hold for each in hers} == {held}


@pytest.mark.req("10")
def test_a_decision_given_in_the_case_that_waits_opens_the_other_too(world: World, hers: tuple[UUID, UUID]) -> None:
    until = (NOW + timedelta(days=7)).isoformat()
    given = Approved(Approval.SUPERVISOR.value, str(ADVOCATE), NOW.isoformat(), until)
    hold(world, hers[0], approvals=(given,))

    assert reason(world, hers[1]) != "supervisor_hold"
    assert reason(world, hers[0]) != "supervisor_hold"


@pytest.mark.req("10")
def test_a_case_of_hers_that_does_not_open_keeps_no_supervisor_from_answering(
    world: World, hers: tuple[UUID, UUID]
) -> None:
    hold(world, hers[0])
    alert = an_alert(world, hers[0])
    with world.vault.writing() as session:
        session.execute(update(CaseKeyRecord).where(CaseKeyRecord.owner_id == hers[1]).values(commitment=b"x" * 32))
    world.vault.case_keys = type(world.vault.case_keys)()  # As after a restart.
    with world.vault.writing() as session:
        deciding.begin_outreach(session, alert, may_begin=True, by=ADVOCATE, now=NOW)

    assert not world.standing(hers[0]).supervisor_hold
    with world.vault.reading() as session:
        (task,) = (each for each in tasks_of(session, hers[0]) if each.step == Step.SUPERVISOR_ALERT)
        assert task.state == TaskState.DONE
        assert detail_of(session, task).outcome == "begin"


def check_a_human_hears_in_each_case(world: World, hers: tuple[UUID, UUID]) -> None:
    """An event of the older case names her phone as the partner's: where the newer case has it, it is asked about."""
    world.send("level_changed", victim=ANA, agency_case_ref="R1", offender={**SAM, "phones": [HERS]})
    world.drain()
    with world.vault.reading() as session:
        asked = [[each.step for each in tasks_of(session, case_id) if each.state == TaskState.OPEN] for case_id in hers]
    assert Step.SUPERVISOR_ALERT in asked[0]
    assert asked[1].count(Step.CHECK_WAYS) == 1


@pytest.mark.req("P2b")
@pytest.mark.req("45")
def test_an_event_that_names_her_phone_in_one_case_is_heard_of_in_the_other(
    world: World, hers: tuple[UUID, UUID]
) -> None:
    check_a_human_hears_in_each_case(world, hers)


@pytest.mark.req("P2b")
def test_planted_event_of_which_nobody_hears_in_her_other_case_is_caught(
    world: World, hers: tuple[UUID, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(continuing, "cases_nearer", lambda session, case_id, *_: [case_id])

    with pytest.raises(AssertionError):
        check_a_human_hears_in_each_case(world, hers)
