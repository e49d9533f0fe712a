"""What a plan must be like, what keeps a meeting from beginning, and when its alarm rings: every boundary."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from builders import NOW

from outreach.gate.contact_policy import LaxPolicy, Policy
from outreach.meetings import ladder as meeting_ladder
from outreach.meetings.checks import blocks_of_check, blocks_of_pairing
from outreach.meetings.interpreters import is_same_name
from outreach.meetings.ladder import next_look, rung_at, rungs_due, sign_due_at
from outreach.meetings.rules import (
    AlarmKind,
    Answer,
    Checked,
    Known,
    MeetingState,
    PlaceKind,
    Plan,
    Taken,
    Whereabouts,
    faults_of,
)
from outreach.terms import Channel

START = NOW + timedelta(hours=3)
DANA, LEE, SAM = uuid4(), uuid4(), uuid4()
SECOND = timedelta(seconds=1)


def a_plan(**changes) -> Plan:
    plan = Plan(
        destination_id=uuid4(),
        channel=Channel.MEETING,
        place=PlaceKind.LIBRARY,
        starts_at=START,
        check_in_by=START + timedelta(minutes=10),
        ends_at=START + timedelta(hours=1),
        lead=DANA,
        second=LEE,
        buddy=SAM,
    )
    return replace(plan, **changes)


def known(**changes) -> Known:
    return replace(Known(lives_with_partner="unknown", needs_interpreter=False), **changes)


def fields(plan: Plan, about: Known | None = None) -> list[str]:
    return [each.field for each in faults_of(plan, about or known(), now=NOW)]


def a_check(**changes) -> Checked:
    answers = {"lives_there": Answer.NO, "weapons": Answer.NO, "order": Answer.NO, "goes_ahead": True}
    return Checked(**{"at": NOW, "whereabouts": Whereabouts.ELSEWHERE, **answers, **changes})


def causes(check: Checked | None, place: PlaceKind = PlaceKind.LIBRARY, *, now: datetime = NOW) -> list[str]:
    return [each.needs for each in blocks_of_check(check, place, now=now)]


# The plan


def test_a_plan_with_two_workers_a_buddy_and_a_place_she_chose_is_fit():
    assert fields(a_plan()) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"starts_at": NOW}, "starts"),
        ({"check_in_by": START - SECOND}, "late"),
        ({"check_in_by": START + timedelta(hours=1) + SECOND, "ends_at": START + timedelta(hours=2)}, "late"),
        ({"ends_at": START + timedelta(minutes=10)}, "ends"),
        ({"ends_at": START + timedelta(hours=8) + SECOND}, "ends"),
        ({"second": DANA}, "second"),
        ({"buddy": DANA}, "buddy"),
        ({"buddy": LEE}, "buddy"),
        ({"channel": Channel.CALL}, "place"),
        ({"place": PlaceKind.PHONE_CALL}, "place"),
    ],
)
def test_a_plan_that_can_not_be_says_where_the_mend_stands(changes, field):
    assert fields(a_plan(**changes)) == [field]


@pytest.mark.req("51")
def test_nobody_is_their_own_buddy():
    assert fields(a_plan(second=None, buddy=DANA)) == ["buddy"]


@pytest.mark.req("50")
@pytest.mark.parametrize("lives_with", ["yes", "unknown"])
def test_her_home_is_no_place_unless_we_know_that_the_partner_does_not_live_there(lives_with):
    home = a_plan(place=PlaceKind.HOME, partner_apart=True)
    assert fields(home, known(lives_with_partner=lives_with)) == ["place"]


@pytest.mark.req("50")
def test_her_home_needs_someone_who_says_that_the_partner_has_no_part_of_it():
    apart = known(lives_with_partner="no")
    assert fields(a_plan(place=PlaceKind.HOME), apart) == ["place"]
    assert fields(a_plan(place=PlaceKind.HOME, partner_apart=True), apart) == []


@pytest.mark.req("82")
@pytest.mark.parametrize("named", ["Maria Lopez", "maria  lopez", "Lopez", "Maria Elena Lopez"])
def test_an_interpreter_she_does_not_want_is_refused_in_any_dress(named):
    assert fields(a_plan(interpreter=named, vetoed=("Maria Lopez",))) == ["interpreter"]
    assert is_same_name(named, "Maria Lopez")


def test_another_interpreter_is_fine():
    assert fields(a_plan(interpreter="Jo Kim", vetoed=("Maria Lopez", ""))) == []


def test_where_she_wants_an_interpreter_one_is_named_or_she_wants_none_this_time():
    assert fields(a_plan(), known(needs_interpreter=True)) == ["interpreter"]
    assert fields(a_plan(without_interpreter=True), known(needs_interpreter=True)) == []


@pytest.mark.parametrize(("who", "field"), [(DANA, "lead"), (LEE, "second"), (SAM, "buddy")])
def test_two_meetings_of_one_person_do_not_overlap(who, field):
    end = START + timedelta(hours=1)
    taken = known(taken=[Taken(who, end - SECOND, end + timedelta(hours=1))])
    assert fields(a_plan(close_is_fine=True), taken) == [field]
    assert fields(a_plan(), known(taken=[Taken(uuid4(), START, end)])) == []


@pytest.mark.req("51")
def test_a_buddy_watches_over_two_meetings_and_goes_to_none_meanwhile():
    end = START + timedelta(hours=1)
    watches = known(taken=[Taken(each, START, end, watches=True) for each in (LEE, SAM)])
    assert fields(a_plan(), watches) == ["second"]
    assert fields(a_plan(second=None), watches) == []


def test_less_than_half_an_hour_between_meetings_is_asked_about():
    end = START + timedelta(hours=1)
    close = known(taken=[Taken(DANA, end + timedelta(minutes=30) - SECOND, end + timedelta(hours=2))])
    apart = known(taken=[Taken(DANA, end + timedelta(minutes=30), end + timedelta(hours=2))])
    assert fields(a_plan(), close) == ["lead"]
    assert fields(a_plan(close_is_fine=True), close) == []
    assert fields(a_plan(), apart) == []


# The safety check


@pytest.mark.req("50")
def test_a_safety_check_counts_for_a_day_to_the_second():
    day = timedelta(hours=24)
    assert causes(a_check(), now=NOW + day) == []
    assert causes(a_check(), now=NOW + day + SECOND) == ["check"]
    assert causes(None) == ["check"]


@pytest.mark.req("50")
@pytest.mark.parametrize(
    ("changes", "needs"),
    [
        ({"goes_ahead": False}, "check"),
        ({"whereabouts": Whereabouts.NEAR}, "place"),
        ({"lives_there": Answer.YES}, "place"),
    ],
)
def test_what_the_check_says_keeps_a_meeting_from_beginning(changes, needs):
    assert causes(a_check(**changes)) == [needs]


@pytest.mark.req("50")
@pytest.mark.parametrize(
    "unsure",
    [{"whereabouts": Whereabouts.UNKNOWN}, {"lives_there": Answer.UNKNOWN}, {"weapons": Answer.UNKNOWN},
     {"weapons": Answer.YES}],
)  # fmt: skip
def test_at_home_not_known_is_not_no(unsure):
    assert causes(a_check(**unsure), PlaceKind.HOME) == ["place"]
    assert causes(a_check(**unsure), PlaceKind.LIBRARY) == []


def needs_two(place=PlaceKind.LIBRARY, *, is_alone=True, has_met=False, check=None) -> bool:
    return bool(list(blocks_of_pairing(place, is_alone=is_alone, has_met=has_met, check=check)))


@pytest.mark.req("53")
def test_a_first_meeting_needs_two_workers_and_a_phone_call_one():
    assert needs_two()
    assert not needs_two(is_alone=False)
    assert not needs_two(has_met=True)
    assert not needs_two(PlaceKind.PHONE_CALL)


@pytest.mark.req("53")
def test_where_there_may_be_a_weapon_a_later_meeting_needs_two_workers_as_well():
    assert needs_two(has_met=True, check=a_check(weapons=Answer.YES))


# The ladder


@pytest.mark.req("51")
@pytest.mark.parametrize(
    ("late", "told"),
    [
        (timedelta(minutes=10) - SECOND, ()),
        (timedelta(minutes=10), (AlarmKind.BUDDY,)),
        (timedelta(minutes=20) - SECOND, (AlarmKind.BUDDY,)),
        (timedelta(minutes=20), (AlarmKind.BUDDY, AlarmKind.SUPERVISOR)),
        (timedelta(days=1), (AlarmKind.BUDDY, AlarmKind.SUPERVISOR)),
    ],
)
def test_the_buddy_is_told_after_ten_minutes_and_supervisors_after_twenty(late, told):
    assert rungs_due(START, stage=0, now=START + late) == told


@pytest.mark.req("51")
def test_who_was_told_is_not_told_again_and_the_next_look_is_the_next_rung():
    assert rungs_due(START, stage=1, now=START + timedelta(minutes=20)) == (AlarmKind.SUPERVISOR,)
    assert rungs_due(START, stage=2, now=START + timedelta(days=1)) == ()
    assert next_look(START, stage=0) == START + timedelta(minutes=10)
    assert next_look(START, stage=1) == START + timedelta(minutes=20)
    assert next_look(START, stage=2) is next_look(None, stage=0) is None


@pytest.mark.req("51")
def test_before_it_begins_the_check_in_is_watched_and_then_the_expected_end():
    times = {"check_in_by": START, "ends_at": START + timedelta(hours=1)}
    assert sign_due_at(MeetingState.PLANNED, **times) == sign_due_at(MeetingState.CONFIRMED, **times) == START
    assert sign_due_at(MeetingState.UNDER_WAY, **times) == times["ends_at"]
    assert sign_due_at(MeetingState.OVER, **times) is sign_due_at(MeetingState.CALLED_OFF, **times) is None


@pytest.mark.req("51")
def test_a_site_may_have_the_alarm_earlier_and_never_later():
    early = Policy(meeting_buddy_minutes=5, meeting_supervisor_minutes=8)
    assert rung_at(START, AlarmKind.BUDDY, policy=early) == START + timedelta(minutes=5)
    for lax in ({"meeting_buddy_minutes": 11}, {"meeting_supervisor_minutes": 21}, {"meeting_check_hours": 25}):
        with pytest.raises(LaxPolicy):
            Policy(**lax)
    with pytest.raises(LaxPolicy):
        Policy(meeting_supervisor_minutes=9)


def test_planted_ladder_that_starts_a_minute_late_is_caught(monkeypatch):
    really = meeting_ladder.rung_at
    monkeypatch.setattr(meeting_ladder, "rung_at", lambda *a, **k: really(*a, **k) + timedelta(minutes=1))
    with pytest.raises(AssertionError):
        test_the_buddy_is_told_after_ten_minutes_and_supervisors_after_twenty(timedelta(minutes=10), (AlarmKind.BUDDY,))
