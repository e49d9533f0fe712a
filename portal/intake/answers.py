"""
Every answer a source agency can get, each with the same fixed headers.

An answer is made of the request and of constants; nothing else reaches this module. Problems follow RFC 9457.
"""

import json
from http import HTTPStatus
from typing import Any

from flask import Response

from outreach.intake.strict_json import Fault

RETRY_AFTER_SECONDS = 30
_FIXED = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Server": "wayside"}
_EXTRA = {
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": "Webhook-Signature"},
    HTTPStatus.METHOD_NOT_ALLOWED: {"Allow": "POST"},
    HTTPStatus.SERVICE_UNAVAILABLE: {"Retry-After": str(RETRY_AFTER_SECONDS)},
}
_DETAILS = {
    HTTPStatus.UNAUTHORIZED: "The signature, its time or the agency is not accepted.",
    HTTPStatus.NOT_FOUND: "Events are posted to /v1/level-events.",
    HTTPStatus.METHOD_NOT_ALLOWED: "Events are posted to /v1/level-events.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "An event has at most 65536 bytes.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Send application/json in UTF-8, without content encoding.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "The event is not in the form of the contract; each error names its place.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The event was not stored. Send it again, with the same webhook-id.",
}


def details() -> dict[HTTPStatus, str]:
    """Return what each refusal says."""
    return dict(sorted(_DETAILS.items()))


def received(event_id: str) -> Response:
    """Say that a well-formed signed event was received: the same words for every one."""
    return _answer(HTTPStatus.ACCEPTED, {"received": event_id}, "application/json")


def problem(status: HTTPStatus, **more: Any) -> Response:
    """Say what is wrong with a request."""
    content = {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": _DETAILS[status]}
    return _answer(status, content | more, "application/problem+json")


def invalid(errors: list[Fault]) -> Response:
    """List every wrong field of a signed event."""
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, errors=errors)


def _answer(status: HTTPStatus, content: dict[str, Any], kind: str) -> Response:
    response = Response(json.dumps(content), int(status), {**_FIXED, **_EXTRA.get(status, {})}, content_type=kind)
    response.autocorrect_location_header = False
    return response
