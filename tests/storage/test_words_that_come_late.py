"""What an agency said earlier and is heard late takes no true day away: of a call-in told of, off, or corrected."""

from datetime import datetime, timedelta

import pytest
from agency_world import NOW, World
from one_call_in import FIRST, LATER, CallInOf

from outreach.call_ins import dates, notices
from outreach.call_ins.changes import ChangeKind
from outreach.call_ins.interlock import Colour, Stand
from outreach.protocols.plans import Plan
from outreach.protocols.steps import Step

DAY = timedelta(days=1)
MIDDLE, LATEST = NOW + 13 * DAY, LATER + 7 * DAY
RESCHEDULE, CANCEL = Step.ACKNOWLEDGE_RESCHEDULE, Step.ACKNOWLEDGE_CANCEL


@pytest.fixture
def call_in(world: World) -> CallInOf:
    return CallInOf(world)


def check_the_day_she_was_told_stands(call_in: CallInOf) -> None:
    call_in.tell_her()
    call_in.says("rescheduled", LATER)
    call_in.tell_her()
    call_in.says("rescheduled", MIDDLE, days_ago=2)
    assert call_in.notices() == [("done", FIRST), ("done", LATER)]
    shown = call_in.on_board()
    assert (shown.at, shown.countdown.stand, shown.countdown.colour) == (LATER, Stand.TOLD, Colour.GREEN)
    assert RESCHEDULE not in call_in.open_tasks()


@pytest.mark.req("6")
@pytest.mark.req("13")
def test_an_older_day_that_comes_late_hides_no_day_she_was_told_since(call_in: CallInOf) -> None:
    check_the_day_she_was_told_stands(call_in)


def opens_any_day(p: notices.Planning, same: list[object], call_in_at: datetime, event_id: str) -> Plan:
    return notices.new_notice(p, Step.NOTICE_BEFORE_CALL_IN, call_in_at, event_id)


@pytest.mark.req("13")
def test_planted_notice_for_a_dead_day_is_caught(call_in: CallInOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "_told_of_another", opens_any_day)
    with pytest.raises(AssertionError):
        check_the_day_she_was_told_stands(call_in)


def off_after_she_was_told(call_in: CallInOf, day: datetime) -> None:
    call_in.tell_her()
    call_in.world.now += 4 * DAY
    call_in.says("cancelled")
    call_in.accept(CANCEL)
    call_in.says("rescheduled", day, days_ago=3)


def check_a_human_is_asked(call_in: CallInOf, day: datetime) -> None:
    off_after_she_was_told(call_in, day)
    assert call_in.notices() == [("done", FIRST)]
    shown = call_in.on_board()
    assert (shown.at, [(each.kind, each.new_at) for each in shown.changes]) == (FIRST, [(ChangeKind.LATER, day)])


@pytest.mark.req("13")
@pytest.mark.req("15")
@pytest.mark.parametrize("day", [MIDDLE, FIRST - DAY])
def test_an_older_day_of_a_call_in_that_is_off_asks_a_human_and_opens_nothing(call_in: CallInOf, day: datetime) -> None:
    check_a_human_is_asked(call_in, day)
    call_in.accept(RESCHEDULE)
    assert call_in.notices() == [("done", FIRST), ("open", day)]


@pytest.mark.req("15")
def test_planted_silence_about_a_day_nobody_can_be_sure_of_is_caught(
    call_in: CallInOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "_told_of_another", lambda *_: Plan())
    with pytest.raises(AssertionError):
        check_a_human_is_asked(call_in, MIDDLE)


@pytest.mark.req("15")
def test_of_two_older_days_that_come_late_the_newer_is_asked_about(call_in: CallInOf) -> None:
    off_after_she_was_told(call_in, LATEST)
    call_in.says("rescheduled", MIDDLE, days_ago=3)
    assert [each.new_at for each in call_in.on_board().changes] == [MIDDLE]


def corrected(call_in: CallInOf) -> None:
    """Moved, corrected to a day between, and then an older correction comes late."""
    world = call_in.world
    world.now += DAY
    moved_at = world.now.isoformat()
    moved = world.send(
        "call_in_rescheduled", refers_to=call_in.event, call_in_at=LATER.isoformat(), occurred_at=moved_at
    )
    world.drain()
    for day, days_ago in ((MIDDLE, 0), (LATEST, 3)):
        world.now += 2 * DAY
        word = {"refers_to": call_in.event, "call_in_at": day.isoformat(), "occurred_at": moved_at}
        inner = world.police.event("call_in_rescheduled", **word)
        said_at = (world.now - days_ago * DAY - timedelta(hours=1)).isoformat()
        world.send("correction", refers_to=moved, corrected=inner, occurred_at=said_at)
        world.drain()


def check_the_newest_correction_is_asked_about(call_in: CallInOf) -> None:
    corrected(call_in)
    assert [each.new_at for each in call_in.on_board().changes] == [MIDDLE]
    call_in.accept(RESCHEDULE)
    assert call_in.notices() == [("open", MIDDLE)]


@pytest.mark.req("6")
@pytest.mark.req("15")
def test_an_older_correction_that_comes_late_voids_no_newer_question(call_in: CallInOf) -> None:
    check_the_newest_correction_is_asked_about(call_in)


@pytest.mark.req("15")
def test_planted_trust_in_the_correction_received_last_is_caught(
    call_in: CallInOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dates, "_rank", lambda _: NOW)
    with pytest.raises(AssertionError):
        check_the_newest_correction_is_asked_about(call_in)


@pytest.mark.req("6")
def test_a_word_that_comes_after_its_own_correction_voids_no_question(call_in: CallInOf) -> None:
    world = call_in.world
    world.now += DAY
    moved_at = (world.now - timedelta(hours=1)).isoformat()
    word = {"refers_to": call_in.event, "occurred_at": moved_at}
    inner = world.police.event("call_in_rescheduled", call_in_at=MIDDLE.isoformat(), **word)
    world.send("correction", refers_to="moved", corrected=inner, occurred_at=world.now.isoformat())
    world.drain()
    world.send("call_in_rescheduled", event_id="moved", call_in_at=LATER.isoformat(), **word)
    world.drain()
    assert [each.new_at for each in call_in.on_board().changes] == [MIDDLE]


def corrected_to(call_in: CallInOf, moved: str, day: datetime, *, moved_at: str, days_ago: int) -> None:
    """Let the agency correct the date that it gave in an event, some days before it is heard."""
    world = call_in.world
    word = {"refers_to": call_in.event, "call_in_at": day.isoformat(), "occurred_at": moved_at}
    said_at = (world.now - days_ago * DAY - timedelta(hours=1)).isoformat()
    meant = world.police.event("call_in_rescheduled", **word)
    world.send("correction", refers_to=moved, corrected=meant, occurred_at=said_at)
    world.drain()


@pytest.mark.req("13")
def test_an_older_correction_voids_no_newer_ones_question_though_she_was_told_the_first_day(call_in: CallInOf) -> None:
    world = call_in.world
    world.now += DAY
    said = {"call_in_at": LATER.isoformat(), "occurred_at": world.now.isoformat()}
    moved = world.send("call_in_rescheduled", refers_to=call_in.event, **said)
    world.drain()
    world.now += 2 * DAY
    corrected_to(call_in, moved, MIDDLE, moved_at=said["occurred_at"], days_ago=0)
    call_in.tell_her()
    world.now += 2 * DAY
    corrected_to(call_in, moved, LATEST, moved_at=said["occurred_at"], days_ago=3)

    assert [change.new_at for change in call_in.on_board().changes if change.new_at] == [MIDDLE]


@pytest.mark.req("13")
def test_an_earlier_day_that_comes_late_is_asked_about_beside_a_question_that_waits(call_in: CallInOf) -> None:
    call_in.world.now += 3 * DAY
    call_in.says("rescheduled", LATER)
    call_in.tell_her()
    for _ in range(2):
        call_in.says("rescheduled", FIRST - DAY, days_ago=3)

    assert [change.new_at for change in call_in.on_board().changes] == [LATER, FIRST - DAY]


@pytest.mark.req("13")
def test_a_word_back_to_an_earlier_day_that_comes_late_is_asked_about_though_the_call_in_is_off(
    call_in: CallInOf,
) -> None:
    call_in.tell_her()
    call_in.says("rescheduled", LATER)
    call_in.tell_her()
    call_in.world.now += 3 * DAY
    call_in.says("cancelled")
    call_in.says("rescheduled", FIRST, days_ago=2)

    assert FIRST in [change.new_at for change in call_in.on_board().changes]
