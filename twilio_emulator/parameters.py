"""Which parameters of a message the Messages API takes, and how it refuses the others."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from twilio_emulator.refusals import MAGIC_NUMBERS, MAGIC_SENDERS, Refusal, refused_number
from twilio_emulator.webhooks import BadOverride, Connection

E164 = re.compile(r"\+[1-9]\d{6,14}")
LONGEST_BODY = 1600
LONGEST_VALIDITY = 36_000
SOONEST, LATEST = timedelta(seconds=300), timedelta(days=35)
MAGIC_SENDER = "+15005550006"


@dataclass(frozen=True)
class Order:
    """A message someone asked Twilio to send, checked."""

    to: str
    sender: str
    body: str
    validity_seconds: int
    status_callback: str | None
    keeps_content: bool
    shows_address: bool
    service_sid: str | None = None
    send_at: datetime | None = None


@dataclass(frozen=True)
class Change:
    """What an update asks for."""

    redacts: bool
    cancels: bool


def read_change(form: list[tuple[str, str]]) -> Change:
    """Check the parameters of an update: an empty Body takes the words away, Status is `canceled`."""
    given = dict(form)
    if given.get("Body"):
        raise Refusal(20001, 400, "Invalid parameter: Body can only be set to nothing")
    if given.get("Status", "canceled") != "canceled":
        raise Refusal(20001, 400, "Invalid parameter: Status")
    return Change(redacts="Body" in given, cancels="Status" in given)


def read_order(form: list[tuple[str, str]], senders: frozenset[str], *, service_sid: str, now: datetime) -> Order:
    """
    Check the parameters of a create request in Twilio's order.

    Args:
        service_sid: the account's one messaging service; without a sender of its own, a message takes the service's.

    Raises:
        Refusal: with the documented code.
    """
    given = dict(form)
    service = _service(given, service_sid)
    return Order(
        to=_recipient(given),
        sender=min(senders) if service and not given.get("From") else _sender(given, senders),
        body=_body(given),
        validity_seconds=_validity(given),
        status_callback=_callback(given),
        keeps_content=_choice(given, "ContentRetention", ("retain", "discard")) == "retain",
        shows_address=_choice(given, "AddressRetention", ("retain", "obfuscate")) == "retain",
        service_sid=service,
        send_at=_send_at(given, service, now),
    )


def _service(given: dict[str, str], known: str) -> str | None:
    said = given.get("MessagingServiceSid")
    if said and said != known:
        raise Refusal(21701, 400, "The Messaging Service does not exist")
    return said or None


def _send_at(given: dict[str, str], service: str | None, now: datetime) -> datetime | None:
    if not given.get("ScheduleType"):
        return None
    if given["ScheduleType"] != "fixed":
        raise Refusal(20001, 400, "Invalid parameter: ScheduleType")
    if not service:
        raise Refusal(35118, 400, "MessagingServiceSid is required to schedule a message")
    if not given.get("SendAt"):
        raise Refusal(35111, 400, "SendAt timestamp is missing")
    try:
        at = datetime.fromisoformat(given["SendAt"])
    except ValueError:
        raise Refusal(35114, 400, "Scheduling does not support this timestamp") from None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    if not now + SOONEST <= at <= now + LATEST:
        raise Refusal(35114, 400, "Scheduling does not support this timestamp")
    return at


def _recipient(given: dict[str, str]) -> str:
    to = given.get("To", "")
    if not to:
        raise Refusal(21604, 400, "A 'To' phone number is required.")
    if not E164.fullmatch(to):
        raise refused_number(21211, to)
    if to in MAGIC_NUMBERS:
        raise refused_number(MAGIC_NUMBERS[to], to)
    return to


def _sender(given: dict[str, str], senders: frozenset[str]) -> str:
    sender = given.get("From", "")
    if not sender:
        raise Refusal(21603, 400, "A 'From' phone number is required.")
    if not E164.fullmatch(sender):
        raise Refusal(21212, 400, f"Invalid From Number (caller ID): {sender}")
    if sender in MAGIC_SENDERS:
        raise MAGIC_SENDERS[sender]
    if sender not in senders | {MAGIC_SENDER}:
        raise Refusal(21606, 400, f"The 'From' phone number provided ({sender}) is not a valid message-capable number")
    return sender


def _body(given: dict[str, str]) -> str:
    body = given.get("Body", "")
    if not body:
        raise Refusal(21602, 400, "Message body is required.")
    if len(body) > LONGEST_BODY:
        raise Refusal(21617, 400, f"The concatenated message body exceeds the {LONGEST_BODY} character limit")
    return body


def _validity(given: dict[str, str]) -> int:
    said = given.get("ValidityPeriod", str(LONGEST_VALIDITY))
    if not said.isascii() or not said.isdecimal() or not 1 <= int(said) <= LONGEST_VALIDITY:
        raise Refusal(21624, 400, "Invalid validity period value")
    return int(said)


def _callback(given: dict[str, str]) -> str | None:
    address = given.get("StatusCallback")
    if address is None:
        return None
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or "_" in parts.hostname:
        raise Refusal(21609, 400, f"The StatusCallback URL {address} is not a valid URL.")
    try:
        Connection.of(address)
    except BadOverride as fault:
        raise Refusal(21609, 400, f"The StatusCallback URL {address} is not a valid URL: {fault}") from None
    return address


def _choice(given: dict[str, str], name: str, allowed: tuple[str, ...]) -> str:
    said = given.get(name, allowed[0])
    if said not in allowed:
        raise Refusal(20001, 400, f"Invalid parameter: {name}")
    return said
