"""
Draining the intake spool: each deposit becomes an event of a case, or is set aside for a human.

`drained` is written in the same transaction as the event and the deposit deleted afterwards, so that being killed
between any two steps loses nothing and doubles nothing: a deposit found drained is only deleted. A batch that fails
is taken again one by one; what fails alone is set aside and never blocks the rest.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from outreach import audit
from outreach.ingesting import quarantine
from outreach.ingesting.aside import SetAside
from outreach.ingesting.deposits import CannotIngest, Opened, Opener
from outreach.ingesting.event_round import EventRound
from outreach.ingesting.intake_events import (
    Outcome,
    Protocols,
    due_for_supervisor,
    round_of,
    take_in,
    take_in_apart,
)
from outreach.records.engine import STORAGE_FAULTS, Vault
from outreach.records.errors import UNREADABLE
from outreach.records.inserting import holding, insert_rows
from outreach.records.ledger import Drained
from outreach.records.spool import Deposit, SpoolDrain

SPOOL = "intake"
BATCH = 100
"""Deposits in one transaction: a commit costs more than an event."""

_INGEST_LOCK = 0x57415953
"""One ingester at a time matches and writes (PostgreSQL): two events about one person must see each other."""

_TAKE_LOCK = text("SELECT pg_advisory_xact_lock(:key)")
_MORE_PAGES = text("PRAGMA cache_size = -65536")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ingest:
    """What draining takes: the vault, the spool's far side, the keys that open deposits, the protocols in force."""

    vault: Vault
    drain: SpoolDrain
    opener: Opener
    protocols: Protocols
    is_stopping: Callable[[], bool] = lambda: False


@dataclass(frozen=True, slots=True)
class _Item:
    """A deposit with what opening it gave."""

    deposit: Deposit
    found: Opened | CannotIngest


def purge_drained(parts: Ingest) -> int:
    """Delete the deposits a killed worker had drained and not deleted; return how many. Called at start."""
    purged = 0
    for deposits in _pages(parts):
        done = _already_drained(parts.vault, deposits)
        parts.drain.remove(sorted(done))
        purged += len(done)
        if len(done) < len(deposits):
            break
    return purged


def drain_intake(parts: Ingest, *, now: datetime) -> Counter[str]:
    """
    Drain everything that waits, and return how often each outcome was met.

    Raises:
        One of STORAGE_FAULTS: storage cannot be used now; nothing is lost, the next round goes on.
    """
    tally: Counter[str] = Counter()
    for deposits in _pages(parts):
        done = _already_drained(parts.vault, deposits)
        fresh = [each for each in deposits if each.id not in done]
        tally.update(_settle(parts, [_opened(parts, each) for each in fresh], now))
        parts.drain.remove([each.id for each in deposits])
    taken_in = tally[Outcome.TAKEN_IN]
    while taken_in:
        # What waited for an event may itself be waited for.
        again = try_again(parts, (SetAside.REFERS_TO_UNKNOWN,), now=now)
        tally.update(again)
        taken_in = again[Outcome.TAKEN_IN]
    return tally


def try_again(parts: Ingest, reasons: Sequence[SetAside], *, now: datetime) -> Counter[str]:
    """Take deposits that were set aside for these reasons once more; those that still fail keep waiting."""
    with parts.vault.reading() as session:
        waiting = quarantine.to_try_again(session, reasons)
    return Counter(_try_one_again(parts, _opened(parts, each), now) for each in waiting)


def _try_one_again(parts: Ingest, item: _Item, now: datetime) -> str:
    try:
        with parts.vault.writing() as session:
            lock_for_matching(session)
            if isinstance(item.found, CannotIngest):
                raise item.found
            case_id = take_in(session, item.found, parts.protocols, now=now)
            quarantine.settle(session, item.deposit.id, now=now)
            _record(session, [case_id], now)
            return Outcome.TAKEN_IN if case_id else Outcome.DUPLICATE
    except CannotIngest as refusal:
        why = refusal.why
    except Exception as error:
        _raise_if_storage(error)
        _log.error("deposit.failed_again deposit=%s error=%s", item.deposit.id, type(error).__name__)
        why = SetAside.FAILED
    with parts.vault.writing() as session:
        quarantine.set_aside(session, item.deposit, why, now=now)
    return f"still_{why}"


def _pages(parts: Ingest) -> Iterator[list[Deposit]]:
    """Yield what waits, a batch at a time; a batch that comes back unremoved ends it rather than go round for ever."""
    seen: set[UUID] = set()
    while not parts.is_stopping() and (deposits := parts.drain.waiting(BATCH)):
        ids = {each.id for each in deposits}
        if ids <= seen:
            return
        seen = ids
        yield deposits


def _opened(parts: Ingest, deposit: Deposit) -> _Item:
    try:
        return _Item(deposit, parts.opener.open(deposit))
    except CannotIngest as why:
        return _Item(deposit, why)
    except Exception as error:
        _log.error("deposit.failed deposit=%s error=%s", deposit.id, type(error).__name__)
        return _Item(deposit, CannotIngest(SetAside.FAILED))


def _settle(parts: Ingest, items: Sequence[_Item], now: datetime) -> Counter[str]:
    if not items:
        return Counter()
    try:
        with parts.vault.writing() as session:
            lock_for_matching(session)
            return _settle_together(session, items, parts, now)
    except Exception as error:
        _raise_if_storage(error)
        _log.warning("ingest.batch_failed size=%d error=%s: one by one", len(items), type(error).__name__)
    return Counter(_settle_alone(parts, item, now) for item in items)


def _settle_alone(parts: Ingest, item: _Item, now: datetime) -> str:
    try:
        with parts.vault.writing() as session:
            lock_for_matching(session)
            (outcome,) = _settle_together(session, [item], parts, now)
            return outcome
    except UNREADABLE as error:
        _log.warning("deposit.case_torn deposit=%s error=%s", item.deposit.id, type(error).__name__)
        return _settle_apart(parts, item, now)
    except Exception as error:
        _raise_if_storage(error)
        _log.error("deposit.failed deposit=%s error=%s", item.deposit.id, type(error).__name__)
    with parts.vault.writing() as session:
        _mark_drained(session, [item.deposit], now)
        quarantine.set_aside(session, item.deposit, SetAside.FAILED, now=now)
    return SetAside.FAILED


def _settle_apart(parts: Ingest, item: _Item, now: datetime) -> str:
    """News of a case that does not open becomes a human's task: in a case of its own, or by a deadline (P5)."""
    why, due = SetAside.FAILED, None
    try:
        with parts.vault.writing() as session:
            lock_for_matching(session)
            _mark_drained(session, [item.deposit], now)
            if isinstance(item.found, CannotIngest):
                raise item.found
            case_id = take_in_apart(session, item.found, parts.protocols, now=now)
            _record(session, [case_id], now)
            return Outcome.TAKEN_IN
    except CannotIngest as refusal:
        why = refusal.why
    except Exception as error:
        _raise_if_storage(error)
        _log.error("deposit.failed deposit=%s error=%s", item.deposit.id, type(error).__name__)
    with parts.vault.writing() as session:
        _mark_drained(session, [item.deposit], now)
        if isinstance(item.found, Opened):
            due = due_for_supervisor(session, item.found, parts.protocols, now=now)
        quarantine.set_aside(session, item.deposit, why, now=now, due=due)
    return why


def _settle_together(session: Session, items: Sequence[_Item], parts: Ingest, now: datetime) -> Counter[str]:
    """Make each deposit an event or set it aside; either way it is drained in this transaction."""
    done = _drained_of(session, [item.deposit for item in items])
    fresh = [item for item in items if item.deposit.id not in done]
    _mark_drained(session, [item.deposit for item in fresh], now)
    events_round = round_of(session, [item.found for item in fresh if isinstance(item.found, Opened)])
    with holding(session):
        settled = [_settle_one(session, item, parts, now, events_round) for item in fresh]
    _record(session, [case_id for _, case_id in settled], now)
    tally = Counter(str(outcome) for outcome, _ in settled)
    tally[Outcome.DRAINED_BEFORE] += len(items) - len(fresh)
    return +tally


def _settle_one(
    session: Session, item: _Item, parts: Ingest, now: datetime, events_round: EventRound
) -> tuple[str, UUID | None]:
    try:
        if isinstance(item.found, CannotIngest):
            raise item.found
        case_id = take_in(session, item.found, parts.protocols, now=now, events_round=events_round)
        return Outcome.TAKEN_IN if case_id else Outcome.DUPLICATE, case_id
    except CannotIngest as refusal:
        quarantine.set_aside(session, item.deposit, refusal.why, now=now)
        _log.warning("deposit.set_aside deposit=%s why=%s", item.deposit.id, refusal.why)
        return refusal.why, None


def _record(session: Session, case_ids: Sequence[UUID | None], now: datetime) -> None:
    """One entry for a round, with every case it wrote to."""
    cases = list(dict.fromkeys(case_id for case_id in case_ids if case_id is not None))
    if cases:
        audit.record(session, action="event.take_in", by=audit.WORKER, cases=cases, now=now)


def _mark_drained(session: Session, deposits: Sequence[Deposit], now: datetime) -> None:
    rows = [{"deposit_id": each.id, "spool": SPOOL, "drained_on": now.date()} for each in deposits]
    insert_rows(session, Drained, rows)


def _already_drained(vault: Vault, deposits: Sequence[Deposit]) -> set[UUID]:
    with vault.reading() as session:
        return _drained_of(session, deposits)


def _drained_of(session: Session, deposits: Sequence[Deposit]) -> set[UUID]:
    query = select(Drained.deposit_id).where(Drained.deposit_id.in_([each.id for each in deposits]))
    return set(session.scalars(query))


def lock_for_matching(session: Session) -> None:
    """Let one process match and write cases at a time, so that two records of one person see each other."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_TAKE_LOCK, {"key": _INGEST_LOCK})
    else:
        session.execute(_MORE_PAGES)  # Each page read is decrypted; matching reads all over the file.


def _raise_if_storage(error: Exception) -> None:
    """Storage that cannot be used is not the deposit's fault: let the round fail and come again."""
    if isinstance(error, STORAGE_FAULTS):
        raise error
