"""
Opening what intake sealed: unseal, unpack, check the agency's signature again, read the event.

HPKE authenticates no sender, and intake may one day be somebody else's machine: what is not signed by the agency
with a key that counted when it arrived is nobody's event. Writes nothing; a deposit that fails is set aside by
the caller with the reason given here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from crypto.errors import CannotDecrypt
from crypto.signatures import verify
from crypto.unsealing import UnsealingKeys
from outreach import inbox
from outreach.case_file.history import Sent
from outreach.events import InvalidEvent, parse_event
from outreach.inbox import SignedEvent, UnreadableDeposit
from outreach.ingesting.aside import SetAside
from outreach.intake.agencies import Agency
from outreach.records.spool import Deposit

FRESH = timedelta(minutes=5, seconds=5)
"""Intake accepts five minutes either way; the seconds are for rounding."""


class CannotIngest(Exception):
    """A deposit that must be set aside, and why."""

    def __init__(self, why: SetAside) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True)
class Opened:
    """One deposit that is an agency's own event."""

    deposit: Deposit
    sent: Sent
    body: bytes


@dataclass(frozen=True, slots=True)
class Opener:
    """What opening takes: our private keys and the agencies' public ones."""

    unsealing: UnsealingKeys
    agencies: Mapping[str, Agency]

    def open(self, deposit: Deposit) -> Opened:
        """
        Return the event of a deposit.

        Raises:
            CannotIngest: it does not open, is not signed by the agency it names, or is no event of that agency.
        """
        signed = self._unpack(deposit)
        agency = self._verified_agency(signed, deposit.received_at)
        try:
            event = parse_event(signed.body, sent_at=signed.sent_at)
        except InvalidEvent:
            raise CannotIngest(SetAside.NOT_AN_EVENT) from None
        if event.jurisdiction != agency.jurisdiction:
            raise CannotIngest(SetAside.WRONG_JURISDICTION)
        return Opened(deposit, Sent(agency.slug, signed.event_id, deposit.received_at, event), signed.body)

    def _unpack(self, deposit: Deposit) -> SignedEvent:
        try:
            return inbox.unpack(self.unsealing.unseal(deposit.sealed, purpose=inbox.PURPOSE, deposit=deposit.id))
        except CannotDecrypt:
            raise CannotIngest(SetAside.CANNOT_OPEN) from None
        except UnreadableDeposit:
            raise CannotIngest(SetAside.UNREADABLE) from None

    def _verified_agency(self, signed: SignedEvent, received_at: datetime) -> Agency:
        agency = self.agencies.get(signed.agency)
        if agency is None:
            raise CannotIngest(SetAside.UNKNOWN_AGENCY)
        keys = agency.keys_at(received_at)
        if not any(verify(key, signed.event_id, signed.timestamp, signed.body, signed.signature) for key in keys):
            raise CannotIngest(SetAside.BAD_SIGNATURE)
        if abs(received_at.timestamp() - signed.timestamp) > FRESH.total_seconds():
            raise CannotIngest(SetAside.STALE)
        return agency
