"""Requirements 11, 20, 70, P6: a conflict wall beats every role, and leaves no trace of the case it stands around."""

from dataclasses import replace
from uuid import uuid4

import pytest
from advocate_desk import Desk
from advocate_routes import TABLE, address
from builders import NOW
from meeting_world import a_meeting
from sqlalchemy import true
from walled_case import Walled, a_case_on_every_list, differences, keep_away, pages, put_on_call

from outreach.access import NoSuchCase, find_case
from outreach.identity import deciding
from outreach.records.cases import CaseRecord, PossibleMatch
from outreach.scheduling import ticks
from outreach.terms import Role
from outreach.walls import conflicts, restricting
from outreach.walls.conflicts import NobodyLeft
from outreach.walls.left import count_unseen
from outreach.walls.restricting import Cause

pytestmark = [pytest.mark.req("11"), pytest.mark.req("20"), pytest.mark.req("70"), pytest.mark.req("P6")]


@pytest.fixture
def friend(hire):
    """A supervisor who knows the partner."""
    return hire(Role.SUPERVISOR, name="Kim Osei")


@pytest.fixture
def without(vault, world, friend, desk: Desk) -> dict[str, bytes]:
    """What the friend, who is on call, finds while the case is not there."""
    with vault.writing() as session:
        put_on_call(session, friend.card.id)
        for queue in ticks.Queue:
            ticks.note(session, queue.value, now=NOW)
    desk.sit_down(friend.card)
    return pages(desk, world)


def walled(vault, world, friend) -> Walled:
    with vault.writing() as session:
        made = a_case_on_every_list(session, world, a_meeting)
        keep_away(session, made.case_id, friend.card.id, world.supervisor.card)
    return made


def no_trace(vault, world, friend, desk, without) -> None:
    hers = walled(vault, world, friend)
    found = pages(desk, world)
    assert differences(without, found) == []
    assert not [rule for rule, page in found.items() if hers.handle.encode() in page]


def test_no_page_of_a_walled_colleague_differs_by_a_byte_from_a_world_without_the_case(
    vault, world, friend, desk, without
):
    no_trace(vault, world, friend, desk, without)


def test_who_is_not_kept_away_sees_it_on_those_pages(vault, world, friend, desk, without):
    walled(vault, world, friend)
    with vault.writing() as session:
        put_on_call(session, world.supervisor.card.id)

    changed = differences(without, pages(desk.sit_down(world.supervisor.card), world))

    lists = {"/today", "/team", "/cases", "/call-ins", "/meetings", "/letters", "/outbox", "/night"}
    assert lists | {"/letter-batches/<uuid:batch_id>"} <= set(changed)


MISSING = {
    "the query of cases": "outreach.access",
    "wishes and cold mail": "outreach.approvals.second_person",
    "meetings": "outreach.meetings.view",
    "who holds how much": "outreach.staff.team",
    "pages": "outreach.on_duty.paging",
    "the night card": "outreach.walls.night",
}


@pytest.mark.parametrize("database", ["sqlite"])
@pytest.mark.parametrize("module", MISSING.values(), ids=MISSING)
def test_a_planted_list_without_the_wall_is_caught(vault, world, friend, desk, without, monkeypatch, module):
    monkeypatch.setattr(f"{module}.is_not_walled_off", lambda *_: true())
    if module == "outreach.on_duty.paging":  # Paged before the wall was built: the page must go with the case.
        monkeypatch.setattr("outreach.walls.telling.kept_away", lambda *_: frozenset())

    with pytest.raises(AssertionError):
        no_trace(vault, world, friend, desk, without)


@pytest.mark.req("Z-2")
@pytest.mark.req("Z-5")
def test_a_walled_case_and_one_that_never_was_are_alike_at_every_address(vault, world, friend, desk):
    hers = walled(vault, world, friend)
    there = replace(
        world, case_id=hers.case_id, phone=replace(world.phone, id=hers.phone_id), task_id=hers.task_id,
        meeting_id=hers.meeting_id,
    )  # fmt: skip
    desk.sit_down(friend.card)
    named = ("<uuid:case_id>", "<uuid:task_id>", "<uuid:meeting_id>")

    for method, rule in sorted(TABLE):
        if method == "GET" and any(each in rule for each in named):
            found, never = desk.get(address(rule, there)), desk.get(address(rule, world.elsewhere()))
            assert (found.status_code, found.data) == (404, never.data), rule


def test_a_wall_takes_a_case_from_who_held_it_and_nobody_can_hand_it_back(vault, world, desk):
    with vault.writing() as session:
        keep_away(session, world.case_id, world.dana.card.id, world.supervisor.card)
    with vault.reading() as session:
        assert session.get_one(CaseRecord, world.case_id).assigned_to_id is None
        with pytest.raises(NoSuchCase):
            find_case(session, world.dana.card, world.case_id)
    boss = desk.sit_down(world.supervisor.card)
    page = boss.get("/team").text
    version = page.split(f"/cases/{world.case_id}/assignment")[1].split('name="version" value="')[1].split('"')[0]
    refused = boss.post(f"/cases/{world.case_id}/assignment", {"to": str(world.dana.card.id), "version": version})
    assert (refused.status_code, "they cannot take it" in refused.text) == (409, True)


def test_somebody_is_always_left_who_sees_the_case(vault, world):
    with pytest.raises(NobodyLeft), vault.writing() as session:
        keep_away(session, world.nobodys_case_id, world.supervisor.card.id, world.supervisor.card)
    with vault.writing() as session:
        keep_away(session, world.case_id, world.supervisor.card.id, world.supervisor.card)
    with vault.reading() as session:
        assert find_case(session, world.dana.card, world.case_id)
        assert count_unseen(session) == 0


def test_a_wall_reaches_what_may_be_the_same_woman_until_a_human_says_otherwise(vault, world, friend):
    with vault.writing() as session:
        match = PossibleMatch(id=uuid4(), case_id=world.nobodys_case_id, other_case_id=world.case_id)
        session.add(match)
        session.flush()
        keep_away(session, world.case_id, friend.card.id, world.supervisor.card)
    with vault.reading() as session:
        for case_id in (world.case_id, world.nobodys_case_id):
            with pytest.raises(NoSuchCase):
                find_case(session, friend.card, case_id)
    with vault.writing() as session:
        session.get_one(PossibleMatch, match.id).decision = "different"
    with vault.reading() as session:
        assert find_case(session, friend.card, world.nobodys_case_id)


def test_one_womans_cases_share_their_walls_and_restrictions_once_that_is_decided(vault, world, friend):
    with vault.writing() as session:
        row = uuid4()
        session.add(PossibleMatch(id=row, case_id=world.nobodys_case_id, other_case_id=world.case_id))
        session.flush()
        boss = world.supervisor.card
        restricting.restrict(session, boss, world.case_id, Cause.OFFICER, words="He is a deputy.", now=NOW)
        keep_away(session, world.case_id, friend.card.id, boss)
        deciding.decide(session, row, same=True, by=boss.id, now=NOW)
    with vault.reading() as session:
        assert [each.cause for _, each in restricting.live_ones(session, world.nobodys_case_id)] == ["officer"]
        assert session.get_one(CaseRecord, world.nobodys_case_id).is_restricted
        walls = conflicts.walls_of(session, world.nobodys_case_id)
        assert [row.staff_id for row, _ in walls] == [friend.card.id]


def test_a_supervisor_lets_a_colleague_back_with_a_reason_and_nobody_else_can(vault, world, desk):
    with vault.writing() as session:
        keep_away(session, world.case_id, world.other.card.id, world.dana.card)
        ((wall, _),) = conflicts.walls_of(session, world.case_id)
    at = f"/cases/{world.case_id}/walls/{wall.id}/ending"
    desk.sit_down(world.dana.card)
    assert desk.get(at).status_code == desk.post(at, {"because": "x"}).status_code == 404
    boss = desk.sit_down(world.supervisor.card)
    boss.get(at)
    assert boss.post(at, {"because": ""}).status_code == 422
    assert boss.post(at, {"because": "She moved away."}).status_code == 303
    with vault.reading() as session:
        assert conflicts.walls_of(session, world.case_id) == []


def test_no_form_of_a_meeting_offers_a_colleague_who_is_kept_away(vault, world, desk):
    with vault.writing() as session:
        keep_away(session, world.case_id, world.other.card.id, world.dana.card)
    page = desk.sit_down(world.dana.card).get(f"/cases/{world.case_id}/meetings/new").text
    assert str(world.supervisor.card.id) in page
    assert str(world.other.card.id) not in page
