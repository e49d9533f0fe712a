"""The countdown to a call-in: green is her own part in it alone, and nothing turns into it by time or by our doing."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from outreach.attempts.outcomes import Tried
from outreach.call_ins import interlock
from outreach.call_ins.interlock import Colour, Grounds, Lack, Notice, Stand, countdown, lacks, last_alert_of
from outreach.call_ins.notices import notice_of
from outreach.protocols.protocol import Notice as Lead
from outreach.protocols.steps import NOTICES
from outreach.terms import Channel, ClosedAs, MissedCause, Outcome, TaskState

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
CALL_IN = datetime(2026, 12, 2, 23, 0, tzinfo=UTC)
EASTERN = "America/New_York"


def a_notice(call_in_at: datetime = CALL_IN, state: TaskState = TaskState.OPEN, **said) -> Notice:
    return Notice(state, call_in_at, call_in_at - 72 * HOUR, call_in_at - 24 * HOUR, **said)


def at(before: timedelta, notice: Notice | None = None):
    notice = notice or a_notice()
    return countdown(notice, now=notice.call_in_at - before)


@pytest.mark.req("13")
@pytest.mark.parametrize(
    ("before", "stand", "colour", "is_late", "is_last_day"),
    [
        (72 * HOUR + MINUTE, Stand.NOT_TOLD, Colour.AMBER, False, False),
        (72 * HOUR, Stand.NOT_TOLD, Colour.RED, True, False),
        (72 * HOUR - MINUTE, Stand.NOT_TOLD, Colour.RED, True, False),
        (24 * HOUR + MINUTE, Stand.NOT_TOLD, Colour.RED, True, False),
        (24 * HOUR, Stand.NOT_TOLD, Colour.RED, True, True),
        (MINUTE, Stand.NOT_TOLD, Colour.RED, True, True),
        (timedelta(microseconds=1), Stand.NOT_TOLD, Colour.RED, True, True),
        (timedelta(0), Stand.MISSED, Colour.NONE, False, False),
        (-MINUTE, Stand.MISSED, Colour.NONE, False, False),
    ],
)
def test_the_colour_turns_at_72_hours_and_at_the_call_in_itself(before, stand, colour, is_late, is_last_day):
    found = at(before)
    assert (found.stand, found.colour, found.is_late, found.is_last_day) == (stand, colour, is_late, is_last_day)
    assert found.left == before


@pytest.mark.req("19")
@pytest.mark.parametrize(
    "call_in_on",
    [(2027, 3, 14, 18), (2027, 3, 15, 2), (2026, 11, 1, 1), (2026, 11, 2, 18), (2027, 1, 1, 0), (2027, 1, 2, 18)],
    ids=["spring, that evening", "spring, next night", "the hour twice", "autumn", "new year", "after new year"],
)
def test_hours_really_pass_over_a_change_of_clocks_and_of_the_year(call_in_on):
    call_in_at = datetime(*call_in_on, tzinfo=ZoneInfo(EASTERN)).astimezone(UTC)
    notice = a_notice(call_in_at)
    assert at(72 * HOUR + MINUTE, notice).colour is Colour.AMBER
    assert at(72 * HOUR, notice).colour is Colour.RED
    assert at(24 * HOUR, notice).is_last_day
    assert at(timedelta(0), notice).stand is Stand.MISSED


GREEN = {Outcome.REACHED: Stand.TOLD, Outcome.DECLINED: Stand.DECLINED}


def check_green_is_hers_alone() -> None:
    """Assert that of everything a notice can be, only being reached and declining are green."""
    outcomes = [None, "done", "acknowledged", *(each.value for each in Outcome), *(each.value for each in ClosedAs)]
    for state in TaskState:
        closings = [each.value for each in ClosedAs] if state is TaskState.CLOSED else outcomes
        for outcome in closings:
            for before in (100 * HOUR, 72 * HOUR, 24 * HOUR, timedelta(0), -100 * HOUR):
                found = at(before, a_notice(state=state, outcome=outcome))
                is_hers = state is TaskState.DONE and outcome in {each.value for each in GREEN}
                assert (found.colour is Colour.GREEN) is is_hers, (state, outcome, before)
                if state not in (TaskState.OPEN, TaskState.DONE):
                    assert found.stand not in GREEN.values()


@pytest.mark.req("13")
def test_green_only_when_she_was_reached_or_declined():
    check_green_is_hers_alone()
    for outcome, stand in GREEN.items():
        assert at(HOUR, a_notice(state=TaskState.DONE, outcome=outcome.value)).stand is stand


@pytest.mark.req("13")
@pytest.mark.parametrize(
    "planted", [{Outcome.DO_NOT_CONTACT: Stand.TOLD}, {Outcome.NO_ANSWER: Stand.TOLD}], ids=["her no", "no answer"]
)
def test_planted_green_for_what_is_not_told_is_caught(monkeypatch, planted):
    monkeypatch.setattr(interlock, "_HER_OUTCOMES", {**interlock._HER_OUTCOMES, **planted})
    with pytest.raises(AssertionError):
        check_green_is_hers_alone()


@pytest.mark.req("13")
@pytest.mark.parametrize("cause", MissedCause)
def test_missed_keeps_its_cause_however_long_ago(cause):
    notice = a_notice(state=TaskState.MISSED, missed_cause=cause)
    for later in (HOUR, 10_000 * HOUR):
        found = at(-later, notice)
        assert (found.stand, found.cause, found.colour) == (Stand.MISSED, cause, Colour.NONE)


@pytest.mark.parametrize("kind", ClosedAs)
def test_each_way_of_closing_is_a_stand_of_its_own(kind):
    assert at(HOUR, a_notice(state=TaskState.CLOSED, outcome=kind.value)).stand == kind.value


@pytest.mark.parametrize(
    ("looks", "last_alert"),
    [
        ((CALL_IN - 72 * HOUR, CALL_IN - 24 * HOUR, CALL_IN), CALL_IN - 24 * HOUR),
        ((CALL_IN - 120 * HOUR, CALL_IN - 48 * HOUR, CALL_IN), CALL_IN - 48 * HOUR),
        ((CALL_IN - 10 * HOUR, CALL_IN), CALL_IN - 10 * HOUR),
        ((), CALL_IN - 24 * HOUR),
    ],
    ids=["the usual lead", "another jurisdiction's", "told ten hours before", "nothing noted"],
)
def test_the_last_alert_is_the_last_look_before_the_call_in(looks, last_alert):
    assert last_alert_of(looks, CALL_IN) == last_alert


def test_every_notice_has_a_lead_in_every_protocol():
    assert Lead().due_before == 72 * HOUR
    assert {step: callable(notice_of) for step in NOTICES}


# --- what has to be true before a supervisor may sign


def a_try(channel: Channel = Channel.CALL, hour: int = 14) -> Tried:
    return Tried(datetime(2026, 11, 20, hour, tzinfo=UTC), channel, Outcome.NO_ANSWER, uuid4())


VARIED = [*[a_try() for _ in range(3)], a_try(Channel.LETTER), a_try(hour=16)]


def grounds(**said) -> Grounds:
    usual = {"has_safe_way": False, "waits_for_us": False, "is_stopped_by_her": False, "tried": (), "limit": 5}
    return Grounds(**{**usual, "zone": EASTERN, **said})


@pytest.mark.parametrize(
    ("kind", "known", "lacking"),
    [
        (ClosedAs.NO_SAFE_WAY, grounds(), ()),
        (ClosedAs.NO_SAFE_WAY, grounds(has_safe_way=True), (Lack.A_WAY_IS_OPEN,)),
        (ClosedAs.NO_SAFE_WAY, grounds(has_safe_way=True, is_at_our_limit=True), (Lack.A_WAY_IS_OPEN,)),
        (ClosedAs.NO_SAFE_WAY, grounds(is_at_our_limit=True), (Lack.ONE_MORE_TRY,)),
        (ClosedAs.NO_SAFE_WAY, grounds(waits_for_us=True), (Lack.OURS_TO_SETTLE,)),
        (ClosedAs.TRIED_ENOUGH, grounds(tried=VARIED), ()),
        (ClosedAs.TRIED_ENOUGH, grounds(tried=VARIED, is_at_our_limit=True), ()),
        (ClosedAs.TRIED_ENOUGH, grounds(tried=VARIED, waits_for_us=True), (Lack.OURS_TO_SETTLE,)),
        (ClosedAs.TRIED_ENOUGH, grounds(tried=VARIED[1:]), (Lack.TRIES_LEFT,)),
        (ClosedAs.TRIED_ENOUGH, grounds(), (Lack.TRIES_LEFT, Lack.ONE_CHANNEL, Lack.ONE_TIME_OF_DAY)),
        (ClosedAs.TRIED_ENOUGH, grounds(tried=[a_try()] * 5), (Lack.ONE_CHANNEL, Lack.ONE_TIME_OF_DAY)),
        (ClosedAs.TRIED_ENOUGH, grounds(tried=[a_try()] * 4 + [a_try(hour=16)]), (Lack.ONE_CHANNEL,)),
        (ClosedAs.TRIED_ENOUGH, grounds(tried=[a_try()] * 4 + [a_try(Channel.LETTER)]), (Lack.ONE_TIME_OF_DAY,)),
        (ClosedAs.TRIED_ENOUGH, grounds(tried=[*VARIED[1:], a_try(Channel.MEETING)]), (Lack.TRIES_LEFT,)),
        (ClosedAs.HER_WORD, grounds(), (Lack.SHE_DID_NOT_SAY_SO,)),
        (ClosedAs.HER_WORD, grounds(is_stopped_by_her=True), ()),
    ],
)
def test_a_notice_is_closed_untold_only_on_these_grounds(kind, known, lacking):
    assert lacks(kind, known) == lacking
