"""
A source agency that signs and sends, and a worker that drains: what tests of ingest are told in.

Everything is real but the HTTP between: events are signed, sealed and laid into a spool as intake does it.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.keyring import KeyPaths
from crypto.root import KeyFileRoot
from crypto.sealing import SealingKey
from crypto.signatures import generate_key_pair, load_private, load_public, sign
from crypto.unsealing import UnsealingKeys
from outreach import audit, cases, people
from outreach.case_file.contents import AttemptDetail, TaskDetail, read_as
from outreach.case_file.standing import Standing
from outreach.inbox import PURPOSE, SignedEvent, pack
from outreach.ingest import Ingest, drain_intake
from outreach.ingesting.deposits import Opener
from outreach.intake.agencies import Agency, AgencyKey
from outreach.reaching.destinations import Destination
from outreach.records.boxes import BoxNumber
from outreach.records.cases import CaseRecord, LevelEventRecord, PossibleMatch
from outreach.records.engine import Vault
from outreach.records.keys import HOUSE, seal, unseal
from outreach.records.ledger import QuarantinedDeposit
from outreach.records.spool import Spool, SpoolDrain
from outreach.records.staff import Staff
from outreach.records.work import Attempt, Task
from outreach.tasks import detail_of
from outreach.terms import Employer, Role

PROTOCOLS = {
    name: (Path(__file__).parent.parent / "config" / "protocols" / f"{file}.toml").read_text()
    for name, file in (("high-point", "high-point"), ("guilford", "guilford-da"))
}
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
HERS = "+13365550199"
HIS = "+13365550142"
ANA: dict[str, Any] = {
    "full_name": "Ana Roe",
    "date_of_birth": "1990-09-12",
    "language": "es",
    "phones": [HERS],
    "address": {"lines": ["12 Oak Street"], "city": "High Point", "state": "NC", "postal_code": "27260"},
}
SAM: dict[str, Any] = {"full_name": "Sam Doe", "date_of_birth": "1988-04-02", "phones": [HIS]}


class AnAgency:
    """An agency with its own key pair."""

    def __init__(self, slug: str = "high-point-pd", jurisdiction: str = "high-point") -> None:
        private, public = generate_key_pair()
        self.slug, self.jurisdiction = slug, jurisdiction
        self.private, self.public = load_private(private), load_public(public)

    def known(self, **times: datetime) -> Agency:
        """Return the agency as our file lists it."""
        since = times.get("since", NOW - timedelta(days=30))
        return Agency(self.slug, self.jurisdiction, (AgencyKey(self.public, since, times.get("until")),))

    def event(self, kind: str = "level_assigned", **fields: Any) -> dict[str, Any]:
        """Return an event of this agency; level events and those about a pair get what they need."""
        event: dict[str, Any] = {
            "kind": kind,
            "occurred_at": (NOW - timedelta(hours=1)).isoformat(),
            "jurisdiction": self.jurisdiction,
        }
        if "refers_to" not in fields:
            event |= {"offender": SAM, "victim": ANA}
        if kind in ("level_assigned", "level_changed"):
            event |= {"level": "B", "criteria_version": "2026-01"}
        return {name: value for name, value in (event | fields).items() if value is not None}

    def signed(self, event: dict[str, Any] | bytes, event_id: str, *, at: datetime = NOW) -> SignedEvent:
        """Return a signed event."""
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        timestamp = int(at.timestamp())
        return SignedEvent(self.slug, event_id, timestamp, sign(self.private, event_id, timestamp, body), body)


class World:
    """A vault, a spool, agencies and a clock hand."""

    def __init__(self, vault: Vault, spool: Spool, drain: SpoolDrain, keys: KeyPaths) -> None:
        root = KeyFileRoot(keys.keys.parent / "root.key")
        self.vault, self.spool, self._drain = vault, spool, drain
        self.sealing = SealingKey.load(keys.sealing)
        self.unsealing = UnsealingKeys.load(keys.unsealing, root)
        self.police = AnAgency()
        self.prosecutor = AnAgency("guilford-da", "guilford")
        self.agencies = {a.slug: a.known() for a in (self.police, self.prosecutor)}
        self.protocols: Mapping[str, str] = PROTOCOLS
        self.now = NOW
        self._ids = (f"ev-{number}" for number in range(1, 10_000))
        self._arrivals = count()

    @property
    def ingest(self) -> Ingest:
        """Return what draining takes."""
        return Ingest(self.vault, self._drain, Opener(self.unsealing, self.agencies), self.protocols)

    def deposit(self, signed: SignedEvent, *, received_at: datetime | None = None) -> UUID:
        """Seal a signed event and lay it into the spool, as intake does."""
        deposit = uuid4()
        sealed = self.sealing.seal(pack(signed), purpose=PURPOSE, deposit=deposit)
        order = timedelta(microseconds=next(self._arrivals))
        self.spool.insert(deposit, (received_at or self.now) + order, sealed)
        return deposit

    def send(self, kind: str = "level_assigned", *, event_id: str | None = None, **fields: Any) -> str:
        """Send an event of the police, and return its id."""
        event_id = event_id or next(self._ids)
        self.deposit(self.police.signed(self.police.event(kind, **fields), event_id, at=self.now))
        return event_id

    def drain(self) -> dict[str, int]:
        """Let the worker drain what waits."""
        return {str(name): count for name, count in drain_intake(self.ingest, now=self.now).items() if count}

    def waiting(self) -> int:
        """Count the deposits that wait."""
        return self._drain.count()

    def cases(self) -> list[UUID]:
        """Return the cases, in the order their first events were received."""
        with self.vault.reading() as session:
            return list(session.scalars(select(CaseRecord.id).order_by(CaseRecord.opened_on)))

    def only_case(self) -> UUID:
        """Return the only case."""
        (case_id,) = self.cases()
        return case_id

    def standing(self, case_id: UUID) -> Standing:
        """Return what stands about a case."""
        with self.vault.reading() as session:
            return cases.standing(session, case_id)[0]

    def destinations(self, case_id: UUID) -> dict[str, Destination]:
        """Return her ways by value."""
        with self.vault.reading() as session:
            return {each.value: each for each in people.destinations(session, case_id)}

    def tasks(self, case_id: UUID, state: str | None = "open") -> dict[str, Task]:
        """Return a case's tasks by step; there must be one of each."""
        with self.vault.reading() as session:
            found = session.scalars(select(Task).where(Task.case_id == case_id)).all()
        wanted = [task for task in found if state in (None, task.state)]
        assert len({task.step for task in wanted}) == len(wanted), [task.step for task in wanted]
        return {task.step: task for task in wanted}

    def detail(self, task: Task) -> TaskDetail:
        """Open a task's box."""
        with self.vault.reading() as session:
            return detail_of(session, task)

    def attempts(self, case_id: UUID) -> list[AttemptDetail]:
        """Return the attempts of a case."""
        with self.vault.reading() as session:
            rows = session.scalars(select(Attempt).where(Attempt.case_id == case_id)).all()
            boxes = [unseal(session, BoxNumber.ATTEMPT, a.attempt_box, owner=case_id, row=a.id) for a in rows]
        return [read_as(AttemptDetail, fields) for fields in boxes]

    def count(self, table: type[Any]) -> int:
        """Count the rows of a table."""
        with self.vault.reading() as session:
            return len(session.scalars(select(table.id)).all())

    def events(self) -> int:
        """Count the events kept."""
        return self.count(LevelEventRecord)

    def set_aside(self) -> list[str]:
        """Return why deposits were set aside and not settled."""
        with self.vault.reading() as session:
            query = select(QuarantinedDeposit.reason).where(QuarantinedDeposit.settled_on.is_(None))
            return sorted(session.scalars(query))

    def matches(self) -> Sequence[PossibleMatch]:
        """Return the possible matches."""
        with self.vault.reading() as session:
            return session.scalars(select(PossibleMatch)).all()


def add_colleague(session: Session, staff_id: UUID, role: Role = Role.SUPERVISOR) -> None:
    """Add a colleague with no way to sign in, for decisions that name who made them."""
    session.add(
        Staff(
            id=staff_id,
            email=f"{staff_id}@example.org",
            name="Kim Example",
            role=role.value,
            employer=Employer.ADVOCACY.value,
            secrets_box=seal(session, BoxNumber.STAFF_SECRETS, ["none"], owner=HOUSE, row=staff_id),
        )
    )
    audit.record(session, action="staff.add", by=None, cases=[], now=NOW)
