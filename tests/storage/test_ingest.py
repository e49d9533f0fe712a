"""What an event that was taken in changes in a case, and what it never does."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from agency_world import HERS, HIS, NOW, PROTOCOLS, SAM, World
from gate_builders import given
from sqlalchemy.orm import Session

from outreach.attempts.recording import Made, log_attempt
from outreach.gate.gate_facts import facts_for_gate as cases_facts
from outreach.identity.deciding import acknowledge
from outreach.ingest import drain_intake
from outreach.protocols.steps import Step
from outreach.proximity import Near, nearness
from outreach.reaching.destinations import Destination
from outreach.safe_contact import Allowed, Approval, Held, may_contact
from outreach.terms import Channel, ContentLevel, Outcome, Verdict

ADVOCATE = uuid4()


@pytest.mark.req("9")
def test_an_event_opens_a_case_with_her_ways_and_its_tasks(world: World) -> None:
    world.send(on_scene={"safe_to_call": "yes", "safe_times": "weekdays 9-12"})

    assert world.drain() == {"taken_in": 1}

    case_id = world.only_case()
    assert world.waiting() == 0
    assert world.standing(case_id).level == "B"
    assert world.destinations(case_id)[HERS].verdicts[Channel.CALL].verdict is Verdict.SAFE
    assert HIS not in world.destinations(case_id)
    assert set(world.tasks(case_id)) == {Step.FIRST_CONTACT, Step.RISK_ASSESSMENT, Step.SAFETY_PLAN}


@pytest.mark.req("4")
def test_the_same_event_twice_makes_one_event_and_one_set_of_tasks(world: World) -> None:
    event = world.police.event()
    for seconds in (0, 60):
        world.deposit(world.police.signed(event, "ev-1", at=NOW + timedelta(seconds=seconds)))

    assert world.drain() == {"taken_in": 1, "duplicate": 1}
    assert world.events() == 1
    assert len(world.tasks(world.only_case())) == 3
    assert world.set_aside() == []


@pytest.mark.req("4")
def test_two_agencies_may_use_the_same_event_id(world: World) -> None:
    world.send(event_id="ev-1")
    world.deposit(world.prosecutor.signed(world.prosecutor.event(victim={"full_name": "Joy Poe"}), "ev-1"))

    assert world.drain() == {"taken_in": 2}


@pytest.mark.req("6")
def test_a_change_that_arrives_before_what_it_changes_waits_for_it(world: World) -> None:
    call_in = NOW + timedelta(days=10)
    world.send("call_in_rescheduled", refers_to="ev-first", call_in_at=(call_in - timedelta(days=2)).isoformat())
    assert world.drain() == {"refers_to_unknown": 1}

    world.send(event_id="ev-first", call_in_at=call_in.isoformat())

    assert world.drain() == {"taken_in": 2}
    assert world.set_aside() == []
    notice = world.tasks(world.only_case())[Step.NOTICE_BEFORE_CALL_IN]
    assert notice.due_at == call_in - timedelta(days=2, hours=72)


@pytest.mark.req("6")
def test_an_older_event_never_overwrites_a_newer_level(world: World) -> None:
    def level(level: str, hours_ago: int) -> None:
        at = (NOW - timedelta(hours=hours_ago)).isoformat()
        world.send("level_changed", level=level, occurred_at=at, agency_case_ref="R1")

    level("C", 3)
    level("A", 1)
    level("D", 2)
    world.drain()

    standing = world.standing(world.only_case())
    assert standing.level == "A"
    assert standing.last_event == NOW - timedelta(hours=1)


@pytest.mark.req("6")
@pytest.mark.req("27")
def test_every_letter_to_him_counts_and_a_correction_takes_the_wrong_day_away(world: World) -> None:
    def letter(mailed_on: str, kind: str = "offender_notified", **fields: object) -> str:
        told = {"channel": "letter", "mailed_on": mailed_on, "agency_case_ref": "R1"}
        if kind == "correction":
            return world.send(kind, corrected=world.police.event("offender_notified", **told), **fields)
        return world.send(kind, **told, **fields)

    newer = letter("2026-11-19")
    letter("2026-11-02", occurred_at="2026-11-02T10:00:00-05:00")
    world.drain()
    case_id = world.only_case()
    assert [str(day) for day in letters_known(world, case_id)] == ["2026-11-02", "2026-11-19"]

    letter("2026-11-18", "correction", refers_to=newer)
    world.drain()
    assert [str(day) for day in letters_known(world, case_id)] == ["2026-11-02", "2026-11-18"]


def letters_known(world: World, case_id: UUID) -> tuple[date, ...]:
    with world.vault.reading() as session:
        return cases_facts(session, case_id, at=NOW).offender_letters


@pytest.mark.req("16")
def test_a_graver_level_takes_the_place_of_lighter_steps_and_keeps_them(world: World) -> None:
    world.send(level="C", agency_case_ref="R1", occurred_at=(NOW - timedelta(hours=5)).isoformat())
    world.send("level_changed", level="A", agency_case_ref="R1")
    world.drain()

    case_id = world.only_case()
    assert {Step.EMERGENCY_CONTACT, Step.OFFER_SERVICES} <= set(world.tasks(case_id))
    assert Step.SERVICES_NOTICE in world.tasks(case_id, "superseded")


@pytest.mark.req("16")
@pytest.mark.req("P2")
def test_a_removal_closes_nothing(world: World) -> None:
    world.send(agency_case_ref="R1")
    world.send("removed", reason="completed", agency_case_ref="R1")
    world.drain()

    case_id = world.only_case()
    assert {Step.FIRST_CONTACT, Step.ACKNOWLEDGE_REMOVAL} <= set(world.tasks(case_id))


@pytest.mark.req("5")
def test_the_level_and_its_criteria_are_stored_as_sent(world: World) -> None:
    world.send(level="D", criteria_version="2025-07")
    world.drain()

    standing = world.standing(world.only_case())
    assert (standing.level, standing.criteria_version) == ("D", "2025-07")


@pytest.mark.req("12")
def test_a_case_keeps_the_protocol_it_began_under(world: World) -> None:
    world.send(level="C", agency_case_ref="R1", occurred_at=(NOW - timedelta(hours=5)).isoformat())
    world.drain()
    newer = PROTOCOLS["high-point"].replace('version = "2026-01"', 'version = "2027-01"').replace("4 hours", "2 hours")

    world.send("level_changed", level="A", agency_case_ref="R1")
    drain_intake(replace(world.ingest, protocols={"high-point": newer}), now=NOW)

    due = world.tasks(world.only_case())[Step.EMERGENCY_CONTACT].due_at
    assert timedelta() <= due - NOW - timedelta(hours=4) < timedelta(seconds=1)


@pytest.mark.req("22a")
def test_a_new_event_makes_every_standing_yes_ask_first(world: World) -> None:
    world.send(agency_case_ref="R1", on_scene={"safe_to_call": "yes"}, occurred_at="2026-11-18T12:00:00-05:00")
    world.send("order_changed", order="served", effective_at=NOW.isoformat(), agency_case_ref="R1")
    world.drain()

    case_id = world.only_case()
    verdict = world.destinations(case_id)[HERS].verdicts[Channel.CALL]
    last_event = world.standing(case_id).last_event
    assert last_event is not None
    assert verdict.verified_at < last_event


@pytest.mark.req("45")
def test_an_event_that_names_her_number_as_his_leaves_a_live_call_possible(world: World) -> None:
    world.send(agency_case_ref="R1", on_scene={"safe_to_call": "yes"}, occurred_at="2026-11-20T09:00:00-05:00")
    world.send("custody_changed", custody="out", effective_at=NOW.isoformat(), agency_case_ref="R1",
               offender=SAM | {"phones": [HERS]}, victim={"full_name": "Ana Roe", "date_of_birth": "1990-09-12"},
               occurred_at="2026-11-20T09:30:00-05:00")  # fmt: skip
    world.drain()

    case_id = world.only_case()
    phone = world.destinations(case_id)[HERS]
    assert near_of(world, case_id, phone) is Near.NAMED
    assert Step.SUPERVISOR_ALERT in world.tasks(case_id)
    assert phone.verdicts[Channel.CALL].verdict is Verdict.SAFE
    with world.vault.reading() as session:
        decision = reaches_her(session, case_id, phone)
    assert isinstance(decision, Allowed | Held)
    assert world.standing(case_id).level == "B"


def near_of(world: World, case_id: UUID, phone: Destination) -> Near | None:
    with world.vault.reading() as session:
        hit = nearness(phone, cases_facts(session, case_id, at=NOW).near)
    return hit.how if hit else None


def reaches_her(session: Session, case_id: UUID, phone: Destination) -> object:
    """Ask the gate about a live call after an advocate saw the warning, an hour inside the calling hours."""
    facts = cases_facts(session, case_id, at=NOW)
    seen = facts.approvals | given(Approval.SHARED_PHONE_CALL, Approval.FIRST_CONTACT, for_way=phone.id)
    return may_contact(
        phone, Channel.CALL, ContentLevel.NONE, at=NOW + timedelta(hours=1), facts=replace(facts, approvals=seen)
    )


@pytest.mark.req("P2b")
def test_a_cancelled_call_in_leaves_the_deadline_until_a_human_agrees(world: World) -> None:
    call_in = NOW + timedelta(days=10)
    first = world.send(call_in_at=call_in.isoformat())
    world.send("call_in_cancelled", refers_to=first)
    world.drain()
    case_id = world.only_case()
    tasks = world.tasks(case_id)
    assert tasks[Step.NOTICE_BEFORE_CALL_IN].due_at == call_in - timedelta(hours=72)

    with world.vault.writing() as session:
        acknowledge(session, tasks[Step.ACKNOWLEDGE_CANCEL].id, accept=True, by=ADVOCATE, now=NOW)

    assert Step.NOTICE_BEFORE_CALL_IN in world.tasks(case_id, "superseded")


@pytest.mark.req("15")
def test_a_later_call_in_moves_the_deadline_only_when_a_human_agrees(world: World) -> None:
    call_in, later = NOW + timedelta(days=10), NOW + timedelta(days=20)
    first = world.send(call_in_at=call_in.isoformat())
    world.send("call_in_rescheduled", refers_to=first, call_in_at=later.isoformat())
    world.drain()
    case_id = world.only_case()
    before = world.tasks(case_id)
    assert before[Step.NOTICE_BEFORE_CALL_IN].due_at == call_in - timedelta(hours=72)

    with world.vault.writing() as session:
        acknowledge(session, before[Step.ACKNOWLEDGE_RESCHEDULE].id, accept=True, by=ADVOCATE, now=NOW)

    after = world.tasks(case_id)[Step.NOTICE_BEFORE_CALL_IN]
    assert after.due_at == later - timedelta(hours=72)
    assert world.detail(after).call_in_at == later.isoformat()


@pytest.mark.req("15")
def test_an_earlier_call_in_holds_at_once_and_alerts(world: World) -> None:
    call_in, earlier = NOW + timedelta(days=10), NOW + timedelta(days=5)
    first = world.send(call_in_at=call_in.isoformat())
    world.send("call_in_rescheduled", refers_to=first, call_in_at=earlier.isoformat())
    world.drain()

    notice = world.tasks(world.only_case())[Step.NOTICE_BEFORE_CALL_IN]
    assert notice.due_at == earlier - timedelta(hours=72)
    assert notice.escalated_at == NOW


@pytest.mark.req("17")
def test_after_do_not_contact_an_event_alerts_a_supervisor_and_proposes_no_contact(world: World) -> None:
    world.send(level="C", agency_case_ref="R1", occurred_at="2026-11-18T12:00:00-05:00")
    world.drain()
    case_id = world.only_case()
    with world.vault.writing() as session:
        log_attempt(session, case_id, Made(Channel.CALL, Outcome.DO_NOT_CONTACT), by=ADVOCATE, now=NOW)
    assert world.tasks(case_id) == {}

    world.send("level_changed", level="A", agency_case_ref="R1")
    world.drain()

    assert set(world.tasks(case_id)) == {Step.SUPERVISOR_ALERT}


@pytest.mark.req("6")
def test_a_correction_must_be_of_the_kind_it_corrects(world: World) -> None:
    first = world.send()
    corrected = world.police.event("removed", reason="error")
    world.send("correction", refers_to=first, corrected=corrected)

    assert world.drain() == {"taken_in": 1, "refers_wrongly": 1}
    assert world.set_aside() == ["refers_wrongly"]


@pytest.mark.req("6")
def test_a_correction_corrects_the_level_and_closes_nothing(world: World) -> None:
    first = world.send(level="A")
    world.send("correction", refers_to=first, corrected=world.police.event(level="C"))
    world.drain()

    case_id = world.only_case()
    assert world.standing(case_id).level == "C"
    assert {Step.EMERGENCY_CONTACT, Step.ACKNOWLEDGE_CORRECTION} <= set(world.tasks(case_id))
