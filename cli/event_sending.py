"""
Send signed events as an agency does: one request each, tried again where that is safe.

A retry is safe because the event id stays the same: the receiver keeps one event for one id.
"""

import hashlib
import http.client
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from crypto.signatures import sign

PATH = "/v1/level-events"
TIMEOUT_SECONDS = 15
WAITS_SECONDS = (1, 4, 15)
"""Before the second, third and fourth try, when the receiver could not store the event or did not answer."""

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_NOT_STORED = 503


class CannotSend(Exception):
    """The file or the address is wrong; the text says how to mend it."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One event to send: its id, and the body exactly as it will be signed."""

    id: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends, where to, and how time passes."""

    agency: str
    key: Ed25519PrivateKey
    address: SplitResult
    time: Callable[[], float]
    sleep: Callable[[float], None]

    def send(self, event: Outgoing) -> tuple[int, Any]:
        """Send one event; return the status and what the answer says. Raises CannotSend when nobody answers."""
        failure: Exception | None = None
        for wait in (0, *WAITS_SECONDS):
            if wait:
                self.sleep(wait)
            try:
                status, answer = self._post(event)
            except (OSError, http.client.HTTPException) as error:
                failure = error
                continue
            failure = None
            if status != _NOT_STORED:
                break
        if failure is not None:
            raise CannotSend(f"{self.address.netloc} does not answer ({failure}). Send the file again later.")
        return status, answer

    def _post(self, event: Outgoing) -> tuple[int, Any]:
        timestamp = int(self.time())
        headers = {
            "content-type": "application/json",
            "webhook-id": event.id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": sign(self.key, event.id, timestamp, event.body),
            "wayside-agency": self.agency,
        }
        is_tls = self.address.scheme == "https"
        kind = http.client.HTTPSConnection if is_tls else http.client.HTTPConnection
        connection = kind(self.address.hostname or "", self.address.port, timeout=TIMEOUT_SECONDS)
        try:
            connection.request("POST", self.address.path, event.body, headers)
            response = connection.getresponse()
            return response.status, _as_json(response.read())
        finally:
            connection.close()


def read_address(url: str, *, allow_plain_http: bool) -> SplitResult:
    """
    Return where to send; the path may be left out.

    Raises:
        CannotSend: not a web address, or one that would carry her name over the network unencrypted.
    """
    address = urlsplit(url)
    if address.scheme not in {"http", "https"} or not address.hostname or address.query or address.fragment:
        raise CannotSend(f"{url!r} is no address to send to. Give one such as https://intake.example.org.")
    if address.scheme == "http" and address.hostname not in _LOOPBACK and not allow_plain_http:
        raise CannotSend(
            "Plain http would show her name to everyone on the way. Use https, or --plain-http on a closed network."
        )
    return address._replace(path=PATH if address.path in {"", "/"} else address.path)


def read_events(content: bytes, *, id: str | None = None) -> list[Outgoing]:
    """
    Read the events of a file: one JSON object, a list of them, or one on each line.

    Args:
        content: the file.
        id: the event's own id where the file holds one event; else each is made from what the event says, so
            that sending a file twice makes no second event.

    Raises:
        CannotSend: not JSON, nothing in it, or an id for more than one event.
    """
    events = list(_events(content))
    if not events:
        raise CannotSend("The file holds no event.")
    if id is not None and len(events) > 1:
        raise CannotSend(f"--id names one event, and the file holds {len(events)}.")
    return [Outgoing(id or id_of(event), _compact(event)) for event in events]


def id_of(event: Any) -> str:
    """Return an id that is the same for the same content, whatever its spacing and order of fields."""
    return "evt_" + hashlib.sha256(_compact(event, in_order=True)).hexdigest()[:40]


def _events(content: bytes) -> Iterator[Any]:
    try:
        whole = json.loads(content)
    except ValueError:
        yield from _lines(content)
        return
    yield from whole if isinstance(whole, list) else [whole]


def _lines(content: bytes) -> Iterator[Any]:
    for number, line in enumerate(content.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            yield json.loads(line)
        except ValueError:
            raise CannotSend(
                f"Line {number} is not JSON. The file is one event, a list of events, or one event on each line."
            ) from None


def _compact(event: Any, *, in_order: bool = False) -> bytes:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"), sort_keys=in_order).encode(
        "utf-8", "surrogatepass"
    )


def _as_json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None
