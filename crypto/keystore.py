"""
The key files of one deployment: made once, read at each process start.

Organisation keys lie in one file, wrapped by the epoch key, which lies in two copies outside every backup,
wrapped by the root key. The file key and the private half of the sealing key are wrapped by the root key.
"""

import os
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

from crypto.errors import CannotDecrypt, KeyFileError
from crypto.framing import framed
from crypto.keyfiles import GROUP_READS, data, from_json, read_private, text, to_json, write_new
from crypto.root import RootKeyProvider
from crypto.unsealing import create_key_pair
from crypto.wrapping import KEY_LENGTH, WrappingKey

ORGANISATION_CLASSES: Final = ("contact", "narrative", "thread", "search", "phone", "audit")
ALL_CLASSES: Final = (*ORGANISATION_CLASSES, "file")
_KEYS = "the file of organisation keys"
_EPOCH = "this copy of the epoch key"


class KeyPaths(NamedTuple):
    """Where the key files of a deployment lie."""

    keys: Path
    epoch_a: Path
    epoch_b: Path
    unsealing: Path
    sealing: Path


class StoredKeys(NamedTuple):
    """The keys one process may hold, unwrapped. Lives only between reading and the keyring."""

    keys: dict[str, bytes]
    class_of: dict[str, str]
    current: frozenset[str]
    file_key: bytes | None

    def __repr__(self) -> str:
        """Return nothing but the kind: this holds keys."""
        return "<StoredKeys>"

    @classmethod
    def read(cls, paths: KeyPaths, root: RootKeyProvider, classes: frozenset[str]) -> Self:
        """Unwrap the keys of these classes and no others."""
        if unknown := classes - set(ALL_CLASSES):
            raise ValueError(f"unknown key classes: {', '.join(sorted(unknown))}")
        fields = from_json(read_private(paths.keys, what=_KEYS, forbidden=GROUP_READS), paths.keys, what=_KEYS)
        try:
            return cls._unwrapped(fields, paths, root, classes)
        except (KeyError, TypeError, ValueError, AttributeError):
            pass  # Raised below, outside the handler: the original may name what was read.
        except CannotDecrypt:
            raise KeyFileError(
                f"{paths.keys}: its keys do not open with this root key. Check that the root key file and this"
                " file belong to the same deployment, or restore both from one backup."
            ) from None
        raise KeyFileError(f"{paths.keys}: {_KEYS} is damaged. Restore it from the key backup.")

    @classmethod
    def _unwrapped(
        cls, fields: dict[str, Any], paths: KeyPaths, root: RootKeyProvider, classes: frozenset[str]
    ) -> Self:
        wanted = [entry for entry in fields["keys"] if entry["class"] in classes]
        keys: dict[str, bytes] = {}
        if wanted:
            epoch = read_epoch(paths, root, fields["epoch"])
            keys = {entry["id"]: _unwrap_entry(entry, epoch) for entry in wanted}
        file_key = root.unwrap(data(fields["file_key"]), purpose="file key") if "file" in classes else None
        class_of = {entry["id"]: entry["class"] for entry in fields["keys"]}
        return cls(keys, class_of, frozenset(fields["current"]), file_key)


def create_keys(paths: KeyPaths, root: RootKeyProvider) -> None:
    """
    Make every key of a new deployment and write its files; refuses when any of them exists.

    Raises:
        KeyFileError: a file is there already or cannot be written.
    """
    if existing := [path for path in paths if path.exists()]:
        raise KeyFileError(f"{existing[0]}: there is a key file already. Keys are never overwritten: move it away.")
    epoch_id, epoch_key = _new_id("epoch"), os.urandom(KEY_LENGTH)
    epoch = WrappingKey(epoch_key)
    entries = [_new_entry(key_class, epoch) for key_class in ORGANISATION_CLASSES]
    copy = to_json({"id": epoch_id, "wrapped": text(root.wrap(epoch_key, purpose=f"epoch key {epoch_id}"))})
    write_new(paths.epoch_a, copy)
    write_new(paths.epoch_b, copy)
    fields = {
        "epoch": epoch_id,
        "current": [entry["id"] for entry in entries],
        "keys": entries,
        "file_key": text(root.wrap(os.urandom(KEY_LENGTH), purpose="file key")),
    }
    write_new(paths.keys, to_json(fields))
    create_key_pair(paths.unsealing, paths.sealing, root)


def read_epoch(paths: KeyPaths, root: RootKeyProvider, epoch_id: str) -> WrappingKey:
    """Return the epoch key from the first copy that holds the named epoch; either copy alone is enough."""
    causes = []
    for path in (paths.epoch_a, paths.epoch_b):
        try:
            return WrappingKey(_read_epoch_copy(path, root, epoch_id))
        except KeyFileError as error:
            causes.append(str(error))
    raise KeyFileError("No copy of the epoch key can be used. " + " ".join(causes))


def epoch_faults(paths: KeyPaths, root: RootKeyProvider) -> list[str]:
    """Return what is wrong with each copy of the epoch key; losing both loses the data, so `doctor` asks daily."""
    fields = from_json(read_private(paths.keys, what=_KEYS, forbidden=GROUP_READS), paths.keys, what=_KEYS)
    faults = []
    for path in (paths.epoch_a, paths.epoch_b):
        try:
            _read_epoch_copy(path, root, str(fields.get("epoch")))
        except KeyFileError as error:
            faults.append(str(error))
    return faults


def _read_epoch_copy(path: Path, root: RootKeyProvider, epoch_id: str) -> bytes:
    fields = from_json(read_private(path, what=_EPOCH, forbidden=GROUP_READS), path, what=_EPOCH)
    if fields.get("id") != epoch_id:
        raise KeyFileError(f"{path}: {_EPOCH} is of another epoch. Copy the other one over it.")
    try:
        return root.unwrap(data(str(fields.get("wrapped"))), purpose=f"epoch key {epoch_id}")
    except (CannotDecrypt, ValueError):
        pass
    raise KeyFileError(f"{path}: {_EPOCH} does not open with this root key. Check which root key file is in use.")


def _new_id(kind: str) -> str:
    return f"{kind}-{os.urandom(6).hex()}"


def _new_entry(key_class: str, epoch: WrappingKey) -> dict[str, str]:
    key_id = _new_id(key_class)
    wrapped, commitment = epoch.wrap(os.urandom(KEY_LENGTH), context=_entry_context(key_class, key_id))
    return {"id": key_id, "class": key_class, "wrapped": text(wrapped), "commitment": text(commitment)}


def _unwrap_entry(entry: dict[str, str], epoch: WrappingKey) -> bytes:
    context = _entry_context(entry["class"], entry["id"])
    return epoch.unwrap(data(entry["wrapped"]), data(entry["commitment"]), context=context)


def _entry_context(key_class: str, key_id: str) -> bytes:
    return framed("organisation key", key_class, key_id)
