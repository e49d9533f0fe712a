"""
The level events of a case as they are kept: whole, each in one sealed box, read back in the agency's order.

Events are never changed after they are kept. Unaudited: for rules inside the vault; a screen shows them through
functions that audit.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.contents import KeptEvent, read_as
from outreach.events import WIRE, LevelEvent, offender_of
from outreach.offender_places import OffenderPlaces
from outreach.records.boxes import KEY_CLASSES, BoxNumber
from outreach.records.cases import LevelEventRecord
from outreach.records.keys import case_keys, seal, unseal


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
    session.add(
        LevelEventRecord(
            id=row_id,
            case_id=case_id,
            event_token=tokens.event,
            body_token=tokens.body,
            received_on=sent.received_at.date(),
            event_box=seal(session, BoxNumber.LEVEL_EVENT, kept, owner=case_id, row=row_id),
        )
    )
    return row_id


def history_of(session: Session, case_id: UUID) -> tuple[Kept, ...]:
    """Return a case's events in the order of the agency's times, then of arrival."""
    return histories_of(session, (case_id,)).get(case_id, ())


def histories_of(session: Session, case_ids: Sequence[UUID]) -> dict[UUID, tuple[Kept, ...]]:
    """Return the events of many cases with one query, each in the agency's order."""
    rows = session.execute(
        select(LevelEventRecord.id, LevelEventRecord.case_id, LevelEventRecord.event_box).where(
            LevelEventRecord.case_id.in_(case_ids)
        )
    ).all()
    case_keys(session, case_ids, KEY_CLASSES[BoxNumber.LEVEL_EVENT])
    found: dict[UUID, list[Kept]] = {}
    for row_id, case_id, box in rows:
        fields = unseal(session, BoxNumber.LEVEL_EVENT, box, owner=case_id, row=row_id)
        found.setdefault(case_id, []).append(Kept(row_id, _as_sent(read_as(KeptEvent, fields))))
    return {case_id: tuple(sorted(kept, key=_agency_order)) for case_id, kept in found.items()}


def offender_places(kept: Sequence[Kept]) -> OffenderPlaces:
    """Return every phone and address that any of these events gave for the offender."""
    offenders = [offender for each in kept if (offender := offender_of(each.event)) is not None]
    return OffenderPlaces(
        phones=frozenset(phone for offender in offenders for phone in offender.phones),
        addresses=frozenset("\n".join(a.as_lines()) for offender in offenders for a in offender.addresses),
    )


def _as_sent(kept: KeptEvent) -> Sent:
    event = WIRE.validate_python(kept.event)
    return Sent(kept.agency, kept.event_id, datetime.fromisoformat(kept.received_at), event)


def _agency_order(kept: Kept) -> tuple[datetime, datetime, str]:
    return kept.event.occurred_at, kept.sent.received_at, kept.sent.event_id
