"""
The web apps, each built from its own settings: `granian --interface wsgi --factory wsgi:intake`, and so on.

Importing this module builds nothing, unless WAYSIDE_INTERFACE names the app to build as `app`. Each factory
imports its own side only.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from config.settings import (
    CallbacksSettings,
    IntakeSettings,
    PortalSettings,
    Settings,
    SettingsError,
    load,
    refuse_what_is_not_ours,
)

if TYPE_CHECKING:
    from flask import Flask


def _checked(kind: type[Settings]) -> Settings:
    """Read a process's settings, and refuse what another process must keep to itself."""
    settings = load(kind)
    refuse_what_is_not_ours(kind.process, kind.may_hold, settings.place, os.environ)
    return settings


def intake() -> "Flask":
    """Build intake: public keys and an insert-only spool."""
    from cli.opening import intake_spool_place, now
    from outreach.records.spool import open_spool
    from portal.intake import IntakeParts, create_app

    settings = _checked(IntakeSettings)
    home = settings.place
    spool = open_spool(intake_spool_place(settings))
    return create_app(IntakeParts(spool=spool, agencies=home.agencies, sealing=home.sealing, clock=now))


def callbacks() -> "Flask":
    """Build the callbacks: Twilio's token, our sealing key, and an insert-only spool."""
    from cli.opening import callbacks_spool_place, now
    from crypto.sealing import SealingKey
    from outreach.records.spool import open_spool
    from outreach.rereading import Reread
    from portal.callbacks import CallbacksParts, create_app

    settings = _checked(CallbacksSettings)
    home = settings.place
    token = settings.twilio_auth_token
    return create_app(
        CallbacksParts(
            spool=open_spool(callbacks_spool_place(settings)),
            sealing_key=Reread(home.sealing, SealingKey.load).now,
            public_base_url=Reread(home.site, _callback_base_url).now,
            token=token.get_secret_value() if token else _secret(home.twilio_token, "WAYSIDE_TWILIO_AUTH_TOKEN"),
            clock=now,
        )
    )


def portal() -> "Flask":
    """Build the advocates' portal: the vault and its keys."""
    from zoneinfo import ZoneInfo

    from cli import opening
    from outreach.messaging.letters import Letterhead
    from portal.advocate import PortalParts, create_app

    settings = _checked(PortalSettings)
    home = settings.place
    cookie = settings.portal_cookie_secret
    secret = cookie.get_secret_value() if cookie else _secret(home.portal_cookie, "WAYSIDE_PORTAL_COOKIE_SECRET")
    return create_app(
        PortalParts(
            vault=opening.vault(settings, "portal", opening.root_key(settings)),
            cookie_secret=secret.encode(),
            clock=opening.now,
            zone=ZoneInfo(settings.zone),
            letterhead=Letterhead.read(settings.letter_return_address, settings.letter_phone),
            is_practice=home.read_marker().is_demo,
        )
    )


FACTORIES: dict[str, Callable[[], "Flask"]] = {"intake": intake, "callbacks": callbacks, "portal": portal}
KINDS: dict[str, type[Settings]] = {"intake": IntakeSettings, "callbacks": CallbacksSettings, "portal": PortalSettings}


def check(name: str) -> None:
    """Raise what would keep this app from starting, before a server is started around it."""
    home = _checked(KINDS[name]).place
    if name == "intake":
        from crypto.sealing import SealingKey
        from outreach.agencies import read_agencies

        read_agencies(home.agencies)
        SealingKey.load(home.sealing)


def _callback_base_url(path: Path) -> str:
    address: str = json.loads(path.read_text())["callback_base_url"]
    return address


def _secret(path: Path, setting: str) -> str:
    try:
        return path.read_text().strip()
    except OSError as fault:
        raise SettingsError(f"{setting} is not set, and {path} cannot be read: {fault.strerror}") from None


if name := os.environ.get("WAYSIDE_INTERFACE"):
    if name not in FACTORIES:
        raise SettingsError(f"WAYSIDE_INTERFACE is {name!r}; it must be one of {', '.join(FACTORIES)}")
    app = FACTORIES[name]()
