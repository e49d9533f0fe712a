"""
The level events of a case as they are kept: whole, each in one sealed box, read back in the agency's order.

Events are never changed after they are kept. Unaudited: for rules inside the vault; a screen shows them through
functions that audit.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple, cast
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from crypto.boxes import Place
from outreach.case_file.contents import KeptEvent, read_as
from outreach.events import (
    WIRE,
    Correction,
    LevelEvent,
    OffenderNotified,
    Original,
    offender_of,
    original_of,
    victim_of,
)
from outreach.identity.likeness import Person
from outreach.intake.event_terms import Answer, NotificationChannel
from outreach.proximity import KnownPlace, Near, Nearness
from outreach.records.ahead import CASES, once, rows_of
from outreach.records.boxes import KEY_CLASSES, BoxNumber
from outreach.records.cases import LevelEventRecord
from outreach.records.inserting import insert_rows
from outreach.records.keys import case_keys, seal

_EVENT = cast(Table, LevelEventRecord.__table__).c
_EVENTS_OF = select(_EVENT.id, _EVENT.case_id, _EVENT.event_box).where(_EVENT.case_id.in_(CASES))


class Sent(NamedTuple):
    """One accepted event, who sent it under which id, and when it came."""

    agency: str
    event_id: str
    received_at: datetime
    event: LevelEvent


class Kept(NamedTuple):
    """An event of a case, with the id of its row."""

    row_id: UUID
    sent: Sent

    @property
    def event(self) -> LevelEvent:
        """Return what was sent."""
        return self.sent.event


class EventTokens(NamedTuple):
    """Keyed tokens of one event: of (agency, event id), and of the signed body."""

    event: bytes
    body: bytes


def keep(session: Session, case_id: UUID, sent: Sent, tokens: EventTokens) -> UUID:
    """Store an event in a case and return its row id."""
    row_id = uuid4()
    kept = KeptEvent(
        agency=sent.agency,
        event_id=sent.event_id,
        occurred_at=sent.event.occurred_at.isoformat(),
        received_at=sent.received_at.isoformat(),
        event=sent.event.model_dump(mode="json", exclude_none=True),
    )
    record = {
        "id": row_id,
        "case_id": case_id,
        "event_token": tokens.event,
        "body_token": tokens.body,
        "received_on": sent.received_at.date(),
        "event_box": seal(session, BoxNumber.LEVEL_EVENT, kept, owner=case_id, row=row_id),
    }
    insert_rows(session, LevelEventRecord, [record])
    return row_id


def history_of(session: Session, case_id: UUID) -> tuple[Kept, ...]:
    """Return a case's events in the order of the agency's times, then of arrival."""
    return once(session, _history_of, case_id)


def _history_of(session: Session, case_id: UUID) -> tuple[Kept, ...]:
    return histories_of(session, (case_id,)).get(case_id, ())


def histories_of(session: Session, case_ids: Sequence[UUID]) -> dict[UUID, tuple[Kept, ...]]:
    """Return the events of many cases with one query, each in the agency's order."""
    found: dict[UUID, list[Kept]] = {}
    for case_id, row_id, kept in _opened(session, case_ids):
        found.setdefault(case_id, []).append(Kept(row_id, _as_sent(kept)))
    return {case_id: tuple(sorted(kept, key=_agency_order)) for case_id, kept in found.items()}


def offenders_of(session: Session, case_ids: Sequence[UUID]) -> dict[UUID, list[Person]]:
    """Return the offenders the events of many cases name, for matching: read as kept, not checked again as events."""
    found: dict[UUID, list[Person]] = {}
    for case_id, _, kept in _opened(session, case_ids):
        offender = (kept.event.get("corrected") or kept.event).get("offender")
        if offender is not None:
            born_on = offender.get("date_of_birth")
            person = Person(
                offender["full_name"],
                date.fromisoformat(born_on) if born_on else None,
                frozenset(offender.get("phones", ())),
            )
            found.setdefault(case_id, []).append(person)
    return found


def places_of_partner(*cases: Sequence[Kept]) -> list[KnownPlace]:
    """
    Return every phone and address that events gave for the offender, and the homes where they live together.

    Args:
        cases: the events of each case of hers apart: whom she lives with in one she need not live with in another.
    """
    return [place for kept in cases for place in (*_named(kept), *_households(kept))]


def _named(kept: Sequence[Kept]) -> list[KnownPlace]:
    found: list[KnownPlace] = []
    for each in kept:
        offender = offender_of(each.event)
        if offender is not None:
            named = Nearness(Near.NAMED, each.sent.received_at)
            found += [KnownPlace(True, phone, named) for phone in offender.phones]
            found += [KnownPlace(False, "\n".join(a.as_lines()), named) for a in offender.addresses]
    return found


def _households(kept: Sequence[Kept]) -> list[KnownPlace]:
    """Return her homes, once any event of this case says that they live together; not one where it says they do not."""
    together = [each.sent.received_at for each in kept if _lives_with(each.event) is Answer.YES]
    if not together:
        return []
    return [
        KnownPlace(
            False,
            "\n".join(victim.address.as_lines()),
            Nearness(Near.HOUSEHOLD, max(each.sent.received_at, min(together))),
        )
        for each in kept
        if (victim := victim_of(each.event)) is not None
        and victim.address is not None
        and victim.lives_with_offender is not Answer.NO
    ]


def _lives_with(event: LevelEvent) -> Answer | None:
    victim = victim_of(event)
    return victim.lives_with_offender if victim else None


def letters_to_offender(kept: Sequence[Kept], zone: ZoneInfo) -> tuple[date, ...]:
    """Return every day on which a letter to the offender was or will be mailed; a correction takes the old one away."""
    days: dict[tuple[str, str], date | None] = {}
    first: dict[tuple[str, str], tuple[str, str]] = {}
    for each in sorted(kept, key=lambda one: one.sent.received_at):
        told = own = (each.sent.agency, each.sent.event_id)
        if isinstance(each.event, Correction):
            told = (each.sent.agency, each.event.refers_to)
        first[own] = first.get(told, told)
        days[first[own]] = _mailed_on(original_of(each.event), zone)
    return tuple(sorted(day for day in days.values() if day is not None))


def _mailed_on(event: Original, zone: ZoneInfo) -> date | None:
    if not isinstance(event, OffenderNotified) or event.channel is not NotificationChannel.LETTER:
        return None
    if event.mailed_on is None and event.notified_at is not None:
        return event.notified_at.astimezone(zone).date()
    return event.mailed_on


def _opened(session: Session, case_ids: Sequence[UUID]) -> Iterator[tuple[UUID, UUID, KeptEvent]]:
    """Yield case, row and content of every event of these cases, with one query for the rows and one for keys."""
    rows = rows_of(session, _EVENTS_OF, case_ids)
    keys = case_keys(session, list({row.case_id for row in rows}), KEY_CLASSES[BoxNumber.LEVEL_EVENT])
    for row_id, case_id, box in rows:
        yield case_id, row_id, read_as(KeptEvent, keys[case_id].open(box, at=Place(BoxNumber.LEVEL_EVENT, row_id)))


def _as_sent(kept: KeptEvent) -> Sent:
    event = WIRE.validate_python(kept.event)
    return Sent(kept.agency, kept.event_id, datetime.fromisoformat(kept.received_at), event)


def _agency_order(kept: Kept) -> tuple[datetime, datetime, str]:
    # A time in the future counts as the time of arrival: else one event would stay the newest for ever (P2b).
    return min(kept.event.occurred_at, kept.sent.received_at), kept.sent.received_at, kept.sent.event_id
