"""
Opening sealed deposits: the private half of crypto.sealing, loaded by the worker's ingest role alone.

Source: RFC 9180, single shot, base mode.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Self
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey

from crypto.errors import CannotDecrypt, KeyFileError
from crypto.hidden import Hidden
from crypto.keyfiles import data, from_json, read_private, text, to_json, write_new
from crypto.root import RootKeyProvider
from crypto.sealing import HEADER, LENGTH, SUITE, SUITE_NUMBER, VERSION, info_of

_SEED = 64
_WHAT = "the file of unsealing keys"


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
        if len(sealed) < HEADER.size:
            raise CannotDecrypt
        header = sealed[: HEADER.size]
        version, suite, key_id = HEADER.unpack(header)
        key = self._keys.get(key_id.hex())
        if key is None or (version, suite) != (VERSION, SUITE_NUMBER):
            raise CannotDecrypt
        try:
            padded = SUITE.decrypt(sealed[HEADER.size :], key, info_of(header, purpose, deposit))
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


def _unpadded(padded: bytes) -> bytes:
    length = LENGTH.unpack_from(padded)[0] if len(padded) >= LENGTH.size else len(padded)
    if length > len(padded) - LENGTH.size:
        raise CannotDecrypt
    return padded[LENGTH.size : LENGTH.size + length]
