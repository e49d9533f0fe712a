"""Tables of accountability and of the inbox's far side: audit, drained deposits, quarantine."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.records.base import Base, SealedBox, UtcTime


class AuditEntry(Base, kw_only=True):
    """One read or write: ids, never content. The request writes it MACed; the worker alone numbers and chains it."""

    __tablename__ = "audit_entry"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    actor_id: Mapped[UUID | None] = mapped_column(default=None)
    action: Mapped[str] = mapped_column(String(40))
    marks: Mapped[bytes] = mapped_column(LargeBinary, default=b"", repr=False)
    """For writes: (box number, row, generation, tag) of each box written, in order; empty for reads."""
    mac: Mapped[bytes] = mapped_column(LargeBinary, repr=False)
    number: Mapped[int | None] = mapped_column(unique=True, default=None)
    chain: Mapped[bytes | None] = mapped_column(LargeBinary, repr=False, default=None)


class AuditSubject(Base, kw_only=True):
    """Which case an entry is about; one row per case."""

    __tablename__ = "audit_subject"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("audit_entry.id"), index=True)
    case_id: Mapped[UUID] = mapped_column(index=True)


class Drained(Base, kw_only=True):
    """A deposit that became an event (or was set aside) in the same transaction; purged from the spool afterwards."""

    __tablename__ = "drained"
    deposit_id: Mapped[UUID] = mapped_column(primary_key=True)
    spool: Mapped[str] = mapped_column(String(12))
    drained_on: Mapped[date]


class QuarantinedDeposit(Base, kw_only=True):
    """A deposit a human must look at: it could not be opened, verified or read, or changed a known event."""

    __tablename__ = "quarantined_deposit"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(String(40))
    set_aside_on: Mapped[date]
    settled_on: Mapped[date | None] = mapped_column(default=None)
    due_at: Mapped[datetime | None] = mapped_column(UtcTime, default=None)
    """By when a supervisor has to deal with it, as it concerns a case we have; None for the rest."""
    deposit_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)
