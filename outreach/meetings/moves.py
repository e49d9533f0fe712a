"""
A meeting that was moved: no try to reach her, but a duty to plan it anew, with all of the old plan but the day.

The partner's part in her home and a day without interpreter are asked each time, so neither is carried over.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from outreach import audit, cases
from outreach.access import NoSuchCase, StaffCard
from outreach.meetings.boxes import change_meeting, open_meeting
from outreach.meetings.keeping import tell_outcome
from outreach.meetings.offers import open_for
from outreach.meetings.rules import HowItWent, Plan
from outreach.meetings.view import find_meeting
from outreach.protocols.plans import PlannedTask
from outreach.protocols.steps import Step
from outreach.records.meetings import Meeting
from outreach.tasks import add_task

TO_PLAN = timedelta(hours=24)
"""How long planning it anew may take."""


def tell_moved(session: Session, staff: StaffCard, meeting: Meeting, *, now: datetime) -> None:
    """
    Keep that a meeting was moved; a task stands for it until it is planned anew, unless she wants no contact. Audited.

    An open task that asks for it, or for any meeting, is that task, where no other meeting is for it.
    Raises WrongState: how it went was told before.
    """
    tell_outcome(session, staff, meeting, HowItWent.MOVED, now=now)
    standing, _ = cases.standing(session, meeting.case_id)
    if standing.do_not_contact or standing.she_will_contact_us:
        return
    task_id = open_for(session, meeting)
    if task_id is None:
        task_id = add_task(session, meeting.case_id, PlannedTask(Step.OFFER_MEETING, None, now, now + TO_PLAN))
    change_meeting(session, meeting, moved_task=str(task_id))
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
        task_id=UUID(asks) if (asks := detail.moved_task or detail.task_id) else None,
    )
