"""The table of cases that were brought over from before, so that no row of a file comes twice."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from outreach.records.base import Base, SealedBox


class BroughtCase(Base, kw_only=True):
    """One case that was opened for a row of a file. The token is keyed: the team's own number stays sealed."""

    __tablename__ = "brought_case"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), unique=True)
    row_token: Mapped[bytes] = mapped_column(LargeBinary, unique=True, repr=False)
    brought_by_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    brought_on: Mapped[date]
    papers_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)
