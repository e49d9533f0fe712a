"""Faults that a person can mend: the command prints them as one line and exits 1."""

from config.home import HomeError
from config.settings import SettingsError
from crypto.errors import CryptoError
from outreach.records.errors import RecordsError


class Mendable(Exception):
    """A fault of a command itself; its text says what, where and how to mend."""


MENDABLE: tuple[type[Exception], ...] = (Mendable, HomeError, SettingsError, CryptoError, RecordsError)

_NO_RIGHT = "42501"
"""PostgreSQL: this role may not do that."""


def storage_fault(fault: BaseException) -> str | None:
    """Return one line for a disk, a file or a database that refused; None for a fault that is ours to mend."""
    asked = getattr(fault, "orig", None)
    if getattr(asked, "sqlstate", None) == _NO_RIGHT:
        return (
            f"the database refused: {str(asked).splitlines()[0]}. This command needs another role: the portal's for "
            "`staff`, the worker's for the others, the owner's for `init` and `grants`; see docs/operations.md"
        )
    if isinstance(fault, OSError) and fault.strerror:
        where = f"{fault.filename}: " if fault.filename else ""
        return f"{where}{fault.strerror}. Check that the disk has room, and that this account may read and write there"
    return None
