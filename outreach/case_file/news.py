"""
What came since somebody asked for a decision, or since it was given: it was weighed without knowing of that.

Unaudited: the page that shows it records the read.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from outreach import cases
from outreach.case_file.history import Kept, history_of
from outreach.gate.facts import Approval

_HALVES = frozenset({Approval.COLD_MAIL, Approval.COLD_MAIL_SECOND_PERSON})


def has_news(session: Session, case_id: UUID, since: datetime) -> bool:
    """Say whether we learned of anything after an instant."""
    standing, _ = cases.standing(session, case_id)
    return standing.last_news is not None and standing.last_news > since


def news_since(session: Session, case_id: UUID, since: datetime) -> tuple[Kept, ...]:
    """Return the events that happened or came in after an instant, oldest first."""
    kept = history_of(session, case_id)
    return tuple(each for each in kept if max(each.event.occurred_at, each.sent.received_at) > since)


def news_since_decided(session: Session, case_id: UUID, approval: Approval) -> tuple[Kept, ...]:
    """Return what came since this was last decided, or its other half was; nothing where nobody has decided yet."""
    about: Collection[Approval] = _HALVES if approval in _HALVES else (approval,)
    standing, _ = cases.standing(session, case_id)
    given = [datetime.fromisoformat(each.at) for each in standing.approvals if each.approval in about]
    return news_since(session, case_id, max(given)) if given else ()
