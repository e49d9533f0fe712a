"""What each event asks of us: graver steps replace lighter, nothing closes, and notice is in time or missed."""

import itertools
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from outreach.call_ins.notices import missed_cause
from outreach.events import parse_event
from outreach.ingesting.happenings import happening_of
from outreach.intake.event_terms import EventKind, NotificationChannel
from outreach.protocols.duties import plan
from outreach.protocols.plans import CaseSoFar, Happening, OpenTask, Plan
from outreach.protocols.protocol import parse
from outreach.protocols.steps import NOTICES, STEPS, Step
from outreach.terms import ClosedAs, Level, MissedCause, TaskState

PROTOCOLS = Path(__file__).parents[2] / "config" / "protocols"
HIGH_POINT = parse((PROTOCOLS / "high-point.toml").read_text())
GUILFORD = parse((PROTOCOLS / "guilford-da.toml").read_text())
NOW = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)
CALL_IN = datetime(2026, 12, 2, 23, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def happens(kind: EventKind = EventKind.LEVEL_ASSIGNED, **said) -> Happening:
    said = {"event_id": "e-1", "occurred_at": NOW - HOUR, "received_at": NOW} | said
    return Happening(kind=kind, **said)


def a_task(step: Step, level: Level | None = Level.C, state: TaskState = TaskState.OPEN, **said) -> OpenTask:
    return OpenTask(id=uuid4(), step=step, level=level, state=state, opens_at=NOW, due_at=NOW + HOUR, **said)


def a_notice(call_in_at: datetime = CALL_IN, state: TaskState = TaskState.OPEN) -> OpenTask:
    notice = a_task(Step.NOTICE_BEFORE_CALL_IN, Level.B, state, event_id="e-0", call_in_at=call_in_at)
    return notice._replace(due_at=call_in_at - 72 * HOUR)


def planned(event: Happening, case: CaseSoFar | None = None, protocol=HIGH_POINT, now: datetime = NOW) -> Plan:
    return plan(event, case or CaseSoFar(), protocol, now=now)


def steps(made: Plan) -> list[Step]:
    return [task.step for task in made.tasks]


def at_level(level: Level, *tasks: OpenTask, **more) -> CaseSoFar:
    return CaseSoFar(level=level, level_event_at=NOW - 48 * HOUR, tasks=tasks, **more)


@pytest.mark.req("12")
@pytest.mark.parametrize("protocol", [HIGH_POINT, GUILFORD], ids=lambda each: each.jurisdiction)
@pytest.mark.parametrize("level", Level)
def test_a_level_opens_its_steps_with_their_deadlines(protocol, level):
    made = planned(happens(level=level), protocol=protocol)
    assert made.level is level
    assert [(task.step, task.due_at) for task in made.tasks] == [
        (each.step, protocol.calendar.deadline(NOW, each.due)) for each in protocol.levels[level]
    ]
    assert all(task.opens_at == NOW and task.looks_at == (task.due_at,) for task in made.tasks)


@pytest.mark.req("19")
def test_level_a_on_a_friday_night_is_due_the_same_night():
    made = planned(happens(level=Level.A))
    assert made.tasks[0].due_at == NOW + 4 * HOUR


@pytest.mark.req("16")
def test_escalation_replaces_lighter_steps_and_keeps_the_rest():
    lighter, done = a_task(Step.OFFER_MEETING), a_task(Step.SERVICES_NOTICE, state=TaskState.DONE)
    notice, custody = a_notice(), a_task(Step.CUSTODY_CHECK)
    made = planned(happens(level=Level.A), at_level(Level.C, lighter, done, notice, custody))
    assert made.superseded == (lighter.id,)
    assert steps(made) == [Step.EMERGENCY_CONTACT, Step.OFFER_SERVICES]


@pytest.mark.req("16")
def test_stepping_down_closes_nothing_and_asks_a_human():
    standing = a_task(Step.SAFETY_PLAN, Level.B)
    made = planned(happens(EventKind.LEVEL_CHANGED, level=Level.D), at_level(Level.B, standing))
    assert (made.level, made.superseded) == (Level.D, ())
    assert [each.task.step for each in made.proposals] == [Step.ACKNOWLEDGE_STEP_DOWN]
    assert steps(made) == [Step.LETTER_DECISION, Step.OUTREACH]


@pytest.mark.req("16")
def test_removal_closes_nothing_and_asks_a_human():
    made = planned(happens(EventKind.REMOVED), at_level(Level.B, a_notice(), a_task(Step.SAFETY_PLAN, Level.B)))
    assert (made.tasks, made.superseded, made.level) == ((), (), Level.B)
    assert [(each.task.step, each.concerns) for each in made.proposals] == [(Step.ACKNOWLEDGE_REMOVAL, ())]


@pytest.mark.req("6")
def test_an_older_event_never_overwrites_a_newer_level():
    case = at_level(Level.B)
    older = happens(level=Level.D, occurred_at=case.level_event_at - HOUR)
    made = planned(older, case)
    assert (made.level, made.level_event_at, made.tasks, made.superseded) == (Level.B, case.level_event_at, (), ())
    graver = planned(older._replace(level=Level.A), case)
    assert graver.level is Level.B
    assert Step.EMERGENCY_CONTACT in steps(graver)


@pytest.mark.req("6")
@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_whatever_the_order_of_arrival_the_newest_level_stands(order):
    sent = [(0, Level.C), (1, Level.A), (2, Level.B)]
    case = CaseSoFar()
    for place in order:
        hours, level = sent[place]
        made = planned(happens(level=level, occurred_at=NOW - 10 * HOUR + hours * HOUR), case)
        case = case._replace(level=made.level, level_event_at=made.level_event_at)
    assert case.level is Level.B


@pytest.mark.req("6")
def test_of_two_events_of_one_moment_the_graver_counts():
    first = CaseSoFar(level=Level.D, level_event_at=NOW - HOUR)
    assert planned(happens(level=Level.A), first).level is Level.A
    assert planned(happens(level=Level.D), first._replace(level=Level.A)).level is Level.A


def test_the_same_level_again_opens_only_what_is_not_open():
    case = at_level(Level.C, a_task(Step.OFFER_MEETING), a_task(Step.SERVICES_NOTICE, state=TaskState.DONE))
    assert steps(planned(happens(level=Level.C), case)) == [Step.SERVICES_NOTICE]


# --- the match, and do-not-contact


@pytest.mark.req("9")
def test_a_possible_match_is_decided_first_within_fifteen_minutes_at_level_a():
    made = planned(happens(level=Level.A), CaseSoFar(match_pending=True))
    assert made.tasks[0].step is Step.DECIDE_MATCH
    assert made.tasks[0].due_at == NOW + timedelta(minutes=15)
    waiting = CaseSoFar(match_pending=True, tasks=(a_task(Step.DECIDE_MATCH),))
    assert Step.DECIDE_MATCH not in steps(planned(happens(level=Level.A), waiting))


@pytest.mark.req("17")
@pytest.mark.parametrize("kind", [EventKind.LEVEL_ASSIGNED, EventKind.CALL_IN_SCHEDULED, EventKind.CUSTODY_CHANGED])
def test_after_do_not_contact_no_task_proposes_contact_and_a_supervisor_is_alerted(kind):
    event = happens(kind, level=Level.A, call_in_at=CALL_IN, detail="out")
    made = planned(event, CaseSoFar(do_not_contact=True))
    assert Step.SUPERVISOR_ALERT in steps(made)
    assert not any(STEPS[task.step].channels for task in made.tasks if task.closed_as is None)
    assert {task.closed_as for task in made.tasks if task.step in NOTICES} <= {ClosedAs.HER_WORD}


# --- notice before the call-in


@pytest.mark.req("13")
@pytest.mark.parametrize(("kind", "level"), [(EventKind.LEVEL_ASSIGNED, Level.B), (EventKind.CALL_IN_SCHEDULED, None)])
def test_a_call_in_opens_a_notice_due_three_days_before(kind, level):
    made = planned(happens(kind, level=level, call_in_at=CALL_IN))
    notice = next(task for task in made.tasks if task.step is Step.NOTICE_BEFORE_CALL_IN)
    assert notice.due_at == CALL_IN - 72 * HOUR
    assert notice.looks_at == (CALL_IN - 72 * HOUR, CALL_IN - 24 * HOUR, CALL_IN)
    assert (notice.call_in_at, notice.event_id, notice.missed_cause) == (CALL_IN, "e-1", None)


@pytest.mark.req("13")
def test_lead_times_hold_across_a_change_of_the_clocks():
    call_in = datetime.fromisoformat("2026-11-02T18:00-05:00")
    made = planned(happens(EventKind.CALL_IN_SCHEDULED, call_in_at=call_in), now=call_in - 300 * HOUR)
    assert made.tasks[0].due_at == datetime.fromisoformat("2026-10-30T19:00-04:00")


@pytest.mark.req("13")
def test_told_late_escalates_at_once_and_told_after_is_missed_for_ever():
    late = planned(happens(EventKind.CALL_IN_SCHEDULED, call_in_at=NOW + 30 * HOUR)).tasks[0]
    assert late.looks_at == (NOW, NOW + 6 * HOUR, NOW + 30 * HOUR)
    assert late.missed_cause is None
    passed = planned(happens(EventKind.CALL_IN_SCHEDULED, call_in_at=NOW))
    assert [(task.step, task.missed_cause) for task in passed.tasks] == [
        (Step.NOTICE_BEFORE_CALL_IN, MissedCause.TOLD_TOO_LATE),
        (Step.TOLD_TOO_LATE, None),
    ]


@pytest.mark.req("13")
@pytest.mark.parametrize(
    ("hours_before", "had_a_safe_way", "cause"),
    [
        (71.9, True, MissedCause.TOLD_TOO_LATE),
        (72, True, MissedCause.NOT_DONE),
        (200, False, MissedCause.NO_SAFE_WAY),
        (1, False, MissedCause.TOLD_TOO_LATE),
    ],
)
def test_a_missed_notice_names_the_agency_first_then_the_ways_then_us(hours_before, had_a_safe_way, cause):
    told_at = CALL_IN - hours_before * HOUR
    assert missed_cause(told_at=told_at, due_at=CALL_IN - 72 * HOUR, had_a_safe_way=had_a_safe_way) is cause


def test_the_same_call_in_twice_opens_one_notice():
    same = happens(EventKind.CALL_IN_SCHEDULED, event_id="e-0", call_in_at=CALL_IN)
    assert planned(same, at_level(Level.B, a_notice())).tasks == ()


def test_a_personal_notification_has_its_own_notice():
    event = happens(EventKind.INDIVIDUAL_NOTIFICATION_SCHEDULED, call_in_at=CALL_IN)
    made = planned(event, protocol=GUILFORD)
    assert made.tasks[0].step is Step.NOTICE_BEFORE_NOTIFICATION
    assert made.tasks[0].due_at == CALL_IN - 120 * HOUR


# --- moved and cancelled


def moved(to: datetime) -> Happening:
    return happens(EventKind.CALL_IN_RESCHEDULED, event_id="e-2", refers_to="e-0", call_in_at=to)


@pytest.mark.req("15")
def test_a_later_date_is_only_proposed():
    notice = a_notice()
    made = planned(moved(CALL_IN + 48 * HOUR), at_level(Level.B, notice))
    assert (made.tasks, made.superseded, made.moved_earlier) == ((), (), ())
    (proposal,) = made.proposals
    assert proposal.task.step is Step.ACKNOWLEDGE_RESCHEDULE
    assert proposal.concerns == (notice.id,)
    assert proposal.new_call_in_at == CALL_IN + 48 * HOUR
    assert proposal.new_due_at == CALL_IN - 24 * HOUR


@pytest.mark.req("15")
def test_an_earlier_date_holds_and_alerts_at_once():
    notice, earlier = a_notice(), CALL_IN - 48 * HOUR
    made = planned(moved(earlier), at_level(Level.B, notice))
    (change,) = made.moved_earlier
    assert (change.id, change.call_in_at, change.due_at) == (notice.id, earlier, earlier - 72 * HOUR)
    assert change.looks_at[0] == NOW
    assert len(made.proposals) == 1


@pytest.mark.req("15")
def test_a_cancelled_call_in_waits_for_a_human():
    notice = a_notice()
    made = planned(happens(EventKind.CALL_IN_CANCELLED, refers_to="e-0"), at_level(Level.B, notice))
    assert (made.superseded, made.tasks) == ((), ())
    (proposal,) = made.proposals
    assert (proposal.task.step, proposal.concerns) == (Step.ACKNOWLEDGE_CANCEL, (notice.id,))
    assert proposal.new_due_at is None


@pytest.mark.req("15")
@pytest.mark.parametrize("state", [TaskState.DONE, TaskState.MISSED, None])
def test_a_new_date_after_she_was_told_or_of_an_unknown_call_in_needs_a_new_notice(state):
    tasks = (a_notice(state=state),) if state else ()
    made = planned(moved(CALL_IN + 48 * HOUR), at_level(Level.B, *tasks))
    assert [(task.step, task.event_id) for task in made.tasks] == [(Step.NOTICE_BEFORE_CALL_IN, "e-0")]


@pytest.mark.req("6")
def test_a_rescheduling_that_came_before_its_call_in_leaves_the_earlier_date():
    first_told = a_notice(CALL_IN + 48 * HOUR)
    late = happens(EventKind.CALL_IN_SCHEDULED, event_id="e-0", call_in_at=CALL_IN)
    made = planned(late, at_level(Level.B, first_told))
    assert [change.call_in_at for change in made.moved_earlier] == [CALL_IN]
    assert [each.new_call_in_at for each in made.proposals] == [CALL_IN + 48 * HOUR]


# --- the other kinds


@pytest.mark.parametrize(
    ("kind", "detail", "step", "hours"),
    [
        (EventKind.CUSTODY_CHANGED, "out", Step.CUSTODY_CHECK, 4),
        (EventKind.CUSTODY_CHANGED, "in", Step.CUSTODY_CHECK, 24),
        (EventKind.ORDER_CHANGED, "served", Step.ORDER_CHECK, 4),
        (EventKind.ORDER_CHANGED, "expired", Step.ORDER_CHECK, 24),
    ],
)
def test_release_and_orders_open_a_talk(kind, detail, step, hours):
    made = planned(happens(kind, detail=detail), at_level(Level.B))
    assert [(task.step, task.due_at) for task in made.tasks] == [(step, NOW + hours * HOUR)]


@pytest.mark.req("27")
def test_the_offenders_letter_asks_for_a_talk_with_her():
    event = happens(EventKind.OFFENDER_NOTIFIED, channel=NotificationChannel.LETTER, mailed_on=date(2026, 11, 20))
    made = planned(event, at_level(Level.D))
    assert steps(made) == [Step.NOTIFIED_CHECK]


@pytest.mark.req("13")
def test_an_offender_told_without_notice_was_told_too_late_by_the_agency():
    event = happens(EventKind.OFFENDER_NOTIFIED, channel=NotificationChannel.CALL_IN)
    made = planned(event, at_level(Level.B))
    assert [task.missed_cause for task in made.tasks] == [None, MissedCause.TOLD_TOO_LATE, None]
    assert steps(made)[-1] is Step.TOLD_TOO_LATE
    notice = a_notice()
    assert planned(event, at_level(Level.B, notice)).alerts == (notice.id,)


def test_a_face_to_face_message_counts_as_the_call_in_only_where_the_programme_tells_so():
    event = happens(EventKind.OFFENDER_NOTIFIED, channel=NotificationChannel.IN_PERSON)
    assert Step.TOLD_TOO_LATE not in steps(planned(event, at_level(Level.B)))
    assert Step.TOLD_TOO_LATE in steps(planned(event, at_level(Level.B), GUILFORD))
    assert Step.TOLD_TOO_LATE not in steps(planned(event, at_level(Level.C), GUILFORD))


def test_a_correction_sets_the_level_right_and_a_human_checks():
    original = happens(level=Level.D, occurred_at=NOW - 48 * HOUR, event_id="e-0")
    case = at_level(Level.D, happenings=(original,))
    corrected = original._replace(level=Level.A)
    made = planned(happens(EventKind.CORRECTION, refers_to="e-0", corrected=corrected), case)
    assert made.level is Level.A
    assert Step.EMERGENCY_CONTACT in steps(made)
    assert made.proposals[-1].task.step is Step.ACKNOWLEDGE_CORRECTION


@pytest.mark.req("P2b")
def test_a_correction_closes_nothing():
    original = happens(EventKind.CALL_IN_SCHEDULED, event_id="e-0", call_in_at=CALL_IN)
    notice = a_notice()
    corrected = original._replace(call_in_at=CALL_IN + 200 * HOUR)
    made = planned(happens(EventKind.CORRECTION, refers_to="e-0", corrected=corrected), at_level(Level.B, notice))
    assert (made.superseded, made.moved_earlier, made.tasks) == ((), (), ())
    assert {each.task.step for each in made.proposals} == {Step.ACKNOWLEDGE_RESCHEDULE, Step.ACKNOWLEDGE_CORRECTION}


@pytest.mark.req("P2b")
def test_a_level_dated_in_the_future_is_no_newer_than_the_day_it_came():
    a_year_on = datetime(2027, 11, 20, tzinfo=UTC)
    forged = happening_of(
        parse_event(
            b'{"kind": "level_changed", "occurred_at": "2027-11-20T00:00:00Z", "jurisdiction": "high-point",'
            b' "level": "D", "criteria_version": "1", "offender": {"full_name": "S"}, "victim": {"full_name": "A"}}'
        ),
        event_id="e-0",
        received_at=NOW - HOUR,
        zone="America/New_York",
    )
    assert forged.occurred_at == NOW - HOUR < a_year_on
    later = planned(happens(level=Level.A, occurred_at=NOW), CaseSoFar(Level.D, forged.occurred_at))
    assert later.level is Level.A


def silenced(made: Plan, notice: OpenTask) -> bool:
    return notice.id in made.superseded


@pytest.mark.req("P2b")
@pytest.mark.parametrize("kind", EventKind)
def test_no_event_closes_a_notice(kind):
    notice = a_notice()
    event = happens(
        kind,
        level=Level.A,
        call_in_at=CALL_IN + 300 * HOUR,
        refers_to="e-0",
        channel=NotificationChannel.LETTER,
        mailed_on=date(2026, 11, 20),
        detail="out" if kind is EventKind.CUSTODY_CHANGED else "dismissed",
        corrected=happens(EventKind.CALL_IN_CANCELLED, refers_to="e-0"),
    )
    assert not silenced(planned(event, at_level(Level.B, notice)), notice)


def test_planted_plan_that_closes_a_notice_is_caught():
    notice = a_notice()
    assert silenced(Plan(superseded=(notice.id,)), notice)
