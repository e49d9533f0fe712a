"""Tables of meetings: the plan and its alarm, safety checks, alarms raised, and what a colleague keeps for them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from outreach.records.base import Base, SealedBox, UtcTime


class Meeting(Base, kw_only=True):
    """One meeting with her. Who goes, who watches and when is in the open: alarms must not wait for a key."""

    __tablename__ = "meeting"
    __table_args__ = (
        CheckConstraint("state in ('planned', 'confirmed', 'under_way', 'over', 'told', 'called_off')", name="state"),
        Index("ix_meeting_look", "next_look_at"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    destination_id: Mapped[UUID] = mapped_column(ForeignKey("destination.id"))
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    second_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"), default=None)
    buddy_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    state: Mapped[str] = mapped_column(String(12))
    stage: Mapped[int] = mapped_column(default=0)
    """How far the alarm has gone: 1 the buddy was told, 2 supervisors too. A sign of life puts it back."""
    wall_starts: Mapped[str] = mapped_column(String(16))
    """What was agreed: the hour clocks show there, such as 2027-03-14T13:00. The instants below are found from it."""
    wall_ends: Mapped[str] = mapped_column(String(16))
    zone: Mapped[str] = mapped_column(String(40))
    starts_at: Mapped[datetime] = mapped_column(UtcTime)
    check_in_by: Mapped[datetime] = mapped_column(UtcTime)
    ends_at: Mapped[datetime] = mapped_column(UtcTime)
    """The expected end; it moves when they need more time."""
    next_look_at: Mapped[datetime | None] = mapped_column(UtcTime, default=None)
    """When the worker must look; None when nothing is left to watch."""
    buddy_after: Mapped[int] = mapped_column(default=10)
    """Minutes after a missed sign at which the buddy is told, as the protocol of the case had it."""
    supervisor_after: Mapped[int] = mapped_column(default=20)
    meeting_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)
    version: Mapped[int] = mapped_column(init=False)
    __mapper_args__ = {"version_id_col": version}


class MeetingCheck(Base, kw_only=True):
    """One safety check before a meeting, never changed afterwards."""

    __tablename__ = "meeting_check"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"))
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    check_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)


class MeetingAlarm(Base, kw_only=True):
    """One alarm, once for each sign of life that was missed. Nothing in it is sealed: it must not wait for a key."""

    __tablename__ = "meeting_alarm"
    __table_args__ = (
        UniqueConstraint("meeting_id", "kind", "about_at"),
        CheckConstraint("kind in ('buddy', 'supervisor', 'duress')", name="kind"),
        CheckConstraint("settled_as in ('answered', 'safe', 'help_sent')", name="settled_as"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"))
    kind: Mapped[str] = mapped_column(String(12))
    about_at: Mapped[datetime] = mapped_column(UtcTime)
    """When the sign of life was due; for a call for help, when it came."""
    raised_at: Mapped[datetime] = mapped_column(UtcTime)
    call_id: Mapped[UUID]
    """The page (page_call) that went out about it: who was paged may see this meeting, and no other."""
    settled_at: Mapped[datetime | None] = mapped_column(UtcTime, default=None)
    settled_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"), default=None)
    settled_as: Mapped[str | None] = mapped_column(String(12), default=None)


class InterpreterVeto(Base, kw_only=True):
    """The interpreters she does not want, one box per case."""

    __tablename__ = "interpreter_veto"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), unique=True)
    veto_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)


class CalendarFeed(Base, kw_only=True):
    """The address of a colleague's calendar, kept as a hash. A new one ends the one before."""

    __tablename__ = "calendar_feed"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True, repr=False)
    made_on: Mapped[date]
    ended_on: Mapped[date | None] = mapped_column(default=None)


class DangerPhrase(Base, kw_only=True):
    """The words a colleague writes into a note when they need help and can not say so."""

    __tablename__ = "danger_phrase"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), unique=True)
    phrase_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)
