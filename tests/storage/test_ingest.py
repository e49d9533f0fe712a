"""A deposit becomes an event of a case, once; or it is set aside, and never blocks the rest."""

from datetime import timedelta

import pytest
from agency_world import HERS, HIS, NOW, World

from crypto.keyring import KeyPaths
from outreach.records.engine import Vault
from outreach.records.spool import Spool, SpoolDrain
from outreach.steps import Step
from outreach.terms import Channel, Verdict


@pytest.fixture
def world(vault: Vault, spool: Spool, drain: SpoolDrain, key_paths: KeyPaths) -> World:
    return World(vault, spool, drain, key_paths)


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
