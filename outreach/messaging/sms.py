"""
The one place that sends through Twilio. Takes an Allowed of the gate or does nothing.

Hides the client, its endless default time-out, its address and its logging of numbers and words. Sends exactly the
parameters listed here and refuses any other. SmartEncoded is not among them: what she gets is what was shown
before sending, letter by letter. `messages.list` is never used: it would log her number at Twilio.
"""

import logging
import re
import time
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client
from urllib3.exceptions import NewConnectionError

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
_IDLE_SECONDS = 4.0
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


class TwilioSms:
    """Our Twilio client: one account, one sender, our time-outs."""

    def __init__(self, account: TwilioAccount) -> None:
        """Take the account; nothing is opened yet."""
        self.account = account
        self._http = _HttpClient(account.base_url)
        self._client = Client(account.api_key, account.api_secret, account.account_sid, http_client=self._http)

    def create(self, message: OutgoingText, validity_seconds: int) -> str:
        """Create the message at Twilio and return its sid; raises what the client raises."""
        created = self._client.messages.create(
            to=message.to,
            from_=self.account.sender,
            body=message.body,
            validity_period=validity_seconds,
            content_retention="discard",
            address_retention="obfuscate",
            status_callback=message.status_callback,
        )
        if not created.sid:
            raise TwilioException("an answer without a sid")
        return str(created.sid)

    @property
    def asked_to_wait(self) -> timedelta | None:
        """Return how long Twilio's last answer asked us to wait."""
        said = self._http.retry_after or ""
        return timedelta(seconds=int(said)) if re.fullmatch("[0-9]{1,6}", said) else None

    def close(self) -> None:
        """Let go of the connections."""
        self._http.session.close()


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
    except TwilioRestException as fault:
        return replace(_refusal(fault), retry_after=client.asked_to_wait, ends_at=message.ends_at)
    except requests.exceptions.RequestException as fault:
        return SendResult(Outcome.NOT_SENT if _never_left(fault) else Outcome.UNKNOWN, ends_at=message.ends_at)
    except (TwilioException, ValueError, TypeError, KeyError, AttributeError):
        # A torn or strange answer of a client that parsed it halfway: it may have been accepted.
        return SendResult(Outcome.UNKNOWN)


def validity_seconds(at: datetime, ends_at: datetime) -> int:
    """Return how long Twilio may keep trying: to a minute before her hours end. NotForThis under five minutes."""
    left = ends_at - at
    if left < SHORTEST_LEFT:
        raise NotForThis("less than five minutes of her hours are left")
    return min(LONGEST_VALIDITY, int((left - MARGIN).total_seconds()))


def _refusal(fault: TwilioRestException) -> SendResult:
    code = fault.code or None
    if fault.status == 429:
        return SendResult(Outcome.BUSY, error_code=code)
    if 400 <= fault.status < 500 and fault.status != 408:
        return SendResult(Outcome.REFUSED, error_code=code)
    return SendResult(Outcome.UNKNOWN, error_code=code)


def _never_left(fault: BaseException) -> bool:
    """Say whether no connection was made at all, so that no byte of the request can have left."""
    if isinstance(fault, requests.exceptions.ConnectTimeout):
        return True
    seen: BaseException | None = fault
    while seen is not None:
        if isinstance(seen, NewConnectionError):
            return True
        reason = getattr(seen, "reason", None) or (seen.args[0] if seen.args else None)
        seen = reason if isinstance(reason, BaseException) else seen.__cause__
    return False


class _HttpClient(TwilioHttpClient):  # type: ignore[misc]
    """Twilio's own client, sent to our address, with our time-outs, mute, and held to the agreed parameters."""

    def __init__(self, base_url: str) -> None:
        mute = logging.Logger("mute")
        mute.disabled = True
        super().__init__(logger=mute, max_retries=0)
        self.timeout = (CONNECT_SECONDS, READ_SECONDS)
        self._base_url = base_url.rstrip("/")
        self._used_at = time.monotonic()
        self.retry_after: str | None = None
        # No proxy, no .netrc: nothing of the machine's may see or change these requests.
        self.session.trust_env = False

    def request(
        self, method: str, url: str, *args: Any, data: dict[str, object] | None = None, **named: Any
    ) -> Response:
        """Send one request; a connection unused for seconds is not used again, as its end may have closed it."""
        if method.upper() == "POST" and set(data or {}) != PARAMETERS:
            raise UnexpectedParameter("a create request must hold exactly the agreed parameters")
        if not url.startswith(TWILIO):
            raise UnexpectedParameter("a request to another host than Twilio's API")
        if time.monotonic() - self._used_at > _IDLE_SECONDS:
            self.session.close()
        self._used_at = time.monotonic()
        named["timeout"], self.retry_after = None, None
        answer = super().request(method, self._base_url + url.removeprefix(TWILIO), *args, data=data, **named)
        self.retry_after = (answer.headers or {}).get("Retry-After")
        return answer

    def log_request(self, kwargs: dict[str, Any]) -> None:
        """Log nothing: it holds her number and our words."""

    def log_response(self, status_code: int, response: Any) -> None:
        """Log nothing."""
