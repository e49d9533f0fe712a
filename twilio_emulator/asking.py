"""A request and an answer, and what every part of the emulator needs to read the one and write the other."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from twilio_emulator.faults import Fault

JSON = {"Content-Type": "application/json; charset=utf-8"}


@dataclass(frozen=True)
class Account:
    """The one account there is, and the keys that open it: an API key, and the auth token if there is one."""

    sid: str
    api_key: str
    api_secret: str = field(repr=False)
    senders: frozenset[str]
    auth_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Asked:
    """One request; header names are lower case."""

    method: str
    target: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path, without the query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> list[tuple[str, str]]:
        """Query parameters in the order they came."""
        return parse_qsl(urlsplit(self.target).query, keep_blank_values=True)

    @property
    def form(self) -> list[tuple[str, str]]:
        """Form parameters in the order they came."""
        return parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True)


@dataclass(frozen=True)
class Answer:
    """One answer, and what the wire does to it."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=lambda: dict(JSON))
    fault: Fault | None = None


class Route(NamedTuple):
    """One method on paths that fit a pattern, and the view that answers; named groups go to the view."""

    method: str
    pattern: str
    view: Callable[..., Answer]


def as_json(status: int, said: object) -> Answer:
    """Return an answer in JSON."""
    return Answer(status, json.dumps(said).encode())


def control(asked: Asked) -> dict[str, Any]:
    """Read a control request; only JSON, which no page of another site can send here unasked."""
    if not asked.headers.get("content-type", "").startswith("application/json"):
        raise ValueError("control takes application/json")
    said = json.loads(asked.body or b"{}")
    if not isinstance(said, dict):
        raise ValueError("control takes a JSON object")
    return said
