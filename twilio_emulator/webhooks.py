"""
One webhook request: its address with the connection settings behind the `#`, its body and its signature.

Source: https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides.
"""

import hashlib
import json
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from twilio_emulator.signing import signature

POLICIES = frozenset({"4xx", "5xx", "ct", "rt", "all"})
LIMITS = {"ct": (100, 10_000), "rt": (100, 15_000), "tt": (100, 15_000), "rc": (0, 5)}
NO_CONNECTION, NO_ANSWER = None, 0
"""What stands for a status when there is none: nobody listened; or somebody did, and said nothing in time."""


class BadOverride(ValueError):
    """The connection settings in an address cannot be read; the text says which."""


@dataclass(frozen=True)
class Connection:
    """How an address wants to be called. Twilio's defaults: one more try, and only when no connection was made."""

    connect_ms: int = 5_000
    read_ms: int = 15_000
    total_ms: int = 15_000
    retries: int = 1
    policy: frozenset[str] = frozenset({"ct"})

    @classmethod
    def of(cls, address: str) -> "Connection":
        """Read the settings behind the `#` of an address; BadOverride when they break Twilio's limits."""
        said = dict(parse_qsl(urlsplit(address).fragment, keep_blank_values=True))
        numbers = {name: _limited(name, said[name]) for name in LIMITS.keys() & said.keys()}
        policy = frozenset(said.get("rp", "ct").split(","))
        if not policy <= POLICIES:
            raise BadOverride("rp is a list of 4xx, 5xx, ct, rt and all")
        usual = cls()
        return cls(
            numbers.get("ct", usual.connect_ms),
            numbers.get("rt", usual.read_ms),
            numbers.get("tt", usual.total_ms),
            numbers.get("rc", usual.retries),
            policy,
        )

    def tries_again(self, status: int | None) -> bool:
        """Whether what came back, by the policy, is worth another try."""
        kind = {NO_CONNECTION: "ct", NO_ANSWER: "rt"}.get(status)
        if kind is None:
            kind = f"{status // 100}xx" if status and status >= 400 else "taken"
        return kind != "taken" and bool(self.policy & {kind, "all"})


def _limited(name: str, said: str) -> int:
    least, most = LIMITS[name]
    if not said.isdecimal() or not least <= int(said) <= most:
        raise BadOverride(f"{name} is a number from {least} to {most}")
    return int(said)


@dataclass(frozen=True)
class Webhook:
    """A request as it goes out."""

    address: str
    headers: dict[str, str]
    body: bytes


def prepare(address: str, form: list[tuple[str, str]], token: str, *, once: str, as_json: bool = False) -> Webhook:
    """
    Return the signed request for an address; what stands behind its `#` is not part of the call or the signature.

    Args:
        once: the same for every try of one callback, so that the receiver can tell (I-Twilio-Idempotency-Token).
        as_json: send JSON, whose hash then stands in the address, as Twilio's products with JSON bodies do.
    """
    called = address.partition("#")[0]
    if as_json:
        body = json.dumps(dict(form)).encode()
        called += ("&" if "?" in called else "?") + "bodySHA256=" + hashlib.sha256(body).hexdigest()
        signed, kind = signature(token, called, []), "application/json"
    else:
        body = urlencode(form).encode()
        signed, kind = signature(token, called, form), "application/x-www-form-urlencoded; charset=utf-8"
    headers = {
        "Content-Type": kind,
        "User-Agent": "TwilioProxy/1.1",
        "X-Twilio-Signature": signed,
        "I-Twilio-Idempotency-Token": once,
    }
    return Webhook(called, headers, body)
