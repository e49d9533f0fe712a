"""Builders of level events, and an agency that signs them."""

import copy
import json
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from werkzeug.test import TestResponse

from crypto.signatures import generate_key_pair, load_private, load_public, sign
from outreach.intake.agencies import read_agencies, with_key, write_agencies

WHEN = "2026-12-02T18:00:00-05:00"
COMMON = {"occurred_at": "2025-11-20T22:14:00-05:00", "jurisdiction": "high-point"}
PAIR = {
    "offender": {
        "full_name": "Dale Fictional",
        "date_of_birth": "1988-04-02",
        "addresses": [{"lines": ["1 Main St"], "city": "High Point", "state": "NC", "postal_code": "27262"}],
        "phones": ["+13365550142"],
    },
    "victim": {
        "full_name": "Ana Fictional",
        "date_of_birth": "1990-09-12",
        "language": "es",
        "phones": ["+13365550199"],
        "address": {"lines": ["2 Elm St"], "city": "High Point", "state": "NC", "postal_code": "27260"},
        "lives_with_offender": "unknown",
    },
}
ON_SCENE = {
    "told_advocate_will_contact": True,
    "safe_to_call": "yes",
    "safe_to_leave_message": "no",
    "safe_with_others": "unknown",
    "safe_times": "weekdays 9-12",
    "needs": ["medical"],
    "lethality_screen": "high_danger",
}
LEVEL = {"level": "B", "criteria_version": "2026-01", "call_in_at": WHEN, "on_scene": ON_SCENE}
EVERY_KIND: dict[str, dict[str, Any]] = {
    "level_assigned": {**LEVEL, **PAIR},
    "level_changed": {**LEVEL, **PAIR},
    "call_in_scheduled": {"call_in_at": WHEN, "on_scene": ON_SCENE, **PAIR},
    "call_in_rescheduled": {"refers_to": "evt_1", "call_in_at": WHEN},
    "call_in_cancelled": {"refers_to": "evt_1"},
    "individual_notification_scheduled": {"notification_at": WHEN, **PAIR},
    "offender_notified": {"channel": "letter", "mailed_on": "2026-11-19", **PAIR},
    "custody_changed": {"custody": "in", "effective_at": WHEN, **PAIR},
    "order_changed": {"order": "served", "effective_at": WHEN, **PAIR},
    "removed": {"reason": "moved", **PAIR},
    "correction": {"refers_to": "evt_1", "corrected": {"kind": "level_assigned", **COMMON, **LEVEL, **PAIR}},
}


def an_event(kind: str = "level_assigned", **changes: Any) -> dict[str, Any]:
    """Return a valid event of this kind, with these fields changed."""
    return copy.deepcopy({"kind": kind, **COMMON, **EVERY_KIND[kind], **changes})


def a_body(kind: str = "level_assigned", **changes: Any) -> bytes:
    """Return the same as the bytes of a request."""
    return json.dumps(an_event(kind, **changes)).encode()


def bytes_of(answer: TestResponse) -> bytes:
    """Return status, headers and body as an agency sees them."""
    head = "".join(f"{name}: {value}\r\n" for name, value in answer.headers.items())
    return f"{answer.status}\r\n{head}\r\n".encode() + answer.data


def knock(app: Any, body: bytes, headers: Mapping[str, str]) -> bytes:
    """Post to an application as its server would, and return every byte of the answer: status, headers, body."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/v1/level-events",
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "SERVER_NAME": "intake.test",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": StringIO(),
        "CONTENT_LENGTH": str(len(body)),
    }
    for name, value in headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    heads: list[str] = []

    def start_response(status: str, fields: list[tuple[str, str]], *_: Any) -> None:
        heads.extend((status, *(f"{name}: {value}" for name, value in fields), "", ""))

    content = b"".join(app(environ, start_response))
    return "\r\n".join(heads).encode("latin-1") + content


class SourceAgency:
    """An agency with a key of its own, which signs what it sends."""

    def __init__(self, slug: str = "high-point-pd") -> None:
        self.slug = slug
        private, public = generate_key_pair()
        self.private, self.public = load_private(private), load_public(public)

    def register(self, path: Path, *, now: datetime, jurisdiction: str = "high-point") -> None:
        """Add the agency, or its next key, to the file of agencies."""
        known = read_agencies(path)
        write_agencies(path, with_key(known, self.slug, jurisdiction=jurisdiction, public=self.public, now=now))

    def headers(self, body: bytes, *, at: datetime, id: str = "evt_1") -> dict[str, str]:
        """Return the headers of a signed request."""
        timestamp = int(at.timestamp())
        return {
            "content-type": "application/json",
            "webhook-id": id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": sign(self.private, id, timestamp, body),
            "wayside-agency": self.slug,
        }
