"""
The one door to what victims told us: particulars and destinations, sealed under the keys of their case.

What is shown to a person goes through `read`, `read_contact` or `read_page`, and each leaves an audit entry in
the same transaction. What is unaudited says so, and is for rules inside the vault. Hands out frozen cards only.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, cast
from uuid import UUID, uuid4

from sqlalchemy import Select, Table, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from crypto.boxes import CaseKey, Place
from outreach import audit
from outreach.audit import WORKER
from outreach.reaching.destination_boxes import destination_from
from outreach.reaching.destinations import Destination, as_shown
from outreach.reaching.reach import add_destination, save_destination
from outreach.records.ahead import CASES, once, rows_of
from outreach.records.boxes import KEY_CLASSES, BoxNumber
from outreach.records.errors import NoSuchRecord, StaleVersion
from outreach.records.inserting import insert_rows
from outreach.records.keys import case_keys, keys_in_memory, seal, unwrap_keys, with_wrapped_keys
from outreach.records.people import DestinationRecord, VictimRecord

__all__ = [
    "WORKER",
    "ContactCard",
    "Particulars",
    "VictimCard",
    "add_destination",
    "amend",
    "birth_and_word",
    "change",
    "create",
    "destination_of",
    "destinations",
    "name_and_birth",
    "names_and_births",
    "read",
    "read_contact",
    "read_page",
    "save_destination",
]

_CONTACT = KEY_CLASSES[BoxNumber.VICTIM_PARTICULARS]
_PARTICULARS = int(BoxNumber.VICTIM_PARTICULARS)
_PLACE_OF_HERS = int(BoxNumber.DESTINATION)


def _read_query(table: Table) -> Select[Any]:
    """Built once: a page of fifty cards is felt, and plain columns spare the rows the ORM would make."""
    c = table.c
    return select(c.id, c.case_id, c.contact_box, c.version).where(c.case_id.in_(CASES))


_READ_VICTIMS = _read_query(cast(Table, VictimRecord.__table__))
_READ_VICTIMS_AND_KEYS = with_wrapped_keys(_READ_VICTIMS, cast(Table, VictimRecord.__table__).c.case_id, _CONTACT)
_READ_DESTINATIONS = _read_query(cast(Table, DestinationRecord.__table__))


class Particulars(NamedTuple):
    """Box VICTIM_PARTICULARS, in sealing order. New fields go at the end with a default."""

    full_name: str
    date_of_birth: str | None = None
    """RFC 3339 date."""
    language: str | None = None
    """BCP 47."""
    lives_with_offender: str = "unknown"
    chosen_name: str = ""
    pronouns: str = ""
    needs_interpreter: bool = False
    said_adult: bool = False
    """An advocate noted that she is an adult, where her birth date is not known."""
    partner_work: str = "unknown"
    """Whether she says that the partner works in police, courts, dispatch or a phone company: yes, no, unknown."""


@dataclass(frozen=True, slots=True)
class VictimCard:
    """Who she is, as a page may show it. On screen she is called by `name`."""

    case_id: UUID
    full_name: str
    chosen_name: str
    pronouns: str
    date_of_birth: date | None
    language: str | None
    needs_interpreter: bool
    lives_with_offender: str
    version: int = 0
    said_adult: bool = False
    partner_work: str = "unknown"

    @property
    def name(self) -> str:
        """Return the name she chose, or else her full name."""
        return self.chosen_name or self.full_name


@dataclass(frozen=True, slots=True)
class ContactCard:
    """Who she is and where she might be reached; whether she may be is the gate's answer, not this card's."""

    victim: VictimCard
    destinations: tuple[Destination, ...]


def create(session: Session, case_id: UUID, particulars: Particulars) -> None:
    """Seal a victim's particulars. The caller records it (audit.record) in the same transaction."""
    row = uuid4()
    box = seal(session, BoxNumber.VICTIM_PARTICULARS, particulars, owner=case_id, row=row)
    insert_rows(session, VictimRecord, [{"id": row, "case_id": case_id, "contact_box": box}])


def change(session: Session, case_id: UUID, particulars: Particulars, *, version: int, by: UUID, now: datetime) -> None:
    """Replace a victim's particulars as they were shown with this version. Raises StaleVersion, NoSuchRecord."""
    record = session.scalar(select(VictimRecord).where(VictimRecord.case_id == case_id))
    if record is None:
        raise NoSuchRecord("victim of case", case_id)
    if record.version != version:
        raise StaleVersion("victim")
    record.contact_box = seal(session, BoxNumber.VICTIM_PARTICULARS, particulars, owner=case_id, row=record.id)
    try:
        session.flush()
    except StaleDataError:
        raise StaleVersion("victim") from None
    audit.record(session, action="particulars.change", by=by, cases=[case_id], now=now)


def amend(session: Session, case_id: UUID, *, version: int, by: UUID, now: datetime, **changes: Any) -> VictimCard:
    """Change some of a victim's particulars and return her card as it was. Raises as `change` does."""
    victims, _ = _victims(session, (case_id,))
    card = victims[case_id]
    kept = Particulars(
        full_name=card.full_name,
        date_of_birth=card.date_of_birth.isoformat() if card.date_of_birth else None,
        language=card.language,
        lives_with_offender=card.lives_with_offender,
        chosen_name=card.chosen_name,
        pronouns=card.pronouns,
        needs_interpreter=card.needs_interpreter,
        said_adult=card.said_adult,
        partner_work=card.partner_work,
    )
    change(session, case_id, kept._replace(**changes), version=version, by=by, now=now)
    return card


def read(session: Session, case_id: UUID, *, by: UUID, now: datetime) -> VictimCard:
    """Return who she is, to be shown to a person. Audited. Raises NoSuchRecord, ReadingOnly."""
    victims, _ = _victims(session, (case_id,))
    audit.record(session, action="particulars.read", by=by, cases=[case_id], now=now)
    return victims[case_id]


def read_contact(
    session: Session, case_id: UUID, *, by: UUID, now: datetime, action: str = "contact.read"
) -> ContactCard:
    """
    Return who she is and where she might be reached, to be shown to a person. Audited. Raises as `read` does.

    `action` says in the log how much was shown: a page with everything masked, or her name and numbers in full.
    """
    victims, keys = _victims(session, (case_id,))
    card = ContactCard(victims[case_id], _destinations(session, (case_id,), keys).get(case_id, ()))
    audit.record(session, action=action, by=by, cases=[case_id], now=now)
    return card


def read_page(session: Session, case_ids: Sequence[UUID], *, by: UUID, now: datetime) -> list[ContactCard]:
    """Return the cards of a page of cases, in the order given: one entry, with every case in it. Raises as `read`."""
    victims, keys = _victims(session, case_ids)
    found = _destinations(session, case_ids, keys)
    audit.record(session, action="contact.page", by=by, cases=case_ids, now=now)
    return [ContactCard(victims[case_id], found.get(case_id, ())) for case_id in case_ids]


def destinations(session: Session, case_id: UUID) -> tuple[Destination, ...]:
    """Return where she might be reached: phones, addresses, places. Unaudited: for rules inside the vault."""
    return once(session, _destinations_of, case_id)


def destination_of(session: Session, case_id: UUID, destination_id: UUID) -> Destination:
    """Return one of a case's destinations as it is now. Unaudited, as `destinations`. Raises NoSuchRecord."""
    for destination in destinations(session, case_id):
        if destination.id == destination_id:
            return destination
    raise NoSuchRecord("destination", destination_id)


def name_and_birth(session: Session, case_id: UUID) -> tuple[str, date | None]:
    """Return the name and date of birth of a case that has them, else nothing. Unaudited, as `destinations`."""
    card = once(session, _card_of, case_id)
    return (card.full_name, card.date_of_birth) if card else ("", None)


def birth_and_word(session: Session, case_id: UUID) -> tuple[date | None, bool]:
    """Return her date of birth, and whether an advocate noted that she is an adult. Unaudited, as `destinations`."""
    card = once(session, _card_of, case_id)
    return (card.date_of_birth, card.said_adult) if card else (None, False)


def _card_of(session: Session, case_id: UUID) -> VictimCard | None:
    return _cards(session, (case_id,)).get(case_id)


def names_and_births(session: Session, case_ids: Collection[UUID]) -> dict[UUID, tuple[str, date | None]]:
    """Return name and date of birth of each case that has them. Unaudited: for matching, inside the vault."""
    return {case_id: (card.full_name, card.date_of_birth) for case_id, card in _cards(session, case_ids).items()}


def _cards(session: Session, case_ids: Collection[UUID]) -> dict[UUID, VictimCard]:
    rows = rows_of(session, _READ_VICTIMS, case_ids)
    keys = case_keys(session, [row.case_id for row in rows], _CONTACT)
    return {
        case_id: _victim(case_id, version, keys[case_id].open(box, at=Place(_PARTICULARS, row)))
        for row, case_id, box, version in map(tuple, rows)
    }


def _victims(session: Session, case_ids: Sequence[UUID]) -> tuple[dict[UUID, VictimCard], dict[UUID, CaseKey]]:
    """Return the cards, and the keys that opened them: they open these cases' destinations too."""
    rows, keys = _victims_rows(session, case_ids)
    cards = {
        case_id: _victim(case_id, version, keys[case_id].open(box, at=Place(_PARTICULARS, row)))
        for row, case_id, box, version, *_ in rows
    }
    for case_id in case_ids:
        if case_id not in cards:
            raise NoSuchRecord("victim or contact key of case", case_id)
    return cards, keys


def _victims_rows(session: Session, case_ids: Sequence[UUID]) -> tuple[Sequence[Any], dict[UUID, CaseKey]]:
    """Read the rows, and with them the keys when some are not in memory."""
    keys = keys_in_memory(session, case_ids, _CONTACT)
    if len(keys) == len(case_ids):
        return rows_of(session, _READ_VICTIMS, case_ids), keys
    rows = rows_of(session, _READ_VICTIMS_AND_KEYS, case_ids)
    keys.update(unwrap_keys(session, [(row[1], row[4:]) for row in rows if row[1] not in keys], _CONTACT))
    return rows, keys


def _victim(case_id: UUID, version: int, fields: list[Any]) -> VictimCard:
    kept = Particulars(*fields)
    return VictimCard(
        case_id,
        kept.full_name,
        kept.chosen_name,
        kept.pronouns,
        date.fromisoformat(kept.date_of_birth) if kept.date_of_birth else None,
        kept.language,
        kept.needs_interpreter,
        kept.lives_with_offender,
        version,
        kept.said_adult,
        kept.partner_work,
    )


def _destinations_of(session: Session, case_id: UUID) -> tuple[Destination, ...]:
    return _destinations(session, (case_id,), case_keys(session, (case_id,), _CONTACT)).get(case_id, ())


def _destinations(
    session: Session, case_ids: Sequence[UUID], keys: dict[UUID, CaseKey]
) -> dict[UUID, tuple[Destination, ...]]:
    found: dict[UUID, list[Destination]] = defaultdict(list)
    for row, case_id, box, version in rows_of(session, _READ_DESTINATIONS, case_ids):
        fields = keys[case_id].open(box, at=Place(_PLACE_OF_HERS, row))
        found[case_id].append(destination_from(fields, id=row, version=version))
    return {case_id: tuple(sorted(several, key=as_shown)) for case_id, several in found.items()}
