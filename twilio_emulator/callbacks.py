"""Posting signed callbacks: one try each, and the thread that keeps trying."""

import http.client
from collections.abc import Callable
from datetime import datetime
from threading import Event, Thread
from typing import NamedTuple
from urllib.parse import urlsplit

from twilio_emulator import twiml
from twilio_emulator.exchange import Callback, Exchange
from twilio_emulator.webhooks import NO_ANSWER, NO_CONNECTION, Connection, prepare

LONGEST_WAIT_SECONDS = 0.2
LONGEST_TIMEOUT_SECONDS = 15.0
LONGEST_ANSWER = 64 * 1024


class Reply(NamedTuple):
    """What came back: a status, or which of the two silences; and the words that Twilio is to send in answer."""

    status: int | None
    words: list[str] = []


def post(callback: Callback, token: str) -> Reply:
    """Post a signed callback and return what came back."""
    wish = Connection.of(callback.address)
    webhook = prepare(callback.address, callback.form, token, once=callback.once, as_json=callback.as_json)
    parts = urlsplit(webhook.address)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=wish.connect_ms / 1000)
    try:
        connection.connect()
    except OSError:
        return Reply(NO_CONNECTION)
    try:
        connection.sock.settimeout(wish.read_ms / 1000)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, webhook.body, webhook.headers)
        answer = connection.getresponse()
        said = answer.read(LONGEST_ANSWER).decode("utf-8", "replace")
        return Reply(answer.status, twiml.replies(answer.getheader("Content-Type", ""), said))
    except (OSError, http.client.HTTPException):
        return Reply(NO_ANSWER)
    finally:
        connection.close()


def deliver_due(exchange: Exchange, at: datetime, send: Callable[[Callback], int | None]) -> int:
    """Post everything due by `at`; what its address's policy covers is tried again later. Return how many arrived."""
    taken = 0
    for callback in exchange.advance(at):
        status = send(callback)
        if Connection.of(callback.address).tries_again(status):
            exchange.try_again(callback, at)
        else:
            taken += status is not None and 200 <= status < 300
    return taken


class Courier(Thread):
    """The background thread of the running emulator."""

    def __init__(self, exchange: Exchange, token: str, clock: Callable[[], datetime]) -> None:
        super().__init__(name="courier", daemon=True)
        self._exchange, self._token, self._clock = exchange, token, clock
        self._over = Event()

    def run(self) -> None:
        """Post what is due until told to stop."""
        while not self._over.wait(LONGEST_WAIT_SECONDS):
            self.deliver()

    def deliver(self) -> int:
        """Post what is due now; return how many arrived."""
        return deliver_due(self._exchange, self._clock(), self._send)

    def _send(self, callback: Callback) -> int | None:
        reply = post(callback, self._token)
        if reply.status == 200 and reply.words:
            self._exchange.answer(callback, reply.words, self._clock())
        return reply.status

    def stop(self) -> None:
        """End after the post at hand."""
        self._over.set()
        self.join(timeout=LONGEST_TIMEOUT_SECONDS + 1)
