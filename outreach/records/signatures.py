"""The table of who signed for texts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from outreach.records.base import Base, UtcTime


class TextingSignature(Base, kw_only=True):
    """A supervisor signed for texts; it holds until one takes it back. Rows stay: who, when, and which words."""

    __tablename__ = "texting_signature"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    statement: Mapped[str]
    signed_at: Mapped[datetime] = mapped_column(UtcTime)
    signed_by_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime, default=None)
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"), default=None)
