"""From an accepted level event to what planning needs of it. Pure."""

from datetime import datetime
from zoneinfo import ZoneInfo

from outreach.events import (
    CustodyChanged,
    LevelEvent,
    OffenderNotified,
    OrderChanged,
    call_in_at_of,
    level_of,
    on_scene_of,
)
from outreach.intake.event_terms import EventKind, NotificationChannel
from outreach.protocols.plans import Happening


def happening_of(event: LevelEvent, *, event_id: str, received_at: datetime, zone: str) -> Happening:
    """
    Return what planning needs of an event; `zone` is the jurisdiction's, for a letter's day.

    A time in the future counts as the time of arrival: else no later event could set the level any more (P2b).
    """
    happening = Happening(
        event_id=event_id,
        kind=EventKind(event.kind),
        occurred_at=min(event.occurred_at, received_at),
        received_at=received_at,
        level=level_of(event),
        call_in_at=call_in_at_of(event) or getattr(event, "notification_at", None),
        refers_to=getattr(event, "refers_to", None),
        needs=tuple(dict.fromkeys(each.value for each in on_scene_of(event).needs)),
    )
    if isinstance(event, CustodyChanged):
        return happening._replace(detail=event.custody.value)
    if isinstance(event, OrderChanged):
        return happening._replace(detail=event.order.value)
    if isinstance(event, OffenderNotified):
        return _notified(happening, event, zone)
    if event.kind == EventKind.CORRECTION:
        corrected = happening_of(event.corrected, event_id=event.refers_to, received_at=received_at, zone=zone)
        return happening._replace(corrected=corrected)
    return happening


def _notified(happening: Happening, event: OffenderNotified, zone: str) -> Happening:
    mailed_on = event.mailed_on
    if mailed_on is None and event.channel is NotificationChannel.LETTER and event.notified_at is not None:
        mailed_on = event.notified_at.astimezone(ZoneInfo(zone)).date()
    return happening._replace(channel=event.channel, mailed_on=mailed_on)
