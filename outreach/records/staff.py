"""Tables of staff: who they are, how they enrol and sign in, and their sessions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.records.base import Base, SealedBox, UtcTime


class Staff(Base, kw_only=True):
    """Someone who signs in. The second-factor secret is sealed; the pass phrase is an Argon2id hash."""

    __tablename__ = "staff"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(16))
    employer: Mapped[str] = mapped_column(String(20))
    is_active: Mapped[bool] = mapped_column(default=True)
    password_hash: Mapped[str | None] = mapped_column(String(200), repr=False, default=None)
    secrets_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)
    last_totp_step: Mapped[int] = mapped_column(default=0)
    failed_tries: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UtcTime, default=None)


class EnrolmentLink(Base, kw_only=True):
    """A one-time link by which a new colleague sets a pass phrase and a second factor."""

    __tablename__ = "enrolment_link"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True, repr=False)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcTime, default=None)


class StaffSession(Base, kw_only=True):
    """A signed-in browser; the id it holds is stored only as a hash."""

    __tablename__ = "staff_session"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    id_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True, repr=False)
    begun_at: Mapped[datetime] = mapped_column(UtcTime)
    seen_at: Mapped[datetime] = mapped_column(UtcTime)
    has_second_factor: Mapped[bool] = mapped_column(default=False)
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime, default=None)
