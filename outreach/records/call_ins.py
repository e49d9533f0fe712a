"""The table of call-ins she was not told of and nobody tries further: each with a supervisor's signature."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from outreach.records.base import Base, SealedBox


class NoticeClosing(Base, kw_only=True):
    """One signed closing of a notice. Rows stay, also when the notice was opened again."""

    __tablename__ = "notice_closing"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"))
    task_id: Mapped[UUID] = mapped_column(ForeignKey("task.id"), index=True)
    closing_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)
