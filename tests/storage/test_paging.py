"""Requirement 20: every event of level A or B pages whoever is on call, at a fixed tick, until somebody has seen it."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from agency_world import NOW, World
from builders import FrozenClock, a_staff_member
from sqlalchemy import select

from outreach.ingesting import arrivals
from outreach.on_duty import ladder, on_call, pagers, paging
from outreach.on_duty.on_call import NewShift, Turn
from outreach.on_duty.pagers import NotPaged, OnScreenOnly, push_due
from outreach.records.engine import Vault
from outreach.records.on_call import PageCall, PageTick, StaffPage
from outreach.terms import PageAbout, Role

pytestmark = pytest.mark.req("20")

TICK = NOW.replace(minute=15)


class Phones:
    """The push service, and who was paged in what words."""

    def __init__(self) -> None:
        self.rung: list[str] = []
        self.fault: NotPaged | None = None

    def page(self, topic: str) -> None:
        """Take a page."""
        if self.fault:
            raise self.fault
        self.rung.append(topic)


class Team:
    """Who works here, by name."""

    def __init__(self, vault: Vault, **roles: Role) -> None:
        with vault.writing() as session:
            self.ids = {name: a_staff_member(session, role=role, name=name) for name, role in roles.items()}
        self.vault = vault

    def on_call(self, name: str, turn: Turn = Turn.FIRST, *, at: datetime = NOW, hours: float = 24) -> None:
        """Put a colleague on call."""
        with self.vault.writing() as session:
            shift = NewShift(self.ids[name], turn, at, at + timedelta(hours=hours))
            on_call.add_shift(session, shift, by=None, now=NOW)

    def paged(self) -> set[str]:
        """Return on whose screens a page stands that nobody has seen."""
        with self.vault.reading() as session:
            return {name for name, staff_id in self.ids.items() if paging.waiting_for(session, staff_id)}

    def sees(self, name: str, *, at: datetime) -> int:
        """Let a colleague say that they have seen the pages."""
        with self.vault.writing() as session:
            return paging.acknowledge(session, self.ids[name], now=at)


@pytest.fixture
def team(vault: Vault) -> Team:
    return Team(vault, dana=Role.ADVOCATE, eli=Role.ADVOCATE, sol=Role.SUPERVISOR, ada=Role.ADMINISTRATOR)


def rows(vault: Vault, table: type[Any]) -> list[Any]:
    with vault.reading() as session:
        return list(session.scalars(select(table)))


@pytest.mark.parametrize("minute", range(0, 60, 7))
def test_a_tick_is_a_quarter_of_an_hour_that_is_not_over(minute: int) -> None:
    now = datetime(2026, 11, 1, 5, minute, 31, tzinfo=UTC)
    tick = paging.next_tick(now)

    assert now <= tick < now + timedelta(minutes=15)
    assert (tick.minute % 15, tick.second, tick.microsecond) == (0, 0, 0)
    assert paging.next_tick(tick) == tick


@pytest.mark.parametrize("level", "ABCD")
def test_news_of_level_a_or_b_pages_at_the_next_tick_and_of_c_or_d_never(world: World, team: Team, level: str) -> None:
    team.on_call("dana")
    world.now = NOW + timedelta(minutes=2)
    world.send(level=level)
    world.drain()

    for minutes in (3, 14):
        paging.look_at_pages(world.vault, now=NOW + timedelta(minutes=minutes))
        assert team.paged() == set()
    paging.look_at_pages(world.vault, now=TICK)
    assert team.paged() == ({"dana"} if level in "AB" else set())


def test_known_or_unknown_assigned_or_not_a_page_is_alike(world: World, team: Team) -> None:
    team.on_call("dana")
    world.send(level="B", agency_case_ref="R1")
    world.drain()
    paging.look_at_pages(world.vault, now=TICK)
    team.sees("dana", at=TICK)
    before = rows(world.vault, PageCall)

    world.now = TICK + timedelta(minutes=5)
    world.send("custody_changed", agency_case_ref="R1", custody="out", effective_at=NOW.isoformat())
    world.drain()
    paging.look_at_pages(world.vault, now=TICK + timedelta(minutes=15))

    (fresh,) = [each for each in rows(world.vault, PageCall) if each.id not in {old.id for old in before}]
    assert (fresh.about, fresh.rung) == (before[0].about, before[0].rung)


def test_many_events_before_one_tick_are_one_page(world: World, team: Team) -> None:
    team.on_call("dana")
    for number in range(5):
        victim = {"full_name": f"Ana Roe{number}", "date_of_birth": "1990-09-12"}
        world.send(level="A", victim=victim, offender={"full_name": f"Max Loe{number}"})
    world.drain()

    assert paging.look_at_pages(world.vault, now=TICK) == (1, 0)
    assert paging.look_at_pages(world.vault, now=TICK) == (0, 0)
    assert len(rows(world.vault, StaffPage)) == 1


def test_ticks_that_nobody_rang_for_hours_are_one_page(vault: Vault, team: Team) -> None:
    team.on_call("dana")
    for minutes in (1, 20, 40, 70):
        with vault.writing() as session:
            paging.page_at_next_tick(session, now=NOW + timedelta(minutes=minutes))

    assert paging.look_at_pages(vault, now=NOW + timedelta(hours=3)) == (1, 0)


def test_a_tick_that_was_rung_while_news_of_it_came_in_is_rung_again(vault: Vault, team: Team) -> None:
    team.on_call("dana")
    for _ in range(2):
        with vault.writing() as session:
            paging.page_at_next_tick(session, now=TICK)
        assert paging.look_at_pages(vault, now=TICK).called == 1


def test_nobody_on_call_pages_the_supervisors_at_once(vault: Vault, team: Team) -> None:
    team.on_call("dana", at=NOW + timedelta(hours=2))
    with vault.writing() as session:
        paging.call_on_call(session, PageAbout.ON_CALL, now=NOW)

    assert team.paged() == {"sol"}


def test_what_nobody_answers_goes_to_the_second_and_then_to_supervisors_until_one_has_seen_it(
    vault: Vault, team: Team
) -> None:
    team.on_call("dana")
    team.on_call("eli", Turn.SECOND)
    with vault.writing() as session:
        paging.call_on_call(session, PageAbout.ON_CALL, now=NOW)
    assert team.paged() == {"dana"}

    steps = [({"dana"}, 9), ({"dana", "eli"}, 10), ({"dana", "eli"}, 19), ({"dana", "eli", "sol"}, 20)]
    for who, minutes in steps:
        paging.look_at_pages(vault, now=NOW + timedelta(minutes=minutes))
        assert team.paged() == who
    for minutes in (35, 50):
        assert paging.look_at_pages(vault, now=NOW + timedelta(minutes=minutes)).handed_on == 1
        assert {each.push_at for each in rows(vault, StaffPage)} == {NOW + timedelta(minutes=minutes)}

    assert team.sees("eli", at=NOW + timedelta(minutes=51)) == 1
    assert team.paged() == set()
    assert paging.look_at_pages(vault, now=NOW + timedelta(hours=9)) == (0, 0)


def test_a_rung_on_which_nobody_stands_is_passed_over(vault: Vault, team: Team) -> None:
    team.on_call("dana")
    with vault.writing() as session:
        paging.call_on_call(session, PageAbout.ON_CALL, now=NOW)
    paging.look_at_pages(vault, now=NOW + timedelta(minutes=10))

    assert team.paged() == {"dana", "sol"}


def test_a_page_to_one_colleague_is_not_ended_by_another_who_was_not_paged(vault: Vault, team: Team) -> None:
    with vault.writing() as session:
        paging.call(session, [team.ids["dana"]], PageAbout.MEETING_OVERDUE, now=NOW)

    assert team.sees("eli", at=NOW) == 0
    assert team.paged() == {"dana"}


def test_colleagues_who_see_no_case_or_left_are_not_paged(vault: Vault, team: Team) -> None:
    with vault.writing() as session:
        paging.call(session, [team.ids["ada"], UUID(int=9)], PageAbout.MEETING_DURESS, now=NOW)

    assert team.paged() == {"sol"}


def give_phones(vault: Vault, team: Team) -> dict[str, str]:
    with vault.writing() as session:
        return {pagers.new_topic(session, staff_id, now=NOW): name for name, staff_id in team.ids.items()}


def test_a_page_is_pushed_once_to_the_phone_of_each_whom_it_is_for(vault: Vault, team: Team) -> None:
    topics, phones, clock = give_phones(vault, team), Phones(), FrozenClock(NOW)
    with vault.writing() as session:
        paging.call(session, [team.ids["dana"], team.ids["eli"]], PageAbout.ON_CALL, now=NOW)

    for _ in range(3):
        push_due(vault, phones, clock=clock.now)
        clock.advance(timedelta(minutes=2))
    assert sorted(topics[each] for each in phones.rung) == ["dana", "eli"]


@pytest.mark.req("P5")
def test_a_push_that_fails_is_tried_again_until_it_arrives_or_someone_has_seen_the_page(
    vault: Vault, team: Team
) -> None:
    topics, phones, clock = give_phones(vault, team), Phones(), FrozenClock(NOW)
    with vault.writing() as session:
        paging.call(session, [team.ids["dana"]], PageAbout.ON_CALL, now=NOW)
    phones.fault = NotPaged("unreachable")
    for _ in range(8):
        assert push_due(vault, phones, clock=clock.now) == {"pushed": 0, "not_pushed": 1}
        assert push_due(vault, phones, clock=clock.now) == {"pushed": 0, "not_pushed": 0}
        clock.advance(timedelta(minutes=5))
    (page,) = rows(vault, StaffPage)
    assert (page.fault, page.tries) == ("unreachable", 8)

    phones.fault = None
    push_due(vault, phones, clock=clock.now)
    assert [topics[each] for each in phones.rung] == ["dana"]
    (page,) = rows(vault, StaffPage)
    assert (page.fault, page.push_at, page.pushed_at) == (None, None, clock.now())


def test_a_page_somebody_has_seen_is_pushed_no_more(vault: Vault, team: Team) -> None:
    give_phones(vault, team)
    phones, clock = Phones(), FrozenClock(NOW)
    with vault.writing() as session:
        paging.call(session, [team.ids["dana"]], PageAbout.ON_CALL, now=NOW)
    team.sees("dana", at=NOW)

    push_due(vault, phones, clock=clock.now)
    assert phones.rung == []


@pytest.mark.req("P5")
def test_a_worker_killed_at_the_push_leaves_the_page_to_the_next_one(vault: Vault, team: Team) -> None:
    topics, phones, clock = give_phones(vault, team), Phones(), FrozenClock(NOW)
    with vault.writing() as session:
        paging.call(session, [team.ids["dana"]], PageAbout.ON_CALL, now=NOW)

    class Killed(BaseException):
        """The worker is gone."""

    class Deadly:
        def page(self, topic: str) -> None:
            raise Killed

    with pytest.raises(Killed):
        push_due(vault, Deadly(), clock=clock.now)
    push_due(vault, phones, clock=clock.now)
    assert phones.rung == []
    clock.advance(pagers.LEASE)
    push_due(vault, phones, clock=clock.now)
    assert [topics[each] for each in phones.rung] == ["dana"]


@pytest.mark.req("P5")
def test_a_worker_killed_while_it_rings_loses_no_page_and_doubles_none(
    vault: Vault, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    team.on_call("dana")
    with vault.writing() as session:
        paging.page_at_next_tick(session, now=NOW)

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(ladder, "hand_on", dies)
        with pytest.raises(KeyboardInterrupt):
            paging.look_at_pages(vault, now=NOW)
    assert rows(vault, StaffPage) == []
    assert [paging.look_at_pages(vault, now=NOW).called for _ in range(2)] == [1, 0]


def test_several_workers_at_once_ring_a_tick_and_push_a_page_once(vault: Vault, team: Team) -> None:
    team.on_call("dana")
    topics, phones, clock = give_phones(vault, team), Phones(), FrozenClock(NOW)
    with vault.writing() as session:
        paging.page_at_next_tick(session, now=NOW)
    with ThreadPoolExecutor(4) as pool:
        rounds = list(pool.map(lambda _: paging.look_at_pages(vault, now=NOW).called, range(4)))
        list(pool.map(lambda _: push_due(vault, phones, clock=clock.now), range(4)))

    assert sum(rounds) == 1
    assert [topics[each] for each in phones.rung] == ["dana"]


def test_without_a_push_service_or_a_phone_pages_stand_on_the_screen(vault: Vault, team: Team) -> None:
    clock = FrozenClock(NOW)
    with vault.writing() as session:
        paging.call(session, [team.ids["dana"]], PageAbout.ON_CALL, now=NOW)
    push_due(vault, OnScreenOnly(), clock=clock.now)

    assert team.paged() == {"dana"}
    assert [(each.push_at, each.fault) for each in rows(vault, StaffPage)] == [(None, "no_phone")]


def test_planted_paging_of_the_unassigned_alone_is_caught(
    world: World, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NI-14 names it: pages that depend on what we know of her would tell who listens."""
    page: Callable[..., None] = arrivals.page_on_call
    monkeypatch.setattr("outreach.ingesting.continuing.page_on_call", lambda *_: None)
    assert page is arrivals.page_on_call

    with pytest.raises(ValueError, match="unpack"):
        test_known_or_unknown_assigned_or_not_a_page_is_alike(world, team)


def test_a_page_says_the_same_words_whatever_it_is_about() -> None:
    assert re.fullmatch(r"[A-Za-z: .]+", paging.WORDS)
    assert not [each for each in PageAbout if each.value in paging.WORDS.lower()]


def test_no_tick_is_kept_by_the_minute_of_an_event(world: World, team: Team) -> None:
    world.now = NOW + timedelta(minutes=7, seconds=13)
    world.send(level="A")
    world.drain()

    assert [each.tick_at for each in rows(world.vault, PageTick)] == [TICK]
