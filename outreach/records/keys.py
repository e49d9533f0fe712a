"""
Case keys: made with the case, stored wrapped, kept unwrapped for a few minutes in memory only.

One random key per owner and class. The owner is a case, or the house for what belongs to no case.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, bindparam, select
from sqlalchemy.orm import Session

from crypto.boxes import CaseKey, Place
from crypto.keyring import BLOCKS, Keyring, WrappedKey
from outreach.records.boxes import KEY_CLASSES, BoxNumber
from outreach.records.cases import CaseKeyRecord
from outreach.records.errors import NoSuchRecord
from outreach.records.inserting import insert_rows
from outreach.terms import KeyClass

HOUSE = UUID(int=1)
"""Owner of the organisation's own boxes: staff secrets, suppressed numbers, quarantined deposits."""

_TABLE = cast(Table, CaseKeyRecord.__table__)
_WRAPPED = (_TABLE.c.wrapped_by, _TABLE.c.wrapped, _TABLE.c.commitment, _TABLE.c.generation)

_KEYS_OF = select(_TABLE.c.owner_id, *_WRAPPED).where(
    _TABLE.c.owner_id.in_(bindparam("owners", expanding=True)), _TABLE.c.key_class == bindparam("key_class")
)
"""Built once: building it for each page costs as much as running it."""


class CaseKeyCache:
    """The case keys a process used lately: at most `size`, none for longer than `seconds` by monotonic time."""

    def __init__(self, size: int = 4096, seconds: float = 300.0) -> None:
        self._size = size
        self._seconds = seconds
        self._lock = threading.Lock()
        self._keys: OrderedDict[tuple[UUID, str], tuple[float, CaseKey]] = OrderedDict()

    def get(self, owner: UUID, key_class: str) -> CaseKey | None:
        """Return the key, or None when it must be unwrapped again."""
        with self._lock:
            return self._used((owner, key_class), time.monotonic())

    def get_many(self, owners: Iterable[UUID], key_class: str) -> dict[UUID, CaseKey]:
        """Return the keys in memory of many owners, under one lock."""
        found: dict[UUID, CaseKey] = {}
        now = time.monotonic()
        with self._lock:
            for owner in owners:
                key = self._used((owner, key_class), now)
                if key is not None:
                    found[owner] = key
        return found

    def _used(self, place: tuple[UUID, str], now: float) -> CaseKey | None:
        """Return a key as the one used last, or drop it when its time is over. The caller holds the lock."""
        kept = self._keys.get(place)
        if kept is None:
            return None
        if kept[0] < now:
            del self._keys[place]
            return None
        self._keys.move_to_end(place)
        return kept[1]

    def put_many(self, fetched: Mapping[UUID, CaseKey], key_class: str) -> None:
        """Keep the keys of many owners under one lock, dropping those unused for longest when full."""
        until = time.monotonic() + self._seconds
        with self._lock:
            keys = self._keys
            for owner, key in fetched.items():
                keys.pop((owner, key_class), None)
                keys[owner, key_class] = (until, key)
            while len(keys) > self._size:
                keys.popitem(last=False)

    def forget(self, owner: UUID) -> None:
        """Drop an owner's keys: they were rotated or destroyed."""
        with self._lock:
            for key in [k for k in self._keys if k[0] == owner]:
                del self._keys[key]


def create_case_keys(session: Session, owner: UUID) -> None:
    """Make and store an owner's three keys. Known to this transaction only, until it commits."""
    keyring = _keyring(session)
    fresh: dict[tuple[UUID, str], CaseKey] = session.info.setdefault("fresh_keys", {})
    rows = []
    for key_class in KeyClass:
        key = CaseKey.generate(block=BLOCKS[key_class])
        kept = keyring.wrap_case_key(key, key_class=key_class, owner=owner)
        rows.append(
            {
                "owner_id": owner,
                "key_class": key_class.value,
                "generation": kept.generation,
                "wrapped_by": kept.wrapped_by,
                "wrapped": kept.wrapped,
                "commitment": kept.commitment,
            }
        )
        fresh[owner, key_class] = key
    insert_rows(session, CaseKeyRecord, rows)


def case_key(session: Session, owner: UUID, key_class: KeyClass) -> CaseKey:
    """
    Return an owner's current key of one class.

    Raises:
        NoSuchRecord: the owner has no such key: never made, or destroyed.
        CryptoError: this process may not hold the class, or the stored key was changed.
    """
    if "fresh_keys" not in session.info:
        kept = cast(CaseKeyCache, session.info["case_keys"]).get(owner, key_class)
        if kept is not None:
            return kept
    return case_keys(session, (owner,), key_class)[owner]


def case_keys(session: Session, owners: Sequence[UUID], key_class: KeyClass) -> dict[UUID, CaseKey]:
    """Return the current keys of many owners, with one query for those not in memory. Raises as case_key does."""
    found = keys_in_memory(session, owners, key_class)
    missing = [owner for owner in owners if owner not in found]
    if missing:
        rows = session.execute(_KEYS_OF, {"owners": missing, "key_class": key_class}).all()
        found.update(unwrap_keys(session, [(row[0], row[1:]) for row in rows], key_class))
        for owner in missing:
            if owner not in found:
                raise NoSuchRecord(f"{key_class} key of", owner)
    return found


def keys_in_memory(session: Session, owners: Sequence[UUID], key_class: KeyClass) -> dict[UUID, CaseKey]:
    """Return those of the owners' keys that need no query: used lately, or made in this transaction."""
    found = cast(CaseKeyCache, session.info["case_keys"]).get_many(owners, key_class)
    fresh: dict[tuple[UUID, str], CaseKey] = session.info.get("fresh_keys", {})
    if fresh:
        found.update({owner: fresh[owner, key_class] for owner in owners if (owner, key_class) in fresh})
    return found


def with_wrapped_keys(query: Select[Any], owner: ColumnElement[UUID], key_class: KeyClass) -> Select[Any]:
    """
    Return the query with each row's wrapped key in four columns more, for `unwrap_keys`: a page needs both.

    A row comes once for each generation its owner has, and not at all when its owner has no key of the class.
    """
    theirs = (_TABLE.c.owner_id == owner) & (_TABLE.c.key_class == key_class)
    return query.add_columns(*_WRAPPED).join(_TABLE, theirs)


def unwrap_keys(
    session: Session, wrapped: Iterable[tuple[UUID, Sequence[Any]]], key_class: KeyClass
) -> dict[UUID, CaseKey]:
    """Return the newest key of each owner, and keep it in memory for a while. Raises CryptoError as case_key does."""
    newest: dict[UUID, WrappedKey] = {}
    for owner, columns in wrapped:
        candidate = WrappedKey._make(columns)
        other = newest.setdefault(owner, candidate)
        if candidate.generation > other.generation:
            newest[owner] = candidate
    unwrap = _keyring(session).unwrap_case_key
    keys = {owner: unwrap(kept, key_class=key_class, owner=owner) for owner, kept in newest.items()}
    cast(CaseKeyCache, session.info["case_keys"]).put_many(keys, key_class)
    return keys


def seal(session: Session, number: BoxNumber, record: Sequence[object], *, owner: UUID, row: UUID) -> bytes:
    """Seal a record of this kind under its owner's key of the right class; `row` is the id the row will have."""
    return case_key(session, owner, KEY_CLASSES[number]).seal(list(record), at=Place(number, row))


def unseal(session: Session, number: BoxNumber, box: bytes, *, owner: UUID, row: UUID) -> list[Any]:
    """Open a record of this kind. Raises CannotDecrypt when it is not exactly what was sealed there."""
    return case_key(session, owner, KEY_CLASSES[number]).open(box, at=Place(number, row))


def _keyring(session: Session) -> Keyring:
    return cast(Keyring, session.info["keyring"])
