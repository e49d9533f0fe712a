"""What the boxes of meetings hold, and opening and sealing them. New fields go at the end with a default."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.case_file.contents import read_as
from outreach.meetings.interpreters import NO_VETO, Veto
from outreach.meetings.rules import Answer, Checked, HowItWent, MeetingState, PlaceKind, Whereabouts
from outreach.records.boxes import BoxNumber
from outreach.records.keys import seal, unseal
from outreach.records.meetings import InterpreterVeto, Meeting, MeetingCheck
from outreach.terms import Channel


class MeetingDetail(NamedTuple):
    """Box MEETING. Times are RFC 3339 text, ids are text."""

    channel: str
    place: str
    initials: str
    planned_by: str
    task_id: str | None = None
    interpreter: str = ""
    buddy_phone: str = ""
    partner_apart: bool = False
    agreed_by: str | None = None
    """The supervisor who agreed to one worker."""
    agreed_because: str = ""
    prints: Sequence[Sequence[str]] = ()
    """Of (when, by whom, why once more)."""
    went: str | None = None
    """How it went: a value of HowItWent."""
    note: str = ""
    help_note: str = ""
    """What was written when help was called. Never shown to those who were there."""
    called_off_because: str = ""
    agreed_at: str = ""
    check_hours: int = 24
    """How old a safety check may be, as the protocol of the case had it."""
    interpreter_elsewhere: bool = False
    """Whoever planned it asked, and the interpreter is not from her town or community."""
    moved_task: str = ""
    """The task that stands for a meeting that was moved, until it is planned anew."""
    came_at: str = ""
    """When they went in, where that was on paper only; `left_at` and `written_at` go with it."""
    left_at: str = ""
    written_at: str = ""

    @property
    def place_kind(self) -> PlaceKind:
        """Return the kind of place."""
        return PlaceKind(self.place)

    @property
    def way(self) -> Channel:
        """Return the channel the gate is asked about."""
        return Channel(self.channel)


class CheckDetail(NamedTuple):
    """Box MEETING_CHECK: one safety check."""

    at: str
    by: str
    whereabouts: str
    lives_there: str
    weapons: str
    order: str
    goes_ahead: bool
    words: str = ""

    def weighed(self) -> Checked:
        """Return the check as the rules weigh it."""
        return Checked(
            datetime.fromisoformat(self.at),
            Whereabouts(self.whereabouts),
            Answer(self.lives_there),
            Answer(self.weapons),
            Answer(self.order),
            self.goes_ahead,
        )


def open_meeting(session: Session, meeting: Meeting) -> MeetingDetail:
    """Open a meeting's box. Raises CannotDecrypt."""
    fields = unseal(session, BoxNumber.MEETING, meeting.meeting_box, owner=meeting.case_id, row=meeting.id)
    return read_as(MeetingDetail, fields)


def seal_meeting(session: Session, detail: MeetingDetail, *, case_id: UUID, row: UUID) -> bytes:
    """Seal what a meeting's row does not say in the open."""
    return seal(session, BoxNumber.MEETING, detail, owner=case_id, row=row)


def change_meeting(session: Session, meeting: Meeting, **changes: Any) -> MeetingDetail:
    """Reseal a meeting's box with these fields changed."""
    detail = open_meeting(session, meeting)._replace(**changes)
    meeting.meeting_box = seal_meeting(session, detail, case_id=meeting.case_id, row=meeting.id)
    return detail


def add_check(session: Session, meeting: Meeting, check: CheckDetail) -> None:
    """Keep one safety check."""
    row = uuid4()
    box = seal(session, BoxNumber.MEETING_CHECK, check, owner=meeting.case_id, row=row)
    session.add(MeetingCheck(id=row, case_id=meeting.case_id, meeting_id=meeting.id, check_box=box))
    session.flush()


def newest_check(session: Session, meeting: Meeting) -> CheckDetail | None:
    """Return the newest safety check of a meeting; None when none was made."""
    rows = session.scalars(select(MeetingCheck).where(MeetingCheck.meeting_id == meeting.id))
    checks = (
        read_as(CheckDetail, unseal(session, BoxNumber.MEETING_CHECK, row.check_box, owner=row.case_id, row=row.id))
        for row in rows
    )
    return max(checks, key=lambda each: datetime.fromisoformat(each.at), default=None)


def has_met(session: Session, case_id: UUID) -> bool:
    """Tell whether she came to a meeting with us before."""
    rows = session.scalars(select(Meeting).where(Meeting.case_id == case_id, Meeting.state == MeetingState.TOLD.value))
    return any(open_meeting(session, row).went == HowItWent.CAME for row in rows)


def veto_of(session: Session, case_id: UUID) -> Veto:
    """Return whom she does not want as an interpreter. Unaudited: the page that shows it records the read."""
    row = session.scalar(select(InterpreterVeto).where(InterpreterVeto.case_id == case_id))
    if row is None:
        return NO_VETO
    kept = read_as(Veto, unseal(session, BoxNumber.INTERPRETER_VETO, row.veto_box, owner=case_id, row=row.id))
    return kept._replace(names=tuple(kept.names))


def keep_veto(session: Session, case_id: UUID, veto: Veto) -> None:
    """Keep whom she does not want as an interpreter in place of what was kept before. The caller audits."""
    if veto == veto_of(session, case_id):
        return
    row = session.scalar(select(InterpreterVeto).where(InterpreterVeto.case_id == case_id))
    row_id = row.id if row else uuid4()
    box = seal(session, BoxNumber.INTERPRETER_VETO, veto, owner=case_id, row=row_id)
    if row is None:
        session.add(InterpreterVeto(id=row_id, case_id=case_id, veto_box=box))
    else:
        row.veto_box = box
