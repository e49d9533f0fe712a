"""
The web apps, each built from its own settings: `granian --interface wsgi --factory wsgi:intake`, and so on.

Importing this module builds nothing, unless WAYSIDE_INTERFACE names the app to build as `app`. Each factory
imports its own side only.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import SecretStr

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

    from outreach.messaging.letters.rows import Letterhead

S = TypeVar("S", bound=Settings)


def _checked(kind: type[S]) -> S:
    """Read a process's settings, and refuse what another process must keep to itself."""
    settings = load(kind)
    refuse_what_is_not_ours(kind.process, kind.may_hold, settings.place, os.environ)
    if settings.place.read_marker().is_practice:
        from config.practice import refuse_what_is_real  # Loaded in no process that agencies talk to.

        refuse_what_is_real(settings.place, os.environ)
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
    from outreach.intake.rereading import Reread
    from outreach.records.spool import open_spool
    from portal.callbacks import CallbacksParts, create_app

    settings = _checked(CallbacksSettings)
    home = settings.place
    return create_app(
        CallbacksParts(
            spool=open_spool(callbacks_spool_place(settings)),
            sealing_key=Reread(home.sealing, SealingKey.load).now,
            public_base_url=Reread(home.site, _callback_base_url).now,
            token=_twilio_token(settings),
            clock=now,
        )
    )


def portal() -> "Flask":
    """Build the advocates' portal: the vault and its keys."""
    from zoneinfo import ZoneInfo

    from cli import opening
    from cli.instruments import read_shelf
    from portal.advocate import PortalParts, create_app

    settings = _checked(PortalSettings)
    home = settings.place
    app = create_app(
        PortalParts(
            vault=opening.vault(settings, "portal", opening.root_key(settings)),
            cookie_secret=_cookie_secret(settings).encode(),
            clock=opening.now,
            zone=ZoneInfo(settings.zone),
            letterhead=_letterhead(settings),
            instruments=read_shelf(home),
            pager_base=_pager_base(settings),
            is_practice=home.read_marker().is_demo,
        )
    )
    opening.started()
    return app


FACTORIES: dict[str, Callable[[], "Flask"]] = {"intake": intake, "callbacks": callbacks, "portal": portal}


def check(name: str) -> None:
    """Raise what would keep this app from starting, before a server is started around it."""
    {"intake": _check_intake, "callbacks": _check_callbacks, "portal": _check_portal}[name]()


def _check_intake() -> None:
    from cli.opening import intake_spool_place
    from crypto.sealing import SealingKey
    from outreach.intake.agencies import read_agencies
    from outreach.records.spool import open_spool

    settings = _checked(IntakeSettings)
    read_agencies(settings.place.agencies)
    SealingKey.load(settings.place.sealing)
    open_spool(intake_spool_place(settings)).close()


def _check_callbacks() -> None:
    from cli.opening import callbacks_spool_place
    from crypto.sealing import SealingKey
    from outreach.records.spool import open_spool

    settings = _checked(CallbacksSettings)
    SealingKey.load(settings.place.sealing)
    _twilio_token(settings)
    open_spool(callbacks_spool_place(settings)).close()


def _check_portal() -> None:
    from cli import opening
    from cli.instruments import read_shelf

    settings = _checked(PortalSettings)
    read_shelf(settings.place)
    _cookie_secret(settings)
    _letterhead(settings)
    _pager_base(settings)
    opening.vault(settings, "portal", opening.root_key(settings)).close()


def _letterhead(settings: PortalSettings) -> "Letterhead | None":
    from outreach.messaging.letters.rows import Letterhead, TellingLetterhead

    try:
        return Letterhead.read(settings.letter_return_address, settings.letter_phone, sheet=settings.letter_format)
    except TellingLetterhead as fault:
        raise SettingsError(str(fault)) from None


def _pager_base(settings: PortalSettings) -> str:
    from outreach.on_duty.pagers import UnfitPager, refuse_unfit

    if not settings.pager_url:
        return ""
    try:
        refuse_unfit(settings.pager_url, on_loopback=settings.place.read_marker().is_demo)
    except UnfitPager as fault:
        raise SettingsError(f"WAYSIDE_PAGER_URL can not be used: {fault}") from None
    return settings.pager_url


def _callback_base_url(path: Path) -> str:
    address: str = json.loads(path.read_text())["callback_base_url"]
    return address


def _twilio_token(settings: CallbacksSettings) -> str:
    return _secret(settings.twilio_auth_token, settings.place.twilio_token, "WAYSIDE_TWILIO_AUTH_TOKEN")


def _cookie_secret(settings: PortalSettings) -> str:
    return _secret(settings.portal_cookie_secret, settings.place.portal_cookie, "WAYSIDE_PORTAL_COOKIE_SECRET")


def _secret(given: SecretStr | None, path: Path, setting: str) -> str:
    """Return a secret from its setting, or else its file; an empty one would let anybody sign."""
    try:
        secret = given.get_secret_value() if given is not None else path.read_text().strip()
    except OSError as fault:
        raise SettingsError(f"{setting} is not set, and {path} cannot be read: {fault.strerror}") from None
    if not secret:
        raise SettingsError(f"{setting if given is not None else path} is empty: write the secret again")
    return secret


if name := os.environ.get("WAYSIDE_INTERFACE"):
    if name not in FACTORIES:
        raise SettingsError(f"WAYSIDE_INTERFACE is {name!r}; it must be one of {', '.join(FACTORIES)}")
    app = FACTORIES[name]()
