"""
Offers to meet: which end once she came, and which go on, as a meeting that was moved is still to be planned anew.

A moved meeting names the task that stands for it; only what is planned for that task ends it, or a person does.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.meetings.boxes import open_meeting
from outreach.meetings.rules import LIVE, MeetingState
from outreach.protocols.steps import Step
from outreach.records.meetings import Meeting
from outreach.records.work import Task
from outreach.tasks import end_task
from outreach.terms import Outcome, TaskState


def end_offers(session: Session, case_id: UUID, *, by: UUID, now: datetime) -> None:
    """What was offered has happened: no open task asks to offer it again, but for a meeting that was moved."""
    kept = _standing_for_moved(session, case_id)
    offers = (Task.case_id == case_id, Task.step == Step.OFFER_MEETING.value, Task.state == TaskState.OPEN.value)
    for task in session.scalars(select(Task).where(*offers)):
        if task.id not in kept:
            end_task(session, task, TaskState.DONE, now=now, outcome=Outcome.REACHED.value, ended_by=str(by))


def open_for(session: Session, meeting: Meeting) -> UUID | None:
    """Return the open task that can stand for a meeting: its own, or an offer; none that another meeting is for."""
    own = open_meeting(session, meeting).task_id
    asks = Task.step == Step.OFFER_MEETING.value
    if own is not None:
        asks = asks | (Task.id == UUID(own))
    found = select(Task.id).where(Task.case_id == meeting.case_id, Task.state == TaskState.OPEN.value, asks)
    taken = _of_others(session, meeting)
    return next((each for each in session.scalars(found.order_by(Task.due_at, Task.id)) if each not in taken), None)


def _of_others(session: Session, meeting: Meeting) -> set[UUID]:
    """Return the tasks that other meetings of the case are for, or that stand for others that were moved."""
    live = select(Meeting).where(
        Meeting.case_id == meeting.case_id,
        Meeting.state.in_([*(each.value for each in LIVE), MeetingState.OVER.value]),
        Meeting.id != meeting.id,
    )
    named = (open_meeting(session, each).task_id for each in session.scalars(live))
    return {UUID(each) for each in named if each} | _standing_for_moved(session, meeting.case_id)


def _standing_for_moved(session: Session, case_id: UUID) -> set[UUID]:
    told = select(Meeting).where(Meeting.case_id == case_id, Meeting.state == MeetingState.TOLD.value)
    named = (open_meeting(session, each).moved_task for each in session.scalars(told))
    return {UUID(each) for each in named if each}
