"""
One of Twilio's requests exactly as it came, and the proof that it is Twilio's.

The callbacks process checks, packs and seals; the worker opens and checks again, because a sealed deposit names
no sender. Pure, standard library only: the callbacks process loads neither Twilio's client nor any table.

Source: https://www.twilio.com/docs/usage/security#validating-requests.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

PURPOSE = "callback"
"""What these deposits are sealed for; a deposit sealed for another purpose does not open."""

STATUS_PATH = re.compile(r"/twilio/status/(?P<token>[A-Za-z0-9_-]{43})")
INBOUND_PATH = "/twilio/inbound"
LONGEST_BODY = 64 * 1024
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"

_VERSION = b"\x01"
_LENGTH_BYTES = 4
_DEFAULT_PORTS = {"https": 443, "http": 80}
_MOST_FIELDS = 200


class UnreadableCallback(Exception):
    """Not a request Twilio makes, or not packed by this version."""


class SignedCallback(NamedTuple):
    """One request. `query` is the raw query string; `signature` is X-Twilio-Signature."""

    path: str
    query: str
    content_type: str
    signature: str
    body: bytes

    def __repr__(self) -> str:
        """Show nothing of it: the path holds a token, the body a phone."""
        return "SignedCallback(…)"

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Return the parameters of the body in order, a form's or of a JSON object. UnreadableCallback when garbled."""
        if self.content_type == JSON:
            return _json_fields(self.body)
        try:
            return parse_qsl(
                self.body.decode("utf-8"),
                keep_blank_values=True,
                strict_parsing=bool(self.body),
                errors="strict",
                max_num_fields=_MOST_FIELDS,
            )
        except ValueError:
            raise UnreadableCallback("a form that is none") from None

    def one(self, name: str) -> str:
        """Return the one value of a parameter; UnreadableCallback when it is missing or said twice differently."""
        values = {value for field, value in self.fields if field == name}
        if len(values) != 1:
            raise UnreadableCallback(f"not exactly one {name}")
        return values.pop()


def _json_fields(body: bytes) -> list[tuple[str, str]]:
    """Return the texts of a JSON object as parameters, one said twice as two; anything else in it is left out."""
    try:
        found = json.loads(body, object_pairs_hook=list)
    except (ValueError, RecursionError):
        raise UnreadableCallback("JSON that is none") from None
    if not isinstance(found, list) or not all(isinstance(each, tuple) for each in found):
        raise UnreadableCallback("JSON that is no object")
    return [(name, value) for name, value in found[:_MOST_FIELDS] if isinstance(value, str)]


def is_twilios(callback: SignedCallback, *, token: str, public_base_url: str) -> bool:
    """
    Say whether Twilio signed this request for our public address.

    Args:
        token: the account's auth token; an empty one accepts nothing.
        public_base_url: as configured, never as the request's Host header says.
    """
    try:
        address = public_base_url.rstrip("/") + callback.path + (f"?{callback.query}" if callback.query else "")
        fields = _signed_fields(callback)
        expected = [_signature(token, each, fields) for each in _with_and_without_port(address)]
        given = callback.signature.encode("ascii")
    except (UnreadableCallback, ValueError):
        return False
    matches = [hmac.compare_digest(each, given) for each in expected]
    return bool(token) and any(matches)


def _signed_fields(callback: SignedCallback) -> list[tuple[str, str]]:
    """Return what is signed besides the address: a form's fields; of a JSON body only the hash in the query."""
    if callback.content_type == FORM:
        return callback.fields
    said = dict(parse_qsl(callback.query)).get("bodySHA256", "")
    if callback.content_type != JSON or not hmac.compare_digest(
        said.encode(), hashlib.sha256(callback.body).hexdigest().encode()
    ):
        raise UnreadableCallback("a body that is not signed")
    return []


def _signature(token: str, address: str, fields: Iterable[tuple[str, str]]) -> bytes:
    said = address + "".join(name + value for name, value in sorted(set(fields)))
    return base64.b64encode(hmac.new(token.encode(), said.encode(), hashlib.sha1).digest())


def _with_and_without_port(address: str) -> tuple[str, str]:
    """Twilio signs the default port sometimes written out and sometimes not; another port always as it is."""
    parts = urlsplit(address)
    host = parts.netloc.rpartition(":")[0] if parts.port else parts.netloc
    port = parts.port or _DEFAULT_PORTS.get(parts.scheme, 443)
    return parts._replace(netloc=host).geturl(), parts._replace(netloc=f"{host}:{port}").geturl()


def pack(callback: SignedCallback) -> bytes:
    """
    Pack a request for sealing.

    Returns:
        version (1 byte) | path | query | content type | signature | body, each after its length (4, big-endian).
    """
    fields = [each.encode() for each in callback[:4]] + [callback.body]
    return _VERSION + b"".join(len(each).to_bytes(_LENGTH_BYTES, "big") + each for each in fields)


def unpack(packed: bytes) -> SignedCallback:
    """Unpack what `pack` made; UnreadableCallback for another version, a cut or a leftover."""
    if packed[:1] != _VERSION:
        raise UnreadableCallback("a deposit of another version")
    fields, rest = [], packed[1:]
    for _ in SignedCallback._fields:
        end = _LENGTH_BYTES + int.from_bytes(rest[:_LENGTH_BYTES], "big")
        if len(rest) < max(end, _LENGTH_BYTES):
            raise UnreadableCallback("a deposit cut short")
        fields.append(rest[_LENGTH_BYTES:end])
        rest = rest[end:]
    if rest:
        raise UnreadableCallback("a deposit with bytes left over")
    try:
        path, query, content_type, signature = (each.decode() for each in fields[:4])
    except ValueError:
        raise UnreadableCallback("a deposit with a garbled field") from None
    return SignedCallback(path, query, content_type, signature, fields[4])
