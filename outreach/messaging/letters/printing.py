"""
Printing what is due: the worker's print role. One letter at a time; one that cannot be printed is held with the cause.

The gate is asked before the page is made and again inside the transaction that keeps it; the page is made between
the two, so that no lock waits for the renderer. Two workers on one letter: the slower one finds it changed and stops.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from crypto.boxes import Place
from outreach import audit
from outreach.audit import WORKER
from outreach.messaging.errors import UnprintableLetter, WrongState
from outreach.messaging.letters.checks import weigh
from outreach.messaging.letters.rows import CHANGED, UNPRINTABLE, LetterContent, content_of, hold, letter_in, move
from outreach.records.boxes import KEY_CLASSES, BoxNumber
from outreach.records.engine import Vault
from outreach.records.errors import RecordsError
from outreach.records.keys import case_key
from outreach.records.work import Letter
from outreach.safe_contact import Allowed, Held, Refused
from outreach.terms import LetterState

BATCH = 20
LONGEST_WAIT = timedelta(days=14)
"""A letter waits this long for time alone to open the gate; longer, and a person looks at it again."""

_log = logging.getLogger(__name__)


class PrintLetter(Protocol):
    """Makes the page; outreach.messaging.letters.press.print_letter is the real one."""

    def __call__(self, allowed: Allowed, content: LetterContent, *, destination_id: UUID, at: datetime) -> bytes:
        """Return the page as PDF."""


class Printed(NamedTuple):
    """What one round did."""

    printed: int = 0
    held: int = 0
    waiting: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        """Return how many letters were looked at."""
        return sum(self)


class _Ready(NamedTuple):
    allowed: Allowed
    content: LetterContent
    destination_id: UUID
    version: int


def print_due(vault: Vault, print_letter: PrintLetter, *, clock: Callable[[], datetime]) -> Printed:
    """
    Print at most twenty letters that she asked for and whose time has come; the others are made in their stacks.

    Safe to run in several processes and to kill at any point.
    """
    total = Printed()
    for letter_id in _due(vault, clock()):
        total = Printed(
            *(sum(pair) for pair in zip(total, print_one(vault, print_letter, letter_id, clock), strict=True))
        )
    return total


def _due(vault: Vault, now: datetime) -> list[UUID]:
    is_due = (Letter.state == LetterState.RELEASED.value) & (Letter.release_at <= now)
    due = select(Letter.id).where(is_due, Letter.goes_alone.is_(True))
    with vault.reading() as session:
        return list(session.scalars(due.order_by(Letter.release_at).limit(BATCH)))


def print_one(vault: Vault, print_letter: PrintLetter, letter_id: UUID, clock: Callable[[], datetime]) -> Printed:
    """Make one letter's page, put it off, or hold it with the cause."""
    try:
        return _print(vault, print_letter, letter_id, clock)
    except (StaleDataError, WrongState):
        return Printed()  # Another worker or an advocate was faster; the letter is where they put it.
    except RecordsError as error:
        _log.warning("letter.put_off letter=%s error=%s", letter_id, type(error).__name__)
        return Printed(failed=1)
    except Exception as error:  # One letter that nobody foresaw must not keep the others from being printed.
        _log.error("letter.failed letter=%s error=%s", letter_id, type(error).__name__)
        return _held_or_failed(vault, letter_id, clock())


def _print(vault: Vault, print_letter: PrintLetter, letter_id: UUID, clock: Callable[[], datetime]) -> Printed:
    now = clock()
    with vault.reading() as session:
        ready = _ready(session, letter_id, now=now)
    if not isinstance(ready, _Ready):
        return _settle(vault, letter_id, clock)
    try:
        pdf = print_letter(ready.allowed, ready.content, destination_id=ready.destination_id, at=now)
    except UnprintableLetter:
        return _hold(vault, letter_id, UNPRINTABLE, clock())
    return _settle(vault, letter_id, clock, pdf=pdf, version=ready.version)


def _settle(
    vault: Vault, letter_id: UUID, clock: Callable[[], datetime], *, pdf: bytes = b"", version: int | None = None
) -> Printed:
    """Ask the gate again in the transaction that decides, and keep the page, put the letter off, or hold it."""
    now = clock()
    with vault.writing() as session:
        ready = _ready(session, letter_id, now=now)
        letter = letter_in(session, letter_id, LetterState.RELEASED)
        if isinstance(ready, _Ready):
            if ready.version != version:
                return Printed()  # It was changed, or opened, between the two questions: the next round prints it.
            return _keep(session, letter, pdf, now=now)
        if isinstance(ready, Held) and ready.opens_at and now < ready.opens_at <= now + LONGEST_WAIT:
            letter.release_at = ready.opens_at
            audit.record(session, action="letter.wait", by=WORKER, cases=[letter.case_id], now=now)
            return Printed(waiting=1)
        cause = ready if isinstance(ready, str) else ready.reason.value
        return _held(session, letter, cause, now=now)


def _ready(session: Session, letter_id: UUID, *, now: datetime) -> _Ready | Held | Refused | str:
    """Return what is needed to print it, the gate's no, or the cause why it must not be printed as released."""
    letter = letter_in(session, letter_id, LetterState.RELEASED)
    decision = weigh(session, letter, now=now)
    if decision is None:
        return CHANGED
    if not isinstance(decision, Allowed):
        return decision
    return _Ready(decision, content_of(session, letter), letter.destination_id, letter.version)


def _keep(session: Session, letter: Letter, pdf: bytes, *, now: datetime) -> Printed:
    key = case_key(session, letter.case_id, KEY_CLASSES[BoxNumber.LETTER_PDF])
    letter.pdf_box = key.seal_bytes(pdf, at=Place(BoxNumber.LETTER_PDF, letter.id))
    move(session, letter, LetterState.PRINTED, now=now)
    audit.record(session, action="letter.print", by=WORKER, cases=[letter.case_id], now=now)
    return Printed(printed=1)


def _hold(vault: Vault, letter_id: UUID, cause: str, now: datetime) -> Printed:
    try:
        with vault.writing() as session:
            return _held(session, letter_in(session, letter_id, LetterState.RELEASED), cause, now=now)
    except (StaleDataError, WrongState):
        return Printed()


def _held_or_failed(vault: Vault, letter_id: UUID, now: datetime) -> Printed:
    try:
        return _hold(vault, letter_id, UNPRINTABLE, now)
    except Exception as error:  # It cannot even be held: the next round sees it again, after the others.
        _log.error("letter.not_held letter=%s error=%s", letter_id, type(error).__name__)
        return Printed(failed=1)


def _held(session: Session, letter: Letter, cause: str, *, now: datetime) -> Printed:
    hold(session, letter, cause, now=now)
    audit.record(session, action="letter.hold", by=WORKER, cases=[letter.case_id], now=now)
    return Printed(held=1)
