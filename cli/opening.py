"""
Opening what a process may hold: root key, keyring, vault, spools, public files.

The one place where settings become parts, for the command and for `wsgi`. Imports of storage wait until they are
needed: what intake loads is a promise.
"""

from __future__ import annotations

import gc
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from config.home import Home
from config.settings import PortalSettings, Settings, SettingsError, WorkerSettings

if TYPE_CHECKING:
    from crypto.keyring import KeyPaths, Keyring
    from crypto.root import KeyFileRoot
    from outreach.records.engine import Vault

CLASSES = {
    "portal": ("contact", "narrative", "thread", "search", "phone", "audit", "file"),
    "ingest": ("contact", "narrative", "thread", "search", "phone", "audit", "file"),
    "send": ("contact", "thread", "phone", "audit", "file"),
    "print": ("contact", "audit", "file"),
}
"""The key classes each process loads. All that the gate reads is under contact, so printing needs no other; free words
(notes, her own words, messages, reasons) are not under contact, so printing cannot open them."""


def now() -> datetime:
    """Return the time, aware UTC: the clock every process is given."""
    return datetime.now(UTC)


def started() -> None:
    """Leave what starting made out of every later collection of garbage: it stays until the process ends."""
    gc.collect()
    gc.freeze()


def key_paths(home: Home) -> KeyPaths:
    """Return where the key files lie."""
    from crypto.keyring import KeyPaths

    return KeyPaths(
        keys=home.keys, epoch_a=home.epoch_a, epoch_b=home.epoch_b, unsealing=home.unsealing, sealing=home.sealing
    )


def root_key(settings: PortalSettings | WorkerSettings) -> KeyFileRoot:
    """Read the root key from the file named by WAYSIDE_ROOT_KEY_FILE; a demo knows its own place for it."""
    from crypto.root import KeyFileRoot

    path = settings.root_key_file
    if path is None and settings.place.read_marker().is_demo:
        path = demo_root_key(settings.place)
    if path is None:
        raise SettingsError("WAYSIDE_ROOT_KEY_FILE is not set: name the file that `wayside init` wrote")
    return KeyFileRoot(path)


def demo_root_key(home: Home) -> Path:
    """Return where a demo keeps its root key: inside its home, where no real deployment may have one."""
    return home.root / "demo" / "root.key"


def keyring(settings: PortalSettings | WorkerSettings, process: str, root: KeyFileRoot) -> Keyring:
    """Unwrap the classes this process may hold."""
    from crypto.keyring import Keyring

    return Keyring.load(key_paths(settings.place), root, CLASSES[process])


def vault(settings: PortalSettings | WorkerSettings, process: str, root: KeyFileRoot) -> Vault:
    """Open the vault for a process; the sender's has the callbacks spool attached, so that a STOP excludes a claim."""
    from outreach.records.engine import open_vault

    url = settings.database_url or f"sqlite:///{settings.place.vault}"
    spool = callbacks_spool_place(settings)
    attached = spool if process == "send" and url.startswith("sqlite") and isinstance(spool, Path) else None
    is_practice = settings.place.read_marker().is_demo
    return open_vault(url, keyring(settings, process, root), callbacks=attached, is_practice=is_practice)


def intake_spool_place(settings: Settings) -> str | Path:
    """Return where agencies' deposits wait: WAYSIDE_INBOX_URL, or the embedded file."""
    return getattr(settings, "inbox_url", None) or settings.place.intake_spool


def callbacks_spool_place(settings: Settings) -> str | Path:
    """Return where Twilio's deposits wait: WAYSIDE_CALLBACKS_URL, or the embedded file."""
    return getattr(settings, "callbacks_url", None) or settings.place.callbacks_spool
