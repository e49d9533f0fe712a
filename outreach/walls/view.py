"""What the page "Who may see this case" shows: why it is restricted, who is kept away, and who could be."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from outreach import audit
from outreach.access import Action, StaffCard
from outreach.case_file.view import CaseHead, head_of, names_of
from outreach.identity.same_person import cases_of_person
from outreach.meetings.rules import LIVE, MeetingState
from outreach.records.meetings import Meeting
from outreach.staff.staffing import colleagues
from outreach.walls.conflicts import walls_of
from outreach.walls.restricting import Cause, live_ones


class Part(StrEnum):
    """What somebody who is kept away has in a meeting, the gravest last."""

    PLANNED = "planned"
    """They were to go, or to watch over it."""
    WATCHES = "watches"
    """It goes on, and they were to watch over it."""
    IS_THERE = "is_there"
    """They are there now, and see that meeting until they come out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """One restriction that holds."""

    cause: Cause
    words: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """One colleague who is kept away."""

    id: UUID
    who: str
    words: str
    by: str
    at: datetime | None
    part: Part | None
    """What they have in a meeting about her that is not over: somebody has to see to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WallView:
    """Who may see a case, and why the others may not."""

    head: CaseHead
    is_restricted: bool
    whys: tuple[Why, ...]
    walls: tuple[Wall, ...]
    others: tuple[StaffCard, ...]
    """Colleagues who see cases and are not kept away."""


def wall_view(session: Session, staff: StaffCard, case_id: UUID, *, now: datetime) -> WallView:
    """Return who may see a case, to be shown to a person. Audited. NoSuchCase when it is not theirs."""
    head = head_of(session, staff, case_id)
    whys, walls = live_ones(session, case_id), walls_of(session, case_id)
    audit.record(session, action="wall.read", by=staff.id, cases=[case_id], now=now)
    away = {row.staff_id for row, _ in walls}
    said = {content.by for _, content in whys} | {content.by for _, content in walls}
    names, at_meetings = names_of(session, said | {str(each) for each in away}), _at_meetings(session, case_id)
    return WallView(
        head=head,
        is_restricted=head.is_restricted,
        whys=tuple(
            Why(cause=Cause(each.cause), words=each.words, by=names.get(each.by, ""), at=_time(each.at))
            for _, each in whys
        ),
        walls=tuple(
            Wall(
                id=row.id,
                who=names.get(str(row.staff_id), ""),
                words=each.words,
                by=names.get(each.by, ""),
                at=_time(each.at) if each.at else None,
                part=at_meetings.get(row.staff_id),
            )
            for row, each in walls
        ),
        others=tuple(each for each in colleagues(session) if each.may(Action.SEE_CASES) and each.id not in away),
    )


def _at_meetings(session: Session, case_id: UUID) -> dict[UUID | None, Part]:
    live = or_(*(Meeting.state == each.value for each in LIVE))
    of_hers = Meeting.case_id.in_(cases_of_person(session, case_id))
    found: dict[UUID | None, Part] = {}
    for row in session.scalars(select(Meeting).where(of_hers, live)):
        is_under_way = row.state == MeetingState.UNDER_WAY
        for who in (row.lead_id, row.second_id, row.buddy_id):
            now_there = Part.WATCHES if who == row.buddy_id else Part.IS_THERE
            part = now_there if is_under_way else Part.PLANNED
            found[who] = max(part, found.get(who, part), key=list(Part).index)
    return found


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
