"""
Every request our program makes of Twilio, in whatever test: exactly as agreed, valid for Twilio, in her hours.

conftest.py puts this watch around the whole suite (checks S-8 and S-9): around the client that sends, and around the
one that deletes, lists and looks up. The emulator's own tests speak to it without ours, and may say what they like.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from provider_description import DESCRIPTION as _OPENAPI  # noqa: F401  # where other tests look for it
from provider_description import Called, check_request

from outreach.messaging import line, sending
from outreach.messaging.provider import api as provider_api

MARGIN_SECONDS = 60
LONGEST_SECONDS = 36_000
PARAMETERS = frozenset(
    {"To", "From", "Body", "ValidityPeriod", "ContentRetention", "AddressRetention", "StatusCallback"}
)
"""Written out here too, so that a parameter added to the program is noticed."""
LIST_PARAMETERS = frozenset({"PageSize", "Page", "PageToken"})
"""A list that names a phone would write it into Twilio's log; one by date would not show what was never sent."""
LOOKUP_FIELDS = frozenset({"line_type_intelligence", "reassigned_number"})
"""What may be asked about a phone: nothing that tells Twilio who she is."""
MESSAGES = "/2010-04-01/Accounts/AC00000000000000000000000000000000/Messages.json"


def check_parameters(form: dict[str, Any], path: str = MESSAGES) -> None:
    """Check S-9 of a text: the exact parameters, nothing kept at Twilio, valid against Twilio's own description."""
    assert set(form) == PARAMETERS
    assert form["ContentRetention"] == "discard"
    assert form["AddressRetention"] == "obfuscate"
    check_request(Called("POST", path, form=[(name, str(value)) for name, value in form.items()]))
    assert 1 <= int(form["ValidityPeriod"]) <= LONGEST_SECONDS


def check_question(method: str, path: str, query: Mapping[str, str]) -> None:
    """Check S-9 of everything but a text: deletions, lists, settings, look-ups."""
    if path.startswith("/2010-04-01/"):
        assert method in ("DELETE", "GET")
        assert set(query) <= LIST_PARAMETERS
        check_request(Called(method, path, query.items()))
    elif path.startswith("/v2/PhoneNumbers/"):
        assert method == "GET"
        assert set(query) <= {"Fields", "LastVerifiedDate"}
        assert set(query["Fields"].split(",")) <= LOOKUP_FIELDS
        assert re.fullmatch(r"\d{8}", query.get("LastVerifiedDate", "20260101"))
        assert ("LastVerifiedDate" in query) == ("reassigned_number" in query["Fields"])
    else:
        assert method == "GET"
        assert re.fullmatch(r"/v1/Services/MG[0-9a-fA-F]{32}(/PhoneNumbers)?", path)
        assert set(query) <= {"PageSize"}


def check_validity(form: dict[str, Any], *, at: datetime, ends_at: datetime) -> None:
    """Check S-8: at the moment of the call, Twilio may try no longer than to a minute before her hours end."""
    assert 1 <= int(form["ValidityPeriod"]) <= (ends_at - at).total_seconds() - MARGIN_SECONDS


class Watch:
    """What our program asked of Twilio, each call checked as it was made."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.questions: list[tuple[str, str, dict[str, str]]] = []
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

    def take(self, path: str, form: dict[str, Any]) -> None:
        """Check one request of the line that sends: it creates texts, and does nothing else."""
        self.calls.append(form)
        with self._kept():
            check_parameters(form, path)
            if self._now is not None:
                clock, ends_at = self._now
                check_validity(form, at=clock(), ends_at=ends_at)

    def take_question(self, method: str, path: str, query: Mapping[str, str]) -> None:
        """Check one request of the client that deletes, lists and looks up."""
        self.questions.append((method, path, dict(query)))
        with self._kept():
            check_question(method, path, query)

    @contextmanager
    def _kept(self) -> Iterator[None]:
        """Keep a fault until the test is over, because our program forgives what a call raises."""
        try:
            yield
        except Exception as fault:  # Whatever is wrong with it, the schema's own complaint included.
            self.faults.append(fault)


def watch_calls(monkeypatch: pytest.MonkeyPatch) -> Watch:
    """Put a watch on every call that our program makes from now on."""
    watch, really_call = Watch(), sending._call
    really_post, really_connect = line.Line.post, provider_api.ProviderApi._connection

    def call(claim: Any, client: Any, *, clock: Callable[[], datetime], stop: Any) -> Any:
        with watch.calling(clock, claim.message.ends_at):
            return really_call(claim, client, clock=clock, stop=stop)

    def post(self: Any, form: Any) -> Any:
        watch.take(self.path, form)
        return really_post(self, form)

    def connect(self: Any, host: str) -> Any:
        return _Listened(really_connect(self, host), watch)

    monkeypatch.setattr(sending, "_call", call)
    monkeypatch.setattr(line.Line, "post", post)
    monkeypatch.setattr(provider_api.ProviderApi, "_connection", connect)
    return watch


class _Listened:
    """A connection on which the watch hears what is asked, as it goes out."""

    def __init__(self, connection: Any, watch: Watch) -> None:
        self._connection, self._watch = connection, watch

    def request(self, method: str, target: str, **named: Any) -> None:
        parts = urlsplit(target)
        self._watch.take_question(method, parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)))
        self._connection.request(method, target, **named)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)
