"""
Sealed boxes: one record, one box, under the key of one case.

A box is version (1 byte) | suite (1) | generation (2, big-endian) | nonce (12) | ciphertext | tag (16). The
associated data is the whole header with its nonce | box number (2) | row id (16), so a box opens at its own
place only. Hides AES-256-GCM, the padding and the JSON. Imports nothing of ours outside this package.

Source: NIST SP 800-38D section 8.2.2 (96-bit random nonces; a case key seals far fewer than 2**32 boxes).
"""

import json
import os
from collections.abc import Sequence
from functools import lru_cache
from struct import Struct
from typing import Any, NamedTuple, Self
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import DecodeError
from msgspec.json import Decoder as JsonDecoder

from crypto.errors import CannotDecrypt
from crypto.hidden import Hidden
from crypto.padding import padded_length

VERSION = 1
AES_256_GCM = 1
KEY_LENGTH = 32
TAG_LENGTH = 16
MAX_RECORD = 64 * 1024
"""Longest record in bytes of JSON; a document goes in with `seal_bytes`."""

_BEGINS = Struct(">BBH")
_NONCE_LENGTH = 12
_HEADER_LENGTH = _BEGINS.size + _NONCE_LENGTH
_SHORTEST = _HEADER_LENGTH + TAG_LENGTH
_PLACE = Struct(">H16s")
_LENGTH = Struct(">I")
_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_from_json = JsonDecoder(list).decode
"""Takes the padding too, and is felt: a page opens a hundred boxes."""


class Place(NamedTuple):
    """Where a box belongs: its number in the registry (1 to 65535) and the id of its row."""

    box: int
    row: UUID


class CaseKey(Hidden):
    """The random key of one case and class; seals and opens its boxes."""

    __slots__ = ("_aead", "_begins", "_key", "block", "generation")

    def __init__(self, key: bytes, *, generation: int, block: int) -> None:
        """Take 32 bytes; `block` is the padding block of the key's class, in bytes."""
        if not 1 <= generation <= 0xFFFF:
            raise ValueError("a generation is 1 to 65535")
        if len(key) != KEY_LENGTH:
            raise ValueError("a case key is 32 bytes long")
        self._key = key
        self._aead = AESGCM(key)
        self._begins = _begins(generation)
        self.generation = generation
        self.block = block

    @classmethod
    def generate(cls, generation: int = 1, *, block: int) -> Self:
        """Make a new random key."""
        return cls(os.urandom(KEY_LENGTH), generation=generation, block=block)

    def seal(self, record: Sequence[Any], *, at: Place) -> bytes:
        """
        Seal one record.

        Args:
            record: JSON-ready fields in schema order; at most 64 KiB as JSON.
            at: authenticated, not stored; the box opens nowhere else.

        Raises:
            ValueError: the record is too long, or holds what JSON or UTF-8 cannot.
        """
        return self._seal(_pad_text(_encoded(record), self.block), at)

    def open(self, box: bytes, *, at: Place) -> list[Any]:
        """Return the fields of the record sealed at this place, or raise CannotDecrypt."""
        plain = self._open(box, at)
        try:
            return _from_json(plain)
        except (DecodeError, UnicodeDecodeError):  # Raised below, outside the handler: no trace of the plaintext.
            pass
        raise CannotDecrypt

    def seal_bytes(self, data: bytes, *, at: Place) -> bytes:
        """Seal a document or a raw deposit of any kind; its length (4 bytes) goes inside, before the padding."""
        framed = _LENGTH.pack(len(data)) + data
        return self._seal(framed.ljust(padded_length(len(framed), self.block), b"\0"), at)

    def open_bytes(self, box: bytes, *, at: Place) -> bytes:
        """Return what `seal_bytes` sealed at this place, or raise CannotDecrypt."""
        plain = self._open(box, at)
        length = _LENGTH.unpack_from(plain)[0] if len(plain) >= _LENGTH.size else len(plain)
        if length > len(plain) - _LENGTH.size:
            raise CannotDecrypt
        return plain[_LENGTH.size : _LENGTH.size + length]

    def _seal(self, plain: bytes, at: Place) -> bytes:
        nonce = os.urandom(_NONCE_LENGTH)
        header = self._begins + nonce
        return header + self._aead.encrypt(nonce, plain, header + _PLACE.pack(at.box, at.row.bytes))

    def _open(self, box: bytes, at: Place) -> bytes:
        if len(box) < _SHORTEST or not self._is_ours(box):
            raise CannotDecrypt
        header = box[:_HEADER_LENGTH]
        number, row = at
        try:
            return self._aead.decrypt(header[4:], box[_HEADER_LENGTH:], header + _PLACE.pack(number, row.bytes))
        except InvalidTag:
            raise CannotDecrypt from None

    def _is_ours(self, box: bytes) -> bool:
        return box.startswith(self._begins)


@lru_cache(maxsize=64)
def _begins(generation: int) -> bytes:
    """Made once for a generation: a page makes fifty keys."""
    return _BEGINS.pack(VERSION, AES_256_GCM, generation)


def mark(box: bytes, *, at: Place) -> bytes:
    """
    Return what the audit log keeps of a written box: box number (2) | row (16) | generation (2) | tag (16).

    With it `audit verify` sees a box that was put back to an older one or removed, which associated data cannot.
    """
    if len(box) < _SHORTEST:
        raise ValueError("that is not a box")
    return _PLACE.pack(at.box, at.row.bytes) + box[2:4] + box[-TAG_LENGTH:]


def _encoded(record: Sequence[Any]) -> bytes:
    text = _to_json(record)
    try:
        data = text.encode()
    except UnicodeEncodeError:  # Raised below, outside the handler: the original carries the text.
        data = b""
    if not data:
        raise ValueError("a record holds text that is not Unicode")
    if len(data) > MAX_RECORD:
        raise ValueError("a record is longer than 64 KiB")
    return data


def _pad_text(data: bytes, block: int) -> bytes:
    """JSON may end in spaces, so no length is needed inside."""
    return data.ljust(padded_length(len(data), block), b" ")
