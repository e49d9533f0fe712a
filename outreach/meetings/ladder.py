"""When a sign of life is missed, and who is told then: the buddy first, supervisors next. Pure (requirement 51)."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from outreach.gate.contact_policy import STANDARD, Policy
from outreach.meetings.rules import AHEAD, AlarmKind, MeetingState


class Patient(Protocol):
    """What says of itself how long to wait for a sign of life: a meeting's row, or what the worker read of it."""

    @property
    def buddy_after(self) -> int:
        """Return minutes."""

    @property
    def supervisor_after(self) -> int:
        """Return minutes."""


RUNGS = (AlarmKind.BUDDY, AlarmKind.SUPERVISOR)


def sign_due_at(state: MeetingState, *, check_in_by: datetime, ends_at: datetime) -> datetime | None:
    """Return when they must check in, or out; None when nothing is watched any more."""
    if state in AHEAD:
        return check_in_by
    return ends_at if state is MeetingState.UNDER_WAY else None


def rung_at(due_at: datetime, rung: AlarmKind, *, policy: Policy = STANDARD) -> datetime:
    """Return when this rung is told of a sign of life that was due at an instant."""
    minutes = policy.meeting_buddy_minutes if rung is AlarmKind.BUDDY else policy.meeting_supervisor_minutes
    return due_at + timedelta(minutes=minutes)


def rungs_due(due_at: datetime, *, stage: int, now: datetime, policy: Policy = STANDARD) -> tuple[AlarmKind, ...]:
    """Return whom to tell now, those told before left out; both at once where nobody looked for a while."""
    return tuple(rung for rung in RUNGS[stage:] if rung_at(due_at, rung, policy=policy) <= now)


def patience(meeting: Patient) -> Policy:
    """Return the numbers a meeting was planned with: those of the protocol of its case, never laxer than the rules."""
    return replace(
        STANDARD, meeting_buddy_minutes=meeting.buddy_after, meeting_supervisor_minutes=meeting.supervisor_after
    )


def next_look(due_at: datetime | None, *, stage: int, policy: Policy = STANDARD) -> datetime | None:
    """Return when to look again; None when everyone was told, or nothing is watched."""
    if due_at is None or stage >= len(RUNGS):
        return None
    return rung_at(due_at, RUNGS[stage], policy=policy)
