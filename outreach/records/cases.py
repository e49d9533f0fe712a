"""Tables of a case: the case itself, its keys, the events that made it, and what could be the same person."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from outreach.records.base import Base, SealedBox


class CaseRecord(Base, kw_only=True):
    """One victim of one event or run of events. What the gate weighs of a case is in `standing_box`."""

    __tablename__ = "case_file"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    handle: Mapped[str] = mapped_column(String(40), unique=True)
    jurisdiction: Mapped[str] = mapped_column(String(64))
    protocol_digest: Mapped[str] = mapped_column(ForeignKey("protocol_text.digest"))
    assigned_to_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"), index=True, default=None)
    opened_on: Mapped[date]
    closed_on: Mapped[date | None] = mapped_column(default=None)
    is_restricted: Mapped[bool] = mapped_column(default=False)
    standing_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)
    reasons_box: Mapped[bytes | None] = mapped_column(SealedBox, repr=False, default=None)
    version: Mapped[int] = mapped_column(init=False)
    __mapper_args__ = {"version_id_col": version}


class CaseKeyRecord(Base, kw_only=True):
    """
    A case's random key of one class and generation, wrapped by the organisation key of that class.

    An owner's keys lie together on one page: every box opened costs a look here.
    """

    __tablename__ = "case_key"
    __table_args__ = {"sqlite_with_rowid": False}
    owner_id: Mapped[UUID] = mapped_column(primary_key=True)
    key_class: Mapped[str] = mapped_column(String(12), primary_key=True)
    generation: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    wrapped_by: Mapped[str] = mapped_column(String(32))
    wrapped: Mapped[bytes] = mapped_column(LargeBinary, repr=False)
    commitment: Mapped[bytes] = mapped_column(LargeBinary, repr=False)


class LevelEventRecord(Base, kw_only=True):
    """One accepted event. The token makes (agency, event id) unique without storing either."""

    __tablename__ = "level_event"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    event_token: Mapped[bytes] = mapped_column(LargeBinary, unique=True, repr=False)
    body_token: Mapped[bytes] = mapped_column(LargeBinary, repr=False)
    received_on: Mapped[date]
    event_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)


class MatchToken(Base, kw_only=True):
    """
    A keyed token by which the worker finds cases: an offender's phone, an agency's reference, a birth-date bucket.

    Rows lie in the order of tokens: a search reads one place, and no order of arrival is kept.
    """

    __tablename__ = "match_token"
    __table_args__ = {"sqlite_with_rowid": False}
    token: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True, repr=False)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), primary_key=True, index=True)


class PossibleMatch(Base, kw_only=True):
    """A case that may be the same person as an older one; a human decides, and the gate holds until then."""

    __tablename__ = "possible_match"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    other_case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    decision: Mapped[str | None] = mapped_column(String(12), default=None)
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"), default=None)


class ProtocolText(Base, kw_only=True):
    """A protocol file exactly as it was when a case began under it."""

    __tablename__ = "protocol_text"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    jurisdiction: Mapped[str] = mapped_column(String(64))
    version: Mapped[str] = mapped_column(String(32))
    text: Mapped[str]
