"""
Every request our client makes, in whatever test: exactly the agreed parameters, valid for Twilio, in her hours.

conftest.py puts this watch around the whole suite (checks S-8 and S-9). The emulator's own tests speak to it without
our client, and may say what they like.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openapi_schema_validator import OAS30Validator

from outreach.messaging import sending, sms

MARGIN_SECONDS = 60
LONGEST_SECONDS = 36_000
PARAMETERS = frozenset(
    {"To", "From", "Body", "ValidityPeriod", "ContentRetention", "AddressRetention", "StatusCallback"}
)
"""Written out here too, so that a parameter added to the program is noticed."""

_OPENAPI = json.loads((Path(__file__).parent / "data" / "twilio_messages_openapi.json").read_text())
_CREATE = _OPENAPI["paths"]["/2010-04-01/Accounts/{AccountSid}/Messages.json"]["post"]["requestBody"]
_SCHEMA = _CREATE["content"]["application/x-www-form-urlencoded"]["schema"]
CREATE_SCHEMA = OAS30Validator({**_SCHEMA, "components": _OPENAPI["components"]})


def check_parameters(form: dict[str, Any]) -> None:
    """Check S-9: the exact parameters, nothing kept at Twilio, valid against Twilio's own description."""
    assert set(form) == PARAMETERS
    assert form["ContentRetention"] == "discard"
    assert form["AddressRetention"] == "obfuscate"
    typed = form | {"ValidityPeriod": int(form["ValidityPeriod"])}
    CREATE_SCHEMA.validate(typed)
    assert 1 <= typed["ValidityPeriod"] <= LONGEST_SECONDS


def check_validity(form: dict[str, Any], *, at: datetime, ends_at: datetime) -> None:
    """Check S-8: at the moment of the call, Twilio may try no longer than to a minute before her hours end."""
    assert 1 <= int(form["ValidityPeriod"]) <= (ends_at - at).total_seconds() - MARGIN_SECONDS


class Watch:
    """What our client asked of Twilio, each call checked as it was made."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.faults: list[Exception] = []
        self._now: tuple[Callable[[], datetime], datetime] | None = None

    @contextmanager
    def calling(self, clock: Callable[[], datetime], ends_at: datetime) -> Iterator[None]:
        """Know the clock and the end of her hours while the sender makes a call."""
        self._now = clock, ends_at
        try:
            yield
        finally:
            self._now = None

    def take(self, method: str, form: dict[str, Any] | None) -> None:
        """Check one request; a fault is kept too, because the sender forgives what a call raises."""
        if method.upper() != "POST":
            return
        self.calls.append(form or {})
        try:
            check_parameters(form or {})
            if self._now is not None:
                clock, ends_at = self._now
                check_validity(form or {}, at=clock(), ends_at=ends_at)
        except Exception as fault:  # Whatever is wrong with it, the schema's own complaint included.
            self.faults.append(fault)


def watch_calls(monkeypatch: pytest.MonkeyPatch) -> Watch:
    """Put a watch on every call that our client makes from now on."""
    watch, really_call = Watch(), sending._call
    really_request = sms.TwilioHttpClient.request

    def call(claim: Any, client: Any, *, clock: Callable[[], datetime], stop: Any) -> Any:
        with watch.calling(clock, claim.message.ends_at):
            return really_call(claim, client, clock=clock, stop=stop)

    def request(self: Any, method: str, url: str, *args: Any, data: Any = None, **named: Any) -> Any:
        if getattr(self, "is_ours", True):
            watch.take(method, data)
        return really_request(self, method, url, *args, data=data, **named)

    monkeypatch.setattr(sending, "_call", call)
    monkeypatch.setattr(sms.TwilioHttpClient, "request", request)
    return watch
