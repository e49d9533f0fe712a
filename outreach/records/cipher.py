"""Connections to the SQLCipher file: the key, and the settings every connection must have."""

import time
from pathlib import Path

from sqlcipher3 import dbapi2

PAGES_KIB = 32 * 1024
"""Page cache of one connection. Each page read anew is decrypted and its MAC checked; fifty cards touch some 400."""
ALL_PAGES = 64 * 1024 * 1024
"""Bytes all connections of a process may hold together; beyond, a connection reuses its own oldest pages."""

ASKED_EVERY_MS = 5
"""How often a waiting writer asks for the lock. SQLite's own waiting comes to ten times a second."""


def connect_cipher(path: Path, key_hex: str, *, attach: Path | None = None, patience: float) -> dbapi2.Connection:
    """
    Open the file with a raw key of 64 hexadecimal digits.

    Nothing is read yet: a wrong key shows at the first statement. `secure_delete` overwrites what is deleted,
    temporary tables stay in memory, and FULL makes a commit durable before it returns.
    """
    connection = dbapi2.connect(str(path), timeout=patience, isolation_level=None, check_same_thread=False)
    cursor = connection.cursor()
    # A wrong key is our named error; SQLCipher's own lines on standard error would only repeat it.
    cursor.execute("PRAGMA cipher_log_level = NONE")
    cursor.execute(f"PRAGMA key = \"x'{key_hex}'\"")
    # Each page read is checked, and by SHA-512 that takes twice as long (docs/adr/0004).
    cursor.execute("PRAGMA cipher_hmac_algorithm = HMAC_SHA256")
    if attach is not None:
        cursor.execute("ATTACH DATABASE ? AS callbacks KEY ''", (str(attach),))
    for setting in ("synchronous = FULL", "secure_delete = ON", "temp_store = MEMORY", "trusted_schema = OFF"):
        cursor.execute(f"PRAGMA {setting}")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(f"PRAGMA cache_size = -{PAGES_KIB}")
    cursor.execute(f"PRAGMA soft_heap_limit = {ALL_PAGES}")
    cursor.close()
    return connection


def begin_writing(connection: dbapi2.Connection, *, patience: float) -> None:
    """
    Begin a transaction that holds the write lock.

    Asks for it every few milliseconds: beside a process that writes again and again, a person's tap would else meet
    the moments in between by chance alone, and wait for seconds.

    Raises:
        dbapi2.OperationalError: another held it for `patience` seconds.
    """
    until = time.monotonic() + patience
    connection.execute(f"PRAGMA busy_timeout = {ASKED_EVERY_MS}")
    try:
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except dbapi2.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > until:
                    raise
            else:
                return
    finally:
        connection.execute(f"PRAGMA busy_timeout = {int(patience * 1000)}")
