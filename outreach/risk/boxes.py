"""What the boxes of assessments and of changes hold, field by field in sealing order, and opening them. No rules."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from outreach.case_file.contents import read_as
from outreach.records.boxes import BoxNumber
from outreach.records.keys import seal, unseal
from outreach.records.risk import Assessment


class KeptResult(NamedTuple):
    """Box ASSESSMENT_RESULT. New fields go at the end with a default. Times are RFC 3339 text in UTC."""

    begun_at: str
    begun_by: str
    made_at: str | None = None
    made_by: str | None = None
    instrument: str = ""
    """Its key; empty where only her own view was asked."""
    version: str = ""
    sha256: str = ""
    title: str = ""
    own_words: str = ""
    own_scale: int | None = None
    """Her own view, 0 to 4; None where she did not say."""
    result: str = ""
    label: str = ""
    words: str = ""
    rank: int = -1
    ranks: int = 0
    """The result's place, 0 the lightest, among so many: kept, so that a later file changes nothing told before."""
    is_high: bool = False
    may_be_higher: bool = False
    routes: Sequence[str] = ()
    yes: int = 0
    open: int = 0
    total: int | None = None
    no_band: str = ""
    is_judgement: bool = False
    reason: str = ""
    """Why the advocate holds it to be higher."""
    why_corrected: str = ""
    limits_read: bool = False


class KeptAnswers(NamedTuple):
    """Box ASSESSMENT_ANSWERS: gone after 30 days. `answers` are (number, answer)."""

    answers: Sequence[Sequence[object]] = ()
    note: str = ""


class KeptChange(NamedTuple):
    """Box DANGER_CHANGE."""

    at: str
    by: str
    what: Sequence[str]
    words: str = ""


def sealed_result(session: Session, case_id: UUID, row: UUID, kept: KeptResult) -> bytes:
    """Seal a result for its row."""
    return seal(session, BoxNumber.ASSESSMENT_RESULT, kept, owner=case_id, row=row)


def sealed_answers(session: Session, case_id: UUID, row: UUID, kept: KeptAnswers) -> bytes:
    """Seal single answers for their row."""
    return seal(session, BoxNumber.ASSESSMENT_ANSWERS, kept, owner=case_id, row=row)


def result_of(session: Session, row: Assessment) -> KeptResult:
    """Open a result."""
    fields = unseal(session, BoxNumber.ASSESSMENT_RESULT, row.result_box, owner=row.case_id, row=row.id)
    return read_as(KeptResult, fields)


def answers_of(session: Session, row: Assessment) -> KeptAnswers:
    """Open single answers; nothing where they are gone."""
    fields = unseal(session, BoxNumber.ASSESSMENT_ANSWERS, row.answers_box, owner=row.case_id, row=row.id)
    return read_as(KeptAnswers, fields)
