"""
A vault with many fictional cases, made in bulk: what measurements look things up in. Never part of a deployment.

Rows are as the worker makes them, but for what no measurement here reads: the narrative and thread keys.
"""

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from crypto.boxes import CaseKey, Place
from crypto.keyring import Keyring
from outreach import audit
from outreach.case_file.standing import Standing
from outreach.gate.hours import Window
from outreach.identity.likeness import Person
from outreach.identity.match_tokens import Pair, tokens_of
from outreach.people import Particulars
from outreach.protocols.protocol import digest
from outreach.reaching.destination_boxes import kept_from
from outreach.reaching.destinations import ChannelVerdict, Destination
from outreach.records.boxes import BoxNumber
from outreach.records.cases import CaseKeyRecord, CaseRecord, LevelEventRecord, MatchToken, ProtocolText
from outreach.records.engine import Vault
from outreach.records.people import DestinationRecord, PhoneToken, VictimRecord
from outreach.terms import Channel, DestinationKind, Verdict, VerdictSource

CHUNK = 5_000
FIRST_DAY = date(1950, 1, 1)
DAYS = 20_000
"""Birth dates spread over some 55 years."""

FIRST = ("Ana", "Bea", "Cora", "Dina", "Eva", "Fay", "Gina", "Hope", "Ida", "Joy", "Kay", "Lea", "Mia", "Nora", "Pia")
LAST = ("Able", "Baker", "Cole", "Dale", "Ellis", "Ford", "Gray", "Hall", "Innis", "Jones", "King", "Lane", "Moore")


def phone(number: int) -> str:
    """Return the number-th fictional phone: no two alike, none in use."""
    return f"+1{200 + number // 10_000_000:03d}{number % 10_000_000:07d}"


def born(chance: random.Random) -> date:
    """Return a birth date."""
    return FIRST_DAY + timedelta(days=chance.randrange(DAYS))


def name(chance: random.Random) -> str:
    """Return a name; many people share one, as in life."""
    return f"{chance.choice(FIRST)} {chance.choice(LAST)}{chance.choice(LAST).lower()}"


def build(
    vault: Vault, cases: int, *, protocol_text: str, now: datetime, rows_of: "type[Rows] | None" = None
) -> list[UUID]:
    """
    Insert this many cases with particulars, a phone, an event and the tokens of matching; return their ids.

    Leaves a large page cache behind: open the vault again before measuring.

    Args:
        rows_of: what makes the rows of a chunk, where a measurement needs more of each case than Rows makes.
    """
    rows_of = rows_of or Rows
    chance = random.Random(1)  # noqa: S311 (fictional people, the same in every run)
    with vault.writing() as session:
        session.execute(
            insert(ProtocolText),
            {"digest": digest(protocol_text), "jurisdiction": "high-point", "version": "bench", "text": protocol_text},
        )
    made: list[UUID] = []
    for first in range(0, cases, CHUNK):
        with vault.writing() as session:
            if vault.dialect == "sqlite":
                for setting in (
                    "soft_heap_limit = 0",
                    "cache_size = -262144",
                ):  # Else indexes are read back for each row.
                    session.execute(text(f"PRAGMA {setting}"))
            rows = rows_of(session, protocol_text, now)
            for number in range(first, min(first + CHUNK, cases)):
                made.append(rows.add(number, chance))
            rows.insert_all()
            audit.record(session, action="bench.build", by=None, cases=[], now=now)
    return made


class Rows:
    """Rows of one chunk, by table, in the order in which they can be inserted."""

    def __init__(self, session: Session, protocol_text: str, now: datetime) -> None:
        self._session, self._now = session, now
        self._keyring: Keyring = session.info["keyring"]
        self._digest = digest(protocol_text)
        self._rows: dict[Any, list[dict[str, Any]]] = {}

    def add(self, number: int, chance: random.Random) -> UUID:
        """Add one case."""
        case_id, key = uuid4(), CaseKey.generate(block=128)
        kept = self._keyring.wrap_case_key(key, key_class="contact", owner=case_id)
        standing = key.seal(Standing(level="C"), at=Place(BoxNumber.CASE_STANDING, case_id))
        self._row(
            CaseRecord, id=case_id, handle=f"bench-{number}", jurisdiction="high-point", protocol_digest=self._digest,
            opened_on=self._now.date(), is_restricted=False, version=1,
            standing_box=standing,
        )  # fmt: skip
        self._row(
            CaseKeyRecord, owner_id=case_id, key_class="contact", generation=kept.generation,
            wrapped_by=kept.wrapped_by, wrapped=kept.wrapped, commitment=kept.commitment,
        )  # fmt: skip
        person, offender = (name(chance), born(chance)), (name(chance), born(chance))
        self._victim(case_id, key, person)
        self._phone(case_id, key, number)
        self._event(case_id, key, number, (person, offender))
        self._tokens(case_id, number, (person, offender))
        return case_id

    def insert_all(self) -> None:
        """Insert every row added."""
        for table, rows in self._rows.items():
            self._session.execute(insert(table), rows)

    def _row(self, table: Any, **values: Any) -> None:
        self._rows.setdefault(table, []).append(values)

    def _victim(self, case_id: UUID, key: CaseKey, person: tuple[str, date]) -> None:
        row = uuid4()
        box = key.seal(Particulars(person[0], person[1].isoformat()), at=Place(BoxNumber.VICTIM_PARTICULARS, row))
        self._row(VictimRecord, id=row, case_id=case_id, contact_box=box, version=1)

    def _phone(self, case_id: UUID, key: CaseKey, number: int) -> None:
        self._keep_phone(case_id, key, self._way(case_id, number))

    def _keep_phone(self, case_id: UUID, key: CaseKey, way: Destination) -> None:
        box = key.seal(kept_from(way), at=Place(BoxNumber.DESTINATION, way.id))
        self._row(DestinationRecord, id=way.id, case_id=case_id, contact_box=box, version=1)
        token = self._keyring.phone_token(way.value)
        self._row(PhoneToken, id=uuid4(), case_id=case_id, destination_id=way.id, token=token)

    def _way(self, case_id: UUID, number: int) -> Destination:
        verdict = ChannelVerdict(Verdict.SAFE, VerdictSource.VICTIM, self._now)
        window = Window((0, 1, 2, 3, 4), time(9), time(12))
        kind, verdicts = DestinationKind.PHONE, {Channel.CALL: verdict}
        return Destination(id=uuid4(), kind=kind, value=phone(number), verdicts=verdicts, windows=(window,))

    def _event(self, case_id: UUID, key: CaseKey, number: int, pair: tuple[tuple[str, date], tuple[str, date]]) -> None:
        row, event_id = uuid4(), f"bench-{number}"
        (victim, hers), (offender, his) = pair
        event = {
            "kind": "level_assigned",
            "occurred_at": self._now.isoformat(),
            "jurisdiction": "high-point",
            "agency_case_ref": f"B{number}",
            "level": "C",
            "criteria_version": "2026-01",
            "victim": {"full_name": victim, "date_of_birth": hers.isoformat(), "phones": [phone(number)]},
            "offender": {"full_name": offender, "date_of_birth": his.isoformat()},
        }
        fields = ["bench-agency", event_id, self._now.isoformat(), self._now.isoformat(), event]
        self._row(
            LevelEventRecord, id=row, case_id=case_id, received_on=self._now.date(),
            event_token=self._keyring.token("event", "bench-agency", event_id),
            body_token=self._keyring.token("event body", event_id),
            event_box=key.seal(fields, at=Place(BoxNumber.LEVEL_EVENT, row)),
        )  # fmt: skip

    def _tokens(self, case_id: UUID, number: int, people: tuple[tuple[str, date], tuple[str, date]]) -> None:
        (victim, hers), (offender, his) = people
        pair = Pair(
            "bench-agency",
            f"B{number}",
            Person(victim, hers, frozenset()),
            Person(offender, his, frozenset({phone(50_000_000 + number)})),
        )
        for token in tokens_of(self._keyring, pair).kept:
            self._row(MatchToken, case_id=case_id, token=token)


def shuffled(ids: list[UUID], *, seed: int = 2) -> Iterator[UUID]:
    """Return ids in an order of no meaning, the same in every run."""
    order = list(ids)
    random.Random(seed).shuffle(order)  # noqa: S311 (not a secret)
    return iter(order)
