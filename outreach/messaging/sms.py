"""
The one place that sends through Twilio. Takes an Allowed of the gate or does nothing.

Posts to Twilio itself, on a line of its own (outreach.messaging.line): Twilio's client has an endless time-out, logs
numbers and words, and costs more than the rest of a text. Sends exactly the parameters listed here and refuses any
other. SmartEncoded is not among them: what she gets is what was shown
before sending, letter by letter. `messages.list` is never used: it would log her number at Twilio.
"""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from outreach.messaging.line import Answer, Line, NoAnswer, NotSent, Waits
from outreach.safe_contact import Allowed
from outreach.terms import Channel

TWILIO: Final = "https://api.twilio.com"
PARAMETERS: Final = frozenset(
    {"To", "From", "Body", "ValidityPeriod", "ContentRetention", "AddressRetention", "StatusCallback"}
)
"""Exactly what a create request carries; all seven, every time."""

LONGEST_VALIDITY = 36_000
SHORTEST_LEFT = timedelta(seconds=300)
"""Less time than this left in her hours, and the text is held."""
MARGIN = timedelta(seconds=60)
CONNECT_SECONDS, READ_SECONDS = 5.0, 20.0
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Outcome(StrEnum):
    """What is known after a call. Only `not_sent` and `busy` may ever lead to another call for the same text."""

    ACCEPTED = "accepted"
    NOT_SENT = "not_sent"
    """No byte of the request left: no connection."""
    BUSY = "busy"
    """Twilio refused for now (429)."""
    REFUSED = "refused"
    """Twilio refused for good, with a code."""
    UNKNOWN = "unknown"
    """It may be on its way. Never sent again."""
    NOT_TRIED = "not_tried"
    """No call was made: texts were stopped, or the leave had run out. Says nothing of Twilio."""


@dataclass(frozen=True, slots=True)
class SendResult:
    """What came of one call."""

    outcome: Outcome
    sid: str | None = None
    error_code: int | None = None
    retry_after: timedelta | None = None
    """How long a busy Twilio asked us to wait."""
    ends_at: datetime | None = None
    """When her hours, or what she asked for, end: no line is asked again after that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingText:
    """One text, ready to go."""

    destination_id: UUID
    to: str = field(repr=False)
    body: str = field(repr=False)
    claimed_at: datetime
    ends_at: datetime
    """When her hours, or what she asked for, end: it must not arrive after that."""
    status_callback: str = field(repr=False)


class NotForThis(ValueError):
    """The Allowed is for another destination or channel, has run out, or leaves too little time."""


class UnexpectedParameter(RuntimeError):
    """A create request held other parameters than the seven agreed ones; nothing was sent."""


class UnsafeAccount(ValueError):
    """An account that must not be used like this; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioAccount:
    """The account, an API key of it, and our number."""

    account_sid: str
    api_key: str
    api_secret: str = field(repr=False)
    sender: str
    callback_base_url: str
    """The public address of our callbacks, as Twilio reaches it."""
    base_url: str = TWILIO

    def __post_init__(self) -> None:
        if self.base_url != TWILIO and not is_on_loopback(self.base_url):
            raise UnsafeAccount("texts go to Twilio itself, or to an emulator on loopback")


def is_on_loopback(address: str) -> bool:
    """Say whether an address is of this machine alone."""
    parts = urlsplit(address)
    return parts.scheme in ("http", "https") and parts.hostname in _LOOPBACK


class Refusal(Exception):
    """Twilio took the request and said no: with its status, its code, and how long it asks us to wait."""

    def __init__(self, status: int, code: int, retry_after: timedelta | None) -> None:
        super().__init__(f"Twilio answered {status}, code {code}")
        self.status, self.code, self.retry_after = status, code, retry_after


class TwilioSms:
    """Our line to Twilio: one account, one sender, our time-outs. For one thread."""

    def __init__(self, account: TwilioAccount) -> None:
        """Take the account; nothing is opened yet."""
        self.account = account
        self.line = Line(
            f"{account.base_url.rstrip('/')}/2010-04-01/Accounts/{account.account_sid}/Messages.json",
            name=account.api_key,
            secret=account.api_secret,
            waits=Waits(CONNECT_SECONDS, READ_SECONDS),
        )

    def create(self, message: OutgoingText, validity_seconds: int) -> str:
        """
        Create the message at Twilio and return its sid.

        Raises:
            NotSent: no byte of it left.
            Refusal: Twilio says that it did not take it.
            NoAnswer, ValueError: it may have been accepted.
        """
        return _sid(self.post(self._form(message, validity_seconds)))

    def post(self, form: dict[str, str]) -> Answer:
        """Post a create request as it is, if it holds exactly the agreed parameters. Raises UnexpectedParameter too."""
        if set(form) != PARAMETERS:
            raise UnexpectedParameter("a create request must hold exactly the agreed parameters")
        return self.line.post(form)

    def reach(self) -> bool:
        """Connect before the last look, since that can take seconds; say whether there is a connection."""
        return self.line.reach()

    def close(self) -> None:
        """Let go of the connection."""
        self.line.close()

    def _form(self, message: OutgoingText, validity_seconds: int) -> dict[str, str]:
        return {
            "To": message.to,
            "From": self.account.sender,
            "Body": message.body,
            "ValidityPeriod": str(validity_seconds),
            "ContentRetention": "discard",
            "AddressRetention": "obfuscate",
            "StatusCallback": message.status_callback,
        }


def send(allowed: Allowed, message: OutgoingText, client: TwilioSms, *, at: datetime) -> SendResult:
    """
    Send one text, once.

    Args:
        at: the time now. It may be long after the claim: a process can be stopped in between, and her hours go on.

    Raises:
        NotForThis: `allowed` does not cover this text now; nothing was sent.
    """
    at = max(at, message.claimed_at)  # A clock that was set back gives no time back.
    validity = validity_seconds(at, message.ends_at)
    if not isinstance(allowed, Allowed) or allowed.channel is not Channel.TEXT:
        raise NotForThis("sending takes an Allowed for a text")
    if allowed.destination_id != message.destination_id or at >= allowed.until:
        raise NotForThis("this leave is for another destination, or has run out")
    try:
        return SendResult(Outcome.ACCEPTED, client.create(message, validity))
    except Refusal as refusal:
        return _refused(refusal, message.ends_at)
    except (NotSent, NoAnswer) as fault:
        return SendResult(Outcome.NOT_SENT if _never_left(fault) else Outcome.UNKNOWN, ends_at=message.ends_at)
    except ValueError:
        # A torn or strange answer: it may have been accepted.
        return SendResult(Outcome.UNKNOWN)


def validity_seconds(at: datetime, ends_at: datetime) -> int:
    """Return how long Twilio may keep trying: to a minute before her hours end. NotForThis under five minutes."""
    left = ends_at - at
    if left < SHORTEST_LEFT:
        raise NotForThis("less than five minutes of her hours are left")
    return min(LONGEST_VALIDITY, int((left - MARGIN).total_seconds()))


def _sid(answer: Answer) -> str:
    """Return the sid of an accepted text. Raises Refusal, or ValueError for an answer that says neither."""
    if not 200 <= answer.status < 300:
        raise Refusal(answer.status, _code(answer), _wait(answer.retry_after))
    said = json.loads(answer.content)
    sid = said.get("sid") if isinstance(said, dict) else None
    if not sid or not isinstance(sid, str):
        raise ValueError("an answer without a sid")
    return sid


def _code(answer: Answer) -> int:
    """Return Twilio's code of a refusal; where it gives none, the status."""
    try:
        said = json.loads(answer.content)
    except ValueError:
        return answer.status
    code = said.get("code") if isinstance(said, dict) else None
    return code if isinstance(code, int) else answer.status


def _wait(said: str | None) -> timedelta | None:
    return timedelta(seconds=int(said)) if said is not None and re.fullmatch("[0-9]{1,6}", said) else None


def _refused(refusal: Refusal, ends_at: datetime) -> SendResult:
    outcome = Outcome.UNKNOWN
    if refusal.status == 429:
        outcome = Outcome.BUSY
    elif 400 <= refusal.status < 500 and refusal.status != 408:
        outcome = Outcome.REFUSED
    code = refusal.code or None
    return SendResult(outcome, error_code=code, retry_after=refusal.retry_after, ends_at=ends_at)


def _never_left(fault: NotSent | NoAnswer) -> bool:
    """Say whether no connection was made at all, so that no byte of the request can have left."""
    return isinstance(fault, NotSent)
