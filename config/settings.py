"""
Typed settings, one class per process, from WAYSIDE_* or WAYSIDE_*_FILE.

A process sees only its own settings. It refuses to start when another's secret is in its environment or
another's file can be opened, except in a home where one user runs everything.
"""

import os
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from config.home import FOREIGN_FILES, Home

PREFIX = "WAYSIDE_"
SECRETS = (
    "ROOT_KEY_FILE",
    "DATABASE_URL",
    "INBOX_URL",
    "CALLBACKS_URL",
    "TWILIO_AUTH_TOKEN",
    "TWILIO_API_KEY",
    "TWILIO_API_SECRET",
    "PAGER_TOKEN",
    "PORTAL_COOKIE_SECRET",
)
"""Settings that open something: each belongs to the processes that list it in `may_hold`."""


class SettingsError(Exception):
    """A setting is missing, malformed or another process's; the text names it and the mend."""


def _server_address(given: str) -> str:
    """Return a server's address as every part of the program reads it: none asks for a driver by name."""
    return re.sub(r"^(postgresql\+psycopg|postgres)://", "postgresql://", given)


ServerAddress = Annotated[str, AfterValidator(_server_address)]
"""Where a database is on a PostgreSQL server. Without one, the embedded file in WAYSIDE_HOME is used."""


class FileSource(PydanticBaseSettingsSource):
    """Reads WAYSIDE_NAME_FILE for every setting WAYSIDE_NAME, so that secrets need not stand in the environment."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return the file's text without its final newline, or nothing."""
        name = f"{PREFIX}{field_name.upper()}_FILE"
        path = os.environ.get(name)
        if path is None or field_name.endswith("_file"):
            return None, field_name, False
        try:
            return Path(path).read_text().rstrip("\n"), field_name, False
        except OSError as fault:
            raise SettingsError(f"{name} names {path}, which cannot be read: {fault.strerror}") from None

    def __call__(self) -> dict[str, Any]:
        """Return what the files give."""
        found = ((name, self.get_field_value(field, name)[0]) for name, field in self.settings_cls.model_fields.items())
        return {name: value for name, value in found if value is not None}


class Settings(BaseSettings):
    """What every process knows: where its home is."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", hide_input_in_errors=True)
    process: ClassVar[str] = ""
    may_hold: ClassVar[tuple[str, ...]] = ()

    home: Path = Path("var")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take arguments first, then the environment, then the *_FILE settings."""
        return init_settings, env_settings, FileSource(settings_cls)

    @property
    def place(self) -> Home:
        """The home, as an absolute path."""
        return Home(self.home.expanduser().resolve())


class IntakeSettings(Settings):
    """Intake knows its spool and public files; it holds no secret at all."""

    process = "intake"
    may_hold = ("INBOX_URL",)
    inbox_url: ServerAddress | None = Field(default=None, repr=False)


class CallbacksSettings(Settings):
    """The callbacks know their spool, and the token with which Twilio signs."""

    process = "callbacks"
    may_hold = ("CALLBACKS_URL", "TWILIO_AUTH_TOKEN")
    callbacks_url: ServerAddress | None = Field(default=None, repr=False)
    twilio_auth_token: SecretStr | None = None


class PortalSettings(Settings):
    """The portal knows the vault, through the root key, and its cookie secret."""

    process = "portal"
    may_hold = ("ROOT_KEY_FILE", "DATABASE_URL", "PORTAL_COOKIE_SECRET")
    root_key_file: Path | None = None
    database_url: ServerAddress | None = Field(default=None, repr=False)
    portal_cookie_secret: SecretStr | None = None
    zone: str = "America/New_York"
    letter_return_address: str = ""
    """What letters name as their sender, lines parted by semicolons: a box, never the name of the organisation."""
    letter_phone: str = ""
    """The number letters name, as people write it."""
    pager_url: str = ""
    """The push service that takes pages to colleagues' phones, as the worker has it; each sets up their own."""
    letter_format: Literal["letter-10", "a4-dl", "a4-c5"] = "letter-10"
    """Paper and window envelope: US Letter in a number 10, A4 in a DL or in a C5."""


class WorkerSettings(Settings):
    """The worker of all three roles; a role of its own holds less (see `may_hold_as`)."""

    process = "ingest"
    may_hold = tuple(name for name in SECRETS if name != "PORTAL_COOKIE_SECRET")
    may_hold_as: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "ingest": ("ROOT_KEY_FILE", "DATABASE_URL", "INBOX_URL", "CALLBACKS_URL", "TWILIO_AUTH_TOKEN"),
        "send": (
            "ROOT_KEY_FILE",
            "DATABASE_URL",
            "CALLBACKS_URL",
            "TWILIO_API_KEY",
            "TWILIO_API_SECRET",
            "PAGER_TOKEN",
        ),
        "print": ("ROOT_KEY_FILE", "DATABASE_URL"),
    }
    root_key_file: Path | None = None
    database_url: ServerAddress | None = Field(default=None, repr=False)
    inbox_url: ServerAddress | None = Field(default=None, repr=False)
    callbacks_url: ServerAddress | None = Field(default=None, repr=False)
    twilio_base_url: str | None = None
    twilio_account_sid: str | None = None
    twilio_api_key: SecretStr | None = None
    twilio_api_secret: SecretStr | None = None
    twilio_auth_token: SecretStr | None = None
    twilio_sender: str | None = None
    twilio_messaging_service: str | None = None
    twilio_phone_redaction: Literal["on", "off"] | None = None
    twilio_body_redaction: Literal["on", "off"] | None = None
    twilio_opt_out: Literal["on", "off"] | None = None
    twilio_lookups: str = ""
    """What is asked about a phone before a text: line_type_intelligence, reassigned_number, both, or nothing."""
    twilio_lookup_cost: Decimal | None = Field(default=None, ge=0, le=10)
    """Dollars for one such question, as the site's contract says."""
    letter_printer: str = ""
    """Where stacks of letters go: nowhere (a person takes them out), folder:/PATH, queue:NAME or provider:/PATH."""
    pager_url: str = ""
    """The push service that takes pages to colleagues' phones; without one they stand on screens only."""
    pager_token: SecretStr | None = None


S = TypeVar("S", bound="Settings")


def load(kind: type[S], **given: Any) -> S:
    """Return a process's settings; SettingsError lists every faulty one by its WAYSIDE_ name, never its value."""
    try:
        return kind(**given)
    except ValidationError as fault:
        named = (f"{PREFIX}{str(error['loc'][0]).upper()}: {error['msg']}" for error in fault.errors())
        raise SettingsError("; ".join(named)) from None


def refuse_what_is_not_ours(process: str, may_hold: tuple[str, ...], home: Home, environ: Mapping[str, str]) -> None:
    """
    Raise SettingsError when this process could know what it must not.

    Args:
        process: intake, callbacks, portal, ingest, send or print.
        may_hold: names of secret settings (without prefix) that are this process's own.

    Source: architecture section 1; waived in a home where one user runs everything.
    """
    if home.read_marker().processes_share_a_user:
        return
    foreign = [name for name in SECRETS if name not in may_hold]
    given = {name.upper() for name in environ}  # Settings are read in any case, and so is what must not be there.
    held = [f"{PREFIX}{name}" for name in foreign if any(f"{PREFIX}{name}{end}" in given for end in ("", "_FILE"))]
    if held:
        raise SettingsError(f"{process} must not hold {', '.join(held)}: take it out of this process's environment")
    open_to_us = [path for name in FOREIGN_FILES[process] if os.access(path := getattr(home, name), os.R_OK)]
    if open_to_us:
        paths = ", ".join(str(path) for path in open_to_us)
        raise SettingsError(f"{process} can read {paths}: run it as its own user, and give the files to theirs")
