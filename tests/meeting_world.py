"""A meeting and the people around it: who goes, who watches, who is paged."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from builders import NOW, a_case, a_destination, a_staff_member, a_verdict
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.access import StaffCard
from outreach.meetings import keeping as meeting_keeping
from outreach.meetings import overdue as meeting_overdue
from outreach.meetings import planning as meeting_planning
from outreach.meetings.boxes import MeetingDetail, seal_meeting
from outreach.meetings.hours import wall_of
from outreach.meetings.keeping import SafetyCheck
from outreach.meetings.rules import Answer, PlaceKind, Plan, Whereabouts
from outreach.meetings.view import find_to_change
from outreach.reaching.destinations import Destination
from outreach.records.engine import Vault
from outreach.records.meetings import Meeting
from outreach.records.on_call import PageCall, StaffPage
from outreach.records.staff import Staff
from outreach.staff.staffing import card
from outreach.terms import Channel, DestinationKind, Role

POINT = "Canary Library, side door"
START = NOW + timedelta(hours=3)
MINUTE = timedelta(minutes=1)
ZONE = "America/New_York"
ALL_WELL = SafetyCheck(
    whereabouts=Whereabouts.ELSEWHERE,
    lives_there=Answer.NO,
    weapons=Answer.NO,
    order=Answer.UNKNOWN,
    goes_ahead=True,
)


def a_place(session: Session, case_id: UUID, **fields: Any) -> Any:
    """Store a place at which she said one may meet."""
    place = {"kind": DestinationKind.PLACE, "value": POINT, "label": "library"}
    return a_destination(session, case_id, **{**place, "verdicts": {Channel.MEETING: a_verdict()}, **fields})


def a_plan(place_id: UUID, lead: UUID, second: UUID | None, buddy: UUID) -> Plan:
    """Return a plan for a meeting of an hour, in three hours."""
    return Plan(
        destination_id=place_id,
        channel=Channel.MEETING,
        place=PlaceKind.LIBRARY,
        starts_at=START,
        check_in_by=START + 10 * MINUTE,
        ends_at=START + 60 * MINUTE,
        lead=lead,
        second=second,
        buddy=buddy,
        buddy_phone="555-0100",
    )


def a_meeting(session: Session, case_id: UUID, phone: Destination, lead: UUID, buddy: UUID) -> UUID:
    """Store a phone call in place of a meeting, in two days, not checked yet; the caller audits."""
    row, later = uuid4(), START + timedelta(days=2)
    detail = MeetingDetail("call", "phone_call", "L. O.", str(lead), buddy_phone="555-0100")
    session.add(
        Meeting(
            id=row,
            case_id=case_id,
            destination_id=phone.id,
            lead_id=lead,
            buddy_id=buddy,
            state="planned",
            **dict(zip(("wall_starts", "wall_ends", "zone"), wall_of(later, later + 60 * MINUTE, ZONE), strict=True)),
            starts_at=later,
            check_in_by=later + 10 * MINUTE,
            ends_at=later + 60 * MINUTE,
            next_look_at=later + 20 * MINUTE,
            meeting_box=seal_meeting(session, detail, case_id=case_id, row=row),
        )
    )
    return row


@dataclass
class Watch:
    """A case, the colleagues of one meeting, and what happens to it."""

    vault: Vault
    case_id: UUID
    place: Any
    dana: StaffCard
    lee: StaffCard
    sam: StaffCard
    supervisor: StaffCard
    stranger: StaffCard

    @classmethod
    def begin(cls, vault: Vault, **standing: Any) -> "Watch":
        """Store the people and the case; Dana has it, Sam is the buddy."""
        with vault.writing() as session:
            names = ("Dana Reyes", "Lee Park", "Sam Buddy", "Super Visor", "Nora Else")
            ids = [
                a_staff_member(session, name=each, role=Role.SUPERVISOR if each[:2] == "Su" else Role.ADVOCATE)
                for each in names
            ]
            case_id = a_case(session, assigned_to=ids[0], **standing)
            place = a_place(session, case_id)
            cards = [card(session.get_one(Staff, each)) for each in ids]
        return cls(vault, case_id, place, *cards)

    def plan(self, **changes: Any) -> Plan:
        """Return the plan of this meeting."""
        usual = a_plan(self.place.id, self.dana.id, self.lee.id, self.sam.id)
        return replace(usual, **changes)

    def planned(self, *, now: datetime = NOW, **changes: Any) -> UUID:
        """Plan the meeting and return its id."""
        with self.vault.writing() as session:
            return meeting_planning.plan_meeting(session, self.dana, self.case_id, self.plan(**changes), now=now)

    def checked(self, meeting_id: UUID, *, now: datetime = NOW, **answers: Any) -> None:
        """Do the safety check."""
        with self.vault.writing() as session:
            meeting = find_to_change(session, self.dana, meeting_id)
            meeting_keeping.record_check(session, self.dana, meeting, replace(ALL_WELL, **answers), now=now)

    def does(self, step: Any, meeting_id: UUID, *args: Any, who: StaffCard | None = None, **named: Any) -> Any:
        """Take one step of a meeting, as a route does."""
        staff = who or self.dana
        with self.vault.writing() as session:
            return step(session, staff, find_to_change(session, staff, meeting_id), *args, **named)

    def under_way(self, **changes: Any) -> UUID:
        """Plan, check and begin a meeting at its start."""
        meeting_id = self.planned(**changes)
        self.checked(meeting_id)
        self.does(meeting_keeping.check_in, meeting_id, now=START)
        return meeting_id

    def looks(self, at: datetime) -> int:
        """Let the worker look."""
        return meeting_overdue.look_at_meetings(self.vault, now=at)

    def state(self, meeting_id: UUID) -> str:
        """Return where the meeting stands."""
        with self.vault.reading() as session:
            return session.get_one(Meeting, meeting_id).state

    def paged(self) -> list[tuple[str, tuple[str, ...]]]:
        """Return every call so far: what about, and whom."""
        with self.vault.reading() as session:
            calls = session.scalars(select(PageCall).order_by(PageCall.called_at, PageCall.id)).all()
            return [(each.about, self._names(session, each.id)) for each in calls]

    def _names(self, session: Session, call_id: UUID) -> tuple[str, ...]:
        query = select(Staff.name).join(StaffPage, StaffPage.staff_id == Staff.id).where(StaffPage.call_id == call_id)
        return tuple(sorted(session.scalars(query)))
