"""Builders of fictional records, with defaults that suit most tests; pass only what the test is about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit, cases, people
from outreach.audit import WORKER
from outreach.cases import Standing
from outreach.ingesting import quarantine
from outreach.ingesting.aside import SetAside, Unusable
from outreach.messaging.incoming import Incoming
from outreach.messaging.unknown_numbers import keep_unknown
from outreach.people import Particulars
from outreach.protocols import changes as protocol_changes
from outreach.reaching import reach
from outreach.reaching.destinations import ChannelVerdict, Destination
from outreach.records.boxes import BoxNumber
from outreach.records.cases import CaseRecord, ProtocolText
from outreach.records.conversation import UnknownText
from outreach.records.keys import HOUSE, seal
from outreach.records.spool import Deposit
from outreach.records.staff import Staff
from outreach.terms import Channel, DestinationKind, Employer, Role, Verdict, VerdictSource

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
"""A Friday, ten in the morning in High Point."""
HIGH_POINT = (Path(__file__).parent.parent / "config" / "protocols" / "high-point.toml").read_text()


class FrozenClock:
    """A clock that stands still until told."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """Return the frozen time."""
        return self._at

    def advance(self, by: timedelta) -> None:
        """Move on."""
        self._at += by


def a_staff_member(session: Session, *, role: Role = Role.ADVOCATE, email: str = "", name: str = "Rosa Ames") -> UUID:
    """Store a member of staff who works for the advocacy organisation."""
    row = uuid4()
    box = seal(session, BoxNumber.STAFF_SECRETS, ["no secret yet"], owner=HOUSE, row=row)
    session.add(
        Staff(
            id=row,
            email=email or f"{row.hex[:12]}@advocates.test",
            name=name,
            role=role.value,
            employer=Employer.ADVOCACY.value,
            secrets_box=box,
        )
    )
    audit.record(session, action="test.staff", by=WORKER, cases=[], now=NOW)
    return row


def a_deposit_set_aside(
    session: Session, why: SetAside | Unusable = SetAside.CHANGED_BODY, *, at: datetime = NOW
) -> UUID:
    """Set a deposit aside as the worker does, with words inside that no page may show."""
    deposit = Deposit(uuid4(), at, b"sealed, with canary words inside")
    quarantine.set_aside(session, deposit, why, now=at)
    return deposit.id


def a_text_from_nobody(session: Session, body: str = "canary words of nobody", phone: str = "+13365550188") -> UUID:
    """Store a text from a number that is in no case, as the worker does."""
    keep_unknown(session, Incoming(NOW.isoformat(), phone, body, "other"))
    audit.record(session, action="test.unknown", by=WORKER, cases=[], now=NOW)
    return session.scalars(select(UnknownText.id).order_by(UnknownText.number.desc())).first()


def a_protocol_text(session: Session, *, digest: str = "0" * 64) -> str:
    """Store a protocol's text once, and return its digest."""
    if session.get(ProtocolText, digest) is None:
        session.add(ProtocolText(digest=digest, jurisdiction="high-point", version="2026-01", text=HIGH_POINT))
        session.flush()
    return digest


def a_protocol_change(session: Session) -> UUID:
    """Put High Point's protocol in force, ask for a version of it, and return the change that waits."""
    text = (Path(__file__).parents[1] / "config" / "protocols" / "high-point.toml").read_text()
    protocol_changes.install(session, {"high-point": text}, now=NOW)
    sooner = text.replace('version = "2026-01"', 'version = "2026-02"').replace(
        '"24 hours" },\n  { step = "risk', '"12 hours" },\n  { step = "risk'
    )
    return protocol_changes.propose(session, sooner, because="Sooner is safer.", by=a_staff_member(session), now=NOW)


def a_case(
    session: Session,
    *,
    particulars: Particulars | None = None,
    assigned_to: UUID | None = None,
    **standing: Any,
) -> UUID:
    """Store an open case with her particulars; further arguments are fields of her standing."""
    case_id = cases.open_case(
        session,
        jurisdiction="high-point",
        protocol_digest=a_protocol_text(session),
        standing=Standing(**{"level": "B", "level_since": "2026-11-19", **standing}),
        opened_on=NOW.date(),
    )
    people.create(session, case_id, particulars or Particulars("Lena Ortiz", "1990-09-12", "en"))
    if assigned_to is not None:
        session.get_one(CaseRecord, case_id).assigned_to_id = assigned_to
    audit.record(session, action="test.case", by=WORKER, cases=[case_id], now=NOW)
    return case_id


def a_verdict(verdict: Verdict = Verdict.SAFE, **fields: Any) -> ChannelVerdict:
    """Return a verdict, hers and of yesterday unless said otherwise."""
    defaults: dict[str, Any] = {"source": VerdictSource.VICTIM, "verified_at": NOW - timedelta(days=1)}
    return ChannelVerdict(verdict=verdict, **{**defaults, **fields})


def a_destination(session: Session | None = None, case_id: UUID | None = None, **fields: Any) -> Destination:
    """Return a phone that is safe to call; stored as well, where a session and a case are given."""
    defaults: dict[str, Any] = {
        "id": uuid4(),
        "kind": DestinationKind.PHONE,
        "value": "+13365550199",
        "label": "her mobile",
        "verdicts": {Channel.CALL: a_verdict()},
    }
    destination = Destination(**{**defaults, **fields})
    if session is not None and case_id is not None:
        reach.add_destinations(session, case_id, (destination,))  # As an event or papers bring it: never refused.
        audit.record(session, action="destination.add", by=WORKER, cases=[case_id], now=NOW)
        return replace(destination, version=1)
    return destination
