"""
The log of accountability: who read or wrote what, in the same transaction, as ids and never as content.

A request adds an entry with a MAC. The worker alone numbers and chains entries, so that no page waits for the
chain. `verify` finds entries edited, added by hand, reordered or removed, and boxes put back to an older state.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple, cast
from uuid import UUID, uuid4

from sqlalchemy import Table, func, insert, select, update
from sqlalchemy.orm import Session

from crypto.keyring import Keyring
from outreach.records import marks as written
from outreach.records.engine import Vault
from outreach.records.errors import ReadingOnly
from outreach.records.ledger import AuditEntry, AuditSubject

WORKER = UUID(int=2)
"""The actor of what no person did: the worker, acting on an event, a deadline or a provider's answer."""

_ENTRY = cast(Table, AuditEntry.__table__)
_SUBJECT = cast(Table, AuditSubject.__table__)
_START = bytes(32)


class Head(NamedTuple):
    """The end of the chain. Kept somewhere else than the database, it shows that the end was cut off."""

    number: int
    chain: bytes


def record(
    session: Session, *, action: str, by: UUID | None, cases: Sequence[UUID], now: datetime, marks: bytes = b""
) -> UUID:
    """
    Add one entry about these cases, covering every box written so far in this transaction; return its id.

    Args:
        action: a noun and a verb, such as `contact.read`; at most 40 characters.
        by: a member of staff, WORKER, or None for somebody who has not signed in.
        marks: of boxes written by other means than the ORM; those on flushed objects are found by themselves.

    Raises:
        ReadingOnly: the transaction is one that will be rolled back.
    """
    if not session.info["writing"]:
        raise ReadingOnly
    session.flush()
    entry = {
        "id": uuid4(),
        "at": now.astimezone(UTC),
        "actor_id": by,
        "action": action,
        "marks": marks + written.take(session),
    }
    entry["mac"] = _mac(session, entry, cases)
    session.execute(insert(_ENTRY), entry)
    if cases:
        session.execute(insert(_SUBJECT), [{"id": uuid4(), "entry_id": entry["id"], "case_id": c} for c in cases])
    return cast(UUID, entry["id"])


def chain(vault: Vault, *, limit: int = 10_000) -> Head:
    """Number and chain the entries not chained yet, oldest first; return the new end. For the worker alone."""
    with vault.writing() as session:
        head = head_of(session)
        fresh = session.execute(
            select(_ENTRY.c.id, _ENTRY.c.mac)
            .where(_ENTRY.c.number.is_(None))
            .order_by(_ENTRY.c.at, _ENTRY.c.id)
            .limit(limit)
        ).all()
        for entry_id, mac in fresh:
            head = link(session, head, mac)
            session.execute(update(_ENTRY).where(_ENTRY.c.id == entry_id).values(number=head.number, chain=head.chain))
    return head


def head_of(session: Session) -> Head:
    """Return the end of the chain as the database has it."""
    last = select(func.max(_ENTRY.c.number)).scalar_subquery()
    row = session.execute(select(_ENTRY.c.number, _ENTRY.c.chain).where(_ENTRY.c.number == last)).first()
    return Head(row.number, row.chain) if row else Head(0, _START)


def link(session: Session, head: Head, mac: bytes) -> Head:
    """Return the end of the chain after one more entry: the MAC of its number, the end before, and its own MAC."""
    number = head.number + 1
    message = b"chain" + number.to_bytes(8) + head.chain + mac
    return Head(number, _keyring(session).audit_mac(message))


def expected_mac(session: Session, entry: AuditEntry, cases: Sequence[UUID]) -> bytes:
    """Return the MAC an entry about these cases must have."""
    names = ("id", "at", "actor_id", "action", "marks")
    return _mac(session, {name: getattr(entry, name) for name in names}, cases)


def _mac(session: Session, entry: dict[str, object], cases: Sequence[UUID]) -> bytes:
    actor, at = cast("UUID | None", entry["actor_id"]), cast(datetime, entry["at"])
    action, marks = cast(str, entry["action"]).encode(), cast(bytes, entry["marks"])
    parts = [
        b"entry",
        cast(UUID, entry["id"]).bytes,
        at.isoformat().encode(),
        actor.bytes if actor else b"",
        action,
        marks,
        b"".join(sorted(case.bytes for case in cases)),
    ]
    return _keyring(session).audit_mac(b"".join(len(part).to_bytes(4) + part for part in parts))


def _keyring(session: Session) -> Keyring:
    return cast(Keyring, session.info["keyring"])
