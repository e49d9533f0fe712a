"""Reads and writes key files: whole or not at all, for their owner's eyes only, with errors that say the mend."""

import json
import os
import stat
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

from crypto.errors import KeyFileError

FORMAT = 1


OWNER_ALONE, GROUP_READS = 0o077, 0o037
"""Permission bits a file may not have: a bare key's, and those of keys that lie wrapped."""


def read_private(path: Path, *, what: str, forbidden: int = OWNER_ALONE) -> bytes:
    """
    Return the bytes of a private key file.

    Args:
        forbidden: mode bits it may not have. Wrapped keys that several processes need, each as its own account, may
            be read by their group (GROUP_READS); the root key and the unsealing keys never.

    Raises:
        KeyFileError: it is missing, or open to more accounts than it may be; with where and how to mend it.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read()
    except FileNotFoundError:
        raise KeyFileError(
            f"{path}: {what} is not there. Check the path and that its disk is mounted, or restore it."
        ) from None
    except PermissionError:
        raise KeyFileError(
            f"{path}: {what} cannot be read by this account. Run as the account that owns it, or chown it."
        ) from None
    except OSError as error:
        raise KeyFileError(f"{path}: {what} cannot be read ({error.strerror}). Check the path and the disk.") from None
    if stat.S_IMODE(mode) & forbidden:
        right = "600" if forbidden == OWNER_ALONE else "640"
        raise KeyFileError(
            f"{path}: {what} can be read by other accounts (mode {stat.S_IMODE(mode):04o})."
            f" Run: chmod {right} {path}; if others may have seen it, change the key."
        )
    return content


def write_new(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Write a file that must not exist yet, durably; a key file is never overwritten by this."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        raise KeyFileError(
            f"{path}: there is a file already. Keys are never overwritten: choose another place, or move it away."
        ) from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)
            file.write(content)
            file.flush()
            os.fsync(descriptor)
    except BaseException:
        path.unlink(missing_ok=True)  # Half a key would be in the way of the whole one, and never be overwritten.
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def to_json(fields: dict[str, Any]) -> bytes:
    """Return the text of a key file in today's format."""
    return json.dumps({"format": FORMAT, **fields}, indent=1).encode() + b"\n"


def from_json(content: bytes, path: Path, *, what: str) -> dict[str, Any]:
    """Return the fields of a key file, or say that it is damaged or of another version."""
    try:
        fields = json.loads(content)
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        raise KeyFileError(f"{path}: {what} is damaged. Restore it from the key backup.")
    if fields.get("format") != FORMAT:
        raise KeyFileError(f"{path}: {what} is of another format than {FORMAT}. Run the program version that wrote it.")
    return fields


def text(data: bytes) -> str:
    """Return bytes as base64 text."""
    return b64encode(data).decode()


def data(encoded: str) -> bytes:
    """Return the bytes of strict base64 text; ValueError for anything else."""
    return b64decode(encoded, validate=True)
