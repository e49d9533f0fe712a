"""
Tables of who is on call, of pages to staff, and of calls that came in meanwhile.

A page says only that somebody should look. Which case a call is about is kept, so that nobody who may not see that
case is ever paged about it; a call about all the news of a quarter of an hour names none.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from outreach.records.base import Base, SealedBox, UtcTime


class OnCallShift(Base, kw_only=True):
    """One colleague on call for a while. A shift that is taken away stays, with who took it away."""

    __tablename__ = "on_call_shift"
    __table_args__ = (
        CheckConstraint("turn in ('first', 'second')", name="turn"),
        Index("ix_on_call_shift_ends", "ends_at"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    turn: Mapped[str] = mapped_column(String(8))
    """Who is paged first, and who when nobody answers."""
    begins_at: Mapped[datetime] = mapped_column(UtcTime)
    ends_at: Mapped[datetime] = mapped_column(UtcTime)
    made_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"), default=None)
    taken_away_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"), default=None)
    handed_over_at: Mapped[datetime | None] = mapped_column(UtcTime, default=None)
    """When they told the next one who waits."""


class PageTick(Base, kw_only=True):
    """A fixed moment at which the colleague on call is paged, however many events came before it."""

    __tablename__ = "page_tick"
    tick_at: Mapped[datetime] = mapped_column(UtcTime, primary_key=True)
    is_rung: Mapped[bool] = mapped_column(default=False)


class PageCall(Base, kw_only=True):
    """One reason to page people, until one of them says that they have seen it."""

    __tablename__ = "page_call"
    __table_args__ = (Index("ix_page_call_waiting", "escalates_at"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    about: Mapped[str] = mapped_column(String(20))
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("case_file.id"), default=None)
    """Whoever is kept away from this case is not paged; None where it is about no single one."""
    called_at: Mapped[datetime] = mapped_column(UtcTime)
    rung: Mapped[int] = mapped_column(default=0)
    """How far it was handed up: 0 those called first, 1 the second on call, 2 and more the supervisors."""
    escalates_at: Mapped[datetime | None] = mapped_column(UtcTime)
    """When it is handed on; None once somebody has seen it."""
    seen_at: Mapped[datetime | None] = mapped_column(UtcTime, default=None)
    seen_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"), default=None)


class StaffPage(Base, kw_only=True):
    """One page to one colleague. It stands on their screen at once; `push_at` is when it goes to their phone next."""

    __tablename__ = "staff_page"
    __table_args__ = (UniqueConstraint("call_id", "staff_id"), Index("ix_staff_page_due", "push_at"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    call_id: Mapped[UUID] = mapped_column(ForeignKey("page_call.id"))
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    push_at: Mapped[datetime | None] = mapped_column(UtcTime)
    """None once it was pushed, or nothing is left to push."""
    tries: Mapped[int] = mapped_column(default=0)
    pushed_at: Mapped[datetime | None] = mapped_column(UtcTime, default=None)
    fault: Mapped[str | None] = mapped_column(String(12), default=None)
    """Why the last try failed."""


class StaffPager(Base, kw_only=True):
    """The random topic under which a colleague's phone is paged, sealed."""

    __tablename__ = "staff_pager"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), unique=True)
    topic_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)


class NightCall(Base, kw_only=True):
    """A call that came in at night, as it was taken down; of no case where nobody knew whose it was. Sealed."""

    __tablename__ = "night_call"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("case_file.id"), index=True, default=None)
    came_on: Mapped[date]
    settled_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"), default=None)
    settled_on: Mapped[date | None] = mapped_column(default=None)
    call_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)
