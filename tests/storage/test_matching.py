"""An event continues a case, or opens one; who may be known is a human's question, and the gate holds until then."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from agency_world import ANA, HERS, HIS, NOW, SAM, World, add_colleague

from crypto.keyring import KeyPaths
from outreach import cases
from outreach.gate.gate_facts import facts_for_gate
from outreach.gate.reasons import Reason
from outreach.identity.deciding import AlreadyDecided, begin_outreach, decide
from outreach.protocols.steps import Step
from outreach.reaching import reach
from outreach.reaching.destinations import ChannelVerdict
from outreach.records.engine import Vault
from outreach.records.spool import Spool, SpoolDrain
from outreach.safe_contact import Allowed, may_contact
from outreach.terms import Channel, ContentLevel, Verdict, VerdictSource

ADVOCATE = uuid4()
STRANGER: dict[str, Any] = {"full_name": "Lee Poe", "date_of_birth": "1979-01-30", "phones": ["+13365550111"]}


@pytest.fixture
def world(vault: Vault, spool: Spool, drain: SpoolDrain, key_paths: KeyPaths) -> World:
    with vault.writing() as session:
        add_colleague(session, ADVOCATE)
    return World(vault, spool, drain, key_paths)


def opened(world: World, **fields: Any) -> UUID:
    """Send one event, drain, and return the case it opened."""
    before = set(world.cases())
    world.send(**fields)
    world.drain()
    (case_id,) = set(world.cases()) - before
    return case_id


def gate(world: World, case_id: UUID, value: str) -> object:
    """Ask the gate about a live call in calling hours."""
    with world.vault.reading() as session:
        facts = facts_for_gate(session, case_id, at=NOW)
    return may_contact(
        world.destinations(case_id)[value], Channel.CALL, ContentLevel.NONE, at=NOW + timedelta(hours=1), facts=facts
    )


@pytest.mark.req("9")
@pytest.mark.parametrize(
    "victim",
    [
        ANA,
        {"full_name": "A. Married-Name", "date_of_birth": "1990-09-12"},
        {"full_name": "Ana Roe", "phones": ["+13365550123", HERS]},
        {"full_name": "Anna Roe", "date_of_birth": "1990-12-09", "phones": [HERS]},
    ],
)
def test_an_event_continues_a_case_on_the_reference_with_her_birth_date_or_a_phone(
    world: World, victim: dict[str, Any]
) -> None:
    opened(world, agency_case_ref="R1")
    world.send("level_changed", agency_case_ref="R1", victim=victim, level="A")
    world.drain()

    assert world.events() == 2
    assert world.standing(world.only_case()).level == "A"


@pytest.mark.req("9")
@pytest.mark.parametrize(
    ("reference", "victim"),
    [
        (None, ANA),
        ("R2", ANA),
        ("R1", {"full_name": "Ana Roe"}),
        ("R1", {"full_name": "Ana Roe", "date_of_birth": "1990-09-13"}),
        (None, {"full_name": "Someone Else", "phones": [HERS]}),
        (None, {"full_name": "Roe, Anna", "date_of_birth": "1990-09-12"}),
    ],
)
def test_anything_else_opens_a_case_and_a_possible_match_is_the_first_task(
    world: World, reference: str | None, victim: dict[str, Any]
) -> None:
    first = opened(world, agency_case_ref="R1")

    second = opened(world, agency_case_ref=reference, victim=victim, level="A", on_scene={"safe_to_call": "yes"})

    (match,) = world.matches()
    assert (match.case_id, match.other_case_id, match.decision) == (second, first, None)
    tasks = world.tasks(second)
    assert min(tasks.values(), key=lambda task: task.due_at).step == Step.DECIDE_MATCH
    assert tasks[Step.DECIDE_MATCH].due_at - NOW < timedelta(minutes=15, seconds=1)
    assert world.detail(tasks[Step.DECIDE_MATCH]).match_id == str(match.id)
    assert Step.DECIDE_MATCH not in world.tasks(first)


@pytest.mark.req("9")
def test_a_stranger_is_no_match(world: World) -> None:
    opened(world)
    opened(world, victim=STRANGER, offender={"full_name": "Max Loe"})

    assert world.matches() == []


@pytest.mark.req("9")
def test_the_gate_holds_until_the_match_is_decided(world: World) -> None:
    opened(world, on_scene={"safe_to_call": "yes"})
    second = opened(world, on_scene={"safe_to_call": "yes"})
    held = gate(world, second, HERS)
    assert getattr(held, "reason", None) is Reason.MATCH_PENDING

    (match,) = world.matches()
    with world.vault.writing() as session:
        decide(session, match.id, same=False, by=ADVOCATE, now=NOW)

    assert isinstance(gate(world, second, HERS), Allowed)
    assert Step.DECIDE_MATCH in world.tasks(second, "done")
    with world.vault.writing() as session, pytest.raises(AlreadyDecided):
        decide(session, match.id, same=True, by=ADVOCATE, now=NOW)


@pytest.mark.req("9")
@pytest.mark.req("17")
def test_the_same_person_keeps_her_do_not_contact_in_the_new_case(world: World) -> None:
    first = opened(world)
    with world.vault.writing() as session:
        cases.change_standing(session, first, by=ADVOCATE, now=NOW, do_not_contact=True)
    second = opened(world)
    (match,) = world.matches()

    with world.vault.writing() as session:
        decide(session, match.id, same=True, by=ADVOCATE, now=NOW)

    assert world.standing(second).do_not_contact
    assert not world.standing(second).match_pending
    assert set(world.tasks(second)) == {Step.SUPERVISOR_ALERT}
    assert len(world.cases()) == 2


@pytest.mark.req("9")
def test_the_same_person_keeps_what_she_said_of_her_phone(world: World) -> None:
    first = opened(world)
    phone = world.destinations(first)[HERS]
    unsafe = ChannelVerdict(Verdict.UNSAFE, VerdictSource.VICTIM, NOW)
    with world.vault.writing() as session:
        changed = replace(phone, verdicts=dict.fromkeys(phone.verdicts, unsafe))
        reach.save_destination(session, first, changed, version=phone.version, by=ADVOCATE, now=NOW)
    second = opened(world, on_scene={"safe_to_call": "yes"})
    (match,) = world.matches()

    with world.vault.writing() as session:
        decide(session, match.id, same=True, by=ADVOCATE, now=NOW)

    assert world.destinations(second)[HERS].verdicts[Channel.CALL] == unsafe


@pytest.mark.req("9")
def test_two_possible_matches_are_decided_one_after_the_other(world: World) -> None:
    opened(world)
    opened(world, victim=STRANGER)
    third = opened(world, victim={"full_name": "Ana Roe", "phones": [HERS, *STRANGER["phones"]]})
    ours = [match for match in world.matches() if match.case_id == third]
    assert len(ours) == 2

    for left, match in zip((1, 0), ours, strict=True):
        with world.vault.writing() as session:
            decide(session, match.id, same=False, by=ADVOCATE, now=NOW)
        assert world.standing(third).match_pending is bool(left)
        assert (Step.DECIDE_MATCH in world.tasks(third)) is bool(left)


DUAL_ARRESTS: list[dict[str, Any]] = [
    {"victim": SAM, "offender": ANA},
    {"victim": {"full_name": "Sam Doe", "date_of_birth": "1988-04-02"}, "offender": {"full_name": "Not Known"}},
    {"victim": {"full_name": "Not Known", "phones": [HIS]}, "offender": {"full_name": "Not Known"}},
    {"victim": {"full_name": "Doe, Samuel", "phones": [HERS]}, "offender": ANA, "agency_case_ref": "R1"},
]


@pytest.mark.req("10")
@pytest.mark.parametrize("fields", DUAL_ARRESTS)
def test_after_a_dual_arrest_the_other_case_is_separate_and_waits_for_a_supervisor(
    world: World, fields: dict[str, Any]
) -> None:
    hers = opened(world, agency_case_ref="R1")
    tasks_before = set(world.tasks(hers))
    victim = {name: value for name, value in fields["victim"].items() if name != "address"}
    offender = {name: value for name, value in fields["offender"].items() if name in ("full_name", "date_of_birth")}

    his = opened(world, **(fields | {"victim": victim, "offender": offender, "level": "A"}))

    assert world.standing(his).supervisor_hold
    alert = world.tasks(his)[Step.SUPERVISOR_ALERT]
    assert alert.due_at - NOW < timedelta(hours=4, seconds=1)
    assert not world.standing(hers).supervisor_hold
    assert set(world.tasks(hers)) == tasks_before | {Step.SUPERVISOR_ALERT}


@pytest.mark.req("10")
def test_a_supervisor_lets_outreach_begin(world: World) -> None:
    opened(world)
    his = opened(world, victim=SAM, offender={"full_name": "Ana Roe"}, on_scene={"safe_to_call": "yes"})
    assert getattr(gate(world, his, HIS), "reason", None) is Reason.SUPERVISOR_HOLD

    with world.vault.writing() as session:
        begin_outreach(session, world.tasks(his)[Step.SUPERVISOR_ALERT].id, may_begin=True, by=ADVOCATE, now=NOW)

    assert not world.standing(his).supervisor_hold
    assert Step.SUPERVISOR_ALERT in world.tasks(his, "done")


@pytest.mark.req("10")
@pytest.mark.req("45")
def test_her_own_new_case_is_not_taken_for_the_other_sides_because_he_uses_her_phone(world: World) -> None:
    opened(world, offender=SAM | {"phones": [HERS]})

    second = opened(world)

    assert not world.standing(second).supervisor_hold
    assert world.standing(second).match_pending


@pytest.mark.req("10")
def test_a_couple_with_names_alike_keeps_one_case(world: World) -> None:
    couple = {
        "victim": {"full_name": "Dana Doe", "phones": [HERS]},
        "offender": {"full_name": "Dan Doe"},
        "agency_case_ref": "R1",
    }
    opened(world, **couple)
    world.send("level_changed", level="A", **couple)
    world.drain()

    assert len(world.cases()) == 1


@pytest.mark.req("9")
def test_planted_merge_without_agreement_is_caught(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outreach.matching._agree", lambda *_, **__: True)

    with pytest.raises((AssertionError, ValueError)):
        test_anything_else_opens_a_case_and_a_possible_match_is_the_first_task(
            world, "R1", {"full_name": "Ana Roe", "date_of_birth": "1990-09-13"}
        )


@pytest.mark.req("10")
def test_planted_blindness_for_the_other_side_is_caught(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outreach.matching._is_named", lambda *_, **__: False)

    with pytest.raises((AssertionError, ValueError)):
        test_after_a_dual_arrest_the_other_case_is_separate_and_waits_for_a_supervisor(world, DUAL_ARRESTS[3])
