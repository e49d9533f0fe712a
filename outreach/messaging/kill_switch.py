"""
The kill switch: one word stops every text, in every process, over restarts, until a person lets them leave again.

A stop is a row that the portal and the command write and the sender reads, in its claim and again before each call.
A file beside the sender's account does the same where the vault cannot be opened.
"""

from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import audit
from outreach.messaging.signature import is_signed
from outreach.on_duty import on_call, paging
from outreach.records.boxes import BoxNumber
from outreach.records.keys import HOUSE, seal, unseal
from outreach.records.work import TextingStop
from outreach.terms import PageAbout


class NoReason(ValueError):
    """A stop without a reason: whoever lifts it must know what it was for."""


class StopSwitch:
    """The kill switch as a file: nothing leaves while it is there."""

    def __init__(self, path: Path) -> None:
        """Take the file's place."""
        self._path = path

    @property
    def is_on(self) -> bool:
        """Say whether nothing may leave; also when that cannot be found out."""
        try:
            self._path.lstat()
        except FileNotFoundError:
            return False
        except OSError:
            return True
        return True

    def turn_on(self) -> None:
        """Stop all sending."""
        self._path.touch(mode=0o600)

    def turn_off(self) -> None:
        """Let texts leave again; late ones are held for a person, so there is no burst."""
        self._path.unlink(missing_ok=True)


class Stopped(NamedTuple):
    """One stop that still holds."""

    since: datetime
    by: UUID | None
    """A member of staff; None for whoever ran the command, and for the worker."""
    because: str


def stop_texts(session: Session, *, because: str, by: UUID | None, now: datetime) -> UUID:
    """Stop every text until a person lets them leave again; return the stop's id. Audited. Raises NoReason."""
    if not because.strip():
        raise NoReason("say why texts stop")
    row = uuid4()
    box = seal(session, BoxNumber.TEXTING_STOP, [because.strip()], owner=HOUSE, row=row)
    session.add(TextingStop(id=row, begun_at=now, begun_by_id=by, reason_box=box))
    audit.record(session, action="texting.stop", by=by, cases=[], now=now)
    return row


def stop_texts_once(session: Session, *, because: str, now: datetime) -> None:
    """
    Stop every text, unless a stop with these words holds: for what a worker finds again and again. Audited.

    Supervisors are paged, who alone can let texts leave again: nobody pressed anything, so nobody knows of it.
    """
    if all(each.because != because for each in stops(session)):
        stop_texts(session, because=because, by=None, now=now)
        paging.call(session, on_call.supervisors(session), PageAbout.TEXTS_STOPPED, now=now)


def start_texts(session: Session, *, by: UUID | None, now: datetime) -> int:
    """Let texts leave again: end every stop, and return how many there were. Audited."""
    held = session.scalars(select(TextingStop).where(TextingStop.ended_at.is_(None)).with_for_update()).all()
    for each in held:
        each.ended_at, each.ended_by_id = now, by
    if held:
        audit.record(session, action="texting.start", by=by, cases=[], now=now)
    return len(held)


def is_stopped(session: Session) -> bool:
    """Say whether a person stopped every text, or nobody has signed for texts."""
    return how_many_stops(session) > 0 or not is_signed(session)


def how_many_stops(session: Session) -> int:
    """Return how many stops hold."""
    return session.scalar(select(func.count()).where(TextingStop.ended_at.is_(None))) or 0


def stops(session: Session) -> tuple[Stopped, ...]:
    """Return the stops that hold, oldest first, with their reasons."""
    rows = session.scalars(select(TextingStop).where(TextingStop.ended_at.is_(None)).order_by(TextingStop.begun_at))
    return tuple(Stopped(row.begun_at, row.begun_by_id, _because(session, row)) for row in rows)


def _because(session: Session, row: TextingStop) -> str:
    return str(unseal(session, BoxNumber.TEXTING_STOP, row.reason_box, owner=HOUSE, row=row.id)[0])
