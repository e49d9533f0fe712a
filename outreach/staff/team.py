"""What waits for a supervisor: cases nobody holds, alerts, matches, changes to acknowledge; who holds how much."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from outreach.access import Action, StaffCard, visible_cases
from outreach.case_file.listing import CaseLine, brought_over, nobodys, nobodys_from_before, unassigned
from outreach.ingesting import quarantine
from outreach.on_duty import night_calls
from outreach.protocols.steps import Step
from outreach.records.cases import CaseRecord, PossibleMatch
from outreach.records.work import Task
from outreach.staff.staffing import colleagues
from outreach.terms import TaskState
from outreach.today import Duty, duties_by_step
from outreach.walls.sight import is_not_walled_off

SHOWN = 20
HOLDS = (Step.SUPERVISOR_URGENT, Step.SUPERVISOR_ALERT, Step.SUPERVISOR_MINOR)
"""What waits for a supervisor alone."""
PROPOSALS = tuple(step for step in Step if step.startswith("acknowledge_"))


class Holding(NamedTuple):
    """How much a colleague holds."""

    colleague: StaffCard
    open_cases: int
    late_tasks: int


class Waiting(NamedTuple):
    """Duties of one kind: the first few and how many there are."""

    duties: tuple[Duty, ...]
    total: int


class Undecided(NamedTuple):
    """A question whether a case from before is of a person we know. It has no task, and no clock."""

    case_id: UUID
    handle: str
    match_id: UUID


class Team(NamedTuple):
    """Everything on the supervisors' page."""

    unassigned: tuple[CaseLine, ...]
    unassigned_total: int
    brought_over: tuple[CaseLine, ...]
    """From before, without a clock."""
    brought_over_total: int
    undecided: tuple[Undecided, ...]
    holds: Waiting
    matches: Waiting
    proposals: Waiting
    aside: quarantine.Aside
    people: tuple[Holding, ...]


def team_of(session: Session, staff: StaffCard, *, now: datetime) -> Team:
    """Return what waits for a supervisor. Handles only."""
    return Team(
        unassigned(session, staff, most=SHOWN),
        _count(session, nobodys(staff)),
        brought_over(session, staff, most=SHOWN),
        _count(session, nobodys_from_before(staff)),
        _undecided(session, staff),
        _waiting(session, staff, HOLDS),
        _waiting(session, staff, (Step.DECIDE_MATCH,)),
        _waiting(session, staff, PROPOSALS),
        quarantine.waiting(session, most=SHOWN),
        _people(session, staff, now=now),
    )


def count_waiting(session: Session, staff: StaffCard) -> int:
    """Return how many things wait for a supervisor on the team's page: cases nobody has, and decisions."""
    if not staff.may(Action.SEE_TEAM):
        return 0
    theirs = visible_cases(staff).with_only_columns(CaseRecord.id)
    unheld = nobodys(staff).with_only_columns(CaseRecord.id)
    steps = [
        step.value
        for step in (
            Step.SUPERVISOR_URGENT,
            Step.SUPERVISOR_ALERT,
            Step.SUPERVISOR_MINOR,
            Step.DECIDE_MATCH,
            *PROPOSALS,
        )
    ]
    asked = select(Task.id).where(Task.state == TaskState.OPEN.value, Task.step.in_(steps), Task.case_id.in_(theirs))
    counts = (session.scalar(select(func.count()).select_from(each.subquery())) for each in (unheld, asked))
    return (
        sum(each or 0 for each in counts)
        + len(_undecided(session, staff))
        + quarantine.count_due(session)
        + len(night_calls.waiting(session))
    )


def _count(session: Session, query: Select[CaseRecord]) -> int:
    return session.scalar(select(func.count()).select_from(query.with_only_columns(CaseRecord.id).subquery())) or 0


def _undecided(session: Session, staff: StaffCard) -> tuple[Undecided, ...]:
    """Return the first question of each case that has one and no task that asks it."""
    asking = select(Task.id).where(
        Task.case_id == CaseRecord.id, Task.step == Step.DECIDE_MATCH.value, Task.state == TaskState.OPEN.value
    )
    theirs = visible_cases(staff).with_only_columns(CaseRecord.id)
    query = (
        select(CaseRecord.id, CaseRecord.handle, PossibleMatch.id)
        .join(PossibleMatch, PossibleMatch.case_id == CaseRecord.id)
        .where(PossibleMatch.decision.is_(None), CaseRecord.id.in_(theirs), ~asking.exists())
        .order_by(CaseRecord.handle, PossibleMatch.id)
    )
    firsts: dict[UUID, Undecided] = {}
    for case_id, handle, match_id in session.execute(query):
        firsts.setdefault(case_id, Undecided(case_id, handle, match_id))
    return tuple(firsts.values())


def _waiting(session: Session, staff: StaffCard, steps: tuple[Step, ...]) -> Waiting:
    return Waiting(*duties_by_step(session, staff, steps, most=SHOWN))


def _people(session: Session, staff: StaffCard, *, now: datetime) -> tuple[Holding, ...]:
    holder, seen = CaseRecord.assigned_to_id, is_not_walled_off(staff.id, CaseRecord.id)
    held = (
        select(holder, func.count()).where(holder.is_not(None), CaseRecord.closed_on.is_(None), seen).group_by(holder)
    )
    late = (
        select(holder, func.count(Task.id))
        .join(Task, Task.case_id == CaseRecord.id)
        .where(holder.is_not(None), Task.state == TaskState.OPEN.value, Task.due_at < now, seen)
        .group_by(holder)
    )
    cases = {row[0]: row[1] for row in session.execute(held)}
    overdue = {row[0]: row[1] for row in session.execute(late)}
    working = [each for each in colleagues(session) if each.may(Action.SEE_CASES)]
    return tuple(Holding(each, cases.get(each.id, 0), overdue.get(each.id, 0)) for each in working)
