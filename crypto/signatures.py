"""
Signatures of source agencies: the asymmetric scheme (v1a, Ed25519) of Standard Webhooks.

What is signed is "{id}.{timestamp}.{body}". Freshness is the caller's to check; here only the signature counts.

Source: Standard Webhooks specification, "Asymmetric signatures"; RFC 8032.
"""

from base64 import b64decode, b64encode

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from crypto.errors import KeyFileError

_SCHEME = "v1a,"
_NOBODY = Ed25519PrivateKey.generate().public_key()
"""A key nobody holds: an unknown agency costs the same work as a wrong signature."""


def generate_key_pair() -> tuple[bytes, bytes]:
    """Return a new private key (PKCS 8) and its public key, both as PEM."""
    private = Ed25519PrivateKey.generate()
    return (
        private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    )


def load_private(pem: bytes) -> Ed25519PrivateKey:
    """Return an agency's private key from PEM; KeyFileError for anything but Ed25519."""
    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(
            "That is no Ed25519 private key in PEM form. Make one with: wayside events keygen --out FILE"
        )
    return key


def load_public(pem: bytes) -> Ed25519PublicKey:
    """Return an agency's public key from PEM; KeyFileError for anything but Ed25519."""
    try:
        key = load_pem_public_key(pem)
    except ValueError:
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise KeyFileError("That is no Ed25519 public key in PEM form. The agency sends its FILE.pub, never FILE.")
    return key


def public_from_raw(raw: bytes) -> Ed25519PublicKey:
    """Return a public key from its 32 raw bytes; ValueError for any other length."""
    return Ed25519PublicKey.from_public_bytes(raw)


def sign(private: Ed25519PrivateKey, webhook_id: str, timestamp: int | str, body: bytes) -> str:
    """Return the `webhook-signature` header: "v1a," and base64."""
    return _SCHEME + b64encode(private.sign(_signed(webhook_id, timestamp, body))).decode()


def verify(public: Ed25519PublicKey | None, webhook_id: str, timestamp: int | str, body: bytes, signature: str) -> bool:
    """
    Say whether the header holds exactly one signature and it is this key's.

    Args:
        public: None for an unknown agency: the same work is done against a key nobody holds, and the answer is no.
        timestamp: exactly as received.
        signature: the `webhook-signature` header.
    """
    decoded = _decoded(signature)
    key = _NOBODY if public is None else public
    try:
        key.verify(decoded or bytes(64), _signed(webhook_id, timestamp, body))
    except InvalidSignature:
        return False
    return public is not None and decoded is not None


def _signed(webhook_id: str, timestamp: int | str, body: bytes) -> bytes:
    return f"{webhook_id}.{timestamp}.".encode() + body


def _decoded(header: str) -> bytes | None:
    """Only the one canonical spelling counts, so that no changed header is ever taken for a signed one."""
    encoded = header.removeprefix(_SCHEME)
    try:
        raw = b64decode(encoded, validate=True)
    except ValueError:
        return None
    is_canonical = len(raw) == 64 and header == _SCHEME + b64encode(raw).decode()
    return raw if is_canonical else None
