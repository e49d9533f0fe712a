"""
Mail that came back: found by the code on its page, by whoever opens the box. Mail there is not safe from then on.

What is under way to the same address is cancelled, in each of her cases; a task asks for another way (requirement 49).
A letter for her own hands that is found says nothing of any mailbox: it shuts nothing, and a task asks where it lay.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit, people
from outreach.identity.same_person import lock_person
from outreach.messaging.errors import MessagingError, WrongState
from outreach.messaging.letters.batch_rows import leave
from outreach.messaging.letters.codes import read_code
from outreach.messaging.letters.desk import cancel
from outreach.messaging.letters.printed_codes import find
from outreach.messaging.letters.rows import letter_in, move
from outreach.protocols.plans import PlannedTask
from outreach.protocols.steps import Step
from outreach.reaching import addresses
from outreach.reaching.destinations import ChannelVerdict, Destination
from outreach.records.work import Letter, Task
from outreach.tasks import add_task
from outreach.terms import Channel, DestinationKind, LetterState, TaskState, Verdict, VerdictSource

TO_FIND_ANOTHER_WAY = timedelta(days=2)
TO_ASK_WHERE = timedelta(days=1)
CAME_BACK = "a letter came back"
_OUT_THERE = (LetterState.PRINTED, LetterState.MAILED)
_UNDER_WAY = (LetterState.RELEASED.value, LetterState.HELD.value, LetterState.PRINTED.value)


class UnknownCode(MessagingError):
    """No page of ours carries this code."""

    def __init__(self) -> None:
        super().__init__("no letter has this code")


class VoidPage(MessagingError):
    """The page with this code was spoiled, or its letter cancelled: it was not to be mailed."""

    def __init__(self) -> None:
        super().__init__("this page is void")


class CameBack(NamedTuple):
    """What was done about a letter that came back, or was found."""

    case_id: UUID
    cancelled: int
    """How many letters on their way to the same address were cancelled."""
    is_news: bool
    """False when somebody said so before."""
    was_for_her_hands: bool = False
    """It never was in the mail: nothing was shut, and a task asks where it was found."""
    is_given: bool = False
    """Whether somebody had noted that she has it."""


def take_in(session: Session, typed: str, *, by: UUID, now: datetime) -> CameBack:
    """
    Take in a letter that came back or was found, by the code that somebody typed or scanned. Every try is audited.

    Raises:
        NotACode, UnknownCode, VoidPage, WrongState: nothing was changed; `note_failed_look` keeps that somebody tried.
    """
    found = find(session, read_code(typed))
    if found is None:
        raise UnknownCode
    if found.is_void or found.letter.state == LetterState.CANCELLED:
        raise VoidPage
    if found.letter.is_handed:
        return _note_found(session, found.letter, by=by, now=now)
    if found.letter.state == LetterState.RETURNED:
        audit.record(session, action="letter.look_up", by=by, cases=[found.letter.case_id], now=now)
        return CameBack(found.letter.case_id, 0, is_news=False)
    return mark_returned(session, found.letter.id, by=by, now=now)


def take_in_void(session: Session, typed: str, *, by: UUID, now: datetime) -> CameBack:
    """
    Take in a spoiled or cancelled page that the mail brought back: it was out all the same, so mail there is not safe.

    Raises:
        NotACode, UnknownCode, WrongState: as `take_in`; a void page for her own hands never was in the mail.
    """
    found = find(session, read_code(typed))
    if found is None or not (found.is_void or found.letter.state == LetterState.CANCELLED):
        return take_in(session, typed, by=by, now=now)
    if found.letter.is_handed:
        raise WrongState("handed over in person", "mailed")
    audit.record(session, action="letter.return", by=by, cases=[found.letter.case_id], now=now)
    cancelled = _shut_everywhere(session, found.letter, by=by, now=now)
    return CameBack(found.letter.case_id, cancelled, is_news=True)


def note_failed_look(session: Session, *, by: UUID, now: datetime) -> None:
    """Keep in the log that a code was looked up which no mailed page has."""
    audit.record(session, action="letter.code_unknown", by=by, cases=[], now=now)


def mark_returned(session: Session, letter_id: UUID, *, by: UUID, now: datetime) -> CameBack:
    """
    Record that a letter came back, whether or not anyone noted that it was mailed. Audited.

    Raises:
        WrongState: it was never printed, came back before, or was handed over in person.
    """
    letter = letter_in(session, letter_id, *_OUT_THERE)
    if letter.is_handed:
        raise WrongState("handed over in person", "mailed")
    leave(session, letter.id)
    move(session, letter, LetterState.RETURNED, now=now)
    audit.record(session, action="letter.return", by=by, cases=[letter.case_id], now=now)
    cancelled = _shut_everywhere(session, letter, by=by, now=now)
    return CameBack(letter.case_id, cancelled, is_news=True)


def _shut_everywhere(session: Session, letter: Letter, *, by: UUID, now: datetime) -> int:
    """Shut the front door of a letter in each of her cases; return how many letters on their way there it stopped."""
    address = people.destination_of(session, letter.case_id, letter.destination_id)
    cancelled = 0
    for case_id in lock_person(session, letter.case_id):
        for alike in _alike(session, case_id, address):
            _shut(session, case_id, alike, by=by, now=now)
            cancelled += _cancel_all(session, case_id, alike.id, by=by, now=now)
            _ask_for_another_way(session, case_id, by=by, now=now)
    return cancelled


def _note_found(session: Session, letter: Letter, *, by: UUID, now: datetime) -> CameBack:
    """Ask where a letter for her own hands was found. Nothing is unsafe by that alone (P2b). Raises WrongState."""
    letter = letter_in(session, letter.id, *_OUT_THERE)
    step = Step.CHECK_FOUND_LETTER
    is_news = not _is_asked(session, letter.case_id, step)
    if is_news:
        add_task(session, letter.case_id, PlannedTask(step, None, now, now + TO_ASK_WHERE))
    audit.record(session, action="letter.found", by=by, cases=[letter.case_id], now=now)
    is_given = letter.state == LetterState.MAILED
    return CameBack(letter.case_id, 0, is_news, was_for_her_hands=True, is_given=is_given)


def _alike(session: Session, case_id: UUID, address: Destination) -> list[Destination]:
    """Return every address of a case that is this one, or may be the same front door."""
    read = addresses.read(address.value)
    places = (way for way in people.destinations(session, case_id) if way.kind is DestinationKind.ADDRESS)
    return [way for way in places if way.id == address.id or addresses.same(read, addresses.read(way.value))]


def _shut(session: Session, case_id: UUID, way: Destination, *, by: UUID, now: datetime) -> None:
    unsafe = ChannelVerdict(Verdict.UNSAFE, VerdictSource.ADVOCATE, now, said_by=CAME_BACK)
    changed = replace(way, verdicts={**way.verdicts, Channel.LETTER: unsafe})
    people.save_destination(session, case_id, changed, version=way.version, by=by, now=now)


def _cancel_all(session: Session, case_id: UUID, destination_id: UUID, *, by: UUID, now: datetime) -> int:
    same = (Letter.case_id == case_id, Letter.destination_id == destination_id, Letter.state.in_(_UNDER_WAY))
    found = session.scalars(select(Letter.id).where(*same)).all()
    for letter_id in found:
        cancel(session, letter_id, by=by, now=now)
    return len(found)


def _ask_for_another_way(session: Session, case_id: UUID, *, by: UUID, now: datetime) -> None:
    step = Step.CHECK_RETURNED_MAIL
    if not _is_asked(session, case_id, step):
        add_task(session, case_id, PlannedTask(step, None, now, now + TO_FIND_ANOTHER_WAY))
        audit.record(session, action="letter.find_another_way", by=by, cases=[case_id], now=now)


def _is_asked(session: Session, case_id: UUID, step: Step) -> bool:
    same = (Task.case_id == case_id, Task.step == step.value, Task.state == TaskState.OPEN.value)
    return session.scalar(select(Task.id).where(*same).limit(1)) is not None
