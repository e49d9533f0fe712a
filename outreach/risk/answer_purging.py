"""The worker's round that empties single answers when their 30 days are over. Results stay as they are."""

import logging
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit
from outreach.records.engine import STORAGE_FAULTS, Vault
from outreach.records.risk import Assessment
from outreach.risk.boxes import KeptAnswers, sealed_answers

BATCH = 200

_log = logging.getLogger(__name__)


def purge_due(vault: Vault, *, now: datetime) -> int:
    """Empty the single answers whose day has come, each in its own transaction; return how many."""
    with vault.reading() as session:
        is_due = Assessment.answers_until <= now.date()
        query = select(Assessment.id).where(is_due).order_by(Assessment.answers_until).limit(BATCH)
        due = session.scalars(query).all()
    return sum(_purge_alone(vault, each, now=now) for each in due)


def _purge_alone(vault: Vault, assessment_id: UUID, *, now: datetime) -> bool:
    try:
        with vault.writing() as session:
            return purge(session, assessment_id, now=now)
    except STORAGE_FAULTS:
        raise
    except Exception as error:  # One case whose keys are damaged keeps no other's answers.
        _log.error("answers.not_purged assessment=%s error=%s", assessment_id, type(error).__name__)
        return False


def purge(session: Session, assessment_id: UUID, *, now: datetime) -> bool:
    """Put an empty box in the place of single answers. The box stays, so that the log still finds it. Audited."""
    row = session.get(Assessment, assessment_id, with_for_update=True)
    if row is None or row.answers_until is None or row.answers_until > now.date():
        return False
    row.answers_box = sealed_answers(session, row.case_id, row.id, KeptAnswers())
    row.answers_until = None
    audit.record(session, action="assessment.purge", by=audit.WORKER, cases=[row.case_id], now=now)
    return True
