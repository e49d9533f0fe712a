"""
Talking about her danger: her own view first, then an instrument where she wants it, then what it amounts to.

Every question and every assessment can be skipped. A result, once made, is never changed: a correction is another
assessment that refers to it. Single answers go after 30 days, results stay (requirements 58, 60). What is shown to a
person goes through outreach.risk.cards, which leaves an audit entry; nothing leaves the advocates' side (61).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import audit
from outreach.records.cases import CaseRecord
from outreach.records.errors import StaleVersion
from outreach.records.risk import Assessment
from outreach.risk import reassessment
from outreach.risk.boxes import KeptAnswers, KeptResult, answers_of, result_of, sealed_answers, sealed_result
from outreach.risk.cards import State, named, row_of, was_high
from outreach.risk.permissions import Offered
from outreach.risk.results import Answer, Given, Judgement, Weighed, weigh

KEEP_ANSWERS = timedelta(days=30)

SCALE = ("Not at all", "A little", "Somewhat", "Very", "I fear for my life")
"""Her own view: how much danger she feels, 0 to 4."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnView:
    """How she sees it: in her words, and on the scale; both may stay empty."""

    words: str = ""
    scale: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What an assessment begins with."""

    own: OwnView
    offered: Offered | None
    """None: only her own view; nothing is asked."""
    limits_read: bool = False
    corrects: UUID | None = None
    why: str = ""
    """Why it corrects the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """What is added at the end."""

    total: int | None = None
    is_validated: bool | None = None
    judgement: Judgement | None = None
    note: str = ""


class AlreadyMade(ValueError):
    """It was finished before, and a finished one is never changed. Begin another that corrects it."""


class InstrumentOff(ValueError):
    """The instrument is off now, or its file is another than when this began."""


class NotRead(ValueError):
    """The state's reporting limits were not read out before the questions."""


def begin(session: Session, case_id: UUID, start: Start, *, must_read_limits: bool, by: UUID, now: datetime) -> UUID:
    """
    Keep her own view and begin; without an instrument it is made at once. Audited.

    Args:
        must_read_limits: she is under 18 or of unknown age (requirement 20b).

    Raises:
        NotRead, InstrumentOff; NoSuchRecord where the case has no assessment to correct.
    """
    offered = start.offered
    if offered is not None and not offered.is_on:
        raise InstrumentOff
    if offered is not None and must_read_limits and not start.limits_read:
        raise NotRead
    if start.corrects is not None:
        row_of(session, case_id, start.corrects)
    kept = KeptResult(
        begun_at=now.isoformat(),
        begun_by=str(by),
        made_at=None if offered else now.isoformat(),
        made_by=None if offered else str(by),
        instrument=offered.instrument.key if offered else "",
        version=offered.instrument.version if offered else "",
        sha256=offered.sha256 if offered else "",
        title=offered.instrument.title if offered else "",
        own_words=start.own.words.strip(),
        own_scale=start.own.scale,
        why_corrected=start.why.strip(),
        limits_read=start.limits_read,
    )
    row = _add(session, case_id, kept, State.BEGUN if offered else State.MADE, corrects=start.corrects, now=now)
    if offered is None:
        reassessment.settle(session, case_id, outcome="done", by=by, now=now, is_high=was_high(session, case_id))
    audit.record(session, action="assessment.begin", by=by, cases=[case_id], now=now)
    return row


def skip(session: Session, case_id: UUID, *, by: UUID, now: datetime) -> UUID:
    """Note that she did not want to talk about it now; what asked for it is done, and nothing else changes. Audited."""
    kept = KeptResult(now.isoformat(), str(by), now.isoformat(), str(by))
    row = _add(session, case_id, kept, State.SKIPPED, corrects=None, now=now)
    reassessment.settle(session, case_id, outcome="skipped", by=by, now=now, is_high=was_high(session, case_id))
    audit.record(session, action="assessment.skip", by=by, cases=[case_id], now=now)
    return row


def save_answers(
    session: Session,
    case_id: UUID,
    assessment_id: UUID,
    answers: Mapping[int, Answer],
    *,
    version: int,
    by: UUID,
    now: datetime,
) -> int:
    """
    Keep the answers of one part beside those kept before, and return the version that is shown next. Audited.

    Raises:
        AlreadyMade, StaleVersion, NoSuchRecord.
    """
    row = _begun(session, case_id, assessment_id, version)
    known = answers_of(session, row)
    merged = {**named(known), **answers}
    row.answers_box = sealed_answers(session, case_id, row.id, _kept_answers(merged, known.note))
    audit.record(session, action="assessment.answer", by=by, cases=[case_id], now=now)
    return row.version


def finish(
    session: Session,
    case_id: UUID,
    assessment_id: UUID,
    finish: Finish,
    *,
    offered: Offered | None,
    version: int,
    by: UUID,
    now: datetime,
) -> Weighed:
    """
    Weigh what was answered, keep the result for good, and plan the next talk while danger is high. Audited.

    Raises:
        AlreadyMade, StaleVersion, NoSuchRecord, InstrumentOff; and as outreach.risk.results.weigh.
    """
    row = _begun(session, case_id, assessment_id, version)
    begun, known = result_of(session, row), answers_of(session, row)
    if offered is None or not offered.is_on or offered.sha256 != begun.sha256:
        raise InstrumentOff
    given = Given(
        answers=named(known),
        total=finish.total,
        is_validated=finish.is_validated,
        judgement=finish.judgement,
    )
    weighed = weigh(offered.instrument, given)
    reason = finish.judgement.reason.strip() if finish.judgement else ""
    made = begun._replace(made_at=now.isoformat(), made_by=str(by), reason=reason)
    row.result_box = sealed_result(session, case_id, row.id, _with(made, weighed, offered))
    row.answers_box = sealed_answers(session, case_id, row.id, known._replace(note=finish.note.strip()))
    row.state = State.MADE.value
    is_high = weighed.result.is_high if weighed.result else was_high(session, case_id)
    reassessment.settle(session, case_id, outcome="done", by=by, now=now, is_high=is_high)
    audit.record(session, action="assessment.make", by=by, cases=[case_id], now=now)
    return weighed


def answers_end_on(now: datetime) -> date:
    """Return the day on which the single answers of an assessment begun now go."""
    return (now + KEEP_ANSWERS).date()


def _add(
    session: Session, case_id: UUID, kept: KeptResult, state: State, *, corrects: UUID | None, now: datetime
) -> UUID:
    # The row of the case is held, so that two who begin at once get two numbers.
    session.execute(select(CaseRecord.id).where(CaseRecord.id == case_id).with_for_update())
    last = session.scalar(select(func.max(Assessment.number)).where(Assessment.case_id == case_id)) or 0
    row = uuid4()
    session.add(
        Assessment(
            id=row,
            case_id=case_id,
            number=last + 1,
            state=state.value,
            refers_to_id=corrects,
            answers_until=answers_end_on(now) if state is State.BEGUN else None,
            result_box=sealed_result(session, case_id, row, kept),
            answers_box=sealed_answers(session, case_id, row, KeptAnswers()),
        )
    )
    return row


def _begun(session: Session, case_id: UUID, assessment_id: UUID, version: int) -> Assessment:
    row = row_of(session, case_id, assessment_id)
    if row.state != State.BEGUN:
        raise AlreadyMade
    if row.version != version:
        raise StaleVersion("assessment")
    return row


def _kept_answers(answers: Mapping[int, Answer], note: str) -> KeptAnswers:
    return KeptAnswers([[number, answer.value] for number, answer in sorted(answers.items())], note)


def _with(kept: KeptResult, weighed: Weighed, offered: Offered) -> KeptResult:
    result = weighed.result
    return kept._replace(
        result=result.key if result else "",
        label=result.label if result else "",
        words=result.words if result else "",
        rank=offered.instrument.rank(result.key) if result else -1,
        ranks=len(offered.instrument.results),
        is_high=bool(result and result.is_high),
        may_be_higher=weighed.may_be_higher,
        routes=list(weighed.routes),
        yes=weighed.yes,
        open=weighed.open,
        total=weighed.total,
        no_band=weighed.no_band.value if weighed.no_band else "",
        is_judgement=weighed.is_judgement,
    )
