"""Posting signed callbacks: one try each, and the thread that keeps trying."""

import http.client
import logging
from collections.abc import Callable
from datetime import datetime
from threading import Event, Thread
from urllib.parse import urlencode, urlsplit

from twilio_emulator.exchange import Callback, Exchange
from twilio_emulator.signing import signature

LONGEST_WAIT_SECONDS = 0.2
TIMEOUT_SECONDS = 5.0
log = logging.getLogger(__name__)


def post(callback: Callback, token: str) -> int | None:
    """Post a signed callback; return the status of the answer, or None when nobody answered."""
    parts = urlsplit(callback.address)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
        "User-Agent": "TwilioProxy/1.1",
        "X-Twilio-Signature": signature(token, callback.address, callback.form),
    }
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", path, urlencode(callback.form), headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def deliver_due(exchange: Exchange, at: datetime, send: Callable[[Callback], int | None]) -> int:
    """Post everything due by `at`; what got no answer or a 5xx is tried again later. Return how many were taken."""
    taken = 0
    for callback in exchange.advance(at):
        status = send(callback)
        if status is None or status >= 500:
            exchange.try_again(callback, at)
        else:
            taken += 1
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
            deliver_due(self._exchange, self._clock(), lambda callback: post(callback, self._token))

    def stop(self) -> None:
        """End after the post at hand."""
        self._over.set()
        self.join(timeout=TIMEOUT_SECONDS + 1)
