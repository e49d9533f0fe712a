"""What Twilio answers when it refuses: documented codes, their HTTP status and the JSON they travel in."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from twilio_emulator.asking import JSON, Answer
from twilio_emulator.faults import Fault, FaultKind


@dataclass(frozen=True)
class Refusal(Exception):
    """One refusal of the Messages API. Source: https://www.twilio.com/docs/api/errors."""

    code: int
    status: int
    message: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """Return the body as Twilio sends it."""
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }

    def as_answer(self) -> Answer:
        """Return the whole answer."""
        return Answer(self.status, json.dumps(self.as_json()).encode(), {**JSON, **self.headers})


def authenticate() -> Refusal:
    """Return the one answer to missing or wrong credentials."""
    return Refusal(20003, 401, "Authenticate", {"WWW-Authenticate": 'Basic realm="Twilio API"'})


def not_found(path: str) -> Refusal:
    """Return the answer to an unknown resource."""
    return Refusal(20404, 404, f"The requested resource {path} was not found")


def method_not_allowed() -> Refusal:
    """Return the answer to a method the resource does not have."""
    return Refusal(20004, 405, "Method not allowed")


def not_complete_yet() -> Refusal:
    """Return the answer to deleting a message, or its words, while it is still on its way."""
    return Refusal(20009, 409, "Cannot delete message because delivery has not been completed.")


def too_many_requests() -> Refusal:
    """Return the answer to more requests than the account may make."""
    return Refusal(20429, 429, "Too Many Requests")


def queue_full() -> Refusal:
    """Return the answer when a sender's queue is full."""
    return Refusal(21611, 429, "This 'From' number has exceeded the maximum number of queued messages")


def not_cancellable() -> Refusal:
    """Return the answer to cancelling a message that does not wait for its time."""
    return Refusal(30409, 409, "This message cannot be canceled")


def internal_error() -> Refusal:
    """Return Twilio's answer to its own fault."""
    return Refusal(20500, 500, "An internal server error has occurred")


def refused_number(code: int, to: str) -> Refusal:
    """Return the refusal of one message; 429 for the codes of too much, 400 for all others."""
    said = REFUSED_NUMBERS.get(code) or LATER_ERRORS.get(code) or "Refused"
    return Refusal(code, 429 if code in TOO_MUCH else 400, said.format(to=to))


def fault_refusal(fault: Fault) -> Refusal:
    """Return what a fault that accepts nothing is answered with; a 429 names the seconds to wait, if any are set."""
    wait = {"Retry-After": str(int(fault.seconds))} if fault.seconds else {}
    refusal = {
        FaultKind.STATUS_429: replace(too_many_requests(), headers=wait),
        FaultKind.QUEUE_FULL: queue_full(),
        FaultKind.REFUSE: refused_number(fault.code, "the number"),
        FaultKind.UNAUTHORISED: authenticate(),
        FaultKind.STATUS_503: Refusal(20503, 503, "Service unavailable"),
    }
    return refusal.get(fault.kind, internal_error())


TOO_MUCH = frozenset({20429, 21611, 63038})

REFUSED_NUMBERS = {
    20429: "Too Many Requests",
    21211: "Invalid 'To' Phone Number: {to}",
    21408: "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: {to}",
    21610: "Attempt to send to unsubscribed recipient",
    21611: "This 'From' number has exceeded the maximum number of queued messages",
    21612: "Message cannot be sent with the current combination of 'To' and/or 'From' parameters",
    21614: "To number: {to}, is not a mobile number",
    63038: "Account exceeded the daily messages limit",
}

MAGIC_NUMBERS = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}
"""Twilio's own test recipients: always refused. Source: https://www.twilio.com/docs/iam/test-credentials."""

MAGIC_SENDERS = {
    "+15005550001": Refusal(21212, 400, "The 'From' number is not a valid phone number"),
    "+15005550007": Refusal(21606, 400, "The 'From' phone number is not a valid message-capable Twilio phone number"),
    "+15005550008": queue_full(),
}
"""Twilio's own test senders; +15005550006 is the one that works. Source: as above."""

LATER_ERRORS = {
    30001: "Queue overflow",
    30002: "Account suspended",
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
    30034: "US A2P 10DLC - Message from an Unregistered Number",
    30036: "Validity Period Expired",
}
"""Errors that arrive after a message was accepted, in its status callback."""
