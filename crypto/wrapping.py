"""
Keys that wrap keys: AES-256-GCM-SIV with a key commitment beside it.

GCM-SIV stands a repeated nonce, which many writers under one long-lived key could meet. Neither it nor GCM
commits to its key: crafted bytes can open under two. So each wrapped key has a commitment, a hash of the
wrapping key, the wrapped key and the context, checked before the key is used.

Source: RFC 8452; Albertini et al., "How to Abuse and Fix Authenticated Encryption Without Key Commitment" (2022).
"""

import os
from hashlib import blake2b
from hmac import compare_digest

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from crypto.errors import CannotDecrypt
from crypto.hidden import Hidden

KEY_LENGTH = 32
COMMITMENT_LENGTH = 32
_NONCE_LENGTH = 12


class WrappingKey(Hidden):
    """A key that only ever wraps other keys. Its two uses have keys of their own, derived from it."""

    __slots__ = ("_aead", "_committing")

    def __init__(self, key: bytes) -> None:
        """Take 32 random bytes."""
        if len(key) != KEY_LENGTH:
            raise ValueError("a wrapping key is 32 bytes long")
        self._aead = AESGCMSIV(_derive(key, b"wayside wrap"))
        self._committing = blake2b(
            key=_derive(key, b"wayside commit"), digest_size=COMMITMENT_LENGTH, person=b"wayside commit"
        )

    def wrap(self, key: bytes, *, context: bytes) -> tuple[bytes, bytes]:
        """Return nonce (12) | wrapped key | tag (16), and the commitment (32), both bound to the context."""
        nonce = os.urandom(_NONCE_LENGTH)
        return nonce + self._aead.encrypt(nonce, key, context), self._commitment(key, context)

    def unwrap(self, wrapped: bytes, commitment: bytes, *, context: bytes) -> bytes:
        """Return the key, or raise CannotDecrypt when it, its context or its commitment is not what was wrapped."""
        if len(wrapped) <= _NONCE_LENGTH + 16:
            raise CannotDecrypt
        try:
            key = self._aead.decrypt(wrapped[:_NONCE_LENGTH], wrapped[_NONCE_LENGTH:], context)
        except InvalidTag:
            raise CannotDecrypt from None
        if not compare_digest(commitment, self._commitment(key, context)):
            raise CannotDecrypt
        return key

    def _commitment(self, key: bytes, context: bytes) -> bytes:
        hashed = self._committing.copy()
        hashed.update(len(key).to_bytes(4) + key + context)
        return hashed.digest()


def _derive(key: bytes, use: bytes) -> bytes:
    return blake2b(key=key, digest_size=KEY_LENGTH, person=use).digest()
