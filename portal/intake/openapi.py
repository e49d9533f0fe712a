"""
The contract of intake as OpenAPI 3.1, made from the models that check requests.

`python -m portal.intake.openapi > docs/openapi.json` writes it; a test fails when the committed file differs.
"""

import json
import sys
from http import HTTPStatus
from typing import Any

from outreach.events import WIRE
from outreach.intake.event_fields import EVENT_ID, SLUG
from portal.intake.answers import RETRY_AFTER_SECONDS, details

_DESCRIPTION = """\
Source agencies tell advocates about level events; nothing is ever told back. Every well-formed signed event gets the
same answer. Requests are signed as in Standard Webhooks, asymmetric scheme: `webhook-signature` is `v1a,` and the
base64 of the Ed25519 signature over `{webhook-id}.{webhook-timestamp}.{body}`. Fields that are not known are left out;
null means left out; any field not listed is refused. `occurred_at` is when it happened: one more than five minutes
later than `webhook-timestamp` is refused, in what a correction corrects as well."""

_HEADERS = {
    "webhook-id": ({"type": "string", "pattern": EVENT_ID}, "The agency's own id of this event; the same on a retry."),
    "webhook-timestamp": (
        {"type": "string", "pattern": "^[1-9][0-9]{0,10}$"},
        "Unix seconds, at most five minutes from now.",
    ),
    "webhook-signature": ({"type": "string", "pattern": "^v1a,[A-Za-z0-9+/]{86}==$"}, "v1a, and a base64 signature."),
    "wayside-agency": ({"type": "string", "pattern": SLUG, "maxLength": 64}, "The agency's name with the advocates."),
}

_NOTIFIED_WHEN = {
    "if": {"properties": {"channel": {"const": "letter"}}},
    "then": {"anyOf": [{"required": ["mailed_on"]}, {"required": ["notified_at"]}]},
    "else": {"required": ["notified_at"], "properties": {"mailed_on": False}},
}
"""What the model checks across its fields, said in JSON Schema."""


def document() -> dict[str, Any]:
    """Return the whole document, in a fixed order."""
    schema = _without_nulls(WIRE.json_schema(ref_template="#/components/schemas/{model}"))
    schemas = schema.pop("$defs")
    schemas["OffenderNotified"] |= _NOTIFIED_WHEN
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Wayside intake",
            "version": "1",
            "summary": "The one way in for source agencies.",
            "description": _DESCRIPTION,
            "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        },
        "servers": [{"url": "/"}],
        "paths": {"/v1/level-events": {"post": _operation()}},
        "components": {"schemas": {"LevelEvent": schema, **schemas, "Problem": _problem(), "Invalid": _invalid()}},
    }


def _operation() -> dict[str, Any]:
    return {
        "operationId": "sendLevelEvent",
        "summary": "Tell the advocates about a level event.",
        "security": [],
        "parameters": [
            {"name": name, "in": "header", "required": True, "description": words, "schema": schema}
            for name, (schema, words) in _HEADERS.items()
        ],
        "requestBody": {
            "required": True,
            "description": "At most 65536 bytes of JSON in UTF-8.",
            "content": {"application/json": {"schema": _reference("LevelEvent")}},
        },
        "responses": {"202": _received(), **{str(int(each)): _refusal(each) for each in details() if each >= 400}},
    }


def _received() -> dict[str, Any]:
    answer = {
        "type": "object",
        "required": ["received"],
        "additionalProperties": False,
        "properties": {"received": {"type": "string", "pattern": EVENT_ID, "description": "The webhook-id sent."}},
    }
    return {"description": "Received and stored.", "content": {"application/json": {"schema": answer}}}


def _refusal(status: HTTPStatus) -> dict[str, Any]:
    name = "Invalid" if status == HTTPStatus.UNPROCESSABLE_ENTITY else "Problem"
    answer: dict[str, Any] = {
        "description": details()[status],
        "content": {"application/problem+json": {"schema": _reference(name)}},
    }
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        words = "Seconds to wait before sending the event again."
        answer["headers"] = {"Retry-After": {"description": words, "schema": {"const": str(RETRY_AFTER_SECONDS)}}}
    return answer


def _problem() -> dict[str, Any]:
    return {
        "type": "object",
        "description": "What is wrong, as in RFC 9457.",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"const": "about:blank"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
        },
    }


def _invalid() -> dict[str, Any]:
    fault = {
        "type": "object",
        "required": ["pointer", "detail"],
        "properties": {
            "pointer": {"type": "string", "description": "RFC 6901; empty for the whole body."},
            "detail": {"type": "string"},
        },
    }
    errors = {"type": "array", "minItems": 1, "items": fault, "description": "Every wrong field."}
    return {"allOf": [_reference("Problem")], "required": ["errors"], "properties": {"errors": errors}}


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _without_nulls(node: Any) -> Any:
    """Show a field that may be null as one that may be left out: that is what null means here."""
    if isinstance(node, list):
        return [_without_nulls(each) for each in node]
    if not isinstance(node, dict):
        return node
    found = {name: _without_nulls(each) for name, each in node.items() if not _is_noise(name, each)}
    choices = [each for each in found.get("anyOf", []) if each != {"type": "null"}]
    if len(choices) == 1:
        del found["anyOf"]
        return choices[0] | found
    return found


def _is_noise(name: str, value: Any) -> bool:
    """Tell apart pydantic's titles and null defaults from a property that happens to have such a name."""
    return (name == "title" and isinstance(value, str)) or (name == "default" and value is None)


if __name__ == "__main__":
    json.dump(document(), sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")
