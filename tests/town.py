"""
A whole deployment in one process: the real home, web apps, worker rounds and emulator, on one frozen clock.

Everything is put together by the program's own composition roots; only sockets between the parts are left out,
but for the one to the emulator, which is real because Twilio's client makes it.
"""

import json
import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from threading import Event
from typing import Any
from urllib.parse import urlencode, urlsplit

import pyotp
from builders import FrozenClock
from flask import Flask
from flask.testing import FlaskClient
from html_forms import form_on
from werkzeug.test import TestResponse

import wsgi
from cli.demo.cast import Sent
from cli.demo.making import PASS_PHRASE, Colleague, agency_key, make_staff
from cli.worker_roles import open_roles
from config.home import Home
from crypto.signatures import load_private, sign
from outreach.records.engine import Vault
from outreach.scheduling.runner import Report, run_once
from twilio_emulator.callbacks import deliver_due
from twilio_emulator.exchange import Callback
from twilio_emulator.server import Emulator
from twilio_emulator.signing import signature

ORIGIN = "https://portal.test"


@dataclass
class Browser:
    """A colleague's browser at the portal."""

    client: FlaskClient
    page: TestResponse | None = None

    @property
    def text(self) -> str:
        """The page as the browser has it."""
        return self.page.get_data(as_text=True)

    def get(self, path: str) -> str:
        """Open a page, following redirects."""
        self.page = self.client.get(path, base_url=ORIGIN, follow_redirects=True)
        return self.text

    def submit(self, action: str, **typed: Any) -> str:
        """Fill in a form of the page and press its button; what is not typed goes as the page has it."""
        form = form_on(self.text, action)
        fields = {**form.values, **typed}
        headers = {"Referer": f"{ORIGIN}/", "Origin": ORIGIN}
        self.page = self.client.post(form.action, data=fields, base_url=ORIGIN, headers=headers, follow_redirects=True)
        return self.text

    def take_out(self, action: str) -> bytes:
        """Press the button of the first form whose action matches, and return the file that comes."""
        form, headers = form_on(self.text, action), {"Referer": f"{ORIGIN}/", "Origin": ORIGIN}
        return self.client.post(form.action, data=form.values, base_url=ORIGIN, headers=headers).data

    def links(self, pattern: str) -> list[str]:
        """Return the addresses on the page that match, each once, in order."""
        found = re.findall(r'(?:href|action)="([^"]+)"', self.text)
        return list(dict.fromkeys(unescape(each) for each in found if re.search(pattern, unescape(each))))


@dataclass
class Town:
    """A deployment and the people around it."""

    home: Home
    vault: Vault
    clock: FrozenClock
    emulator: Emulator
    token: str
    intake: FlaskClient
    callbacks: FlaskClient
    portal: Any
    colleagues: dict[str, Colleague]

    def police_send(self, sent: Sent) -> TestResponse:
        """Post an event as its agency does."""
        body = json.dumps(sent.body).encode()
        key = load_private(agency_key(self.home, sent.agency).read_bytes())
        timestamp = int(self.clock.now().timestamp())
        return self.intake.post(
            "/v1/level-events",
            data=body,
            content_type="application/json",
            headers={
                "webhook-id": sent.event_id,
                "webhook-timestamp": str(timestamp),
                "webhook-signature": sign(key, sent.event_id, timestamp, body),
                "wayside-agency": sent.agency,
            },
        )

    def work(self, *roles: str) -> Report:
        """Let the worker do what is due once."""
        with ExitStack() as stack:
            rounds = stack.enter_context(open_roles(roles or ("ingest", "send", "print"), Event(), {}))
            report = run_once(rounds)
        assert report.failed == {}, report.failed
        return report

    def provider_calls_back(self, after: timedelta = timedelta(minutes=1)) -> int:
        """Let time pass at the provider, and take its signed callbacks."""
        self.clock.advance(after)
        return deliver_due(self.emulator.app.exchange, self.clock.now(), self._take)

    def _take(self, callback: Callback) -> int:
        parts = urlsplit(callback.address)
        headers = {"X-Twilio-Signature": signature(self.token, callback.address, callback.form)}
        body = urlencode(callback.form)
        kind = "application/x-www-form-urlencoded"
        return self.callbacks.post(parts.path, data=body, content_type=kind, headers=headers).status_code

    def sign_in(self, role: str, browser: Any = None) -> Any:
        """Go through the door as the colleague with this role, in a browser of this town or one that was brought."""
        who = self.colleagues[role]
        browser = browser or Browser(self.portal.test_client())
        browser.get("/sign-in")
        browser.submit("/sign-in", email=who.email, phrase=PASS_PHRASE)
        browser.submit("/second-factor", code=pyotp.TOTP(who.secret).at(self.clock.now()))
        assert browser.page.status_code == 200, browser.text
        return browser


def build(
    home: Home, vault: Vault, clock: FrozenClock, emulator: Emulator, token: str, become: Callable[[str], None]
) -> Town:
    """Put the town together around a made home, each process as itself; from then on this one is the worker."""

    def built(process: str) -> Flask:
        become(process)
        return wsgi.FACTORIES[process]()

    web = {process: built(process) for process in wsgi.FACTORIES}
    become("worker")
    colleagues = {each.role: each for each in make_staff(home, vault)}
    clock.advance(timedelta(seconds=90))
    return Town(
        home=home,
        vault=vault,
        clock=clock,
        emulator=emulator,
        token=token,
        intake=web["intake"].test_client(),
        callbacks=web["callbacks"].test_client(),
        portal=web["portal"],
        colleagues=colleagues,
    )


def moment(text: str) -> datetime:
    """Return an aware time from its ISO form."""
    return datetime.fromisoformat(text)
