"""Tables of what comes in: texts from phones of hers, texts from numbers no case has, and her code word."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from outreach.records.base import Base, SealedBox, UtcTime


class InboundText(Base, kw_only=True):
    """One text from a phone of hers, whoever typed it. Their order is a number: the time is in the box."""

    __tablename__ = "inbound_text"
    __table_args__ = (UniqueConstraint("case_id", "number"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"))
    number: Mapped[int]
    """Its place among the texts that came in for the case, from 1."""
    inbound_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)


class UnknownText(Base, kw_only=True):
    """One text from a number that is in no case. Texts of one number belong together by its keyed token."""

    __tablename__ = "unknown_text"
    __table_args__ = (CheckConstraint("settled_as in ('attached', 'dismissed')", name="settled_as"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    token: Mapped[bytes] = mapped_column(LargeBinary, index=True, repr=False)
    number: Mapped[int]
    """Its place among the texts of that number, from 1."""
    came_on: Mapped[date]
    settled_on: Mapped[date | None] = mapped_column(default=None)
    settled_as: Mapped[str | None] = mapped_column(String(12), default=None)
    unknown_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)


class CodeWord(Base, kw_only=True):
    """Her code word and her word for danger, as slow hashes in one box: to be checked, never to be read."""

    __tablename__ = "code_word"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), unique=True)
    failed_tries: Mapped[int] = mapped_column(default=0)
    rests_until: Mapped[datetime | None] = mapped_column(UtcTime, default=None)
    word_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)


class CodeWordCheck(Base, kw_only=True):
    """One time she gave a word that was right. Which of her words it was is in the box."""

    __tablename__ = "code_word_check"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    check_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)
