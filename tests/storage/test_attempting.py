"""What an advocate records changes exactly what its outcome means, and her live requests are kept with their proof."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from agency_world import HERS, NOW, World, add_colleague

from crypto.keyring import KeyPaths
from outreach.attempts.recording import InvalidAttempt, Made, log_attempt
from outreach.gate.facts import Request
from outreach.gate.gate_facts import facts_for_gate
from outreach.her_word.requests import InvalidRequest, live_requests, record_request, requests_in_her_words
from outreach.identity.deciding import acknowledge, begin_outreach, complete
from outreach.protocols.steps import Step
from outreach.records.cases import CaseRecord
from outreach.records.engine import Vault
from outreach.records.errors import NoSuchRecord
from outreach.records.spool import Spool, SpoolDrain
from outreach.staff.assigning import CannotTakeCases, assign_case
from outreach.tasks import TaskEnded, WrongTask
from outreach.terms import Channel, Outcome, Role, Verdict, VerdictSource

ADVOCATE, ADMINISTRATOR = uuid4(), uuid4()


@pytest.fixture
def world(vault: Vault, spool: Spool, drain: SpoolDrain, key_paths: KeyPaths) -> World:
    with vault.writing() as session:
        add_colleague(session, ADVOCATE)
        add_colleague(session, ADMINISTRATOR, Role.ADMINISTRATOR)
    made = World(vault, spool, drain, key_paths)
    made.send(on_scene={"safe_to_call": "yes", "safe_to_leave_message": "yes"})
    made.drain()
    return made


def log(world: World, outcome: Outcome, step: Step | None = Step.FIRST_CONTACT, **fields: object) -> None:
    """Record a call to her phone for a step, now."""
    case_id = world.only_case()
    task = world.tasks(case_id)[step].id if step else None
    made = Made(Channel.CALL, outcome, world.destinations(case_id)[HERS].id, task)._replace(**fields)
    with world.vault.writing() as session:
        log_attempt(session, case_id, made, by=ADVOCATE, now=NOW)


def her_request(destination_id: UUID) -> Request:
    """She asked, on a live call, to be called again within the day."""
    return Request(
        channel=Channel.CALL,
        destination_id=destination_id,
        what="Call me at noon",
        verified_how="live_call",
        asked_at=NOW,
        expires_at=NOW + timedelta(hours=24),
        by=ADVOCATE,
    )


@pytest.mark.req("17")
def test_being_reached_ends_the_step_and_keeps_the_time_of_live_contact(world: World) -> None:
    log(world, Outcome.REACHED)

    case_id = world.only_case()
    assert set(world.tasks(case_id, "done")) == {Step.FIRST_CONTACT}
    assert world.destinations(case_id)[HERS].last_live_contact_at == NOW


@pytest.mark.req("18")
def test_no_answer_ends_nothing_and_counts(world: World) -> None:
    log(world, Outcome.NO_ANSWER)

    case_id = world.only_case()
    assert Step.FIRST_CONTACT in world.tasks(case_id)
    with world.vault.reading() as session:
        facts = facts_for_gate(session, case_id, at=NOW)
    assert (facts.attempts_today, facts.attempts_for_event) == (1, 1)


@pytest.mark.req("26")
@pytest.mark.parametrize("outcome", [Outcome.UNSAFE, Outcome.WRONG_NUMBER])
def test_an_unsafe_phone_is_unsafe_in_every_way_and_frozen(world: World, outcome: Outcome) -> None:
    log(world, outcome)

    phone = world.destinations(world.only_case())[HERS]
    assert {verdict.verdict for verdict in phone.verdicts.values()} == {Verdict.UNSAFE}
    assert {verdict.source for verdict in phone.verdicts.values()} == {VerdictSource.ADVOCATE}
    assert phone.compromised


@pytest.mark.req("17")
def test_do_not_contact_keeps_her_answer_about_danger(world: World) -> None:
    log(world, Outcome.DO_NOT_CONTACT, may_try_if_danger=True)

    standing = world.standing(world.only_case())
    assert (standing.do_not_contact, standing.may_try_if_danger) == (True, True)


@pytest.mark.req("18")
def test_an_attempt_above_every_limit_is_still_recorded(world: World) -> None:
    for _ in range(7):
        log(world, Outcome.NO_ANSWER)

    with world.vault.reading() as session:
        assert facts_for_gate(session, world.only_case(), at=NOW).attempts_for_event == 7


def test_an_attempt_cannot_be_made_tomorrow_or_for_another_case(world: World) -> None:
    with pytest.raises(InvalidAttempt):
        log(world, Outcome.REACHED, at=NOW + timedelta(days=1))
    with pytest.raises(InvalidAttempt):
        log(world, Outcome.REACHED, step=None, task_id=uuid4())
    with pytest.raises(NoSuchRecord):
        log(world, Outcome.REACHED, destination_id=uuid4())
    assert Step.FIRST_CONTACT in world.tasks(world.only_case())


@pytest.mark.req("rule zero")
def test_a_live_request_is_kept_until_it_ends_and_reaches_the_gate(world: World) -> None:
    case_id = world.only_case()
    request = her_request(world.destinations(case_id)[HERS].id)
    without_her_words = replace(request, what="")

    with world.vault.writing() as session:
        record_request(session, case_id, request, now=NOW)

    with world.vault.reading() as session:
        assert live_requests(session, case_id, at=NOW + timedelta(hours=23)) == (without_her_words,)
        assert requests_in_her_words(session, case_id, at=NOW) == (request,)
        assert live_requests(session, case_id, at=NOW + timedelta(hours=24)) == ()
        assert facts_for_gate(session, case_id, at=NOW).request == without_her_words


@pytest.mark.req("rule zero")
@pytest.mark.parametrize(
    "changes",
    [
        {"verified_how": "text"},
        {"what": "  "},
        {"asked_at": NOW + timedelta(minutes=1)},
        {"expires_at": NOW},
        {"expires_at": NOW + timedelta(days=8)},
    ],
)
def test_a_request_that_was_not_made_live_or_has_no_fair_end_is_refused(
    world: World, changes: dict[str, object]
) -> None:
    case_id = world.only_case()
    fields = {name: getattr(her_request(uuid4()), name) for name in Request.__slots__} | changes

    with world.vault.writing() as session, pytest.raises(InvalidRequest):
        record_request(session, case_id, Request(**fields), now=NOW)


@pytest.mark.req("18")
def test_contact_she_asked_for_counts_as_prompted(world: World) -> None:
    case_id = world.only_case()
    with world.vault.writing() as session:
        record_request(session, case_id, her_request(world.destinations(case_id)[HERS].id), now=NOW)

    log(world, Outcome.NO_ANSWER)

    assert [attempt.was_prompted for attempt in world.attempts(case_id)] == [True]


def test_a_task_without_an_attempt_is_completed_once_and_only_by_its_own_form(world: World) -> None:
    case_id = world.only_case()
    plan = world.tasks(case_id)[Step.SAFETY_PLAN].id

    with world.vault.writing() as session:
        complete(session, plan, by=ADVOCATE, now=NOW)

    assert Step.SAFETY_PLAN in world.tasks(case_id, "done")
    first_contact = world.tasks(case_id)[Step.FIRST_CONTACT].id
    with world.vault.writing() as session:
        with pytest.raises(WrongTask):
            acknowledge(session, first_contact, accept=True, by=ADVOCATE, now=NOW)
        with pytest.raises(WrongTask):
            begin_outreach(session, first_contact, may_begin=True, by=ADVOCATE, now=NOW)
        with pytest.raises(TaskEnded):
            complete(session, plan, by=ADVOCATE, now=NOW)


@pytest.mark.req("69")
def test_a_case_goes_only_to_a_colleague_who_may_see_cases(world: World) -> None:
    case_id = world.only_case()
    with world.vault.writing() as session:
        assign_case(session, case_id, ADVOCATE, by=ADVOCATE, now=NOW)
    with world.vault.writing() as session, pytest.raises(CannotTakeCases):
        assign_case(session, case_id, ADMINISTRATOR, by=ADVOCATE, now=NOW)

    with world.vault.reading() as session:
        assert session.get_one(CaseRecord, case_id).assigned_to_id == ADVOCATE
