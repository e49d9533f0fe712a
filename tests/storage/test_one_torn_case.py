"""One case that does not open keeps no event from being taken in and no deadline from being seen."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from agency_world import ANA, HERS, NOW, SAM, World, add_colleague
from linked_cases import flip_a_byte, lose_keys
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from outreach import audit, ingest
from outreach.access import StaffCard
from outreach.identity.match_view import open_match_view
from outreach.ingesting.event_round import EventRound
from outreach.on_duty import paging
from outreach.records.cases import LevelEventRecord
from outreach.records.ledger import QuarantinedDeposit
from outreach.records.people import VictimRecord
from outreach.records.work import Task
from outreach.scheduling.escalation import look_at_due
from outreach.terms import Employer, Role

pytestmark = pytest.mark.req("P5")

ZOE = {"full_name": "Zoe Bell", "date_of_birth": "1979-01-31", "phones": ["+13365550111"]}
MAX = {"full_name": "Max Ray", "date_of_birth": "1977-05-06", "phones": ["+13365550112"]}


def tear_its_boxes(world: World, case_id: UUID) -> None:
    """Damage what says who she is and what happened, each by one bit."""
    with world.vault.writing() as session:
        for table, box in ((VictimRecord, VictimRecord.contact_box), (LevelEventRecord, LevelEventRecord.event_box)):
            for row, sealed in session.execute(select(table.id, box).where(table.case_id == case_id)).all():
                torn = sealed[:-1] + bytes([sealed[-1] ^ 1])
                session.execute(update(table).where(table.id == row).values({box.key: torn}))
        audit.record(session, action="test.tear", by=None, cases=[case_id], now=NOW)


DAMAGES = pytest.mark.parametrize("damage", [lose_keys, flip_a_byte, tear_its_boxes])
Damage = Callable[[World, UUID], None]


def a_torn_case(world: World, damage: Damage) -> UUID:
    world.send(agency_case_ref="R-1")
    world.drain()
    torn = world.only_case()
    damage(world, torn)
    return torn


def steps(world: World, case_id: UUID) -> set[str]:
    with world.vault.reading() as session:
        return set(session.scalars(select(Task.step).where(Task.case_id == case_id)))


def the_others_are_taken_in(world: World, damage: Damage) -> UUID:
    """Damage Ana's case; then news of Zoe and of everyone near Ana comes in one round."""
    torn = a_torn_case(world, damage)
    world.send(victim=ZOE, offender=MAX, event_id="far")
    world.send(agency_case_ref="R-1", event_id="hers-by-reference")
    world.send(victim={"full_name": "Lena Fox", "phones": [HERS]}, offender=MAX, event_id="her-phone")
    world.send(victim={**ZOE, "full_name": "Ana Row", "date_of_birth": ANA["date_of_birth"]}, event_id="her-birthday")
    world.send(
        victim=SAM, offender={"full_name": "Ana Roe", "date_of_birth": ANA["date_of_birth"]}, event_id="the-other-side"
    )
    assert world.drain() == {"taken_in": 5}
    assert world.set_aside() == []
    return torn


@DAMAGES
def test_news_near_a_case_that_does_not_open_is_taken_in_and_waits_for_a_human(world: World, damage: Damage) -> None:
    torn = the_others_are_taken_in(world, damage)
    fresh = [each for each in world.cases() if each != torn]
    assert len(fresh) == 5
    held = [each for each in fresh if world.standing(each).supervisor_hold]
    asked = {each.case_id for each in world.matches() if each.other_case_id == torn}
    assert len(held) == 4
    assert asked <= set(held)
    assert len(asked) == 3
    assert all({"supervisor_alert", "first_contact"} <= steps(world, each) for each in held)
    assert all("decide_match" in steps(world, each) for each in asked)


@DAMAGES
def test_news_far_from_it_is_held_by_nothing(world: World, damage: Damage) -> None:
    torn = a_torn_case(world, damage)
    world.send(victim=ZOE, offender=MAX)
    world.drain()
    (far,) = [each for each in world.cases() if each != torn]
    assert not world.standing(far).supervisor_hold
    assert set(world.tasks(far)) == {"first_contact", "risk_assessment", "safety_plan"}


def test_planted_round_that_reads_all_or_nothing_is_caught(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def all_or_nothing(self: EventRound, read, case_ids):
        return read(self._session, list(case_ids))

    monkeypatch.setattr(EventRound, "_read", all_or_nothing)
    with pytest.raises(AssertionError):
        the_others_are_taken_in(world, flip_a_byte)


def due_at(world: World) -> list[datetime | None]:
    with world.vault.reading() as session:
        return list(session.scalars(select(QuarantinedDeposit.due_at)))


def news_without_a_name_is_a_supervisors_by_a_deadline(world: World, damage: Damage, level: str = "B") -> None:
    first = world.send(level=level, call_in_at=(NOW + timedelta(days=10)).isoformat())
    world.drain()
    torn = world.only_case()
    damage(world, torn)
    world.send("call_in_cancelled", refers_to=first)
    world.send(victim=ZOE, offender=MAX)
    assert world.drain() == {"case_torn": 1, "taken_in": 1}
    assert world.set_aside() == ["case_torn"]
    (due,) = due_at(world)
    assert due is not None
    assert due - NOW <= (timedelta(hours=5) if level == "A" else timedelta(days=4))


@DAMAGES
@pytest.mark.parametrize("level", ["A", "B"])
def test_news_that_continues_it_and_names_nobody_is_a_supervisors_by_the_clock_of_its_level(
    world: World, damage: Damage, level: str
) -> None:
    with world.vault.writing() as session:
        add_colleague(session, (kim := uuid4()))
    news_without_a_name_is_a_supervisors_by_a_deadline(world, damage, level)
    with world.vault.reading() as session:
        assert paging.waiting_for(session, kim)


def test_planted_news_set_aside_without_a_deadline_is_caught(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest, "due_for_supervisor", lambda *_, **__: None)

    with pytest.raises(AssertionError):
        news_without_a_name_is_a_supervisors_by_a_deadline(world, flip_a_byte)


def test_news_of_her_that_can_not_go_on_with_it_opens_a_case_of_its_own_held_for_a_supervisor(world: World) -> None:
    torn = a_torn_case(world, lambda *_: None)
    with world.vault.writing() as session:
        tear_one_box(session, torn)
    world.send("custody_changed", agency_case_ref="R-1", custody="out", effective_at=NOW.isoformat())
    assert world.drain() == {"taken_in": 1}

    (fresh,) = [each for each in world.cases() if each != torn]
    assert world.standing(fresh).supervisor_hold
    assert {"supervisor_alert", "decide_match", "custody_check"} <= steps(world, fresh)
    assert [each.other_case_id for each in world.matches()] == [torn]


def tear_one_box(session: Session, case_id: UUID) -> None:
    """Damage one task: who she is and what happened open, and going on with the case does not."""
    row, sealed = session.execute(select(Task.id, Task.detail_box).where(Task.case_id == case_id)).first()
    session.execute(update(Task).where(Task.id == row).values(detail_box=sealed[:-1] + bytes([sealed[-1] ^ 1])))
    audit.record(session, action="test.tear", by=None, cases=[case_id], now=NOW)


@DAMAGES
def test_every_other_deadline_is_seen(world: World, damage: Damage) -> None:
    torn = a_torn_case(world, damage)
    world.send(victim=ZOE, offender=MAX)
    world.drain()
    look_at_due(world.vault, now=NOW + timedelta(days=30))
    with world.vault.reading() as session:
        seen = session.execute(select(Task.case_id, Task.escalated_at)).all()
    assert len(seen) == 6
    assert {case_id for case_id, at in seen if at is not None} >= {each for each, _ in seen if each != torn}


@DAMAGES
def test_whoever_decides_is_told_that_the_older_case_does_not_open(world: World, damage: Damage) -> None:
    torn = a_torn_case(world, damage)
    world.send(agency_case_ref="R-1")
    world.drain()
    (match,) = [each for each in world.matches() if each.other_case_id == torn]
    supervisor = StaffCard(match.id, "kim@example.org", "Kim", Role.SUPERVISOR, Employer.ADVOCACY)
    with world.vault.writing() as session:
        add_colleague(session, supervisor.id)
    with world.vault.writing() as session:
        view = open_match_view(session, supervisor, match.id, now=NOW)
    assert (view.other, view.comparison, view.this.victim.full_name) == (None, None, "Ana Roe")
