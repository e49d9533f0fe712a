"""
Keeping a meeting: the safety check, going in, more time, coming out, and how it went.

The gate is asked at the confirmation and again at the check-in; both take its `Allowed` and nothing else. Whoever
calls hands over a meeting that `outreach.meetings.view.find_to_change` locked.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from outreach import audit
from outreach.access import StaffCard
from outreach.attempts.recording import Made, log_attempt
from outreach.gate.contact_policy import STANDARD
from outreach.late_entry import FARTHEST
from outreach.meetings import overdue as meeting_overdue
from outreach.meetings.boxes import (
    CheckDetail,
    MeetingDetail,
    add_check,
    change_meeting,
    has_met,
    newest_check,
    open_meeting,
    veto_of,
)
from outreach.meetings.checks import GATE, blocks_of_check, blocks_of_interpreter, blocks_of_pairing
from outreach.meetings.ladder import next_look, patience
from outreach.meetings.offers import end_offers
from outreach.meetings.planning import WrongState, ask_gate
from outreach.meetings.rules import AHEAD, LIVE, MORE_TIME, Answer, Block, Checked, HowItWent, MeetingState, Whereabouts
from outreach.records.meetings import Meeting
from outreach.safe_contact import Allowed, Decision
from outreach.terms import Channel, Outcome


class NotReady(Exception):
    """The meeting can not begin yet; `blocks` say why, and the mend of each."""

    def __init__(self, blocks: tuple[Block, ...]) -> None:
        super().__init__(", ".join(each.needs for each in blocks))
        self.blocks = blocks


class NotTheirs(Exception):
    """This step belongs to others: those who are there, or those who are not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyCheck:
    """The answers of a safety check. Not known is an answer."""

    whereabouts: Whereabouts
    lives_there: Answer
    weapons: Answer
    order: Answer
    goes_ahead: bool
    words: str = ""


def is_there(meeting: Meeting, staff_id: UUID) -> bool:
    """Tell whether somebody is one of those at the meeting."""
    return staff_id in (meeting.lead_id, meeting.second_id)


def record_check(session: Session, staff: StaffCard, meeting: Meeting, check: SafetyCheck, *, now: datetime) -> None:
    """Keep a safety check; where nothing stands against the meeting, it is confirmed. Audited. Raises WrongState."""
    if meeting.state not in AHEAD:
        raise WrongState
    kept = CheckDetail(
        at=now.isoformat(),
        by=str(staff.id),
        whereabouts=check.whereabouts.value,
        lives_there=check.lives_there.value,
        weapons=check.weapons.value,
        order=check.order.value,
        goes_ahead=check.goes_ahead,
        words=check.words.strip(),
    )
    add_check(session, meeting, kept)
    settle_confirmation(session, meeting, now=now)
    audit.record(session, action="meeting.check", by=staff.id, cases=[meeting.case_id], now=now)


def agree_to_one(session: Session, staff: StaffCard, meeting: Meeting, *, because: str, now: datetime) -> None:
    """
    Keep a supervisor's reason for one worker at a first meeting (requirement 53). Audited.

    Raises:
        WrongState: it began, or is over. NotTheirs: the supervisor would be that worker.
    """
    if meeting.state not in AHEAD:
        raise WrongState
    if is_there(meeting, staff.id):
        raise NotTheirs
    change_meeting(session, meeting, agreed_by=str(staff.id), agreed_because=because, agreed_at=now.isoformat())
    settle_confirmation(session, meeting, now=now)
    audit.record(session, action="meeting.agree", by=staff.id, cases=[meeting.case_id], now=now)


def what_blocks(session: Session, meeting: Meeting, *, now: datetime, at: datetime | None = None) -> list[Block]:
    """Return all that keeps a meeting from beginning, the gate's answer included; unaudited."""
    decision = _decision(session, meeting, now=now, at=at)
    blocks = [*_blocks(session, meeting, now)]
    return blocks if isinstance(decision, Allowed) else [Block(GATE, decision.cause, decision.remedy), *blocks]


def settle_confirmation(session: Session, meeting: Meeting, *, now: datetime) -> None:
    """Confirm a meeting that nothing stands against; take the confirmation back where something does."""
    decision = _decision(session, meeting, now=now, at=max(now, meeting.starts_at))
    if isinstance(decision, Allowed) and not _blocks(session, meeting, now):
        confirm(meeting, decision)
    else:
        meeting.state = MeetingState.PLANNED.value


def confirm(meeting: Meeting, allowed: Allowed) -> None:
    """Confirm a meeting with the gate's leave for it. Raises WrongState for leave that is about something else."""
    if allowed.destination_id != meeting.destination_id or meeting.state not in AHEAD:
        raise WrongState
    meeting.state = MeetingState.CONFIRMED.value


def check_in(session: Session, staff: StaffCard, meeting: Meeting, *, now: datetime) -> None:
    """
    Begin: from now on the expected end is watched. Audited.

    Raises:
        NotTheirs, WrongState.
        NotReady: no fresh safety check, one worker too few, or the gate says no now.
    """
    if not is_there(meeting, staff.id):
        raise NotTheirs
    if meeting.state not in AHEAD:
        raise WrongState
    decision = _decision(session, meeting, now=now)
    if not isinstance(decision, Allowed):
        raise NotReady(tuple(what_blocks(session, meeting, now=now)))
    blocks = _blocks(session, meeting, now)
    if blocks:
        raise NotReady(tuple(blocks))
    confirm(meeting, decision)
    meeting.state, meeting.stage = MeetingState.UNDER_WAY.value, 0
    if meeting.ends_at <= now:
        meeting.ends_at = now + MORE_TIME
    meeting.next_look_at = next_look(meeting.ends_at, stage=0, policy=patience(meeting))
    meeting_overdue.sign_of_life(session, meeting, by=staff.id, now=now)
    audit.record(session, action="meeting.check_in", by=staff.id, cases=[meeting.case_id], now=now)


def give_more_time(session: Session, staff: StaffCard, meeting: Meeting, *, now: datetime) -> None:
    """Move what is expected next by half an hour, in one tap. Audited. Raises NotTheirs, WrongState."""
    if not is_there(meeting, staff.id):
        raise NotTheirs
    if meeting.state not in LIVE:
        raise WrongState
    due_at = meeting.ends_at if meeting.state == MeetingState.UNDER_WAY else meeting.check_in_by
    meeting_overdue.watch_on(meeting, until=max(due_at, now) + MORE_TIME)
    meeting_overdue.sign_of_life(session, meeting, by=staff.id, now=now)
    audit.record(session, action="meeting.more_time", by=staff.id, cases=[meeting.case_id], now=now)


def close(session: Session, meeting: Meeting, *, by: UUID, now: datetime) -> None:
    """End a meeting that is under way: nothing is watched any more. Audited. Raises WrongState."""
    if meeting.state != MeetingState.UNDER_WAY:
        raise WrongState
    meeting.state, meeting.stage, meeting.next_look_at = MeetingState.OVER.value, 0, None
    meeting_overdue.sign_of_life(session, meeting, by=by, now=now)
    audit.record(session, action="meeting.check_out", by=by, cases=[meeting.case_id], now=now)


def tell_outcome(session: Session, staff: StaffCard, meeting: Meeting, went: HowItWent, *, now: datetime) -> None:
    """
    Keep how it went, as a try to reach her with its effects. Audited. Raises WrongState: it was told before.

    A meeting that was moved is no try. One that was planned and never begun ends with this too.
    """
    may_be = (MeetingState.OVER,) if went is HowItWent.CAME else (*AHEAD, MeetingState.OVER)
    if meeting.state not in may_be:
        raise WrongState
    detail = open_meeting(session, meeting)
    meeting.state, meeting.next_look_at = MeetingState.TOLD.value, None
    meeting_overdue.sign_of_life(session, meeting, by=staff.id, now=now)
    change_meeting(session, meeting, went=went.value)
    if went is not HowItWent.MOVED:
        _log(session, meeting, detail, went, by=staff.id, now=now)
    audit.record(session, action="meeting.outcome", by=staff.id, cases=[meeting.case_id], now=now)


def _decision(session: Session, meeting: Meeting, *, now: datetime, at: datetime | None = None) -> Decision:
    way = open_meeting(session, meeting).way
    return ask_gate(session, meeting.case_id, meeting.destination_id, way, now=now, at=at)


def _blocks(session: Session, meeting: Meeting, now: datetime) -> list[Block]:
    detail, check = open_meeting(session, meeting), newest_check(session, meeting)
    weighed = check.weighed() if check else None
    policy = replace(STANDARD, meeting_check_hours=detail.check_hours)
    is_alone = meeting.second_id is None and not _is_agreed(detail, weighed)
    met = has_met(session, meeting.case_id)
    return [
        *blocks_of_check(weighed, detail.place_kind, now=now, policy=policy),
        *blocks_of_pairing(detail.place_kind, is_alone=is_alone, has_met=met, check=weighed),
        *blocks_of_interpreter(
            detail.interpreter, veto_of(session, meeting.case_id), is_from_elsewhere=detail.interpreter_elsewhere
        ),
    ]


def _is_agreed(detail: MeetingDetail, check: Checked | None) -> bool:
    """Tell whether a supervisor agreed to one worker: for what was known then, so not for a weapon named since."""
    if detail.agreed_by is None:
        return False
    if check is None or check.weapons is not Answer.YES:
        return True
    return bool(detail.agreed_at) and check.at <= datetime.fromisoformat(detail.agreed_at)


_OUTCOMES = {
    HowItWent.CAME: Outcome.REACHED,
    HowItWent.DID_NOT_COME: Outcome.NO_ANSWER,
    HowItWent.REACHED_OTHERWISE: Outcome.REACHED,
}


def _log(
    session: Session, meeting: Meeting, detail: MeetingDetail, went: HowItWent, *, by: UUID, now: datetime
) -> None:
    is_elsewhere = went is HowItWent.REACHED_OTHERWISE
    came_at = datetime.fromisoformat(detail.came_at) if detail.came_at and went is HowItWent.CAME else None
    made = Made(
        at=max(came_at, now - FARTHEST) if came_at else None,
        channel=Channel.CALL if is_elsewhere else detail.way,
        outcome=_OUTCOMES[went],
        destination_id=None if is_elsewhere else meeting.destination_id,
        task_id=UUID(detail.task_id) if detail.task_id else None,
        note=detail.note,
    )
    log_attempt(session, meeting.case_id, made, by=by, now=now)
    if went is HowItWent.CAME:
        end_offers(session, meeting.case_id, by=by, now=now)
