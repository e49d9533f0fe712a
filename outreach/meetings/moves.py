"""
A meeting that was moved: no try to reach her, but a duty to plan it anew, with all of the old plan but the day.

The partner's part in her home and a day without interpreter are asked each time, so neither is carried over.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit, cases
from outreach.access import NoSuchCase, StaffCard
from outreach.meetings.boxes import open_meeting
from outreach.meetings.keeping import tell_outcome
from outreach.meetings.rules import HowItWent, Plan
from outreach.meetings.view import find_meeting
from outreach.protocols.plans import PlannedTask
from outreach.protocols.steps import Step
from outreach.records.meetings import Meeting
from outreach.records.work import Task
from outreach.tasks import add_task
from outreach.terms import TaskState

TO_PLAN = timedelta(hours=24)
"""How long planning it anew may take."""


def tell_moved(session: Session, staff: StaffCard, meeting: Meeting, *, now: datetime) -> None:
    """
    Keep that a meeting was moved; a task asks to plan it anew, unless one is open or she wants no contact. Audited.

    Raises WrongState: how it went was told before.
    """
    tell_outcome(session, staff, meeting, HowItWent.MOVED, now=now)
    standing, _ = cases.standing(session, meeting.case_id)
    if standing.do_not_contact or standing.she_will_contact_us or _is_on_the_list(session, meeting):
        return
    add_task(session, meeting.case_id, PlannedTask(Step.OFFER_MEETING, None, now, now + TO_PLAN))
    audit.record(session, action="meeting.move", by=staff.id, cases=[meeting.case_id], now=now)


def plan_before(session: Session, staff: StaffCard, case_id: UUID, meeting_id: UUID) -> Plan:
    """Return the plan of a meeting of this case, to be planned anew. Raises NoSuchCase. The caller audits."""
    meeting = find_meeting(session, staff, meeting_id)
    if meeting.case_id != case_id:
        raise NoSuchCase
    detail = open_meeting(session, meeting)
    return Plan(
        destination_id=meeting.destination_id,
        channel=detail.way,
        place=detail.place_kind,
        starts_at=meeting.starts_at,
        check_in_by=meeting.check_in_by,
        ends_at=meeting.ends_at,
        lead=meeting.lead_id,
        second=meeting.second_id,
        buddy=meeting.buddy_id,
        buddy_phone=detail.buddy_phone,
        interpreter=detail.interpreter,
        task_id=UUID(detail.task_id) if detail.task_id else None,
    )


def _is_on_the_list(session: Session, meeting: Meeting) -> bool:
    """Tell whether an open task asks for this meeting, or to offer one."""
    task_id = open_meeting(session, meeting).task_id
    asks = Task.step == Step.OFFER_MEETING.value
    if task_id is not None:
        asks = asks | (Task.id == UUID(task_id))
    found = select(Task.id).where(Task.case_id == meeting.case_id, Task.state == TaskState.OPEN.value, asks)
    return session.scalar(found.limit(1)) is not None
