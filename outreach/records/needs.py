"""Tables of what she needs, of the services near her, and of what she let us tell one of them."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from outreach.records.base import Base, SealedBox


class NeedRecord(Base, kw_only=True):
    """One thing she needs, and what was offered, accepted and done about it."""

    __tablename__ = "need"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    need_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)
    version: Mapped[int] = mapped_column(init=False)
    __mapper_args__ = {"version_id_col": version}


class LocalService(Base, kw_only=True):
    """One service of the directory the site keeps: public facts, and when somebody checked them."""

    __tablename__ = "local_service"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    is_listed: Mapped[bool] = mapped_column(default=True)
    service_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)
    version: Mapped[int] = mapped_column(init=False)
    __mapper_args__ = {"version_id_col": version}


class ReleaseRecord(Base, kw_only=True):
    """Her written leave to tell one recipient exactly this, until a day, unless she takes it back."""

    __tablename__ = "release_given"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    release_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)
    version: Mapped[int] = mapped_column(init=False)
    __mapper_args__ = {"version_id_col": version}


class ReferralRecord(Base, kw_only=True):
    """One time she was put in touch with a service. Which one, and how, is in the box."""

    __tablename__ = "referral"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    referral_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)
