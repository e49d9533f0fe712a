"""Two plans made at the same moment: no colleague is sent to two places, nor watches from one."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from threading import Barrier, BrokenBarrierError
from uuid import UUID

import pytest
from builders import NOW, a_case
from meeting_world import Watch, a_place

from outreach.meetings import planning
from outreach.meetings.planning import UnfitPlan
from outreach.meetings.rules import Plan

PATIENCE_SECONDS = 0.5
"""How long a plan waits for the other to come as far. With the lock the other never does, so this is spent once."""


@pytest.fixture
def watch(vault):
    return Watch.begin(vault)


def planned_at_once(watch: Watch, monkeypatch: pytest.MonkeyPatch, *plans: Plan) -> list[str]:
    """
    Make both plans, each for a woman of her own; return what came of them.

    Each is held where it knows who is taken until the other is there too.
    """
    both, really_weigh = Barrier(2), planning.faults_of
    with watch.vault.writing() as session:
        case_id = a_case(session, assigned_to=watch.dana.id)
        place = a_place(session, case_id)
    hers = ((watch.case_id, plans[0]), (case_id, replace(plans[1], destination_id=place.id)))

    def weigh(*plan, **named):
        with suppress(BrokenBarrierError):  # Then the other waits for us.
            both.wait(PATIENCE_SECONDS)
        return really_weigh(*plan, **named)

    def make(case_and_plan: tuple[UUID, Plan]) -> str:
        try:
            with watch.vault.writing() as session:
                planning.plan_meeting(session, watch.dana, *case_and_plan, now=NOW)
        except UnfitPlan as unfit:
            return unfit.faults[0].field
        return "kept"

    monkeypatch.setattr(planning, "faults_of", weigh)
    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(make, hers))


def one_is_kept(watch: Watch, monkeypatch: pytest.MonkeyPatch, **other) -> None:
    """See the second of two plans refused, by what it shares with the first."""
    usual = watch.plan()
    found = planned_at_once(watch, monkeypatch, usual, replace(usual, **other))
    assert found.count("kept") == 1, found


@pytest.mark.req("51")
@pytest.mark.parametrize("shared", ["goes", "watches"])
def test_two_plans_at_the_same_moment_do_not_send_one_colleague_to_two_places(watch, monkeypatch, shared):
    nobody_else = {"second": None, "buddy": watch.stranger.id}
    first = {"lead": watch.lee.id} if shared == "goes" else {"lead": watch.sam.id}
    one_is_kept(watch, monkeypatch, **nobody_else, **first)


@pytest.mark.postgres
@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_planted_plan_that_takes_no_turn_is_caught(watch, monkeypatch):
    monkeypatch.setattr(planning, "take_turns", lambda *_: None)
    with pytest.raises(AssertionError, match=r"\['kept', 'kept'\]"):
        one_is_kept(watch, monkeypatch, lead=watch.lee.id, second=None, buddy=watch.stranger.id)
