"""
Making a protocol current: one person asks, another looks and decides, each with a reason (two people, always two).

An older one comes back by being asked for again. The files that come with the program are current at first.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import audit
from outreach.on_duty.cover import uncovered_nights
from outreach.protocols.planning import keep_protocol
from outreach.protocols.protocol import digest, parse
from outreach.protocols.versions import TEXT, WAITING, Why, current_of, why_of
from outreach.records.boxes import BoxNumber
from outreach.records.cases import ProtocolText
from outreach.records.keys import HOUSE, seal
from outreach.records.protocols import ProtocolChange

CAME_WITH_US = "It came with Wayside."


class ProtocolNotTaken(Exception):
    """A protocol that is read without a fault and still can not be proposed or made current."""


class VersionNotNew(ProtocolNotTaken):
    """Another text was current under this version: its name must tell them apart."""


class NothingChanges(ProtocolNotTaken):
    """The text is the current one."""


class AnotherWaits(ProtocolNotTaken):
    """A change of this jurisdiction waits for a second person already."""


class NeedsAnother(ProtocolNotTaken):
    """Whoever proposed it can not make it current."""


class CurrentMoved(ProtocolNotTaken):
    """Another protocol became current meanwhile: what was looked at is not what would change now."""


class NobodyOnCall(ProtocolNotTaken):
    """Its clock at level A runs at night, and the rota of the next week has a gap."""


class ChangeSettled(ProtocolNotTaken):
    """It was made current or taken back before."""


def install(session: Session, texts: Mapping[str, str], *, now: datetime) -> list[str]:
    """Make the files that came with the program current where nothing is; return those jurisdictions. Audited."""
    known = set(session.scalars(select(ProtocolChange.jurisdiction).where(ProtocolChange.number.is_not(None))))
    fresh = [jurisdiction for jurisdiction in texts if jurisdiction not in known]
    for jurisdiction in fresh:
        row = uuid4()
        change = ProtocolChange(
            id=row,
            jurisdiction=jurisdiction,
            digest=keep_protocol(session, texts[jurisdiction]),
            number=1,
            proposed_at=now,
            settled_at=now,
            why_box=_sealed(session, Why(CAME_WITH_US), row),
        )
        session.add(change)
    if fresh:
        audit.record(session, action="protocol.install", by=audit.WORKER, cases=[], now=now)
    return fresh


def check_new(session: Session, text: str) -> None:
    """
    Raise what keeps a text from being proposed.

    Raises:
        ProtocolError: it has faults.
        VersionNotNew, NothingChanges, AnotherWaits.
    """
    protocol, key = parse(text), digest(text)
    current = current_of(session, protocol.jurisdiction)
    if current is not None and current[0] == key:
        raise NothingChanges
    same_name = (
        select(ProtocolChange.digest)
        .join(*TEXT)
        .where(
            ProtocolChange.number.is_not(None),
            ProtocolText.jurisdiction == protocol.jurisdiction,
            ProtocolText.version == protocol.version,
            ProtocolText.digest != key,
        )
    )
    if session.scalar(select(same_name.exists())):
        raise VersionNotNew
    if session.scalar(select(WAITING.where(ProtocolChange.jurisdiction == protocol.jurisdiction).exists())):
        raise AnotherWaits


def propose(session: Session, text: str, *, because: str, by: UUID, now: datetime) -> UUID:
    """
    Ask for a text as its jurisdiction's protocol, and return the change's id. Nothing follows it yet. Audited.

    Raises:
        ProtocolError, VersionNotNew, NothingChanges, AnotherWaits: as `check_new`.
        ValueError: no reason was given.
    """
    check_new(session, text)
    row = uuid4()
    change = ProtocolChange(
        id=row,
        jurisdiction=parse(text).jurisdiction,
        digest=keep_protocol(session, text),
        proposed_by_id=by,
        proposed_at=now,
        why_box=_sealed(session, Why(_reason(because)), row),
    )
    session.add(change)
    audit.record(session, action="protocol.propose", by=by, cases=[], now=now)
    return row


def make_current(session: Session, change_id: UUID, *, instead_of: str, because: str, by: UUID, now: datetime) -> None:
    """
    Make a proposed protocol current: cases opened from now on begin under it. Audited.

    Args:
        instead_of: digest of the current protocol this person compared it with; empty where there was none.

    Raises:
        NeedsAnother, CurrentMoved, ChangeSettled.
        NobodyOnCall: somebody must be on call all of the next week (requirement 20), but to go back (`is_way_back`).
        ValueError: no reason was given.
    """
    change = _waiting(session, change_id)
    if change.proposed_by_id == by:
        raise NeedsAnother
    current = current_of(session, change.jurisdiction)
    if (current[0] if current else "") != instead_of:
        raise CurrentMoved
    text = session.get_one(ProtocolText, change.digest).text
    has_gap = bool(uncovered_nights(session, [parse(text)], now=now))
    if has_gap and not is_way_back(session, change.jurisdiction, change.digest):
        raise NobodyOnCall
    so_far = select(func.max(ProtocolChange.number)).where(ProtocolChange.jurisdiction == change.jurisdiction)
    change.number = (session.scalar(so_far) or 0) + 1
    _settle(session, change, because, by, now)
    audit.record(session, action="protocol.make_current", by=by, cases=[], now=now)


def is_way_back(session: Session, jurisdiction: str, key: str) -> bool:
    """
    Say whether a text was in force just before the current one, and first: to go back to it is possible at any time.

    Refusing it for a gap in the rota would leave the worse one in force, with the same gap.
    """
    ours = (ProtocolChange.jurisdiction == jurisdiction, ProtocolChange.number.is_not(None))
    numbered = select(ProtocolChange.digest).where(*ours).order_by(ProtocolChange.number)
    kept = session.scalars(numbered).all()
    return len(kept) > 1 and kept[-2] == key and kept.index(key) < kept.index(kept[-1])


def take_back(session: Session, change_id: UUID, *, because: str, by: UUID, now: datetime) -> None:
    """Take a proposed protocol off the table; anyone who may propose may. Audited. Raises ChangeSettled, ValueError."""
    _settle(session, _waiting(session, change_id), because, by, now)
    audit.record(session, action="protocol.take_back", by=by, cases=[], now=now)


def _waiting(session: Session, change_id: UUID) -> ProtocolChange:
    row = session.get(ProtocolChange, change_id, with_for_update=True)
    if row is None or row.settled_at is not None:
        raise ChangeSettled
    return row


def _settle(session: Session, row: ProtocolChange, because: str, by: UUID, now: datetime) -> None:
    row.settled_by_id, row.settled_at = by, now
    row.why_box = _sealed(session, why_of(session, row)._replace(settled=_reason(because)), row.id)


def _reason(because: str) -> str:
    if not because.strip():
        raise ValueError("a change of protocol needs a reason")
    return because.strip()


def _sealed(session: Session, why: Why, row: UUID) -> bytes:
    return seal(session, BoxNumber.PROTOCOL_CHANGE, why, owner=HOUSE, row=row)
