"""Tables of what is left at the provider, what we asked it about phones, and who last looked at each queue."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.records.base import Base, SealedBox, UtcTime


class ProviderCopy(Base, kw_only=True):
    """
    One record of a text that the provider keeps until we delete it there; once it is gone, its id is gone here too.

    It names no case: who it was for is in the text, and this is only what deletion needs.
    """

    __tablename__ = "provider_copy"
    __table_args__ = (Index("ix_provider_copy_due", "due_at"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    token: Mapped[bytes] = mapped_column(LargeBinary, unique=True, repr=False)
    """Keyed hash of the provider's id: each is kept once."""
    due_at: Mapped[datetime | None] = mapped_column(UtcTime)
    """When to ask for its deletion next; None once it is gone."""
    gone_on: Mapped[date | None] = mapped_column(default=None)
    tries: Mapped[int] = mapped_column(default=0)
    sid_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)


class ProviderSweep(Base, kw_only=True):
    """One look at everything the provider still has of ours. Counts only."""

    __tablename__ = "provider_sweep"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    swept_at: Mapped[datetime] = mapped_column(UtcTime)
    """When it last looked on that day."""
    seen: Mapped[int]
    deleted: Mapped[int]
    under_way: Mapped[int]
    """Not finished yet, so the provider still needs them."""
    not_taken_in: Mapped[int]
    """Came in at the provider and never reached us: kept there, for a person to read."""
    left: Mapped[int]
    """Should be gone and are not, by a second look."""


class PhoneLookup(Base, kw_only=True):
    """One question to the provider about a phone she agreed to be texted at, and its answer."""

    __tablename__ = "phone_lookup"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    destination_id: Mapped[UUID] = mapped_column(ForeignKey("destination.id"), index=True)
    looked_up_on: Mapped[date]
    cost_mills: Mapped[int]
    """Thousandths of a dollar, as the setting said that day."""
    lookup_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)


class QueueTick(Base, kw_only=True):
    """When a worker last finished a look at a queue."""

    __tablename__ = "queue_tick"
    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    ticked_at: Mapped[datetime] = mapped_column(UtcTime)
