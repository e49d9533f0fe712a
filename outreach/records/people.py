"""Tables of a person: her particulars, the destinations at which she might be reached, consents, suppression."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from outreach.records.base import Base, SealedBox, UtcTime


class VictimRecord(Base, kw_only=True):
    """A victim's particulars, sealed. Read and write through outreach.people only."""

    __tablename__ = "victim_record"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), unique=True)
    contact_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)
    version: Mapped[int] = mapped_column(init=False)
    __mapper_args__ = {"version_id_col": version}


class DestinationRecord(Base, kw_only=True):
    """One phone, address or place with its verdicts, hours and words, all in one box."""

    __tablename__ = "destination"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    contact_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)
    version: Mapped[int] = mapped_column(init=False)
    __mapper_args__ = {"version_id_col": version}


class PhoneToken(Base, kw_only=True):
    """The only equality index on contact data: keyed BLAKE2b of an exact phone of hers."""

    __tablename__ = "phone_token"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    destination_id: Mapped[UUID] = mapped_column(ForeignKey("destination.id"))
    token: Mapped[bytes] = mapped_column(LargeBinary, index=True, repr=False)


class SuppressedPhone(Base, kw_only=True):
    """
    A STOP: its phone gets no text until a person lifts it; the next STOP is a row of its own.

    The number is sealed, so that rotation and erasure keep it.
    """

    __tablename__ = "suppressed_phone"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    token: Mapped[bytes] = mapped_column(LargeBinary, index=True, repr=False)
    number_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)
    lifted_at: Mapped[datetime | None] = mapped_column(UtcTime, default=None)


class TextConsent(Base, kw_only=True):
    """One yes to texts at one phone: who, when, how, wording, language, confirmation. A later yes is a new row."""

    __tablename__ = "text_consent"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    destination_id: Mapped[UUID] = mapped_column(ForeignKey("destination.id"), index=True)
    thread_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)
    version: Mapped[int] = mapped_column(init=False)
    __mapper_args__ = {"version_id_col": version}


class TextWithdrawal(Base, kw_only=True):
    """One no to texts, by any route, for one phone or all of hers. Kept for ever: no later yes changes it."""

    __tablename__ = "text_withdrawal"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    withdrawal_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)


class LiveRequest(Base, kw_only=True):
    """Rule zero: something she asked for live (what, when, how verified), with the hour it ends."""

    __tablename__ = "live_request"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    request_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)
    words_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)
