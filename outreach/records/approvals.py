"""The table of decisions an advocate asks a second person for, until one has answered."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.records.base import Base, SealedBox, UtcTime


class ApprovalWish(Base, kw_only=True):
    """One decision that waits for a supervisor and, after half an hour, for any colleague; sealed."""

    __tablename__ = "approval_wish"
    __table_args__ = (
        CheckConstraint("state in ('open', 'agreed', 'refused')", name="state"),
        Index("ix_approval_wish_waiting", "state", "asked_at"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"))
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcTime)
    state: Mapped[str] = mapped_column(String(8))
    settled_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"), default=None)
    settled_on: Mapped[date | None] = mapped_column(default=None)
    meeting_id: Mapped[UUID | None] = mapped_column(ForeignKey("meeting.id"), default=None)
    """The meeting to which one worker would go alone; None where the gate asks for the decision."""
    wish_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)
    version: Mapped[int] = mapped_column(init=False)
    __mapper_args__ = {"version_id_col": version}
