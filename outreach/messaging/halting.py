"""
A stop on all contact, as it meets what is under way: what waits is cancelled, and what left before it is listed, so
that a person knows what may still arrive.

The gate refuses everything while a case is stopped; this is for what it was asked about before. A text that was claimed
but not called is held back by the sender itself (outreach.messaging.last_look).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.gate.reasons import Reason
from outreach.messaging.letters.batch_rows import batches_of
from outreach.messaging.letters.days import day_of, zone_of
from outreach.messaging.letters.rows import content_of, move, sealed
from outreach.messaging.text_boxes import change_text, open_text
from outreach.records.work import Letter, Text
from outreach.terms import LetterState, TextState

MAIL_TAKES = timedelta(days=7)
"""A letter mailed longer ago has arrived or will not."""

_TEXTS_WAITING = (TextState.PLANNED.value, TextState.HELD.value)
_LETTERS_WAITING = (LetterState.RELEASED.value, LetterState.HELD.value)
_STOPS = (Reason.PAUSED.value, Reason.CASE_COMPROMISED.value)
_MAY_ARRIVE = (TextState.SENDING, TextState.UNKNOWN, TextState.ACCEPTED, TextState.SENT)


@dataclass(frozen=True, slots=True)
class LeftText:
    """A text whose call was made, or begun, before the stop."""

    id: UUID
    destination_id: UUID
    state: TextState
    claimed_at: datetime


@dataclass(frozen=True, slots=True)
class LeftLetter:
    """A letter that was on paper, or in the mail, before the stop."""

    id: UUID
    destination_id: UUID
    state: LetterState
    state_at: datetime
    """The day."""
    batch_id: UUID | None
    """The stack it lies in; None where it is by itself."""


@dataclass(frozen=True, slots=True)
class UnderWay:
    """What a stop found: what may still arrive, and how much it cancelled or held back."""

    texts: tuple[LeftText, ...]
    letters: tuple[LeftLetter, ...]
    texts_stopped: int
    letters_stopped: int


def cancel_waiting(
    session: Session,
    case_id: UUID,
    *,
    now: datetime,
    to: UUID | None = None,
    because: Reason = Reason.PAUSED,
) -> None:
    """
    Cancel every text and letter of a case that has not left, or those `to` one destination of it. The caller audits.

    A row another process holds at this moment is passed over, so that a stop waits for nothing: the gate holds it.
    """
    texts = select(Text).where(Text.case_id == case_id, Text.state.in_(_TEXTS_WAITING))
    letters = select(Letter).where(Letter.case_id == case_id, Letter.state.in_(_LETTERS_WAITING))
    if to is not None:
        texts, letters = texts.where(Text.destination_id == to), letters.where(Letter.destination_id == to)
    for text in session.scalars(texts.with_for_update(skip_locked=True)):
        text.state, text.state_at = TextState.CANCELLED.value, now
        change_text(session, text, held_reason=because.value)
    for letter in session.scalars(letters.with_for_update(skip_locked=True)):
        content = content_of(session, letter)._replace(held=because.value)
        letter.letter_box = sealed(session, content, case_id=case_id, row=letter.id)
        move(session, letter, LetterState.CANCELLED, now=now)


def under_way(session: Session, case_id: UUID, *, since: datetime) -> UnderWay:
    """Return what a stop at `since` found under way. Unaudited: the page that shows it records the read."""
    texts = session.scalars(select(Text).where(Text.case_id == case_id).order_by(Text.claimed_at, Text.id)).all()
    letters = session.scalars(select(Letter).where(Letter.case_id == case_id).order_by(Letter.state_at)).all()
    day = day_of(since, zone_of(session, case_id))
    stacks = batches_of(session, [letter.id for letter in letters])
    return UnderWay(
        texts=tuple(left for text in texts if (left := _left(text, since)) is not None),
        letters=tuple(_left_letter(letter, stacks) for letter in letters if _is_out(letter, day)),
        texts_stopped=sum(1 for text in texts if _was_stopped(session, text, since)),
        letters_stopped=sum(1 for letter in letters if _letter_was_stopped(session, letter, day)),
    )


def _left(text: Text, since: datetime) -> LeftText | None:
    """Return a text that was claimed before the stop and may be on its way, or was when the stop came."""
    if text.claimed_at is None or text.claimed_at > since:
        return None
    if text.state not in _MAY_ARRIVE and text.state_at < since:
        return None
    return LeftText(text.id, text.destination_id, TextState(text.state), text.claimed_at)


def _was_stopped(session: Session, text: Text, since: datetime) -> bool:
    if text.state not in (TextState.CANCELLED, TextState.HELD) or text.state_at < since:
        return False
    return open_text(session, text).held_reason in _STOPS


def _is_out(letter: Letter, day: datetime) -> bool:
    if letter.state == LetterState.PRINTED:
        return True
    return letter.state == LetterState.MAILED and letter.state_at >= day - MAIL_TAKES


def _left_letter(letter: Letter, stacks: Mapping[UUID, UUID]) -> LeftLetter:
    state = LetterState(letter.state)
    return LeftLetter(letter.id, letter.destination_id, state, letter.state_at, stacks.get(letter.id))


def _letter_was_stopped(session: Session, letter: Letter, day: datetime) -> bool:
    if letter.state != LetterState.CANCELLED or letter.state_at < day:
        return False
    return content_of(session, letter).held in _STOPS
