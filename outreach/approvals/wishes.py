"""
Decisions that wait for a second person (20a): a supervisor, on a phone as well; any peer after half an hour.

A call proceeds meanwhile on the advocate's own reason; everything else waits. Cold mail has a form of its own
(outreach.messaging.letters.cold_mail); one worker at a meeting is asked for in outreach.meetings.wishes. Who answers
sees a handle and the reason, never her name.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from outreach import audit, cases
from outreach.access import Action, StaffCard, find_case
from outreach.approvals import approving
from outreach.approvals.approving import Decided, NotTheirsToDecide
from outreach.approvals.second_person import Wish, may_see, wish_of
from outreach.case_file.history import Kept
from outreach.case_file.news import has_news, news_since
from outreach.gate.facts import Approval
from outreach.gate.gate_facts import facts_for_gate
from outreach.meetings import keeping as meeting_keeping
from outreach.meetings.boxes import open_meeting
from outreach.meetings.rules import AHEAD
from outreach.on_duty import on_call, paging
from outreach.on_duty.paging import OfCase
from outreach.records.approvals import ApprovalWish
from outreach.records.boxes import BoxNumber
from outreach.records.cases import CaseRecord
from outreach.records.errors import NoSuchRecord
from outreach.records.keys import seal, unseal
from outreach.records.meetings import Meeting
from outreach.records.staff import Staff
from outreach.terms import Channel, PageAbout, Role

ASKABLE = (Approval.SUPERVISOR, Approval.MORE_ATTEMPTS)
MOST = 50
OPEN, AGREED, REFUSED = "open", "agreed", "refused"


class WishContent(NamedTuple):
    """Box APPROVAL_WISH, in sealing order. New fields go at the end with a default."""

    approval: str
    destination_id: str | None
    channel: str | None
    reason: str
    answer: str = ""


class Alone(NamedTuple):
    """A meeting to which one worker would go: who, and when. Neither her name nor the place."""

    lead: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class WishToAnswer:
    """What a second person weighs."""

    wish: Wish
    approval: Approval | None
    """What the gate asks for; None where one worker would go alone to a meeting."""
    channel: Channel | None
    reason: str
    has_news: bool
    """An event came after it was asked: the reason does not know of it."""
    news: tuple[Kept, ...]
    """Those events, oldest first."""
    meeting: Alone | None = None
    may_call: bool = False
    """The one call that proceeds on the asker's own reason is still to be made."""


def may_call_meanwhile(session: Session, case_id: UUID, *, now: datetime) -> bool:
    """Tell whether asking for one more try now lets one call proceed: not where it was asked in the last day."""
    return not _was_asked(session, case_id, WishContent(Approval.MORE_ATTEMPTS, None, Channel.CALL, ""), now=now)


def ask(session: Session, staff: StaffCard, case_id: UUID, *, decided: Decided, reason: str, now: datetime) -> UUID:
    """
    Ask a second person for a decision and page the supervisors; one more call may be made meanwhile. Audited.

    Raises:
        NoSuchCase; NotTheirsToDecide for a decision nobody is asked for this way. ValueError: no reason.
    """
    if decided.approval not in ASKABLE:
        raise NotTheirsToDecide
    if not reason.strip():
        raise ValueError("a wish needs a reason")
    find_case(session, staff, case_id)
    approving.refuse_other_ways(session, case_id, decided)
    destination_id, channel = decided.way or (None, None)
    content = WishContent(decided.approval, str(destination_id) if destination_id else None, channel, reason.strip())
    has_asked = _was_asked(session, case_id, content, now=now)
    row_id = uuid4()
    box = seal(session, BoxNumber.APPROVAL_WISH, content, owner=case_id, row=row_id)
    wish = ApprovalWish(id=row_id, case_id=case_id, asked_by_id=staff.id, asked_at=now, state=OPEN, wish_box=box)
    session.add(wish)
    audit.record(session, action="wish.ask", by=staff.id, cases=[case_id], now=now)
    if not has_asked and decided.approval is Approval.MORE_ATTEMPTS and channel is Channel.CALL:
        approving.give_meanwhile(session, staff, case_id, decided=decided, reason=reason, now=now)
    paging.call(session, on_call.supervisors(session), OfCase(PageAbout.APPROVAL, case_id), now=now)
    return row_id


def waiting(session: Session, staff: StaffCard, *, now: datetime) -> tuple[Wish, ...]:
    """Return the wishes this person may answer now, and their own, oldest first. Handles only; unaudited."""
    rows = session.execute(_visible(staff, now).limit(MOST)).all()
    return tuple(wish_of(row[0], row[1], row[2], staff) for row in rows)


def read(session: Session, staff: StaffCard, wish_id: UUID, *, now: datetime) -> WishToAnswer:
    """Return what a second person weighs. Audited. Raises NoSuchRecord, also for what is not theirs to see yet."""
    row, wish = _find(session, staff, wish_id, now)
    content = _content(session, row)
    audit.record(session, action="wish.read", by=staff.id, cases=[row.case_id], now=now)
    channel = Channel(content.channel) if content.channel else None
    told = has_news(session, row.case_id, row.asked_at), news_since(session, row.case_id, row.asked_at)
    if row.meeting_id is not None:
        return WishToAnswer(wish, None, None, content.reason, *told, _alone(session, row.meeting_id))
    may_call = _may_call(session, row.case_id, content, now=now)
    return WishToAnswer(wish, Approval(content.approval), channel, content.reason, *told, may_call=may_call)


def answer(session: Session, staff: StaffCard, wish_id: UUID, *, agrees: bool, reason: str, now: datetime) -> None:
    """
    Give the second person's answer. A no ends what was begun meanwhile. Audited.

    Raises NoSuchRecord when it is answered already or not theirs to see; NotTheirsToDecide: they asked themselves.
    """
    row, wish = _find(session, staff, wish_id, now)
    if wish.is_mine or not staff.may(Action.DECIDE):
        raise NotTheirsToDecide
    content = _content(session, row)
    if row.meeting_id is not None:
        _answer_about_meeting(session, staff, row.meeting_id, because=reason.strip() if agrees else None, now=now)
    elif agrees:
        decided = Decided(Approval(content.approval), _way(content))
        approving.give_instead(session, staff, row.case_id, decided=decided, reason=reason, now=now)
    else:
        _take_back(session, row.case_id, content, by=staff.id, because=reason.strip(), now=now)
    row.state = AGREED if agrees else REFUSED
    row.settled_by_id, row.settled_on = staff.id, now.date()
    content = content._replace(answer=reason.strip())
    row.wish_box = seal(session, BoxNumber.APPROVAL_WISH, content, owner=row.case_id, row=row.id)
    audit.record(session, action="wish.answer", by=staff.id, cases=[row.case_id], now=now)


def _way(content: WishContent) -> tuple[UUID, Channel] | None:
    if not content.destination_id or not content.channel:
        return None
    return UUID(content.destination_id), Channel(content.channel)


def _may_call(session: Session, case_id: UUID, content: WishContent, *, now: datetime) -> bool:
    """Tell whether the gate still counts what was given meanwhile: a call that was made has used it up."""
    way = _way(content)
    if content.approval != Approval.MORE_ATTEMPTS or way is None or way[1] is not Channel.CALL:
        return False
    given = facts_for_gate(session, case_id, at=now, destination_id=way[0], channel=way[1]).approvals
    return any((each.approval, each.destination_id, each.channel) == (content.approval, *way) for each in given)


def _answer_about_meeting(
    session: Session, staff: StaffCard, meeting_id: UUID, *, because: str | None, now: datetime
) -> None:
    """Let one worker go alone, unless there is no reason; never said by who goes, nor by a peer who planned it."""
    meeting = session.scalars(select(Meeting).where(Meeting.id == meeting_id).with_for_update()).one()
    is_plan_of_theirs = open_meeting(session, meeting).planned_by == str(staff.id) and staff.role is not Role.SUPERVISOR
    if meeting_keeping.is_there(meeting, staff.id) or is_plan_of_theirs:
        raise NotTheirsToDecide
    if meeting.state not in AHEAD:
        raise NoSuchRecord("meeting", meeting_id)
    if because is not None:
        meeting_keeping.agree_to_one(session, staff, meeting, because=because, now=now)


def _alone(session: Session, meeting_id: UUID) -> Alone:
    query = select(Staff.name, Meeting.starts_at).join(Meeting, Meeting.lead_id == Staff.id)
    return Alone(*session.execute(query.where(Meeting.id == meeting_id)).one())


def _take_back(session: Session, case_id: UUID, content: WishContent, *, by: UUID, because: str, now: datetime) -> None:
    standing, _ = cases.standing(session, case_id)
    about = (content.approval, content.destination_id, content.channel)
    left = tuple(each for each in standing.approvals if (each.approval, each.destination_id, each.channel) != about)
    cases.change_standing(session, case_id, by=by, now=now, because=because, approvals=left)


def _was_asked(session: Session, case_id: UUID, about: WishContent, *, now: datetime) -> bool:
    """Tell whether the same was asked lately: one call may be made meanwhile, not one for each time of asking (18)."""
    since = ApprovalWish.asked_at > now - approving.LASTS[Approval.MORE_ATTEMPTS]
    asked = session.scalars(select(ApprovalWish).where(ApprovalWish.case_id == case_id, since)).all()
    kept = (_content(session, each) for each in asked)
    return any((each.approval, each.channel) == (about.approval, about.channel) for each in kept)


def _visible(staff: StaffCard, now: datetime) -> Select[ApprovalWish, str, str]:
    return (
        select(ApprovalWish, CaseRecord.handle, Staff.name)
        .join(CaseRecord, CaseRecord.id == ApprovalWish.case_id)
        .join(Staff, Staff.id == ApprovalWish.asked_by_id)
        .outerjoin(Meeting, Meeting.id == ApprovalWish.meeting_id)
        .where(ApprovalWish.state == OPEN, CaseRecord.closed_on.is_(None))
        .where(ApprovalWish.meeting_id.is_(None) | Meeting.state.in_([each.value for each in AHEAD]))
        .where(may_see(staff, ApprovalWish, now=now))
        .order_by(ApprovalWish.asked_at)
    )


def _find(session: Session, staff: StaffCard, wish_id: UUID, now: datetime) -> tuple[ApprovalWish, Wish]:
    row = session.execute(_visible(staff, now).where(ApprovalWish.id == wish_id)).first()
    if row is None:
        raise NoSuchRecord("wish", wish_id)
    return row[0], wish_of(row[0], row[1], row[2], staff)


def _content(session: Session, row: ApprovalWish) -> WishContent:
    return WishContent(*unseal(session, BoxNumber.APPROVAL_WISH, row.wish_box, owner=row.case_id, row=row.id))
