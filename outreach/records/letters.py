"""Tables of letters beyond the letter itself: its codes, spoiled pages, stacks that are printed together, cold mail."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from outreach.records.base import Base, SealedBox, UtcTime

LIVE = text("state <> 'out'")


class LetterCode(Base, kw_only=True):
    """The code on one printed page, as a keyed token: a page that came back is found by it. A void one stays void."""

    __tablename__ = "letter_code"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letter.id"), index=True)
    token: Mapped[bytes] = mapped_column(LargeBinary, unique=True, repr=False)
    is_void: Mapped[bool] = mapped_column(default=False)


class VoidedPage(Base, kw_only=True):
    """A page that was spoiled or lost and may never be mailed: who said so, and why."""

    __tablename__ = "voided_page"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    code_id: Mapped[UUID] = mapped_column(ForeignKey("letter_code.id"), unique=True)
    batch_id: Mapped[UUID | None] = mapped_column(ForeignKey("letter_batch.id"), index=True, default=None)
    """The stack whose paper it lies in; None where it was printed by itself, or never."""
    voided_by_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    voided_on: Mapped[date]
    why_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)


class LetterBatch(Base, kw_only=True):
    """Letters that are printed and mailed together. One person prepares it, another releases it."""

    __tablename__ = "letter_batch"
    __table_args__ = (
        CheckConstraint(
            "state in ('planned', 'making', 'ready', 'handing', 'unsure', 'printed', 'short', 'counted', 'mailing',"
            " 'mailed', 'undone')",
            name="state",
        ),
        CheckConstraint("released_by_id <> prepared_by_id", name="two_people"),
        Index("ix_letter_batch_state", "state"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    """By which people name it."""
    state: Mapped[str] = mapped_column(String(12))
    prepared_by_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    prepared_at: Mapped[datetime] = mapped_column(UtcTime)
    """Half an hour later any colleague may release it."""
    released_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"), default=None)
    fetched_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"), default=None)
    """Who took the pages out as one file."""
    state_on: Mapped[date]
    printer: Mapped[str] = mapped_column(String(12), default="")
    """Which kind of printer it goes to; empty until it is made."""
    handing_until: Mapped[datetime | None] = mapped_column(UtcTime, default=None)
    """While a worker hands it to a printer; past this, nobody knows whether it came out."""
    counted: Mapped[int | None] = mapped_column(default=None)
    """How many letters a person counted after printing."""
    version: Mapped[int] = mapped_column(init=False)
    __mapper_args__ = {"version_id_col": version}


class BatchLetter(Base, kw_only=True):
    """One letter's place in a stack. It is in one stack at a time; the database holds to that."""

    __tablename__ = "batch_letter"
    __table_args__ = (
        CheckConstraint("state in ('planned', 'made', 'out', 'mailed')", name="state"),
        UniqueConstraint("batch_id", "place"),
        Index("uq_batch_letter_live", "letter_id", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("letter_batch.id"))
    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letter.id"))
    place: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    version: Mapped[int] = mapped_column(init=False)
    __mapper_args__ = {"version_id_col": version}


class MailApproval(Base, kw_only=True):
    """An advocate's wish to write where mail is not known to be safe, until a second person answered."""

    __tablename__ = "mail_approval"
    __table_args__ = (
        CheckConstraint("state in ('open', 'agreed', 'refused')", name="state"),
        Index("ix_mail_approval_open", "state", "asked_at"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    destination_id: Mapped[UUID] = mapped_column(ForeignKey("destination.id"))
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcTime)
    """Half an hour later any colleague may answer."""
    state: Mapped[str] = mapped_column(String(12))
    settled_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"), default=None)
    settled_on: Mapped[date | None] = mapped_column(default=None)
    words_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)
    version: Mapped[int] = mapped_column(init=False)
    __mapper_args__ = {"version_id_col": version}
