"""Tables of the work: tasks, attempts, texts and letters."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.records.base import Base, SealedBox, UtcTime


class Task(Base, kw_only=True):
    """One planned duty. `due_at` is exact because the queue is polled by it; everything personal is in the box."""

    __tablename__ = "task"
    __table_args__ = (
        CheckConstraint("state in ('open', 'done', 'superseded', 'missed', 'closed')", name="state"),
        Index("ix_task_case_state", "case_id", "state"),
        Index("ix_task_due", "state", "next_look_at"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"))
    step: Mapped[str] = mapped_column(String(40))
    level: Mapped[str | None] = mapped_column(String(1), default=None)
    state: Mapped[str] = mapped_column(String(12))
    opens_at: Mapped[datetime] = mapped_column(UtcTime)
    due_at: Mapped[datetime] = mapped_column(UtcTime)
    next_look_at: Mapped[datetime | None] = mapped_column(UtcTime, default=None)
    """When the worker must look again: escalation, due or missed time; None when nothing is left to watch."""
    escalated_at: Mapped[datetime | None] = mapped_column(UtcTime, default=None)
    ended_on: Mapped[date | None] = mapped_column(default=None)
    missed_cause: Mapped[str | None] = mapped_column(String(16), default=None)
    detail_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)
    version: Mapped[int] = mapped_column(init=False)
    __mapper_args__ = {"version_id_col": version}


class Attempt(Base, kw_only=True):
    """One try and its outcome."""

    __tablename__ = "attempt"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    task_id: Mapped[UUID | None] = mapped_column(ForeignKey("task.id"), default=None)
    attempt_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)
    note_box: Mapped[bytes | None] = mapped_column(SealedBox, repr=False, default=None)


class Text(Base, kw_only=True):
    """One text. Claimed by a conditional update; from `sending` on never sent again."""

    __tablename__ = "text"
    __table_args__ = (Index("ix_text_due", "state", "release_at"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    destination_id: Mapped[UUID] = mapped_column(ForeignKey("destination.id"))
    released_by_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    state: Mapped[str] = mapped_column(String(12))
    number: Mapped[int] = mapped_column(default=0)
    """Its place among her texts, in the order in which they were released."""
    release_at: Mapped[datetime] = mapped_column(UtcTime)
    """The moment it was meant for, which no later try moves: how late it is counts from here."""
    again_at: Mapped[datetime | None] = mapped_column(UtcTime, default=None)
    """Not before this is the next call made for it, after one for which nothing left."""
    claimed_at: Mapped[datetime | None] = mapped_column(UtcTime, default=None)
    state_at: Mapped[datetime] = mapped_column(UtcTime)
    tries: Mapped[int] = mapped_column(default=0)
    callback_token: Mapped[bytes] = mapped_column(LargeBinary, unique=True, repr=False)
    """Keyed hash of the random token in this attempt's callback address."""
    text_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)
    version: Mapped[int] = mapped_column(init=False)
    __mapper_args__ = {"version_id_col": version}


class TextingStop(Base, kw_only=True):
    """A person stopped every text; it holds until one ends it. Rows stay: who stopped, when, and until when."""

    __tablename__ = "texting_stop"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    begun_at: Mapped[datetime] = mapped_column(UtcTime)
    begun_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"), default=None)
    """None for whoever ran the command, and for the worker."""
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime, default=None)
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"), default=None)
    reason_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)


class TextingState(Base, kw_only=True):
    """One row: how often calls to the provider failed in a row, and until when texts rest because of it."""

    __tablename__ = "texting_state"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    faults: Mapped[int] = mapped_column(default=0)
    rests: Mapped[int] = mapped_column(default=0)
    rests_until: Mapped[datetime | None] = mapped_column(UtcTime, default=None)
    is_off_by_file: Mapped[bool] = mapped_column(default=False)
    """Whether the sender found the file of the kill switch: nobody else can see it."""


class TextReceipt(Base, kw_only=True):
    """A provider's status for one text, once each."""

    __tablename__ = "text_receipt"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    text_id: Mapped[UUID] = mapped_column(ForeignKey("text.id"), index=True)
    token: Mapped[bytes] = mapped_column(LargeBinary, unique=True, repr=False)
    """Keyed hash of (message sid, status): each pair counts once."""
    status: Mapped[str] = mapped_column(String(20))


class Letter(Base, kw_only=True):
    """One letter: its words in one box, the printed page in another."""

    __tablename__ = "letter"
    __table_args__ = (Index("ix_letter_due", "state", "release_at"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    destination_id: Mapped[UUID] = mapped_column(ForeignKey("destination.id"))
    released_by_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    state: Mapped[str] = mapped_column(String(12))
    release_at: Mapped[datetime] = mapped_column(UtcTime)
    state_at: Mapped[datetime] = mapped_column(UtcTime)
    letter_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)
    is_handed: Mapped[bool] = mapped_column(default=False)
    """Whether she picks it up, so that it goes into no stack for the mail."""
    goes_alone: Mapped[bool] = mapped_column(default=False)
    """Whether one person may print and mail it, as she asked for it; any other goes in a stack that two release."""
    pdf_box: Mapped[bytes | None] = mapped_column(SealedBox, repr=False, default=None)
    version: Mapped[int] = mapped_column(init=False)
    __mapper_args__ = {"version_id_col": version}
