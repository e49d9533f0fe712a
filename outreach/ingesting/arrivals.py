"""One event on its way into a case, and what every case takes from it: the event itself, her ways, the standing."""

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from outreach import people
from outreach.case_file.history import EventTokens, Sent
from outreach.case_file.standing import Standing
from outreach.events import LevelEvent, level_of, on_scene_of, original_of
from outreach.ingesting.on_scene import Place, Told, narrows, new_destination, places_of, updated
from outreach.on_duty import paging
from outreach.people import WORKER
from outreach.protocols.plans import Plan
from outreach.reaching import reach
from outreach.reaching.addresses import same_address_as_any
from outreach.reaching.destinations import Destination
from outreach.support import needs
from outreach.terms import DestinationKind


class Arrival(NamedTuple):
    """An accepted event that is not in the vault yet, with the protocol in force in its jurisdiction."""

    sent: Sent
    tokens: EventTokens
    protocol_text: str
    now: datetime

    @property
    def event(self) -> LevelEvent:
        """Return what was sent."""
        return self.sent.event

    @property
    def told(self) -> Told:
        """Return who told us and when; a time in the future counts as the time of arrival."""
        return Told(self.sent.agency, min(self.event.occurred_at, self.sent.received_at))


def take_ways(session: Session, case_id: UUID, arrival: Arrival) -> bool:
    """
    Bring the ways she has up to date, and add the phones and the address the event names as hers.

    Returns whether the event took leave away at one she had: then a human must hear of it (P2b).
    """
    known = people.destinations(session, case_id)
    is_narrowed = False
    for destination in known:
        changed = updated(destination, arrival.event, arrival.told)
        is_narrowed = is_narrowed or narrows(destination, changed)
        if changed != destination:
            reach.save_destination(session, case_id, changed, version=destination.version, by=WORKER, now=arrival.now)
    add_ways(session, case_id, arrival, known=known)
    return is_narrowed


def add_ways(session: Session, case_id: UUID, arrival: Arrival, *, known: tuple[Destination, ...] = ()) -> None:
    """Add the phones and the address the event names as hers, but for those she has. The caller audits."""
    fresh = [place for place in places_of(arrival.event) if not _is_known(place, known)]
    ways = [new_destination(place, arrival.event, arrival.told) for place in fresh]
    reach.add_destinations(session, case_id, ways)


def _is_known(place: Place, known: tuple[Destination, ...]) -> bool:
    """An address spelled differently is no new one: what she said of it must hold for both spellings."""
    values = [destination.value for destination in known if destination.kind is place.kind]
    if place.kind is DestinationKind.ADDRESS:
        return same_address_as_any(place.value, values)
    return place.value in values


def take_needs(session: Session, case_id: UUID, arrival: Arrival) -> None:
    """Keep what an officer heard her need, whatever the level; tasks with a clock are planned apart (duties)."""
    heard = on_scene_of(arrival.event).needs
    if heard:
        on = arrival.told.at.date()
        needs.take_needs(session, case_id, [each.value for each in heard], by=WORKER, on=on)


def page_on_call(
    session: Session, case_id: UUID, arrival: Arrival, planned: Plan, *, maybe: tuple[UUID, ...] = ()
) -> None:
    """
    Page whoever is on call at the next tick for news of level A or B, whoever she is and whosever case it is.

    Args:
        maybe: cases that may be hers, too: who is kept away from one hears nothing of this one either.
    """
    if paging.pages(level_of(arrival.event), planned.level):
        paging.page_at_next_tick(session, now=arrival.now, case_id=case_id, maybe=maybe)


def standing_after(standing: Standing, plan: Plan, arrival: Arrival) -> dict[str, Any]:
    """Return what an event changes of a case's standing. An older event changes neither level nor newest event."""
    told_at = arrival.told.at
    newest = max(filter(None, (standing.last_event, told_at)))
    changes: dict[str, Any] = {"last_event_at": newest.isoformat(), "news_at": arrival.now.isoformat()}
    if plan.level is not None and plan.level_event_at is not None:
        changes |= _level_after(standing, plan.level.value, plan.level_event_at)
        if _set_the_level(arrival, plan):
            changes["criteria_version"] = getattr(original_of(arrival.event), "criteria_version", "")
    return changes


def _level_after(standing: Standing, level: str, at: datetime) -> dict[str, Any]:
    changes = {"level": level, "level_event_at": at.isoformat()}
    if level != standing.level:
        changes["level_since"] = _day(at, standing.zone).isoformat()
    return changes


def _set_the_level(arrival: Arrival, plan: Plan) -> bool:
    event, original = arrival.event, original_of(arrival.event)
    told_at = {min(each.occurred_at, arrival.sent.received_at) for each in (original, event)}
    return level_of(event) == plan.level and plan.level_event_at in told_at


def _day(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()
