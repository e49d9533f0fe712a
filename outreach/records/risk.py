"""Tables of what is talked about together: assessments of her danger, what changed for her, safety plans."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from outreach.records.base import Base, SealedBox


class Assessment(Base, kw_only=True):
    """One assessment. Once made, its result is never changed: a correction is another that refers to it."""

    __tablename__ = "assessment"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        CheckConstraint("state in ('begun', 'made', 'skipped')", name="state"),
        Index("ix_assessment_answers_until", "answers_until"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"))
    number: Mapped[int]
    """Its place among the case's, from 1."""
    state: Mapped[str] = mapped_column(String(8))
    refers_to_id: Mapped[UUID | None] = mapped_column(ForeignKey("assessment.id"), default=None)
    """The one it corrects."""
    answers_until: Mapped[date | None] = mapped_column(default=None)
    """On this day the single answers go; None once they are gone."""
    result_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)
    answers_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)
    version: Mapped[int] = mapped_column(init=False)
    __mapper_args__ = {"version_id_col": version}


class DangerChange(Base, kw_only=True):
    """Something that changed for her, as she or an advocate said: it asks for another talk."""

    __tablename__ = "danger_change"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    change_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)


class SafetyPlan(Base, kw_only=True):
    """One version of a safety plan. Versions are never changed; the newest is the plan."""

    __tablename__ = "safety_plan"
    __table_args__ = (UniqueConstraint("case_id", "number"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"))
    number: Mapped[int]
    """The version, from 1."""
    has_words: Mapped[bool]
    """There is a plan: one that was only offered, and not wanted, is none."""
    plan_box: Mapped[bytes] = mapped_column(SealedBox, repr=False)
