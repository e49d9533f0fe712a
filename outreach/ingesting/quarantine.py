"""
Deposits set aside for a human: kept sealed as they came, counted in status, tried again where that can help.

The row has the deposit's own id, so that one deposit is set aside once. The portal can not open what is inside:
only the ingest role holds the unsealing keys.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crypto.boxes import Place
from outreach import audit
from outreach.ingesting.aside import TRIED_AGAIN, Due, SetAside, Unusable, reason_of
from outreach.on_duty import on_call, paging
from outreach.on_duty.paging import OfCase
from outreach.records import marks
from outreach.records.boxes import KEY_CLASSES, BoxNumber
from outreach.records.errors import NoSuchRecord
from outreach.records.keys import HOUSE, case_key
from outreach.records.ledger import QuarantinedDeposit
from outreach.records.spool import Deposit
from outreach.terms import PageAbout

MOST_AT_ONCE = 200
"""Deposits tried again in one round: a flood of unusable ones must not slow the rest."""

GIVEN_UP_AFTER = timedelta(days=30)
"""How long a deposit that is tried again keeps its place before a person may say that it will never come in."""

_BOX = BoxNumber.QUARANTINED_DEPOSIT
_TIME_LENGTH = 32
"""Room for a time in ISO form, padded with spaces."""


class NotForAPerson(ValueError):
    """The deposit was settled before, or is still tried again by itself and would be lost if somebody settled it."""

    def __init__(self, deposit_id: UUID) -> None:
        super().__init__(f"deposit {deposit_id} is not for a person to settle")


class AsideLine(NamedTuple):
    """What may be said of a deposit without opening it."""

    id: UUID
    set_aside_on: date
    why: SetAside | Unusable
    due_at: datetime | None = None

    def may_be_settled(self, on: date) -> bool:
        """
        Tell whether a person may take it off the list: what comes in by itself once mended waits a month first.

        What has a deadline is theirs at once: who dealt with it says so.
        """
        return self.why not in TRIED_AGAIN or self.due_at is not None or on - self.set_aside_on >= GIVEN_UP_AFTER


class Aside(NamedTuple):
    """The newest deposits that wait for a human, and how many there are."""

    lines: tuple[AsideLine, ...]
    total: int


def waiting(session: Session, *, most: int) -> Aside:
    """Return the newest deposits nobody has settled, those with a deadline before. Reads no box."""
    table = QuarantinedDeposit
    is_open = table.settled_on.is_(None)
    newest = select(table.id, table.set_aside_on, table.reason, table.due_at).where(is_open)
    order = (table.due_at.is_(None), table.due_at, table.set_aside_on.desc(), table.id)
    rows = session.execute(newest.order_by(*order).limit(most))
    lines = tuple(AsideLine(row.id, row.set_aside_on, reason_of(row.reason), row.due_at) for row in rows)
    return Aside(lines, session.scalar(select(func.count()).where(is_open)) or 0)


def deal_with(session: Session, deposit_id: UUID, *, by: UUID, now: datetime) -> None:
    """
    Note that a person has dealt with a deposit; audited, with the mark of the deposit it was.

    Raises:
        NoSuchRecord, NotForAPerson.
    """
    row = session.get(QuarantinedDeposit, deposit_id, with_for_update=True)
    if row is None:
        raise NoSuchRecord("deposit set aside", deposit_id)
    line = AsideLine(row.id, row.set_aside_on, reason_of(row.reason), row.due_at)
    if row.settled_on is not None or not line.may_be_settled(now.date()):
        raise NotForAPerson(deposit_id)
    row.settled_on = now.date()
    marks.note(session, _BOX, row.id, row.deposit_box)
    audit.record(session, action="deposit.settle", by=by, cases=[], now=now)


def count_due(session: Session) -> int:
    """Return how many deposits have a deadline for a supervisor. Reads no box."""
    is_due = QuarantinedDeposit.settled_on.is_(None), QuarantinedDeposit.due_at.is_not(None)
    return session.scalar(select(func.count()).where(*is_due)) or 0


def set_aside(session: Session, deposit: Deposit, why: StrEnum, *, now: datetime, due: Due | None = None) -> None:
    """
    Keep a deposit for a human, audited. One that is set aside already keeps its place; the reason may change.

    Supervisors are paged once for one with a deadline; where its case is known, none who is kept away from that.
    """
    known, due_at = session.get(QuarantinedDeposit, deposit.id), due.at if due else None
    if due is not None and (known is None or known.due_at is None):
        about = OfCase(PageAbout.NEWS_ASIDE, due.case_id) if due.case_id else PageAbout.NEWS_ASIDE
        paging.call(session, on_call.supervisors(session), about, now=now)
    if known is not None:
        known.reason = why.value
        known.due_at = known.due_at or due_at
        return
    plain = deposit.received_at.isoformat().encode().ljust(_TIME_LENGTH) + deposit.sealed
    box = case_key(session, HOUSE, KEY_CLASSES[_BOX]).seal_bytes(plain, at=Place(_BOX, deposit.id))
    session.add(
        QuarantinedDeposit(id=deposit.id, reason=why.value, set_aside_on=now.date(), due_at=due_at, deposit_box=box)
    )
    audit.record(session, action="deposit.set_aside", by=audit.WORKER, cases=[], now=now)


def settle(session: Session, deposit_id: UUID, *, now: datetime) -> None:
    """Note that a deposit needs nobody any more: its event was taken in after all. For the worker."""
    session.get_one(QuarantinedDeposit, deposit_id).settled_on = now.date()


def to_try_again(session: Session, reasons: Collection[SetAside]) -> list[Deposit]:
    """Return the unsettled deposits set aside for one of these reasons, as they came; the latest, when many."""
    query = select(QuarantinedDeposit).where(
        QuarantinedDeposit.settled_on.is_(None), QuarantinedDeposit.reason.in_([why.value for why in reasons])
    )
    key = case_key(session, HOUSE, KEY_CLASSES[_BOX])
    deposits = []
    for row in session.scalars(query.order_by(QuarantinedDeposit.set_aside_on.desc()).limit(MOST_AT_ONCE)):
        plain = key.open_bytes(row.deposit_box, at=Place(_BOX, row.id))
        received_at = datetime.fromisoformat(plain[:_TIME_LENGTH].decode().strip())
        deposits.append(Deposit(row.id, received_at, plain[_TIME_LENGTH:]))
    return sorted(deposits, key=lambda deposit: deposit.received_at)
