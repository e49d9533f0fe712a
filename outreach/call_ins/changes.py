"""What agencies want to change about call-ins, until a human here has checked each: moved earlier, later, or off."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.protocols.steps import Step
from outreach.records.work import Task
from outreach.tasks import detail_of
from outreach.terms import TaskState

_CHANGES = (Step.ACKNOWLEDGE_RESCHEDULE, Step.ACKNOWLEDGE_CANCEL)


class ChangeKind(StrEnum):
    """What an agency wants to change about a call-in, until somebody here has checked it."""

    EARLIER = "earlier"
    LATER = "later"
    OFF = "off"


class Change(NamedTuple):
    """A change that waits for a human; until then the earlier date stands."""

    kind: ChangeKind
    task_id: UUID
    new_at: datetime | None = None


def changes_in(session: Session, case_ids: Sequence[UUID]) -> dict[UUID, list[Change]]:
    """Return what waits to be checked, by the notice it is about."""
    query = select(Task).where(
        Task.case_id.in_(case_ids),
        Task.step.in_([step.value for step in _CHANGES]),
        Task.state == TaskState.OPEN.value,
    )
    found: dict[UUID, list[Change]] = {}
    for task in session.scalars(query).all() if case_ids else ():
        detail = detail_of(session, task)
        new_at = datetime.fromisoformat(detail.new_call_in_at) if detail.new_call_in_at else None
        kind = ChangeKind.OFF if new_at is None else ChangeKind.LATER
        for notice in detail.concerns:
            found.setdefault(UUID(notice), []).append(Change(kind, task.id, new_at))
    return found


def seen_at(change: Change, at: datetime, *, is_open: bool) -> Change:
    """Return a change as it looks from the date that stands now, of a notice that is open or not."""
    # An earlier date holds at once, so that by now the notice has it already: one that is open, and no other.
    is_earlier = is_open and change.new_at is not None and change.new_at <= at
    return change._replace(kind=ChangeKind.EARLIER) if is_earlier else change
