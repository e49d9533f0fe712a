"""
The root key and where it comes from.

A provider wraps and unwraps a handful of keys per process start and never hands out the root key itself, so
that a key file today can become a hardware or cloud service tomorrow. Only the key file is built so far.
"""

import os
import re
from pathlib import Path
from typing import Protocol

from crypto.errors import CannotDecrypt, KeyFileError
from crypto.framing import framed
from crypto.hidden import Hidden
from crypto.keyfiles import read_private, write_new
from crypto.wrapping import COMMITMENT_LENGTH, KEY_LENGTH, WrappingKey

_HEX_KEY = re.compile(rb"[0-9a-f]{64}\n?")
_WHAT = "the root key"


class RootKeyProvider(Protocol):
    """Whatever can wrap a key under the root key and unwrap it again."""

    def wrap(self, key: bytes, *, purpose: str) -> bytes:
        """Return the key wrapped, bound to its purpose."""

    def unwrap(self, wrapped: bytes, *, purpose: str) -> bytes:
        """Return the key; CannotDecrypt when it is not this root key's or was wrapped for another purpose."""


class KeyFileRoot(Hidden):
    """The root key in a file: one line of 64 hexadecimal digits, mode 0600, best on another mount."""

    __slots__ = ("_wrapping",)

    def __init__(self, path: Path) -> None:
        """Read the file now, so that a process with an unusable key starts nothing half."""
        self._wrapping = WrappingKey(read_root_key(path))

    def wrap(self, key: bytes, *, purpose: str) -> bytes:
        """Return nonce (12) | wrapped key | tag (16) | commitment (32)."""
        wrapped, commitment = self._wrapping.wrap(key, context=framed("root", purpose))
        return wrapped + commitment

    def unwrap(self, wrapped: bytes, *, purpose: str) -> bytes:
        """Return the key wrapped for this purpose, or raise CannotDecrypt."""
        if len(wrapped) <= COMMITMENT_LENGTH:
            raise CannotDecrypt
        sealed, commitment = wrapped[:-COMMITMENT_LENGTH], wrapped[-COMMITMENT_LENGTH:]
        return self._wrapping.unwrap(sealed, commitment, context=framed("root", purpose))


def create_root_key(path: Path) -> None:
    """Make a root key file; refuses to overwrite one."""
    write_root_key(path, os.urandom(KEY_LENGTH))


def write_root_key(path: Path, key: bytes) -> None:
    """Write this root key (from a recovery kit) to a new file."""
    if len(key) != KEY_LENGTH:
        raise ValueError("a root key is 32 bytes long")
    write_new(path, key.hex().encode() + b"\n")


def read_root_key(path: Path) -> bytes:
    """Return the 32 bytes of a root key file. For the provider and for making a recovery kit, nothing else."""
    content = read_private(path, what=_WHAT)
    if not _HEX_KEY.fullmatch(content):
        raise KeyFileError(
            f"{path}: {_WHAT} is {len(content)} bytes long or not hexadecimal. It must be one line of 64 digits 0-9a-f."
            " Restore it from a copy, or from the recovery kit."
        )
    return bytes.fromhex(content.decode())
