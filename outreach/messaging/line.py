"""
One line to Twilio, kept open between texts: a request goes out on it once, and what is known of it then is said.

Hides the connection and its time-outs. The standard library's client is used, because it logs nothing, asks no proxy,
follows nothing and makes no request a second time; an answer that does not come leaves the request unknown.
"""

import base64
import select
import ssl
import time
import weakref
from collections.abc import Mapping
from functools import lru_cache
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Final, NamedTuple
from urllib.parse import quote_plus, urlsplit

from requests.utils import DEFAULT_CA_BUNDLE_PATH

MOST_BYTES: Final = 1024 * 1024
"""Of an answer; it has a few hundred."""
IDLE_SECONDS: Final = 4.0
"""A connection unused for longer is not used again, as its end may have closed it."""


class NotSent(Exception):
    """There was no connection: no byte of the request left."""


class NoAnswer(Exception):
    """The request may have arrived, and nobody knows what came of it."""


class Answer(NamedTuple):
    """What Twilio said, whole."""

    status: int
    content: bytes
    retry_after: str | None


class Waits(NamedTuple):
    """How many seconds a connection, and each read of an answer, may take."""

    connect: float
    read: float


class Line:
    """A line to one address of Twilio's, for one thread."""

    def __init__(self, url: str, *, name: str, secret: str, waits: Waits) -> None:
        """Take the address texts are posted to, and who we are there; nothing is opened yet."""
        parts = urlsplit(url)
        self.path = parts.path
        host, self._waits = parts.hostname or "", waits
        if parts.scheme == "https":
            context = ssl.create_default_context(cafile=DEFAULT_CA_BUNDLE_PATH)
            self._connection: HTTPConnection = HTTPSConnection(host, parts.port, timeout=waits.connect, context=context)
        else:
            self._connection = HTTPConnection(host, parts.port, timeout=waits.connect)
        key = base64.b64encode(f"{name}:{secret}".encode()).decode()
        self._head = (
            f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: Basic {key}\r\n"
            "Accept: application/json\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
        ).encode("ascii")
        self._used_at, self._is_reached = time.monotonic(), False
        weakref.finalize(self, self._connection.close)

    def post(self, form: Mapping[str, str]) -> Answer:
        """
        Post a form, once; where the line was reached for it, on that connection only, since making another takes time.

        Raises:
            NotSent: no byte of it left.
            NoAnswer: it may have been taken, and it may not.
        """
        body = "&".join(f"{_name(name)}={quote_plus(value)}" for name, value in form.items()).encode("ascii")
        self._hold_or_connect()
        try:
            answer = self._exchange(b"%s%d\r\n\r\n%s" % (self._head, len(body), body))
        except (OSError, HTTPException) as fault:
            self.close()
            raise NoAnswer from fault
        except BaseException:  # The rest of an answer must never be taken for that of the next request.
            self.close()
            raise
        self._used_at = time.monotonic()
        return answer

    def reach(self) -> bool:
        """Make the connection now, so that a request leaves at once; say whether there is one."""
        try:
            self._connect()
        except NotSent:
            return False
        self._is_reached = True
        return True

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def _hold_or_connect(self) -> None:
        is_reached, self._is_reached = self._is_reached, False
        if not is_reached:
            self._connect()
        elif self._connection.sock is None or _has_something_to_say(self._connection):
            self.close()
            raise NotSent

    def _connect(self) -> None:
        """Make a connection, unless there is one that still holds. Its own failure is the only one that is harmless."""
        if self._connection.sock is not None:
            if time.monotonic() - self._used_at <= IDLE_SECONDS and not _has_something_to_say(self._connection):
                return
            self.close()
        try:
            self._connection.connect()
            self._connection.sock.settimeout(self._waits.read)
        except (OSError, HTTPException, UnicodeError) as fault:
            self.close()
            raise NotSent from fault

    def _exchange(self, request: bytes) -> Answer:
        self._connection.sock.sendall(request)
        response = HTTPResponse(self._connection.sock, method="POST")
        try:
            response.begin()
            if (response.length or 0) > MOST_BYTES:
                raise HTTPException("longer than any answer")
            content = response.read()
            if response.will_close:
                self.close()
            return Answer(response.status, content, response.getheader("Retry-After"))
        finally:
            response.close()


def _has_something_to_say(connection: HTTPConnection) -> bool:
    """Say whether the other end closed an idle connection, or sent on it what nobody asked for."""
    poll = select.poll()
    poll.register(connection.sock, select.POLLIN)
    return bool(poll.poll(0))


@lru_cache(maxsize=64)
def _name(name: str) -> str:
    """Quote a field's name, once: they are the same in every request."""
    return quote_plus(name)
