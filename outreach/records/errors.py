"""What can go wrong with stored records. Each message says what, where, and how to mend it; never personal data."""

from crypto.errors import CryptoError


class RecordsError(Exception):
    """Base of every error of storage."""


class VaultMissing(RecordsError):
    """There is no vault where one was expected."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"No vault at {place}. Is its disk mounted? Put it back, or point WAYSIDE_HOME or WAYSIDE_DATABASE_URL at "
            "it; `wayside init` makes one for a new home only."
        )


class VaultExists(RecordsError):
    """A vault was about to be created over another."""

    def __init__(self, place: str) -> None:
        super().__init__(f"There is already a vault at {place}. Nothing was changed. Choose another place.")


class WrongVaultKey(RecordsError):
    """The file does not open with this key, or is damaged."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"The vault at {place} does not open with the key in use: another home's keys, or a damaged file. "
            "Check WAYSIDE_HOME and WAYSIDE_ROOT_KEY_FILE, or restore the vault with its own keys."
        )


class VaultVersionError(RecordsError):
    """The vault's tables are of another version than this program."""

    def __init__(self, place: str, found: str | None, wanted: str) -> None:
        super().__init__(
            f"The vault at {place} has tables of version {found or 'none'}; this program needs {wanted}. "
            "Nothing was changed. Run the version of Wayside that reads it."
        )


class VaultUnreachable(RecordsError):
    """The database server does not answer or refuses us, or the embedded file cannot be used."""

    def __init__(self, place: str) -> None:
        on_disk = place.removeprefix("sqlite:///")
        super().__init__(
            f"The vault at {on_disk} cannot be read or written. Is the disk full, or is it not mounted?"
            if on_disk != place
            else f"The database at {place} does not answer or refuses this role. "
            "Check that it runs, and that WAYSIDE_DATABASE_URL names its address, database and role."
        )


class VaultBusy(RecordsError):
    """Another writer holds the vault for longer than we wait. Nothing was written; try again."""

    def __init__(self) -> None:
        super().__init__("Another writer held the vault too long. Nothing was written. Try again.")


class ReadingOnly(RecordsError):
    """Something that must leave an audit entry was asked of a reading transaction, where the entry would be lost."""

    def __init__(self) -> None:
        super().__init__("What is audited needs a writing transaction. Use vault.writing().")


class UnrecordedWrite(RecordsError):
    """Boxes were written, and nothing in the transaction says who did it and why."""

    def __init__(self) -> None:
        super().__init__(
            "Boxes were written without an audit entry. "
            "Call audit.record(session, action=..., by=..., cases=[...], now=now) in the same transaction."
        )


class StaleVersion(RecordsError):
    """Someone else changed the record since it was shown. Nothing was written."""

    def __init__(self, table: str) -> None:
        super().__init__(f"The {table} was changed by someone else. Nothing was written. Read it again.")


class NoSuchRecord(RecordsError):
    """No row with this id."""

    def __init__(self, table: str, row: object) -> None:
        super().__init__(f"There is no {table} {row}.")


UNREADABLE = (CryptoError, NoSuchRecord)
"""What opening something of a case raises when its box or its key is damaged or gone."""


class SpoolMissing(RecordsError):
    """There is no spool where one was expected."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"No spool at {place}. Is its disk mounted? Put the file back, or point WAYSIDE_HOME at its home; "
            "`wayside init` makes one in a new home only."
        )


class SpoolVersionError(RecordsError):
    """The spool's table is of another version than this program."""

    def __init__(self, place: str, found: str, wanted: str) -> None:
        super().__init__(
            f"The spool at {place} has a table of version {found}; this program needs {wanted}. "
            "Nothing was changed. Run the version of Wayside that reads it."
        )


class SpoolUnavailable(RecordsError):
    """The deposit is not known to be stored. Answer 503; the sender tries again with the same id."""

    def __init__(self, cause: str) -> None:
        super().__init__(f"The spool cannot be written: {cause}.")
