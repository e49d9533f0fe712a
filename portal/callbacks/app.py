"""The callbacks app: every answer depends on the request and on whether it could be stored, on nothing else."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID, uuid4

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from crypto.sealing import SealingKey
from outreach.messaging.signed_callbacks import (
    INBOUND_PATH,
    LONGEST_BODY,
    PURPOSE,
    STATUS_PATH,
    SignedCallback,
    is_twilios,
    pack,
)
from outreach.records.errors import SpoolUnavailable

NOTHING_TO_SAY: Final = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
"""The one answer to every text she sends: no reply, ever (requirement 34)."""

HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Spool(Protocol):
    """Where deposits wait for the worker; this process can only add."""

    def insert(self, id: UUID, received_at: datetime, sealed: bytes) -> None:  # noqa: A002
        """Store a deposit durably, or raise SpoolUnavailable."""


@dataclass(frozen=True)
class CallbacksParts:
    """What this process may know. The callables reload the public files when they change."""

    spool: Spool
    sealing_key: Callable[[], SealingKey]
    public_base_url: Callable[[], str]
    token: str = field(repr=False)
    clock: Callable[[], datetime]


def create_app(parts: CallbacksParts) -> Flask:
    """Build the app around its parts."""
    app = Flask("portal.callbacks", static_folder=None, template_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=LONGEST_BODY, PROVIDE_AUTOMATIC_OPTIONS=False)

    def take_status(token: str) -> Response:
        return _take(parts, Response(status=204))

    def take_inbound() -> Response:
        return _take(parts, Response(NOTHING_TO_SAY, mimetype="text/xml"))

    app.add_url_rule("/twilio/status/<token>", view_func=take_status, methods=["POST"])
    app.add_url_rule(INBOUND_PATH, view_func=take_inbound, methods=["POST"])
    app.register_error_handler(HTTPException, _plain)
    app.after_request(_with_headers)
    return app


def _take(parts: CallbacksParts, answer: Response) -> Response:
    """Store a request of Twilio's before it is answered; 403 for anyone else's, and nothing is written."""
    callback = SignedCallback(
        path=request.path,
        query=request.query_string.decode("latin-1"),
        content_type=request.mimetype,
        signature=request.headers.get("X-Twilio-Signature", ""),
        body=request.get_data(cache=False, parse_form_data=False),
    )
    if callback.path != INBOUND_PATH and not STATUS_PATH.fullmatch(callback.path):
        return Response(status=404)
    if not is_twilios(callback, token=parts.token, public_base_url=parts.public_base_url()):
        return Response(status=403)
    deposit = uuid4()
    sealed = parts.sealing_key().seal(pack(callback), purpose=PURPOSE, deposit=deposit)
    try:
        parts.spool.insert(deposit, parts.clock(), sealed)
    except SpoolUnavailable:
        return Response(status=503, headers={"Retry-After": "5"})
    return answer


def _plain(error: HTTPException) -> Response:
    """Answer an error with its number and nothing else."""
    return Response(status=error.code)


def _with_headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    response.headers.setdefault("Content-Length", str(len(response.get_data())))
    return response
