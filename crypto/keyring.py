"""
The organisation's keys, in the memory of one process: what wraps case keys, and the keyed tokens.

root key -> epoch key (two copies) -> organisation keys, one per class -> case keys. The file key hangs from the
root key. A process loads the classes its role may hold; asking for another raises KeyNotHeld.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import blake2b
from struct import Struct
from typing import Final, NamedTuple, Self
from uuid import UUID

from crypto.boxes import CaseKey
from crypto.errors import KeyNotHeld
from crypto.framing import framed
from crypto.hidden import Hidden
from crypto.keystore import ALL_CLASSES, KeyPaths, StoredKeys, create_keys
from crypto.root import RootKeyProvider
from crypto.wrapping import WrappingKey

__all__ = ["ALL_CLASSES", "BLOCKS", "KeyPaths", "Keyring", "WrappedKey", "create_keys"]

BLOCKS: Final[Mapping[str, int]] = {"contact": 128, "narrative": 256, "thread": 256}
"""The classes of case keys, with the padding block of each in bytes."""

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


class WrappedKey(NamedTuple):
    """A case key as it is stored: under which organisation key, the wrapped bytes, their commitment."""

    wrapped_by: str
    wrapped: bytes
    commitment: bytes
    generation: int


class Keyring(Hidden):
    """Organisation keys, unwrapped. Never written anywhere, never printed."""

    __slots__ = ("_current", "_file", "_tokens", "_wrapping")

    def __init__(self, stored: StoredKeys) -> None:
        """Take unwrapped keys; `load` is the usual way."""
        self._wrapping = {
            key_id: WrappingKey(key) for key_id, key in stored.keys.items() if stored.class_of[key_id] in BLOCKS
        }
        self._current = {stored.class_of[key_id]: key_id for key_id in stored.current if key_id in stored.keys}
        self._tokens = {
            stored.class_of[key_id]: key
            for key_id, key in stored.keys.items()
            if key_id in stored.current and stored.class_of[key_id] not in BLOCKS
        }
        self._file = stored.file_key

    @classmethod
    def load(cls, paths: KeyPaths, root: RootKeyProvider, classes: Iterable[str] = ALL_CLASSES) -> Self:
        """
        Unwrap the keys of these classes and no others.

        Args:
            classes: of contact, narrative, thread (case keys), search, phone (all tokens), audit, file.

        Raises:
            KeyFileError: a file is missing, damaged, readable by others, or belongs to another root key.
        """
        return cls(StoredKeys.read(paths, root, frozenset(classes)))

    @property
    def file_key_hex(self) -> str:
        """The key of the SQLCipher file as 64 hexadecimal digits, for its PRAGMA."""
        if self._file is None:
            raise KeyNotHeld("this process holds no file key")
        return self._file.hex()

    def wrap_case_key(self, key: CaseKey, *, key_class: str, owner: UUID) -> WrappedKey:
        """Wrap a case key under the current organisation key of its class, bound to its owner and generation."""
        wrapped_by = self._current.get(key_class, "")
        context = _case_context(key_class, wrapped_by, owner, key.generation)
        wrapped, commitment = self._wrapping_key(wrapped_by, key_class).wrap(key._key, context=context)
        return WrappedKey(wrapped_by, wrapped, commitment, key.generation)

    def unwrap_case_key(self, stored: WrappedKey, *, key_class: str, owner: UUID) -> CaseKey:
        """Return the case key; CannotDecrypt for another owner, class, generation or a changed commitment."""
        context = _case_context(key_class, stored.wrapped_by, owner, stored.generation)
        wrapping = self._wrapping_key(stored.wrapped_by, key_class)
        key = wrapping.unwrap(stored.wrapped, stored.commitment, context=context)
        return CaseKey(key, generation=stored.generation, block=BLOCKS[key_class])

    def phone_token(self, e164: str) -> bytes:
        """Return the 32-byte token by which an exact phone is found."""
        if not _E164.fullmatch(e164):
            raise ValueError("a phone token needs a number in E.164 form")
        return self._hash("phone", b"wayside phone", e164.encode())

    def token(self, purpose: str, *parts: str | bytes) -> bytes:
        """Return a 32-byte keyed token of these parts; equal only for the same purpose and the same parts."""
        return self._hash("phone", b"wayside token", framed(purpose, *parts))

    def bucket(self, purpose: str, value: str, bits: int = 12) -> bytes:
        """Return a token coarse on purpose: of `bits` bits, so that many values share it and none is given away."""
        if not 1 <= bits <= 32:
            raise ValueError("a bucket has 1 to 32 bits")
        number = int.from_bytes(self._hash("phone", b"wayside bucket", framed(purpose, value))[:4])
        return (number >> (32 - bits)).to_bytes((bits + 7) // 8)

    def audit_mac(self, message: bytes) -> bytes:
        """Return the 32-byte MAC of an audit entry."""
        return self._hash("audit", b"wayside audit", message)

    def _hash(self, key_class: str, use: bytes, message: bytes) -> bytes:
        key = self._tokens.get(key_class)
        if key is None:
            raise KeyNotHeld(f"this process holds no key of class {key_class}")
        return blake2b(message, key=key, digest_size=32, person=use).digest()

    def _wrapping_key(self, key_id: str, key_class: str) -> WrappingKey:
        """The class is bound in the context; here only what this process may hold is decided."""
        wrapping = self._wrapping.get(key_id)
        if wrapping is None:
            raise KeyNotHeld(f"this process holds no key of class {key_class} with the id it needs")
        return wrapping


_OWNER_AND_GENERATION = Struct(">I16sIH")
"""The frame of an owner (16 bytes) and a generation (2)."""


def _case_context(key_class: str, wrapped_by: str, owner: UUID, generation: int) -> bytes:
    return _context_of_class(key_class, wrapped_by) + _OWNER_AND_GENERATION.pack(16, owner.bytes, 2, generation)


@lru_cache(maxsize=64)
def _context_of_class(key_class: str, wrapped_by: str) -> bytes:
    """The part that is the same for every case, made once: a page unwraps fifty keys."""
    return framed("case key", key_class, wrapped_by)
