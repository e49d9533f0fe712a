"""
A practice home: fictional cases, from which nobody can be reached. What would lead out of it stops every process.

The walls that matter hold in any demo home as well: texts go to the emulator on this machine alone, and a real home
takes no demo's account. Here nothing real is even let in: no credential, printer, push service, database or agency.
"""

import json
from collections.abc import Mapping
from urllib.parse import urlsplit

from config.home import Home
from config.settings import PREFIX, SECRETS, SettingsError

WAYS_OUT = (
    *SECRETS,
    "TWILIO_ACCOUNT_SID",
    "TWILIO_SENDER",
    "TWILIO_MESSAGING_SERVICE",
    "TWILIO_LOOKUPS",
    "PAGER_URL",
    "LETTER_PRINTER",
)
"""Settings of a real deployment: keys, databases, an account, a push service, a printer."""


def refuse_what_is_real(home: Home, environ: Mapping[str, str]) -> None:
    """Raise SettingsError when a practice home is given anything real; other homes are none of this module's."""
    if home.marker.exists() and home.read_marker().is_practice:
        refuse_ways_out(environ)
        _refuse_agencies(home)
        _refuse_public_address(home)


def refuse_ways_out(environ: Mapping[str, str]) -> None:
    """Raise SettingsError, naming them, for settings by which practice could reach somebody or something real."""
    given = {name.upper() for name in environ}
    held = [f"{PREFIX}{name}" for name in WAYS_OUT if any(f"{PREFIX}{name}{end}" in given for end in ("", "_FILE"))]
    if held:
        raise SettingsError(f"practice reaches nobody and takes nothing real: take {', '.join(held)} away")


def _refuse_agencies(home: Home) -> None:
    """An agency that was not made with the home is a real one, whatever it is called."""
    strangers = _keys(home.agencies.read_text()) - _keys(home.practice_agencies.read_text())
    if strangers:
        names = ", ".join(sorted(slug for slug, _ in strangers))
        raise SettingsError(f"{home.agencies} names {names}, which practice did not make: run it again with --reset")


def _keys(text: str) -> set[tuple[str, str]]:
    return {(each["slug"], key["public"]) for each in json.loads(text) for key in each["keys"]}


def _refuse_public_address(home: Home) -> None:
    address = json.loads(home.site.read_text()).get("callback_base_url", "")
    if urlsplit(address).hostname != "127.0.0.1":
        raise SettingsError(f"{home.site} names an address of the world outside: run practice again with --reset")
