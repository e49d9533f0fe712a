"""
What a request must be before it is kept: small enough, JSON, signed by an agency we know, a level event.

The checks come in that order, and each looks at the request, the public keys and the clock only. Whoever is
unknown costs the same work as whoever signs wrongly.
"""

import re
from datetime import datetime, timedelta
from http import HTTPStatus

from flask import Request
from werkzeug.http import parse_options_header

from crypto.signatures import verify
from outreach.events import LARGEST_BODY
from outreach.inbox import SignedEvent
from outreach.intake.agencies import KEYS_AT_ONCE, Agencies

SKEW = timedelta(minutes=5)
"""How far an event's timestamp may be from our clock, either way, the last second included."""

_EVENT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_TIMESTAMP = re.compile(r"[1-9][0-9]{0,10}", re.ASCII)


class NotAccepted(Exception):
    """A check failed; `status` is the answer."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(int(status))
        self.status = status


def read_body(request: Request) -> bytes:
    """Read the body, one byte more than allowed at most, whatever its length was said to be."""
    told = request.headers.get("Content-Length", "")
    if told.isdecimal() and (len(told) > 9 or int(told) > LARGEST_BODY):
        raise NotAccepted(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    body, stream = b"", request.stream
    while len(body) <= LARGEST_BODY and (more := stream.read(LARGEST_BODY + 1 - len(body))):
        body += more
    if len(body) > LARGEST_BODY:
        raise NotAccepted(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return body


def check_media_type(request: Request) -> None:
    """Accept JSON in UTF-8, not compressed."""
    kind, options = parse_options_header(request.headers.get("Content-Type", ""))
    is_utf8 = options.pop("charset", "utf-8").lower() in {"utf-8", "utf8"}
    is_plain = request.headers.get("Content-Encoding", "identity").strip().lower() == "identity"
    if kind.lower() != "application/json" or not is_utf8 or not is_plain:
        raise NotAccepted(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)


def check_signature(request: Request, body: bytes, agencies: Agencies, now: datetime) -> SignedEvent:
    """Return the event as it was signed; one answer for every reason to refuse, and the same work before it."""
    event_id = request.headers.get("webhook-id", "")
    timestamp = request.headers.get("webhook-timestamp", "")
    signature = request.headers.get("webhook-signature", "")
    agency = agencies.get(request.headers.get("wayside-agency", ""))
    keys = agency.keys_at(now) if agency else ()
    in_turn = [*keys, *([None] * (KEYS_AT_ONCE - len(keys)))]
    verified = [verify(key, event_id, timestamp, body, signature) for key in in_turn]
    if agency is None or not any(verified) or not _EVENT_ID.fullmatch(event_id) or not _is_fresh(timestamp, now):
        raise NotAccepted(HTTPStatus.UNAUTHORIZED)
    return SignedEvent(agency.slug, event_id, int(timestamp), signature, body)


def _is_fresh(timestamp: str, now: datetime) -> bool:
    if not _TIMESTAMP.fullmatch(timestamp):
        return False
    return abs(int(timestamp) - now.timestamp()) <= SKEW.total_seconds()
