"""Holding a text: it does not leave, and a person is asked."""

from datetime import datetime

from sqlalchemy.orm import Session

from outreach import audit
from outreach.audit import WORKER
from outreach.messaging.text_boxes import change_text
from outreach.messaging.text_tasks import ask_to_check
from outreach.records.work import Text
from outreach.terms import TextState


def hold(session: Session, text: Text, reason: str | None, now: datetime) -> None:
    """Hold a text and ask a person; the reason is kept where its box still opens."""
    text.state, text.state_at = TextState.HELD.value, now
    if reason is not None:
        change_text(session, text, held_reason=reason)
    ask_to_check(session, text, now=now)
    audit.record(session, action="text.hold", by=WORKER, cases=[text.case_id], now=now)
