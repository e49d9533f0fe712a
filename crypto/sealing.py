"""
Sealing to a public key: intake and callbacks can write deposits that only the worker opens.

A sealed deposit is version (1) | suite (1) | key id (8) | HPKE encapsulation and ciphertext. HPKE's `info` binds
header, purpose and deposit id. HPKE authenticates no sender: the worker verifies the agency's signature again.

Source: RFC 9180, single shot, base mode; ML-KEM-768 with X25519 (X-Wing), so that a deposit copied today stays
shut when quantum computers come.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from struct import Struct
from typing import Self
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from crypto.errors import CannotDecrypt, KeyFileError
from crypto.framing import framed
from crypto.hidden import Hidden
from crypto.keyfiles import data, from_json, read_private, text, to_json, write_new
from crypto.root import RootKeyProvider

BLOCK = 1024
MAX_DEPOSIT = 1024 * 1024
_VERSION, _SUITE_NUMBER = 1, 1
_HEADER = Struct(">BB8s")
_LENGTH = Struct(">I")
_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_SEED, _PUBLIC = 64, 1184
_WHAT = "the file of unsealing keys"


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
        header = _HEADER.pack(_VERSION, _SUITE_NUMBER, bytes.fromhex(self.id))
        padded = _LENGTH.pack(len(plaintext)) + plaintext
        padded += bytes(-len(padded) % BLOCK)
        return header + _SUITE.encrypt(padded, self._key, _info(header, purpose, deposit))


class UnsealingKeys(Hidden):
    """The private keys, by id; held by the worker's ingest role alone."""

    __slots__ = ("_keys",)

    def __init__(self, keys: Mapping[str, MLKEM768X25519PrivateKey]) -> None:
        """Take the keys; `load` is the usual way."""
        self._keys = dict(keys)

    @classmethod
    def load(cls, path: Path, root: RootKeyProvider) -> Self:
        """Unwrap every unsealing key with the root key."""
        fields = from_json(read_private(path, what=_WHAT), path, what=_WHAT)
        try:
            return cls({entry["id"]: _private_key(entry, root) for entry in fields["keys"]})
        except CannotDecrypt:
            raise KeyFileError(f"{path}: its keys do not open with this root key. Check which one is in use.") from None
        except (KeyError, TypeError, ValueError):
            pass
        raise KeyFileError(f"{path}: {_WHAT} is damaged. Restore it from the key backup.")

    def unseal(self, sealed: bytes, *, purpose: str, deposit: UUID) -> bytes:
        """Return what was sealed for this purpose and deposit id, or raise CannotDecrypt."""
        if len(sealed) < _HEADER.size:
            raise CannotDecrypt
        header = sealed[: _HEADER.size]
        version, suite, key_id = _HEADER.unpack(header)
        key = self._keys.get(key_id.hex())
        if key is None or (version, suite) != (_VERSION, _SUITE_NUMBER):
            raise CannotDecrypt
        try:
            padded = _SUITE.decrypt(sealed[_HEADER.size :], key, _info(header, purpose, deposit))
        except (InvalidTag, ValueError):
            raise CannotDecrypt from None
        return _unpadded(padded)


def create_key_pair(unsealing: Path, public: Path, root: RootKeyProvider) -> None:
    """Make a key pair: the private half wrapped by the root key, the public half for all to read."""
    key_id = os.urandom(8).hex()
    mlkem, x25519 = MLKEM768PrivateKey.generate(), X25519PrivateKey.generate()
    private = mlkem.private_bytes_raw() + x25519.private_bytes_raw()
    published = mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
    wrapped = root.wrap(private, purpose=f"unsealing key {key_id}")
    write_new(unsealing, to_json({"keys": [{"id": key_id, "wrapped": text(wrapped)}]}))
    fields = {"current": key_id, "keys": [{"id": key_id, "public": text(published)}]}
    write_new(public, to_json(fields), mode=0o644)


def _private_key(entry: Mapping[str, str], root: RootKeyProvider) -> MLKEM768X25519PrivateKey:
    raw = root.unwrap(data(entry["wrapped"]), purpose=f"unsealing key {entry['id']}")
    mlkem = MLKEM768PrivateKey.from_seed_bytes(raw[:_SEED])
    return MLKEM768X25519PrivateKey(mlkem, X25519PrivateKey.from_private_bytes(raw[_SEED:]))


def _info(header: bytes, purpose: str, deposit: UUID) -> bytes:
    return framed("wayside deposit", header, purpose, deposit.bytes)


def _unpadded(padded: bytes) -> bytes:
    length = _LENGTH.unpack_from(padded)[0] if len(padded) >= _LENGTH.size else len(padded)
    if length > len(padded) - _LENGTH.size:
        raise CannotDecrypt
    return padded[_LENGTH.size : _LENGTH.size + length]
