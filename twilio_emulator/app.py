"""What the emulator answers to each request: a function of the request and the time. Knows no socket."""

import base64
import hmac
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from twilio_emulator import codes, pages
from twilio_emulator.exchange import CallbackHabits, Exchange
from twilio_emulator.faults import Fault, FaultKind, FaultQueue
from twilio_emulator.journal import Journal
from twilio_emulator.parameters import read_order
from twilio_emulator.phones import Behaviour
from twilio_emulator.refusals import (
    REFUSED_NUMBERS,
    Refusal,
    authenticate,
    internal_error,
    method_not_allowed,
    not_found,
    queue_full,
    too_many_requests,
)

JSON = {"Content-Type": "application/json; charset=utf-8"}
LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True)
class Account:
    """The one account there is, and the keys that open it."""

    sid: str
    api_key: str
    api_secret: str = field(repr=False)
    senders: frozenset[str]


@dataclass(frozen=True)
class Asked:
    """One request; header names are lower case."""

    method: str
    target: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path, without the query."""
        return urlsplit(self.target).path

    @property
    def form(self) -> list[tuple[str, str]]:
        """Form parameters in the order they came."""
        return parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True)


@dataclass(frozen=True)
class Answer:
    """One answer, and what the wire does to it."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=lambda: dict(JSON))
    fault: Fault | None = None


class App:
    """The account's resources, the phones' pages, and the control of faults."""

    def __init__(self, account: Account, exchange: Exchange, clock: Callable[[], datetime], journal: Journal) -> None:
        self.account, self.exchange, self.clock, self.journal = account, exchange, clock, journal
        self.faults = FaultQueue()
        self.authenticators: Path | None = None
        messages = rf"/2010-04-01/Accounts/{account.sid}/Messages"
        phone = r"/phones/(?P<number>[^/]+)"
        self._routes: list[tuple[str, str, Callable[..., Answer]]] = [
            ("POST", rf"{messages}\.json", self._create),
            ("GET", rf"{messages}/(?P<sid>[A-Za-z0-9]+)\.json", self._show),
            ("DELETE", rf"{messages}/(?P<sid>[A-Za-z0-9]+)\.json", self._delete),
            ("GET", r"/", self._all_phones),
            ("GET", r"/style\.css", self._style),
            ("GET", r"/codes", self._codes),
            ("GET", phone, self._one_phone),
            ("POST", rf"{phone}/replies", self._reply),
            ("POST", r"/control/faults", self._add_fault),
            ("DELETE", r"/control/faults", self._clear_faults),
            ("POST", r"/control/callbacks", self._set_habits),
            ("POST", rf"/control{phone}", self._set_behaviour),
            ("GET", r"/control/journal", self._show_journal),
        ]

    def answer(self, asked: Asked) -> Answer:
        """Answer one request, and note it with its parameters in the journal."""
        entry = self.journal.note_request(self.clock(), asked.method, asked.path, asked.form)
        try:
            self._guard(asked)
            answer = self._route(asked)
        except Refusal as refusal:
            answer = _json(refusal.status, refusal.as_json())
        except ValueError as fault:
            answer = _json(400, {"message": str(fault)})
        entry["outcome"] = answer.fault.kind.value if answer.fault else answer.status
        return answer

    def _guard(self, asked: Asked) -> None:
        """Refuse names that only look like this machine, and forms another site's page sends here."""
        host = asked.headers.get("host", "")
        if urlsplit(f"//{host}").hostname not in LOOPBACK_NAMES:
            raise not_found(asked.path)
        origin = asked.headers.get("origin")
        if origin is not None and origin != f"http://{host}":
            raise not_found(asked.path)

    def _route(self, asked: Asked) -> Answer:
        fits = [
            (method, view, match)
            for method, pattern, view in self._routes
            if (match := re.fullmatch(pattern, asked.path))
        ]
        if not fits:
            raise not_found(asked.path)
        for method, view, match in fits:
            if method == asked.method:
                named = {name: unquote(value) for name, value in match.groupdict().items()}
                return view(asked, **named)
        raise method_not_allowed()

    def _authorise(self, asked: Asked) -> None:
        expected = base64.b64encode(f"{self.account.api_key}:{self.account.api_secret}".encode()).decode()
        if not hmac.compare_digest(asked.headers.get("authorization", "").encode(), f"Basic {expected}".encode()):
            raise authenticate()

    def _create(self, asked: Asked) -> Answer:
        self._authorise(asked)
        fault = self.faults.take()
        if fault is not None and not fault.kind.accepts:
            return self._fail(fault)
        order = read_order(asked.form, self.account.senders)
        now = self.clock()
        message = self.exchange.accept(order, now)
        self.journal.note_accept(now, message.sid, asked.form)
        if fault is not None and fault.kind is FaultKind.STATUS_500_AFTER_ACCEPT:
            return Answer(500, json.dumps(internal_error().as_json()).encode(), fault=fault)
        return Answer(201, json.dumps(message.as_json()).encode(), fault=fault)

    def _fail(self, fault: Fault) -> Answer:
        refusal = {
            FaultKind.STATUS_429: too_many_requests(),
            FaultKind.QUEUE_FULL: queue_full(),
            FaultKind.REFUSE: Refusal(fault.code, 400, REFUSED_NUMBERS.get(fault.code, "Refused")),
        }.get(fault.kind, internal_error())
        return Answer(refusal.status, json.dumps(refusal.as_json()).encode(), fault=fault)

    def _show(self, asked: Asked, sid: str) -> Answer:
        self._authorise(asked)
        return _json(200, self.exchange.find(sid).as_json())

    def _delete(self, asked: Asked, sid: str) -> Answer:
        self._authorise(asked)
        self.exchange.delete(sid)
        return Answer(204, b"")

    def _all_phones(self, asked: Asked) -> Answer:
        phones = sorted(self.exchange.phones.values(), key=lambda phone: phone.number)
        return _page(pages.all_phones(phones, self.clock()))

    def _one_phone(self, asked: Asked, number: str) -> Answer:
        if number not in self.exchange.phones:
            raise not_found(asked.path)
        return _page(pages.one_phone(self.exchange.phones[number], self.clock()))

    def _codes(self, asked: Asked) -> Answer:
        found = codes.read(self.authenticators) if self.authenticators else []
        return _page(pages.page("Sign-in codes", codes.table(found, self.clock()), refresh=True))

    def _style(self, asked: Asked) -> Answer:
        return Answer(200, pages.style(), {"Content-Type": "text/css; charset=utf-8"})

    def _reply(self, asked: Asked, number: str) -> Answer:
        form = dict(asked.form)
        sender = form.get("sender") or min(self.account.senders)
        self.exchange.reply(number, sender, form.get("body", ""), self.clock())
        return Answer(303, b"", {"Location": f"/phones/{number.replace('+', '%2B')}"})

    def _add_fault(self, asked: Asked) -> Answer:
        self.faults.add(Fault.parse(_control(asked)))
        return _json(200, {"ok": True})

    def _clear_faults(self, asked: Asked) -> Answer:
        self.faults.clear()
        self.exchange.habits = CallbackHabits()
        return _json(200, {"ok": True})

    def _set_habits(self, asked: Asked) -> Answer:
        try:
            self.exchange.habits = CallbackHabits(**_control(asked))
        except TypeError as fault:
            raise ValueError(str(fault)) from None
        return _json(200, {"ok": True})

    def _set_behaviour(self, asked: Asked, number: str) -> Answer:
        self.exchange.phone(number).behaviour = Behaviour.parse(_control(asked))
        return _json(200, {"ok": True})

    def _show_journal(self, asked: Asked) -> Answer:
        return _json(200, self.journal.as_json())


def _control(asked: Asked) -> dict[str, Any]:
    """Read a control request; only JSON, which no page of another site can send here unasked."""
    if not asked.headers.get("content-type", "").startswith("application/json"):
        raise ValueError("control takes application/json")
    said = json.loads(asked.body or b"{}")
    if not isinstance(said, dict):
        raise ValueError("control takes a JSON object")
    return said


def _json(status: int, said: object) -> Answer:
    return Answer(status, json.dumps(said).encode())


def _page(text: str) -> Answer:
    return Answer(200, text.encode(), pages.HEADERS)
