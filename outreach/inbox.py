"""
What intake seals and the worker opens: one signed event exactly as it came, with its headers.

The worker checks the signature again on these bytes, so nothing may be lost or changed on the way. Pure; shared
by intake, which only packs, and the worker, which only unpacks.
"""

from datetime import UTC, datetime
from typing import NamedTuple

PURPOSE = "level-event"
"""What intake's deposits are sealed for; a deposit sealed for another purpose does not open."""

_VERSION = b"\x01"
_LENGTH_BYTES = 4


class SignedEvent(NamedTuple):
    """One request as it came. `event_id` and `timestamp` (Unix seconds) are signed together with `body`."""

    agency: str
    event_id: str
    timestamp: int
    signature: str
    body: bytes

    @property
    def sent_at(self) -> datetime:
        """Return when the agency says it sent the request, aware."""
        return datetime.fromtimestamp(self.timestamp, UTC)

    def __repr__(self) -> str:
        """Show whose it is and nothing else."""
        return f"SignedEvent(agency={self.agency!r}, event_id={self.event_id!r})"


class UnreadableDeposit(Exception):
    """The bytes were not packed by this version."""


def pack(event: SignedEvent) -> bytes:
    """
    Pack an event for sealing.

    Returns:
        version (1 byte) | agency | event id | timestamp | signature | body, each after its length (4, big-endian).
    """
    fields = (
        event.agency.encode(),
        event.event_id.encode(),
        str(event.timestamp).encode(),
        event.signature.encode(),
        event.body,
    )
    return _VERSION + b"".join(len(each).to_bytes(_LENGTH_BYTES, "big") + each for each in fields)


def unpack(packed: bytes) -> SignedEvent:
    """
    Unpack what `pack` made.

    Raises:
        UnreadableDeposit: another version, a field cut short, or bytes left over.
    """
    if packed[:1] != _VERSION:
        raise UnreadableDeposit("a deposit of another version")
    fields = _fields(packed[1:])
    if len(fields) != len(SignedEvent._fields):
        raise UnreadableDeposit("a deposit with missing or extra fields")
    try:
        agency, event_id, timestamp, signature = (each.decode() for each in fields[:4])
        return SignedEvent(agency, event_id, int(timestamp), signature, fields[4])
    except ValueError:
        raise UnreadableDeposit("a deposit with a garbled field") from None


def _fields(data: bytes) -> list[bytes]:
    fields: list[bytes] = []
    while data:
        end = _LENGTH_BYTES + int.from_bytes(data[:_LENGTH_BYTES], "big")
        if len(data) < max(end, _LENGTH_BYTES):
            raise UnreadableDeposit("a deposit cut short")
        fields.append(data[_LENGTH_BYTES:end])
        data = data[end:]
    return fields
