"""What planning takes and gives: happenings, the tasks there are, the tasks to make. Plain values."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from outreach.intake.event_terms import EventKind, NotificationChannel
from outreach.protocols.steps import Step
from outreach.terms import ClosedAs, Level, MissedCause, TaskState


class Happening(NamedTuple):
    """What a level event says that planning needs; times aware. Made from an event by `happening_of`."""

    event_id: str
    """The agency's id: what `refers_to` names."""
    kind: EventKind
    occurred_at: datetime
    received_at: datetime
    level: Level | None = None
    call_in_at: datetime | None = None
    """Also the time of an individual notification."""
    refers_to: str | None = None
    channel: NotificationChannel | None = None
    """How the offender was notified."""
    mailed_on: date | None = None
    detail: str = ""
    """For custody: in or out; for an order: issued, served, modified, expired or dismissed."""
    corrected: "Happening | None" = None
    corrected_at: datetime | None = None
    """Of what a correction says in place of an event: the agency's own time of the correction."""
    needs: tuple[str, ...] = ()
    """What an officer heard her need at once."""


class OpenTask(NamedTuple):
    """A task of the case as planning sees it, whatever its state."""

    id: UUID
    step: Step
    level: Level | None
    state: TaskState
    opens_at: datetime
    due_at: datetime
    event_id: str = ""
    """The event that first scheduled the call-in, for the tasks of a call-in."""
    call_in_at: datetime | None = None
    need: str = ""
    """What she needs, for a task about an emergency need."""


class PlannedTask(NamedTuple):
    """A task to make. All times aware."""

    step: Step
    level: Level | None
    opens_at: datetime
    due_at: datetime
    looks_at: tuple[datetime, ...] = ()
    """When the worker looks again: at due time, and for notice before a call-in 24 h before and when it passes."""
    event_id: str = ""
    call_in_at: datetime | None = None
    missed_cause: MissedCause | None = None
    """Set when the task is missed from the start: the agency told us too late."""
    closed_as: ClosedAs | None = None
    """Set when the task is closed from the start: she asked for no contact."""
    need: str = ""
    """What she needs, for a task about an emergency need."""


class Proposal(NamedTuple):
    """Something an event proposes and only a human settles; until then nothing it names changes."""

    task: PlannedTask
    concerns: tuple[UUID, ...]
    """The open tasks that change if it is acknowledged."""
    new_call_in_at: datetime | None = None
    new_due_at: datetime | None = None
    """None with a cancellation: acknowledging closes what it concerns. Where `concerns` is empty, nothing closes."""


class MovedEarlier(NamedTuple):
    """An open task whose call-in was moved earlier: the earlier deadline holds at once, and it alerts at once."""

    id: UUID
    call_in_at: datetime
    due_at: datetime
    looks_at: tuple[datetime, ...]


class Plan(NamedTuple):
    """What one event changes. Nothing in it sends, stops or closes anything by itself."""

    tasks: tuple[PlannedTask, ...] = ()
    superseded: tuple[UUID, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    moved_earlier: tuple[MovedEarlier, ...] = ()
    """Open tasks to tighten and to escalate at once."""
    alerts: tuple[UUID, ...] = ()
    """Open tasks to escalate at once, their times unchanged: the offender was told before their time."""
    level: Level | None = None
    """The case's level after the event; None when no event ever gave one."""
    level_event_at: datetime | None = None


class CaseSoFar(NamedTuple):
    """What planning knows of the case before the event. For a new case, all of it is empty."""

    level: Level | None = None
    level_event_at: datetime | None = None
    """The agency's time of the event that set the level."""
    do_not_contact: bool = False
    no_contact_unheard: bool = False
    """Nobody heard her say so: it settles no call-in."""
    match_pending: bool = False
    tasks: Sequence[OpenTask] = ()
    """All of them, whatever their state."""
    happenings: Sequence[Happening] = ()
    """The case's earlier events, in any order, this one left out."""
    was_assessed: bool = False
    """Her danger was talked about before, or she skipped it: what happens now asks for another talk."""
    has_plan: bool = False
    was_offered_plan: bool = False
    """A plan was offered, if only to be declined: what happens now offers it again."""
