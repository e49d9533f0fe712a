"""What the emulator answers to each request: a function of the request and the time. Knows no socket."""

import base64
import hmac
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from twilio_emulator import control_api, lookup_api, messages_api, phone_pages, services_api
from twilio_emulator.asking import Account, Answer, Asked, Route, as_json
from twilio_emulator.exchange import Exchange
from twilio_emulator.faults import FaultKind, FaultQueue, Operation
from twilio_emulator.journal import Journal
from twilio_emulator.refusals import (
    Refusal,
    authenticate,
    fault_refusal,
    internal_error,
    method_not_allowed,
    not_found,
)

__all__ = ["Account", "Answer", "App", "Asked"]

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})


class App:
    """The account's resources, the phones' pages, and the control of faults."""

    def __init__(self, account: Account, exchange: Exchange, clock: Callable[[], datetime], journal: Journal) -> None:
        self.account, self.exchange, self.clock, self.journal = account, exchange, clock, journal
        self.faults = FaultQueue()
        self.authenticators: Path | None = None
        self.deliver: Callable[[], int] = lambda: 0
        """Posts the callbacks that are due; set by whoever runs a courier."""
        parts = (messages_api, lookup_api, services_api, phone_pages, control_api)
        self._routes = [(re.compile(route.pattern), route) for part in parts for route in part.routes(self)]

    def answer(self, asked: Asked) -> Answer:
        """Answer one request, and note it with its parameters in the journal."""
        entry = self.journal.note_request(self.clock(), asked.method, asked.path, asked.query + asked.form)
        try:
            self._guard(asked)
            answer = self._route(asked)
        except Refusal as refusal:
            answer = refusal.as_answer()
        except ValueError as fault:
            answer = as_json(400, {"message": str(fault)})
        entry["outcome"] = answer.fault.kind.value if answer.fault else answer.status
        return answer

    def authorise(self, asked: Asked) -> None:
        """Refuse whoever shows neither the API key with its secret nor the account with its auth token."""
        pairs = [(self.account.api_key, self.account.api_secret)]
        if self.account.auth_token:
            pairs.append((self.account.sid, self.account.auth_token))
        shown = asked.headers.get("authorization", "").encode()
        known = [b"Basic " + base64.b64encode(f"{name}:{secret}".encode()) for name, secret in pairs]
        if not any([hmac.compare_digest(shown, each) for each in known]):
            raise authenticate()

    def perform(self, operation: Operation, asked: Asked, work: Callable[[], Answer]) -> Answer:
        """
        Do one operation of Twilio's API for whoever may, with the fault that someone set for it, if any.

        A fault that comes `after` leaves the work done and spoils only the answer.
        """
        self.authorise(asked)
        self.exchange.settle(self.clock())
        fault = self.faults.take(operation)
        if fault is None:
            return work()
        if not fault.kind.accepts:
            return replace(fault_refusal(fault).as_answer(), fault=fault)
        answer = work()
        if fault.kind is FaultKind.STATUS_500_AFTER_ACCEPT:
            answer = internal_error().as_answer()
        return replace(answer, fault=fault)

    def _guard(self, asked: Asked) -> None:
        """Refuse names that only look like this machine, and forms another site's page sends here."""
        host = asked.headers.get("host", "")
        if urlsplit(f"//{host}").hostname not in LOOPBACK_NAMES:
            raise not_found(asked.path)
        origin = asked.headers.get("origin")
        if origin is not None and origin != f"http://{host}":
            raise not_found(asked.path)

    def _route(self, asked: Asked) -> Answer:
        fits: list[tuple[Route, re.Match[str]]] = [
            (route, match) for pattern, route in self._routes if (match := pattern.fullmatch(asked.path))
        ]
        if not fits:
            raise not_found(asked.path)
        for route, match in fits:
            if route.method == asked.method:
                return route.view(asked, **{name: unquote(value) for name, value in match.groupdict().items()})
        raise method_not_allowed()
