"""Where a deployment keeps what it keeps. Paths only; nothing here opens a key or a database."""

import json
from dataclasses import dataclass
from pathlib import Path


class HomeError(Exception):
    """WAYSIDE_HOME is missing, of another format, or not what the command needs; the text says how to mend it."""


@dataclass(frozen=True)
class Home:
    """The folder named by WAYSIDE_HOME, and the place of everything in it."""

    root: Path

    @property
    def marker(self) -> Path:
        """Say whether this is a demo, and whether one operating-system user runs everything."""
        return self.root / "home.json"

    @property
    def agencies(self) -> Path:
        """Public keys of the source agencies."""
        return self.root / "public" / "agencies.json"

    @property
    def sealing(self) -> Path:
        """Our public sealing keys."""
        return self.root / "public" / "sealing.json"

    @property
    def site(self) -> Path:
        """The public base address of the callbacks."""
        return self.root / "public" / "site.json"

    @property
    def practice_agencies(self) -> Path:
        """The agencies a practice home was made with: any other is a real one."""
        return self.root / "demo" / "agencies.json"

    @property
    def intake_spool(self) -> Path:
        """Deposits from agencies; keyless, since each is sealed."""
        return self.root / "intake" / "intake.db"

    @property
    def callbacks_spool(self) -> Path:
        """Deposits from Twilio; keyless, since each is sealed."""
        return self.root / "callbacks" / "callbacks.db"

    @property
    def twilio_token(self) -> Path:
        """The token with which Twilio signs callbacks."""
        return self.root / "callbacks" / "twilio-token"

    @property
    def instruments(self) -> Path:
        """The site's own risk instruments, licensed words and signed permissions; nothing of anyone in them."""
        return self.root / "instruments"

    @property
    def vault(self) -> Path:
        """The encrypted database."""
        return self.root / "vault" / "wayside.db"

    @property
    def keys(self) -> Path:
        """Organisation keys, wrapped."""
        return self.root / "vault" / "keys.json"

    @property
    def epoch_a(self) -> Path:
        """One of the two overwritten copies of the epoch key, wrapped by the root key; never in a backup."""
        return self.root / "epoch" / "a.key"

    @property
    def epoch_b(self) -> Path:
        """Its other copy."""
        return self.root / "epoch" / "b.key"

    @property
    def unsealing(self) -> Path:
        """The private keys that open deposits, wrapped; for the ingest role alone."""
        return self.root / "ingest" / "unsealing.json"

    @property
    def portal_cookie(self) -> Path:
        """The portal's cookie secret."""
        return self.root / "portal" / "cookie.key"

    @property
    def twilio_account(self) -> Path:
        """Account, API key and sender of the send role."""
        return self.root / "send" / "twilio.json"

    def read_marker(self) -> "Marker":
        """Return the marker; HomeError when there is none or it is of another format."""
        try:
            found = json.loads(self.marker.read_text())
        except FileNotFoundError:
            raise HomeError(f"{self.root} is no Wayside home: run `wayside init`, or set WAYSIDE_HOME") from None
        except ValueError:
            raise HomeError(f"{self.marker} is not JSON: restore it from a backup") from None
        if found.get("format") != 1:
            raise HomeError(f"{self.marker} has format {found.get('format')!r}; this program reads 1: upgrade Wayside")
        return Marker(
            is_demo=found.get("demo") is True,
            is_single_user=found.get("single_user") is True,
            is_practice=found.get("practice") is True,
        )


@dataclass(frozen=True)
class Marker:
    """What `home.json` says."""

    is_demo: bool
    is_single_user: bool
    is_practice: bool = False
    """A demo's people, in a home that stays and lets nothing real in (config.practice). Such a home is a demo too."""

    @property
    def processes_share_a_user(self) -> bool:
        """Whether the walls between operating-system users are waived here (a recorded weakness)."""
        return self.is_demo or self.is_single_user


INTAKE_FILES = ("intake_spool",)
CALLBACKS_FILES = ("callbacks_spool", "twilio_token")
VAULT_FILES = ("vault", "keys", "epoch_a", "epoch_b")
FOREIGN_FILES = {
    "intake": (*CALLBACKS_FILES, *VAULT_FILES, "unsealing", "portal_cookie", "twilio_account"),
    "callbacks": (*INTAKE_FILES, *VAULT_FILES, "unsealing", "portal_cookie", "twilio_account"),
    "portal": (*INTAKE_FILES, *CALLBACKS_FILES, "unsealing", "twilio_account"),
    "ingest": ("portal_cookie", "twilio_account"),
    "send": ("portal_cookie", "unsealing", *INTAKE_FILES),
    "print": ("portal_cookie", "unsealing", "twilio_account", *INTAKE_FILES, *CALLBACKS_FILES),
}
"""For each process, the attributes of Home it must not be able to open."""
