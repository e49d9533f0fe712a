"""A message as Twilio keeps it, and the resource it shows of it."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from twilio_emulator import segments
from twilio_emulator.parameters import Order
from twilio_emulator.refusals import LATER_ERRORS

API_VERSION = "2010-04-01"
TERMINAL = frozenset({"delivered", "undelivered", "failed", "canceled", "received", "read"})
UNASSIGNED = frozenset({"accepted", "scheduled"})
"""A service's message has no sender yet, and no segments."""


def new_sid() -> str:
    """Return a fresh message sid."""
    return "SM" + secrets.token_hex(16)


@dataclass
class Message:
    """One accepted message and where it stands."""

    account_sid: str
    order: Order
    created_at: datetime
    number: int = 0
    """Its place in the order of arrival."""
    direction: str = "outbound-api"
    sid: str = field(default_factory=new_sid)
    status: str = "queued"
    error_code: int | None = None
    updated_at: datetime | None = None
    sent_at: datetime | None = None
    is_redacted: bool = False

    @property
    def is_terminal(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.status in TERMINAL

    @property
    def uri(self) -> str:
        """The resource's own path."""
        return f"/{API_VERSION}/Accounts/{self.account_sid}/Messages/{self.sid}.json"

    def shown_recipient(self) -> str:
        """Return the recipient as the retention choice lets it be seen; only the other side's number is masked."""
        return self._masked(self.order.to) if self.direction != "inbound" else self.order.to

    def shown_sender(self) -> str:
        """Return the sender as the retention choice lets it be seen; only the other side's number is masked."""
        return self._masked(self.order.sender) if self.direction == "inbound" else self.order.sender

    def _masked(self, number: str) -> str:
        return number if self.order.shows_address else number[:-4] + "XXXX"

    def redact(self, at: datetime) -> None:
        """Take the words away."""
        self.is_redacted, self.updated_at = True, at

    def move(self, status: str, at: datetime, error_code: int | None = None) -> None:
        """Take the next status."""
        self.status, self.updated_at, self.error_code = status, at, error_code
        if status == "sent":
            self.sent_at = at

    def as_json(self) -> dict[str, Any]:
        """Return the resource, valid against Twilio's OpenAPI description."""
        return {
            "account_sid": self.account_sid,
            "api_version": API_VERSION,
            "body": self.order.body if self.order.keeps_content and not self.is_redacted else "",
            "date_created": _stamp(self.created_at),
            "date_sent": _stamp(self.sent_at),
            "date_updated": _stamp(self.updated_at or self.created_at),
            "direction": self.direction,
            "error_code": self.error_code,
            "error_message": LATER_ERRORS.get(self.error_code) if self.error_code else None,
            "from": None if self.status in UNASSIGNED else self.shown_sender(),
            "messaging_service_sid": self.order.service_sid,
            "num_media": "0",
            "num_segments": "0" if self.status in UNASSIGNED else str(segments.count(self.order.body)),
            "price": None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": self.uri.removesuffix(".json") + "/Media.json"},
            "to": self.shown_recipient(),
            "uri": self.uri,
        }

    def status_callback_form(self) -> list[tuple[str, str]]:
        """Return the parameters of a status callback for the present status."""
        form = [
            ("AccountSid", self.account_sid),
            ("ApiVersion", API_VERSION),
            ("From", self.shown_sender()),
            ("MessageSid", self.sid),
            ("MessageStatus", self.status),
            ("SmsSid", self.sid),
            ("SmsStatus", self.status),
            ("To", self.shown_recipient()),
        ]
        if self.order.service_sid:
            form.append(("MessagingServiceSid", self.order.service_sid))
        if self.error_code is not None:
            form.append(("ErrorCode", str(self.error_code)))
        return form


def _stamp(at: datetime | None) -> str | None:
    return None if at is None else format_datetime(at.astimezone(UTC))
