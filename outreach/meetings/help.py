"""
Steps of a meeting, and calling for help with any of them so that nobody who looks at the screen can tell.

A quiet button, or a colleague's own words in any box, do what the step does without them, and besides page the buddy,
supervisors and whoever is on call, at once. The answer is the same to the byte; what to do others alone see.
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit
from outreach.access import StaffCard
from outreach.her_word.code_word_rules import fold
from outreach.meetings import keeping as meeting_keeping
from outreach.meetings.boxes import change_meeting, open_meeting
from outreach.meetings.overdue import Raised, raise_alarm
from outreach.meetings.planning import WrongState
from outreach.meetings.rules import LIVE, AlarmKind, MeetingState
from outreach.on_duty import on_call, paging
from outreach.on_duty.paging import OfCase
from outreach.records.boxes import BoxNumber
from outreach.records.keys import HOUSE, seal, unseal
from outreach.records.meetings import DangerPhrase, Meeting
from outreach.terms import PageAbout

SHORTEST = 8
"""Letters of a phrase: fewer stand in too many notes."""


class UnfitPhrase(ValueError):
    """A phrase that would be found in ordinary notes; the text is the mend."""


class Sent(NamedTuple):
    """What was sent with a step."""

    note: str = ""
    is_quiet: bool = False
    """The quiet button was pressed."""


def check_out(session: Session, staff: StaffCard, meeting: Meeting, sent: Sent, *, now: datetime) -> None:
    """
    End a meeting, and call for help where it was asked for. Audited alike. Raises NotTheirs, WrongState.

    What they wrote with a call for help is kept apart from the note: it is shown to those who answer it alone.
    """
    if not meeting_keeping.is_there(meeting, staff.id):
        raise meeting_keeping.NotTheirs
    needs_help = keep_words(session, staff, meeting, sent)
    meeting_keeping.close(session, meeting, by=staff.id, now=now)
    if needs_help:
        call_for_help(session, meeting, now=now)


def keep_note(session: Session, staff: StaffCard, meeting: Meeting, sent: Sent, *, now: datetime) -> None:
    """
    Keep a note while nobody has told how it went, and call for help where it asks for it. Audited alike.

    Raises NotTheirs, WrongState: it was told, or called off.
    """
    if not meeting_keeping.is_there(meeting, staff.id):
        raise meeting_keeping.NotTheirs
    if meeting.state not in (*LIVE, MeetingState.OVER):
        raise WrongState
    needs_help = keep_words(session, staff, meeting, sent)
    audit.record(session, action="meeting.note", by=staff.id, cases=[meeting.case_id], now=now)
    if needs_help:
        call_for_help(session, meeting, now=now)


def heed(session: Session, staff: StaffCard, meeting: Meeting, sent: Sent, *, now: datetime) -> None:
    """
    Call for help where it was asked for with a step, whether or not the step could be taken.

    A colleague checked out before, or the meeting may not begin: what is in the way of the step is in no way of help.
    """
    if not meeting_keeping.is_there(meeting, staff.id) or not is_call_for_help(session, staff.id, sent):
        return
    keep_words(session, staff, meeting, sent)
    call_for_help(session, meeting, now=now)


def keep_words(session: Session, staff: StaffCard, meeting: Meeting, sent: Sent) -> bool:
    """Add what was written to the notes, or to those for who answers a call for help; tell whether it is one."""
    needs_help = is_call_for_help(session, staff.id, sent)
    field = "help_note" if needs_help else "note"
    words = (getattr(open_meeting(session, meeting), field), sent.note.strip())
    change_meeting(session, meeting, **{field: "\n".join(filter(None, words))})
    return needs_help


def is_call_for_help(session: Session, staff_id: UUID, sent: Sent) -> bool:
    """Tell whether a step asks for help: by the button, or by this colleague's words, in any dress."""
    phrase = _phrase(session, staff_id)
    return sent.is_quiet or (phrase is not None and phrase in fold(sent.note))


def keep_phrase(session: Session, staff_id: UUID, words: str, *, now: datetime) -> None:
    """Keep a colleague's words for danger in place of those before; never shown again. Audited. Raises UnfitPhrase."""
    folded = fold(words)
    if len(folded) < SHORTEST or len(words.split()) < 2:
        raise UnfitPhrase(f"Use two words or more, with {SHORTEST} letters or more, that no note would hold by chance.")
    row = session.scalar(select(DangerPhrase).where(DangerPhrase.staff_id == staff_id))
    row_id = row.id if row else uuid4()
    box = seal(session, BoxNumber.DANGER_PHRASE, [folded], owner=HOUSE, row=row_id)
    if row is None:
        session.add(DangerPhrase(id=row_id, staff_id=staff_id, phrase_box=box))
    else:
        row.phrase_box = box
    audit.record(session, action="staff.phrase", by=staff_id, cases=(), now=now)


def has_phrase(session: Session, staff_id: UUID) -> bool:
    """Tell whether a colleague has words for danger."""
    return session.scalar(select(DangerPhrase.id).where(DangerPhrase.staff_id == staff_id)) is not None


def _phrase(session: Session, staff_id: UUID) -> str | None:
    row = session.scalar(select(DangerPhrase).where(DangerPhrase.staff_id == staff_id))
    return str(unseal(session, BoxNumber.DANGER_PHRASE, row.phrase_box, owner=HOUSE, row=row.id)[0]) if row else None


def call_for_help(session: Session, meeting: Meeting, *, now: datetime) -> None:
    """Page everyone who is not at the meeting, once for an instant: a phone that rings there would tell. Audited."""
    call_id = uuid4()
    if raise_alarm(session, Raised(meeting.id, AlarmKind.DURESS, now, call_id), now=now):
        duty = on_call.on_duty(session, at=now)
        everyone = (meeting.buddy_id, *on_call.supervisors(session), *duty.first, *duty.second)
        there = {meeting.lead_id, meeting.second_id}
        called = tuple(each for each in dict.fromkeys(everyone) if each not in there)
        paging.call(session, called, OfCase(PageAbout.MEETING_DURESS, meeting.case_id), now=now, call_id=call_id)
    audit.record(session, action="meeting.help", by=audit.WORKER, cases=[meeting.case_id], now=now)
