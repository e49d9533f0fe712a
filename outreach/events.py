"""
Level events: what a source agency may tell us, exactly, and the one way to read it.

Pure, and shared: intake refuses what is malformed with it, the worker reads what was accepted. The wire format
is a contract with other people's software; docs/openapi.json is generated from these models.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, TypeAdapter, ValidationError, ValidationInfo, field_validator

from outreach.intake.event_faults import faults_of
from outreach.intake.event_fields import (
    Day,
    EventId,
    Moment,
    Offender,
    OnScene,
    Part,
    Reference,
    ShortLine,
    Slug,
    Victim,
    fault,
)
from outreach.intake.event_terms import Custody, EventKind, NotificationChannel, OrderStep, RemovalReason
from outreach.intake.strict_json import Fault, UnreadableJson, read
from outreach.terms import Level

LARGEST_BODY = 64 * 1024
"""Bytes of an event; anything longer is refused unread."""

LEEWAY = timedelta(minutes=5)
"""How much later than its request an event may say it happened: the sender's own clocks may differ a little."""


class InvalidEvent(Exception):
    """The body is not a level event. `errors` lists every wrong field; neither it nor the message holds a value."""

    def __init__(self, errors: list[Fault]) -> None:
        super().__init__(f"{len(errors)} fields are wrong")
        self.errors = errors


class _Event(Part):
    """What every event says. Field order is the order of checks: `occurred_at` comes first."""

    kind: str
    occurred_at: Moment
    jurisdiction: Slug
    incident_number: Reference | None = Field(default=None, repr=False)
    agency_case_ref: Reference | None = Field(default=None, repr=False)

    @field_validator("occurred_at")
    @classmethod
    def _has_happened(cls, occurred_at: datetime, info: ValidationInfo) -> datetime:
        """An event dated ahead would outrank every true one until its day comes. What was kept is not asked again."""
        if info.context and occurred_at > info.context["sent_at"] + LEEWAY:
            raise fault("must not be later than the request (webhook-timestamp) by more than five minutes")
        return occurred_at


class _Pair(_Event):
    """An event about an offender and a victim."""

    offender: Offender = Field(repr=False)
    victim: Victim = Field(repr=False)

    @field_validator("offender", "victim")
    @classmethod
    def _born_before_the_event(cls, person: Offender | Victim, info: ValidationInfo) -> Offender | Victim:
        occurred_at = info.data.get("occurred_at")
        born_on = person.date_of_birth
        if occurred_at is not None and born_on is not None and born_on > occurred_at.date():
            raise fault("must not be later than the event", below="/date_of_birth")
        return person


class _LevelSet(_Pair):
    level: Level
    criteria_version: ShortLine
    call_in_at: Moment | None = None
    on_scene: OnScene | None = Field(default=None, repr=False)


class LevelAssigned(_LevelSet):
    """The offender was put on a level."""

    kind: Literal[EventKind.LEVEL_ASSIGNED]


class LevelChanged(_LevelSet):
    """The offender moved to another level."""

    kind: Literal[EventKind.LEVEL_CHANGED]


class CallInScheduled(_Pair):
    """The offender is to attend a call-in."""

    kind: Literal[EventKind.CALL_IN_SCHEDULED]
    call_in_at: Moment
    on_scene: OnScene | None = Field(default=None, repr=False)


class CallInRescheduled(_Event):
    """A call-in told of earlier takes place at another time."""

    kind: Literal[EventKind.CALL_IN_RESCHEDULED]
    refers_to: EventId
    call_in_at: Moment


class CallInCancelled(_Event):
    """A call-in told of earlier does not take place."""

    kind: Literal[EventKind.CALL_IN_CANCELLED]
    refers_to: EventId


class IndividualNotificationScheduled(_Pair):
    """The offender is to be told face to face."""

    kind: Literal[EventKind.INDIVIDUAL_NOTIFICATION_SCHEDULED]
    notification_at: Moment


class OffenderNotified(_Pair):
    """The offender was told; for a letter, the day it was mailed is enough."""

    kind: Literal[EventKind.OFFENDER_NOTIFIED]
    channel: NotificationChannel
    mailed_on: Day | None = None
    notified_at: Moment | None = Field(default=None, validate_default=True)

    @field_validator("mailed_on")
    @classmethod
    def _only_letters_are_mailed(cls, mailed_on: date | None, info: ValidationInfo) -> date | None:
        if mailed_on is not None and info.data.get("channel", NotificationChannel.LETTER) != NotificationChannel.LETTER:
            raise fault("is for letters only")
        return mailed_on

    @field_validator("notified_at")
    @classmethod
    def _says_when(cls, notified_at: datetime | None, info: ValidationInfo) -> datetime | None:
        is_told = notified_at is not None or "channel" not in info.data
        if is_told or info.data["channel"] == NotificationChannel.LETTER and info.data.get("mailed_on", True):
            return notified_at
        raise fault("is required (for a letter, mailed_on can stand in for it)")


class CustodyChanged(_Pair):
    """The offender was taken into custody or let out."""

    kind: Literal[EventKind.CUSTODY_CHANGED]
    custody: Custody
    effective_at: Moment


class OrderChanged(_Pair):
    """A protection order changed."""

    kind: Literal[EventKind.ORDER_CHANGED]
    order: OrderStep
    effective_at: Moment


class Removed(_Pair):
    """The offender was taken off the list; closes no case."""

    kind: Literal[EventKind.REMOVED]
    reason: RemovalReason


Original: TypeAlias = (
    LevelAssigned
    | LevelChanged
    | CallInScheduled
    | CallInRescheduled
    | CallInCancelled
    | IndividualNotificationScheduled
    | OffenderNotified
    | CustodyChanged
    | OrderChanged
    | Removed
)


class Correction(_Event):
    """An event told of earlier was wrong; `corrected` is it, whole and right. The worker compares the kinds."""

    kind: Literal[EventKind.CORRECTION]
    refers_to: EventId
    corrected: Annotated[Original, Field(discriminator="kind")] = Field(repr=False)

    @field_validator("corrected")
    @classmethod
    def _stays_in_its_jurisdiction(cls, corrected: Original, info: ValidationInfo) -> Original:
        if info.data.get("jurisdiction", corrected.jurisdiction) != corrected.jurisdiction:
            raise fault("must be the jurisdiction of the correction", below="/jurisdiction")
        return corrected


LevelEvent: TypeAlias = Original | Correction

WIRE: TypeAdapter[LevelEvent] = TypeAdapter(Annotated[LevelEvent, Field(discriminator="kind")])


def parse_event(body: bytes, *, sent_at: datetime | None = None) -> LevelEvent:
    """
    Read one level event from the body of a request.

    Args:
        sent_at: the request's signed timestamp; None only where a body is read that no request brought.

    Raises:
        InvalidEvent: with every wrong field by JSON pointer ("" is the whole body), in the order of the pointers.
    """
    if len(body) > LARGEST_BODY:
        raise InvalidEvent([{"pointer": "", "detail": f"must not be longer than {LARGEST_BODY} bytes"}])
    context = None if sent_at is None else {"sent_at": sent_at}
    unreadable: UnreadableJson | None = None
    try:
        document = read(body)
    except UnreadableJson as error:
        unreadable, document = error, error.document
        if document is None:
            raise InvalidEvent(error.faults) from None
    try:
        event = WIRE.validate_python(document, context=context)
    except ValidationError as error:
        raise InvalidEvent(_in_order(unreadable, faults_of(error))) from None
    if unreadable is not None:
        raise InvalidEvent(_in_order(unreadable, ()))
    return event


def _in_order(unreadable: UnreadableJson | None, others: Iterable[Fault]) -> list[Fault]:
    """Return every fault by its place; one that keeps a place from being read says all there is to say of it."""
    found = unreadable.faults if unreadable else []
    said = {each["pointer"] for each in found}
    return sorted([*found, *(each for each in others if each["pointer"] not in said)], key=_place)


def _place(each: Fault) -> tuple[str, str]:
    return each["pointer"], each["detail"]


def original_of(event: LevelEvent) -> Original:
    """Return what the event says happened: for a correction, the corrected event."""
    return event.corrected if isinstance(event, Correction) else event


def victim_of(event: LevelEvent) -> Victim | None:
    """Return the victim, or None where the event only refers to an earlier one."""
    return getattr(original_of(event), "victim", None)


def offender_of(event: LevelEvent) -> Offender | None:
    """Return the offender, or None where the event only refers to an earlier one."""
    return getattr(original_of(event), "offender", None)


def on_scene_of(event: LevelEvent) -> OnScene:
    """Return the on-scene answers; where none were sent, every answer is unknown."""
    return getattr(original_of(event), "on_scene", None) or OnScene()


def level_of(event: LevelEvent) -> Level | None:
    """Return the level as sent, or None where the event sets none."""
    return getattr(original_of(event), "level", None)


def call_in_at_of(event: LevelEvent) -> datetime | None:
    """Return when a call-in takes place, or None where the event names none."""
    return getattr(original_of(event), "call_in_at", None)
