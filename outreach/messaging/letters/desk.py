"""
Letters, from an advocate's side: draft one, release it, read the printed page, say that it was mailed.

Nothing leaves by itself: an advocate releases, a worker prints after a delay, a person carries it to the mail. The
gate is asked at each of these. Printing is in outreach.messaging.letters.printing.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from random import SystemRandom
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.boxes import Place
from outreach import audit, people
from outreach.gate.facts import CaseFacts
from outreach.her_word.requests import meet
from outreach.messaging.errors import (
    AlreadyReleased,
    ChangedSince,
    NeedsStack,
    NotAllowed,
    UnfitAddress,
    WrongState,
)
from outreach.messaging.letters.batch_rows import batches_of, leave, refuse_in_batch
from outreach.messaging.letters.checks import letter_facts, way_of, weigh
from outreach.messaging.letters.days import day_of
from outreach.messaging.letters.drafts import Draft, Order, draft, lead_of
from outreach.messaging.letters.printed_codes import fresh_code, keep_code, make_void
from outreach.messaging.letters.release import CHANGED_SINCE, pull_out, why_not
from outreach.messaging.letters.rows import (
    LetterCard,
    Letterhead,
    card_of,
    content_of,
    letter_in,
    move,
    sealed,
)
from outreach.messaging.letters.void_pages import voids_of_case, was_on_paper
from outreach.messaging.release_delay import Chance, release_delay
from outreach.protocols.plans import PlannedTask
from outreach.protocols.steps import Step
from outreach.records.boxes import KEY_CLASSES, BoxNumber
from outreach.records.keys import case_key
from outreach.records.work import Letter, Task
from outreach.safe_contact import Allowed
from outreach.tasks import add_task, end_step, next_due_at
from outreach.terms import LetterState, TaskState

__all__ = [
    "Draft",
    "LetterCard",
    "Letterhead",
    "Order",
    "ask_for_translation",
    "cancel",
    "draft",
    "letters_of",
    "mark_mailed",
    "note_gone",
    "read_pdf",
    "release",
]

TO_TRANSLATE = timedelta(days=5)
"""How long having a letter translated and approved may take."""

_CHANCE = SystemRandom()


def release(
    session: Session, order: Order, letterhead: Letterhead | None, *, by: UUID, now: datetime, chance: Chance = _CHANCE
) -> UUID:
    """
    Release a letter to be printed, by an advocate's own decision, and return its id. Audited.

    What she asked for, and letters at level A, are due at once; the rest after a random delay (P2), which leaves
    mail that is sent on the days it takes longer (requirement 46). What she asked for may go by one person's hands
    (rule zero); every other letter is printed and mailed in a stack that two people release.

    Raises:
        NotAllowed: the gate held or refused it. And as `draft` does.
        UnfitAddress: the address looks wrong, and nobody said to use it as typed.
        AlreadyReleased: a letter to this address is under way; cancel it first.
    """
    _refuse_second(session, order)
    drafted = draft(session, order, letterhead, by=by, now=now)
    if not isinstance(drafted.decision, Allowed):
        raise NotAllowed(drafted.decision)
    if drafted.address_faults and not order.as_typed:
        raise UnfitAddress(drafted.address_faults)
    destination = people.destination_of(session, order.case_id, order.destination_id)
    facts = letter_facts(session, order.case_id, destination, now=now)
    latest = next_due_at(session, order.case_id, now=now)
    latest = latest and latest - lead_of(destination)
    leaves_at = now if drafted.is_asked or drafted.is_urgent else _after_a_while(facts, latest, now=now, chance=chance)
    row, code = uuid4(), fresh_code(session)
    session.add(
        Letter(
            id=row,
            case_id=order.case_id,
            destination_id=order.destination_id,
            released_by_id=by,
            state=LetterState.RELEASED.value,
            release_at=leaves_at,
            is_handed=drafted.content.is_handed,
            goes_alone=drafted.is_asked,
            state_at=day_of(now, ZoneInfo(facts.zone)),
            letter_box=sealed(session, drafted.content._replace(code=code), case_id=order.case_id, row=row),
        )
    )
    keep_code(session, row, code)
    end_step(session, order.case_id, Step.LETTER_DECISION, outcome="letter", by=by, now=now)
    audit.record(session, action="letter.release", by=by, cases=[order.case_id], now=now)
    return row


def read_pdf(session: Session, letter_id: UUID, *, by: UUID, now: datetime) -> bytes:
    """
    Return the printed page, to be put on paper or looked up later. Audited.

    Until it was mailed all is asked once more that was asked before: a page that lies ready does not outlive a change.

    Raises:
        NotAllowed, ChangedSince: something changed since it was printed; do not mail it.
        WrongState: it is not printed yet, or no longer.
        InBatch: it is printed with others; two pages of it would be two letters.
        NeedsStack: she did not ask for it, so that two people release it first.
    """
    letter = letter_in(session, letter_id, LetterState.PRINTED, LetterState.MAILED, LetterState.RETURNED)
    if letter.pdf_box is None:
        raise WrongState("without its page", "printed")  # It was pulled, and went all the same.
    if letter.state == LetterState.PRINTED:
        _refuse_for_two(session, letter)
        decision = weigh(session, letter, now=now)
        if decision is None:
            raise ChangedSince
        if not isinstance(decision, Allowed):
            raise NotAllowed(decision)
    key = case_key(session, letter.case_id, KEY_CLASSES[BoxNumber.LETTER_PDF])
    page = key.open_bytes(letter.pdf_box, at=Place(BoxNumber.LETTER_PDF, letter.id))
    audit.record(session, action="letter.read", by=by, cases=[letter.case_id], now=now)
    return page


def mark_mailed(session: Session, letter_id: UUID, *, by: UUID, now: datetime) -> bool:
    """
    Ask once more whether a letter may go, and record that a person mails it now; say whether it may. Audited.

    Where it may not, it is held with the cause and its page is void: shred it. One for her own hands is not asked
    about any more, since she has it.

    Raises WrongState; InBatch, when it goes with others; NeedsStack.
    """
    letter = letter_in(session, letter_id, LetterState.PRINTED)
    _refuse_for_two(session, letter)
    cause = "" if letter.is_handed else why_not(session, letter, now=now)
    if cause:
        make_void(session, letter, CHANGED_SINCE, by=by, now=now)
        pull_out(session, letter, cause, by=by, now=now)
        return False
    _note_mailed(session, letter, action="letter.mail", by=by, now=now)
    return True


def note_gone(session: Session, letter_id: UUID, *, by: UUID, now: datetime) -> None:
    """
    Record that a page had gone to the mail before anybody could be asked: what happened is written down. Audited.

    Raises WrongState where no page of it can have gone; InBatch; NeedsStack.
    """
    letter = letter_in(session, letter_id, LetterState.PRINTED, LetterState.HELD, LetterState.CANCELLED)
    if letter.state == LetterState.PRINTED:
        _refuse_for_two(session, letter)
    elif not was_on_paper(session, letter):
        raise WrongState(letter.state, "on paper")
    _note_mailed(session, letter, action="letter.gone", by=by, now=now)


def cancel(session: Session, letter_id: UUID, *, by: UUID, now: datetime) -> None:
    """Take back a letter that nobody mailed yet; a printed page is forgotten. Audited. Raises WrongState."""
    letter = letter_in(session, letter_id, LetterState.RELEASED, LetterState.HELD, LetterState.PRINTED)
    letter.pdf_box = None
    make_void(session, letter, "cancelled", by=by, now=now)
    move(session, letter, LetterState.CANCELLED, now=now)
    leave(session, letter.id)
    audit.record(session, action="letter.cancel", by=by, cases=[letter.case_id], now=now)


def ask_for_translation(session: Session, order: Order, *, by: UUID, now: datetime) -> UUID:
    """Make the task to have a letter put into her language, once, and return its id (requirement 48). Audited."""
    same = (Task.case_id == order.case_id, Task.step == Step.TRANSLATE_LETTER.value, Task.state == TaskState.OPEN.value)
    waiting = session.scalar(select(Task.id).where(*same))
    if waiting is not None:
        return waiting
    task_id = add_task(session, order.case_id, PlannedTask(Step.TRANSLATE_LETTER, None, now, now + TO_TRANSLATE))
    audit.record(session, action="letter.translate", by=by, cases=[order.case_id], now=now)
    return task_id


def letters_of(session: Session, case_id: UUID) -> tuple[LetterCard, ...]:
    """Return where a case's letters stand, newest first. Shows no word of them; unaudited."""
    query = select(Letter).where(Letter.case_id == case_id).order_by(Letter.release_at.desc(), Letter.id)
    found = session.scalars(query).all()
    stacks, voids = batches_of(session, [letter.id for letter in found]), voids_of_case(session, case_id)
    return tuple(
        replace(card_of(session, each), batch_id=stacks.get(each.id), voids=voids.get(each.id, ())) for each in found
    )


def _refuse_for_two(session: Session, letter: Letter) -> None:
    """One person alone prints and mails only what she asked for. Raises InBatch, NeedsStack."""
    refuse_in_batch(session, letter.id)
    if not letter.goes_alone:
        raise NeedsStack


def _note_mailed(session: Session, letter: Letter, *, action: str, by: UUID, now: datetime) -> None:
    move(session, letter, LetterState.MAILED, now=now)
    meet(session, letter.case_id, way_of(content_of(session, letter)), letter.destination_id, at=now)
    audit.record(session, action=action, by=by, cases=[letter.case_id], now=now)


def _refuse_second(session: Session, order: Order) -> None:
    """Two taps on one button are one letter."""
    same = select(Letter.id).where(
        Letter.case_id == order.case_id,
        Letter.destination_id == order.destination_id,
        Letter.state.in_([LetterState.RELEASED.value, LetterState.HELD.value, LetterState.PRINTED.value]),
    )
    if session.scalar(same) is not None:
        raise AlreadyReleased


def _after_a_while(facts: CaseFacts, latest: datetime | None, *, now: datetime, chance: Chance) -> datetime:
    at = release_delay(now, windows=(), zone=facts.zone, deadline=latest, chance=chance, policy=facts.policy)
    return at or now  # No minute is left before half of the time is gone: an advocate decided, so it is printed.
