"""The same contact cards without a sealed box: plain rows in the same file, read and audited as `people` does."""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.json import Decoder
from sqlalchemy import Boolean, Column, Date, Integer, MetaData, String, Table, Uuid, bindparam, insert, select
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeDecorator

from outreach import audit, people
from outreach.people import ContactCard, VictimCard
from outreach.reaching.destination_boxes import destination_from, kept_from
from outreach.reaching.destinations import Destination, as_shown
from outreach.records.engine import Vault

_from_json = Decoder(list).decode


class Fields(TypeDecorator[list[Any]]):
    """A list as JSON text, read by the reader of boxes: the twin must not be the slower for it."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: list[Any] | None, dialect: Dialect) -> str:
        """Write JSON."""
        return json.dumps(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> list[Any]:
        """Read JSON."""
        return _from_json(value or "[]")


_TABLES = MetaData()
VICTIM = Table(
    "bench_plain_victim",
    _TABLES,
    Column("id", Uuid, primary_key=True),
    Column("case_id", Uuid, unique=True),
    Column("full_name", String),
    Column("chosen_name", String),
    Column("pronouns", String),
    Column("date_of_birth", Date),
    Column("language", String),
    Column("needs_interpreter", Boolean),
    Column("lives_with_offender", String),
    Column("version", Integer),
)
DESTINATION = Table(
    "bench_plain_destination",
    _TABLES,
    Column("id", Uuid, primary_key=True),
    Column("case_id", Uuid, index=True),
    Column("fields", Fields),
    Column("version", Integer),
)
VICTIM_FIELDS = [column.name for column in VICTIM.c if column.name != "id"]
_VICTIMS = select(VICTIM).where(VICTIM.c.case_id.in_(bindparam("cases", expanding=True)))
_WAYS = select(DESTINATION).where(DESTINATION.c.case_id.in_(bindparam("cases", expanding=True)))
CHUNK = 2_000


def build(vault: Vault, case_ids: Sequence[UUID]) -> None:
    """Copy every case's card out of its boxes into plain rows."""
    _TABLES.create_all(vault.engine)
    for first in range(0, len(case_ids), CHUNK):
        some = case_ids[first : first + CHUNK]
        with vault.writing() as session:
            cards = people.read_page(session, some, by=people.WORKER, now=datetime.fromisoformat("2026-11-20T15:00Z"))
            session.execute(insert(VICTIM), [_victim_row(card) for card in cards])
            ways = [_way_row(card, way) for card in cards for way in card.destinations]
            session.execute(insert(DESTINATION), ways)


def read_page(session: Session, case_ids: Sequence[UUID], *, by: UUID, now: datetime) -> list[ContactCard]:
    """Return the cards of a page of cases from plain rows: one entry, as people.read_page leaves."""
    wanted = {"cases": list(case_ids)}
    victims = {case_id: VictimCard(case_id, *fields) for _, case_id, *fields in session.execute(_VICTIMS, wanted).all()}
    ways: dict[UUID, list[Destination]] = defaultdict(list)
    for row_id, case_id, fields, version in session.execute(_WAYS, wanted):
        ways[case_id].append(destination_from(fields, id=row_id, version=version))
    found = {case_id: tuple(sorted(several, key=as_shown)) for case_id, several in ways.items()}
    audit.record(session, action="contact.page", by=by, cases=case_ids, now=now)
    return [ContactCard(victims[case_id], found.get(case_id, ())) for case_id in case_ids]


def _victim_row(card: ContactCard) -> dict[str, object]:
    victim = card.victim
    named = {name: getattr(victim, name) for name in VICTIM_FIELDS}
    return {"id": victim.case_id, **named}


def _way_row(card: ContactCard, way: Destination) -> dict[str, object]:
    return {"id": way.id, "case_id": card.victim.case_id, "fields": kept_from(way), "version": way.version}
