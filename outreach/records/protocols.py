"""The table of protocol changes: which file was proposed, by whom, and which was made current, one after the other."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from outreach.records.base import Base, SealedBox, UtcTime


class ProtocolChange(Base, kw_only=True):
    """One file asked for as the protocol of its jurisdiction. It has a number once two people made it current."""

    __tablename__ = "protocol_change"
    __table_args__ = (UniqueConstraint("jurisdiction", "number"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    jurisdiction: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(ForeignKey("protocol_text.digest"))
    number: Mapped[int | None] = mapped_column(default=None)
    """Its place among those made current there, from 1; the highest is current."""
    proposed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"), default=None)
    """None: it came with the program."""
    proposed_at: Mapped[datetime] = mapped_column(UtcTime)
    settled_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"), default=None)
    settled_at: Mapped[datetime | None] = mapped_column(UtcTime, default=None)
    """When it was made current, or taken back."""
    why_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)
