"""Tables of who may not see a case: why it is restricted, and which colleague is kept away from it. Rows stay."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from outreach.records.base import Base, SealedBox


class Restriction(Base, kw_only=True):
    """One cause for which a case is restricted, until a supervisor lifts it."""

    __tablename__ = "restriction"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    is_staffs: Mapped[bool]
    """A colleague is involved: whoever happens to be on call does not see the case."""
    ended_on: Mapped[date | None] = mapped_column(default=None)
    restriction_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)


class ConflictWall(Base, kw_only=True):
    """One colleague who is kept away from one case, until a supervisor takes the wall down."""

    __tablename__ = "conflict_wall"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    ended_on: Mapped[date | None] = mapped_column(default=None)
    wall_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)
