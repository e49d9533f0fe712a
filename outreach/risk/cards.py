"""Assessments as pages see them: frozen cards. What is shown to a person is read here, and audited."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit
from outreach.records.errors import NoSuchRecord
from outreach.records.risk import Assessment
from outreach.risk.boxes import KeptAnswers, KeptResult, answers_of, result_of
from outreach.risk.results import Answer


class State(StrEnum):
    """How far an assessment has come."""

    BEGUN = "begun"
    MADE = "made"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentCard:
    """One assessment, as a page may show it."""

    id: UUID
    number: int
    state: State
    corrects: UUID | None
    kept: KeptResult
    answers: Mapping[int, Answer]
    note: str
    has_answers: bool
    """Whether the single answers are still kept."""
    version: int

    @property
    def at(self) -> datetime:
        """Return when it was made, or begun."""
        return datetime.fromisoformat(self.kept.made_at or self.kept.begun_at)


def read(session: Session, case_id: UUID, *, by: UUID, now: datetime) -> tuple[AssessmentCard, ...]:
    """Return every assessment of a case, the newest first, to be shown to a person. Audited."""
    found = known(session, case_id)
    audit.record(session, action="assessment.read", by=by, cases=[case_id], now=now)
    return found


def read_one(session: Session, case_id: UUID, assessment_id: UUID, *, by: UUID, now: datetime) -> AssessmentCard:
    """Return one assessment, to be shown to a person. Audited. Raises NoSuchRecord."""
    card = card_of(session, row_of(session, case_id, assessment_id))
    audit.record(session, action="assessment.read", by=by, cases=[case_id], now=now)
    return card


def known(session: Session, case_id: UUID) -> tuple[AssessmentCard, ...]:
    """Return every assessment, the newest first. Unaudited: the page that shows something of it records the read."""
    rows = session.scalars(select(Assessment).where(Assessment.case_id == case_id).order_by(Assessment.number.desc()))
    return tuple(card_of(session, row) for row in rows)


def was_high(session: Session, case_id: UUID) -> bool:
    """Return whether the newest result there is was high; talks without a result change nothing. Unaudited."""
    made = (card for card in known(session, case_id) if card.state is State.MADE and card.kept.result)
    return next((card.kept.is_high for card in made), False)


def row_of(session: Session, case_id: UUID, assessment_id: UUID) -> Assessment:
    """Return the row of an assessment of this case; held until the end of a writing transaction. NoSuchRecord."""
    row = session.get(Assessment, assessment_id, with_for_update=session.info["writing"])
    if row is None or row.case_id != case_id:
        raise NoSuchRecord("assessment", assessment_id)
    return row


def card_of(session: Session, row: Assessment) -> AssessmentCard:
    """Return the card of a row. Unaudited, as `known`."""
    answers = answers_of(session, row)
    return AssessmentCard(
        id=row.id,
        number=row.number,
        state=State(row.state),
        corrects=row.refers_to_id,
        kept=result_of(session, row),
        answers=named(answers),
        note=answers.note,
        has_answers=row.answers_until is not None,
        version=row.version,
    )


def named(kept: KeptAnswers) -> dict[int, Answer]:
    """Return single answers by their numbers."""
    return {int(str(number)): Answer(str(answer)) for number, answer in kept.answers}
