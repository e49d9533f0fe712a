"""Holding a text: a person is asked about it. Where her case does not open, supervisors are told instead."""

import logging
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit
from outreach.audit import WORKER
from outreach.messaging.text_boxes import change_text
from outreach.messaging.text_tasks import ask_to_check
from outreach.records.cases import CaseRecord
from outreach.records.errors import UNREADABLE
from outreach.records.ledger import AuditEntry, AuditSubject
from outreach.records.work import Text
from outreach.terms import TextState
from outreach.walls.sight import is_not_walled_off

TOLD_FOR = timedelta(days=30)
"""How long supervisors are told of a text that nobody could be asked about."""
_NO_TASK = "text.no_task"

_log = logging.getLogger(__name__)


def hold(session: Session, text: Text, reason: str | None, now: datetime) -> None:
    """Hold a text and ask a person; the reason is kept where its box still opens."""
    text.state, text.state_at = TextState.HELD.value, now
    if reason is not None:
        with suppress(*UNREADABLE):
            change_text(session, text, held_reason=reason)
    ask_somebody(session, text, now=now)
    audit.record(session, action="text.hold", by=WORKER, cases=[text.case_id], now=now)


def ask_somebody(session: Session, text: Text, *, now: datetime) -> None:
    """
    Ask a person about a text whose state was just changed; where no task can be sealed, leave a sign for supervisors.

    Never raises over an unreadable case: no other text may wait behind it.
    """
    try:
        ask_to_check(session, text, now=now)
    except UNREADABLE:
        audit.record(session, action=_NO_TASK, by=WORKER, cases=[text.case_id], now=now)
        _log.error("text.no_task text=%s", text.id)


def without_task(session: Session, staff_id: UUID, *, now: datetime) -> tuple[str, ...]:
    """Return the handles of cases with a held or unknown text nobody could be asked about, but walled ones."""
    query = (
        select(CaseRecord.handle)
        .join(Text, Text.case_id == CaseRecord.id)
        .join(AuditSubject, AuditSubject.case_id == CaseRecord.id)
        .join(AuditEntry, AuditEntry.id == AuditSubject.entry_id)
        .where(
            Text.state.in_((TextState.HELD.value, TextState.UNKNOWN.value)),
            Text.state_at > now - TOLD_FOR,
            is_not_walled_off(staff_id, CaseRecord.id),
            AuditEntry.action == _NO_TASK,
            AuditEntry.at == Text.state_at,
        )
    )
    return tuple(sorted(set(session.scalars(query))))
