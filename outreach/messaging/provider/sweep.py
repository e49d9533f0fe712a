"""
The sweep that proves nothing is left at Twilio: all it lists of ours that is over is deleted, and then it looks again.

It also finds what no row of ours knows, such as a text whose creation we never heard back from. What came in at
Twilio and never reached us is left there and counted, since that is the only copy; what may be a STOP counts at once.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit
from outreach.audit import WORKER
from outreach.messaging.inbound import hides_a_phone, take_missed
from outreach.messaging.provider import copies as provider_copies
from outreach.messaging.provider.api import ProviderApi, ProviderRefuses
from outreach.messaging.provider.copies import UNHEARD_OF
from outreach.records.engine import Vault
from outreach.records.provider import ProviderSweep

ON_ITS_WAY = frozenset({"accepted", "scheduled", "queued", "sending", "receiving"})
"""Statuses in which Twilio still works on a text, and does not let it be deleted."""
SHOULD_BE_HERE = timedelta(minutes=15)
"""How long what came in at Twilio may take to reach us."""


@dataclass(slots=True)
class Swept:
    """What one sweep found and did. Counts only, but for the ids it deletes."""

    seen: int = 0
    under_way: int = 0
    deleted: int = 0
    left: int = 0
    nameless: int = 0
    """Of what came in there and never here, those that hide whose phone they came from: any of them may be a STOP."""
    over: set[str] = field(default_factory=set, repr=False)
    missed: list[dict[str, Any]] = field(default_factory=list, repr=False)
    """What came in there and never here."""

    @property
    def not_taken_in(self) -> int:
        """How many came in there and never here."""
        return len(self.missed)


def sweep(vault: Vault, api: ProviderApi, *, clock: Callable[[], datetime]) -> Swept:
    """
    Delete what is over and still at Twilio, look again, and record the counts.

    Raises:
        ProviderSilent, ProviderRefuses: it could not be looked at whole, and nothing is recorded.
    """
    found = _look(vault, api, clock())
    for sid in sorted(found.over):
        _delete(vault, api, sid, clock())
    for message in found.missed:
        _heed_stop(vault, message, clock())
        found.nameless += hides_a_phone(str(message.get("from") or ""))
    if found.over:
        after = _look(vault, api, clock())
        found.left = len(after.over & found.over)
        found.deleted = len(found.over) - found.left
    with vault.writing() as session:
        _note(session, found, clock())
        audit.record(session, action="provider.sweep", by=WORKER, cases=[], now=clock())
    return found


def _note(session: Session, found: Swept, now: datetime) -> None:
    """Write the counts down, one row a day: what was deleted adds up, the rest is as last seen."""
    today = datetime.combine(now.astimezone(UTC).date(), time(0), UTC)
    row = session.scalars(select(ProviderSweep).where(ProviderSweep.swept_at >= today)).first()
    if row is None:
        row = ProviderSweep(id=uuid4(), swept_at=now, seen=0, deleted=0, under_way=0, not_taken_in=0, left=0)
        session.add(row)
    row.swept_at = now
    row.seen, row.under_way, row.left = found.seen, found.under_way, found.left
    row.not_taken_in, row.deleted = found.not_taken_in, row.deleted + found.deleted


def _look(vault: Vault, api: ProviderApi, now: datetime) -> Swept:
    found = Swept()
    for message in api.messages():
        if not _is_ours(message, api.account.sender):
            continue
        found.seen += 1
        sid = str(message.get("sid"))
        if _is_on_its_way(message, now):
            found.under_way += 1
        elif message.get("direction") == "inbound" and not _is_known(vault, sid):
            if _age(message, now) > SHOULD_BE_HERE:
                found.missed.append(message)
            else:
                found.under_way += 1
        else:
            found.over.add(sid)
    return found


def _is_ours(message: dict[str, Any], sender: str) -> bool:
    """Say whether a text is from or to our number: the account may have others, which are none of our business."""
    return sender == (message.get("to") if message.get("direction") == "inbound" else message.get("from"))


def _is_on_its_way(message: dict[str, Any], now: datetime) -> bool:
    status = message.get("status")
    return status in ON_ITS_WAY or (status == "sent" and _age(message, now) < UNHEARD_OF)


def _age(message: dict[str, Any], now: datetime) -> timedelta:
    try:
        made_at = parsedate_to_datetime(str(message.get("date_created")))
    except ValueError:
        return timedelta(0)
    return now - (made_at if made_at.tzinfo else made_at.replace(tzinfo=UTC))


def _is_known(vault: Vault, sid: str) -> bool:
    with vault.reading() as session:
        known = provider_copies.find(session, sid)
        return known is not None and not provider_copies.is_only_noticed(known)


def _heed_stop(vault: Vault, message: dict[str, Any], now: datetime) -> None:
    """Let what may be a STOP in what never reached us count, once; a person has to read the rest at Twilio."""
    sender, body = str(message.get("from") or ""), str(message.get("body") or "")
    with vault.writing() as session:
        if provider_copies.notice(session, str(message.get("sid"))):
            take_missed(session, sender, body, now=now)
            audit.record(session, action="provider.notice", by=WORKER, cases=[], now=now)


def _delete(vault: Vault, api: ProviderApi, sid: str, now: datetime) -> None:
    """Delete one record; one that Twilio will not let go yet joins the queue of deletions."""
    try:
        api.delete_message(sid)
    except ProviderRefuses as fault:
        if fault.is_about_us:
            raise
        with vault.writing() as session:
            provider_copies.keep(session, sid, due_at=now)
            audit.record(session, action="provider.keep", by=WORKER, cases=[], now=now)
        return
    with vault.writing() as session:
        known = provider_copies.find(session, sid)
        if known is not None and known.gone_on is None:
            provider_copies.note_gone(session, known, now=now)
            audit.record(session, action="provider.delete", by=WORKER, cases=[], now=now)
