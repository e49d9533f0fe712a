"""
Planning a meeting with her, and calling it off. The gate is asked for the hour of the meeting, and nothing leaves.

What a plan must be like is in outreach.meetings.rules; here it is weighed against what is known, and kept.
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit, cases, people
from outreach.access import Action, NoSuchCase, StaffCard, find_case
from outreach.gate.contact_policy import Policy
from outreach.gate.gate_facts import facts_for_gate
from outreach.identity.same_person import lock_person
from outreach.meetings.boxes import MeetingDetail, change_meeting, seal_meeting, veto_of
from outreach.meetings.hours import wall_of
from outreach.meetings.interpreters import Veto
from outreach.meetings.ladder import next_look
from outreach.meetings.overdue import sign_of_life
from outreach.meetings.rules import AHEAD, Fault, Known, MeetingState, PlaceKind, Plan, faults_of
from outreach.meetings.taken import take_turns, taken
from outreach.meetings.vetoes import add_to_veto
from outreach.people import VictimCard
from outreach.protocols.planning import protocol_kept
from outreach.protocols.steps import STEPS, Step
from outreach.reaching.destinations import Destination
from outreach.records.cases import CaseRecord
from outreach.records.meetings import Meeting
from outreach.records.work import Task
from outreach.safe_contact import Allowed, Decision, may_contact
from outreach.staff.staffing import colleagues
from outreach.terms import Channel, ContentLevel, TaskState
from outreach.walls.sight import kept_away

CHANNELS = (Channel.MEETING, Channel.CALL)


class UnfitPlan(ValueError):
    """A plan that can not be kept; `faults` say where on the form, and the mend."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(", ".join(each.field for each in faults))
        self.faults = faults


class PlanHeld(Exception):
    """The gate held or refused this place at this hour."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(decision.reason)
        self.decision = decision


class WrongState(ValueError):
    """The meeting is not where this step begins: somebody was faster, or it is over."""


class Sketch(NamedTuple):
    """What the form of a new meeting offers."""

    victim: VictimCard
    ways: tuple[tuple[Destination, Channel], ...]
    workers: tuple[StaffCard, ...]
    tasks: tuple[tuple[UUID, Step], ...]
    veto: Veto


def sketch(session: Session, staff: StaffCard, case_id: UUID, *, now: datetime) -> Sketch:
    """Return what a new meeting of a case can be made of, to be shown to a person. Audited. Raises NoSuchCase."""
    find_case(session, staff, case_id)
    contact = people.read_contact(session, case_id, by=staff.id, now=now, action="case.read")
    ways = tuple((way, channel) for way in contact.destinations for channel in CHANNELS if channel in way.kind.channels)
    places_first = sorted(ways, key=lambda way: way[1] is Channel.CALL)
    return Sketch(
        contact.victim,
        tuple(places_first),
        workers(session, case_id),
        _tasks(session, case_id),
        veto_of(session, case_id),
    )


def workers(session: Session, case_id: UUID) -> tuple[StaffCard, ...]:
    """Return the colleagues who may go to a meeting of a case or watch over one: nobody who is kept away from it."""
    away = kept_away(session, (case_id,))
    return tuple(each for each in colleagues(session) if each.may(Action.SEE_MEETINGS) and each.id not in away)


def plan_meeting(session: Session, staff: StaffCard, case_id: UUID, plan: Plan, *, now: datetime) -> UUID:
    """
    Keep a meeting and return its id. Audited.

    Raises:
        NoSuchCase: also for a way, a task or a colleague that is none of this case's or of ours.
        UnfitPlan: with every fault. PlanHeld: the gate says no at that hour.
    """
    find_case(session, staff, case_id)
    _refuse_others(session, case_id, plan)
    take_turns(session, plan)
    lock_person(session, case_id)  # Before the plan is kept, as her no to an interpreter goes to each case of hers.
    card = people.read(session, case_id, by=staff.id, now=now)
    veto = veto_of(session, case_id)
    known = Known(
        lives_with_partner=card.lives_with_offender,
        needs_interpreter=card.needs_interpreter,
        veto=veto,
        taken=taken(session, plan, since=now),
    )
    faults = faults_of(plan, known, now=now)
    if faults:
        raise UnfitPlan(faults)
    decision = ask_gate(session, case_id, plan.destination_id, plan.channel, now=now, at=plan.starts_at)
    if not isinstance(decision, Allowed):
        raise PlanHeld(decision)
    row = _store(session, staff, case_id, plan, name=card.name)
    add_to_veto(session, case_id, Veto(plan.vetoed), by=staff.id, now=now)
    audit.record(session, action="meeting.plan", by=staff.id, cases=[case_id], now=now)
    return row


def call_off(session: Session, staff: StaffCard, meeting: Meeting, *, because: str, now: datetime) -> None:
    """Call a meeting off before it began; its alarm ends. Audited. Raises WrongState."""
    if meeting.state not in AHEAD:
        raise WrongState
    meeting.state, meeting.next_look_at = MeetingState.CALLED_OFF.value, None
    sign_of_life(session, meeting, by=staff.id, now=now)
    change_meeting(session, meeting, called_off_because=because)
    audit.record(session, action="meeting.call_off", by=staff.id, cases=[meeting.case_id], now=now)


def ask_gate(
    session: Session,
    case_id: UUID,
    destination_id: UUID,
    channel: Channel,
    *,
    now: datetime,
    at: datetime | None = None,
) -> Decision:
    """Ask the gate about meeting her here, saying little: as things are now, for now or for the hour `at`."""
    facts = facts_for_gate(session, case_id, at=now, destination_id=destination_id, channel=channel)
    destination = people.destination_of(session, case_id, destination_id)
    return may_contact(destination, channel, ContentLevel.NEUTRAL, at=at or now, facts=facts)


def _refuse_others(session: Session, case_id: UUID, plan: Plan) -> None:
    ways = {(way.id, channel) for way in people.destinations(session, case_id) for channel in way.kind.channels}
    ours = {each.id for each in workers(session, case_id)}
    if (plan.destination_id, plan.channel) not in ways or not {plan.lead, plan.second or plan.lead, plan.buddy} <= ours:
        raise NoSuchCase
    if plan.task_id is not None and plan.task_id not in {each for each, _ in _tasks(session, case_id)}:
        raise NoSuchCase


def _tasks(session: Session, case_id: UUID) -> tuple[tuple[UUID, Step], ...]:
    """Return the open tasks a meeting can be for, earliest due first, an offer to meet before all."""
    rows = session.execute(
        select(Task.id, Task.step)
        .where(Task.case_id == case_id, Task.state == TaskState.OPEN.value)
        .order_by(Task.due_at, Task.id)
    )
    found = [(row.id, Step(row.step)) for row in rows if set(STEPS[Step(row.step)].channels) & set(CHANNELS)]
    return tuple(sorted(found, key=lambda each: each[1] is not Step.OFFER_MEETING))


def _store(session: Session, staff: StaffCard, case_id: UUID, plan: Plan, *, name: str) -> UUID:
    row, policy = uuid4(), policy_of(session, case_id)
    wall = wall_of(plan.starts_at, plan.ends_at, cases.standing(session, case_id)[0].zone)
    detail = MeetingDetail(
        channel=plan.channel.value,
        place=plan.place.value,
        initials=initials(name),
        planned_by=str(staff.id),
        task_id=str(plan.task_id) if plan.task_id else None,
        interpreter=plan.interpreter.strip(),
        interpreter_elsewhere=plan.interpreter_elsewhere,
        buddy_phone=plan.buddy_phone.strip(),
        partner_apart=plan.partner_apart and plan.place is PlaceKind.HOME,
        check_hours=policy.meeting_check_hours,
    )
    session.add(
        Meeting(
            id=row,
            case_id=case_id,
            destination_id=plan.destination_id,
            lead_id=plan.lead,
            second_id=plan.second,
            buddy_id=plan.buddy,
            state=MeetingState.PLANNED.value,
            wall_starts=wall.starts,
            wall_ends=wall.ends,
            zone=wall.zone,
            starts_at=plan.starts_at,
            check_in_by=plan.check_in_by,
            ends_at=plan.ends_at,
            next_look_at=next_look(plan.check_in_by, stage=0, policy=policy),
            buddy_after=policy.meeting_buddy_minutes,
            supervisor_after=policy.meeting_supervisor_minutes,
            meeting_box=seal_meeting(session, detail, case_id=case_id, row=row),
        )
    )
    session.flush()
    return row


def policy_of(session: Session, case_id: UUID) -> Policy:
    """Return the numbers of the protocol that a case began under."""
    return protocol_kept(session, session.get_one(CaseRecord, case_id).protocol_digest).policy


def initials(name: str) -> str:
    """Return the first letters of a name: all of her that a phone or a sheet shows."""
    return " ".join(f"{each[0].upper()}." for each in name.replace("-", " ").split() if each)
