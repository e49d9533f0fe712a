"""
Sealing to a public key: intake and callbacks can write deposits that only the worker opens.

A sealed deposit is version (1) | suite (1) | key id (8) | HPKE encapsulation and ciphertext. HPKE's `info` binds
header, purpose and deposit id. HPKE authenticates no sender: the worker verifies the agency's signature again.
This module can only seal, and imports nothing that could open; the other half is crypto.unsealing.

Source: RFC 9180, single shot, base mode; ML-KEM-768 with X25519 (X-Wing), so that a deposit copied today stays
shut when quantum computers come.
"""

from pathlib import Path
from struct import Struct
from typing import Self
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PublicKey, Suite

from crypto.errors import KeyFileError
from crypto.framing import framed
from crypto.keyfiles import data, from_json

BLOCK = 1024
MAX_DEPOSIT = 1024 * 1024
VERSION, SUITE_NUMBER = 1, 1
HEADER = Struct(">BB8s")
LENGTH = Struct(">I")
SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_PUBLIC = 1184


class SealingKey:
    """The public key to which deposits are sealed. Holds no secret."""

    def __init__(self, key_id: str, public: bytes) -> None:
        """Take the id (16 hexadecimal digits) and ML-KEM-768 (1184 bytes) | X25519 (32) public keys."""
        self.id = key_id
        mlkem, x25519 = public[:_PUBLIC], public[_PUBLIC:]
        self._key = MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(mlkem), X25519PublicKey.from_public_bytes(x25519)
        )

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return the current key of the public file."""
        try:
            content = path.read_bytes()
        except OSError as error:
            raise KeyFileError(f"{path}: the sealing key cannot be read ({error.strerror}). Check the path.") from None
        fields = from_json(content, path, what="the sealing key")
        try:
            current = next(entry for entry in fields["keys"] if entry["id"] == fields["current"])
            return cls(current["id"], data(current["public"]))
        except (KeyError, TypeError, ValueError, StopIteration):
            raise KeyFileError(f"{path}: the sealing key is damaged. Write it again from the key backup.") from None

    def seal(self, plaintext: bytes, *, purpose: str, deposit: UUID) -> bytes:
        """Seal at most 1 MiB to this purpose and deposit id; padded to whole KiB."""
        if len(plaintext) > MAX_DEPOSIT:
            raise ValueError("a deposit is longer than 1 MiB")
        header = HEADER.pack(VERSION, SUITE_NUMBER, bytes.fromhex(self.id))
        padded = LENGTH.pack(len(plaintext)) + plaintext
        padded += bytes(-len(padded) % BLOCK)
        return header + SUITE.encrypt(padded, self._key, info_of(header, purpose, deposit))


def info_of(header: bytes, purpose: str, deposit: UUID) -> bytes:
    """Return what HPKE binds a deposit to, beyond its key."""
    return framed("wayside deposit", header, purpose, deposit.bytes)
