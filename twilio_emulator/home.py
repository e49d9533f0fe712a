"""Reading a demo home: the account, the token and where callbacks go. Any other home is refused."""

import json
from pathlib import Path
from typing import Any

from twilio_emulator.app import Account, App
from twilio_emulator.clock import Clock
from twilio_emulator.exchange import Exchange
from twilio_emulator.journal import Journal

INBOUND_PATH = "/twilio/inbound"
RETRIES = "#rc=5&rp=ct,rt,5xx"
"""As a careful site sets its inbound address at Twilio: a text that nobody took is brought again."""


class NotADemo(Exception):
    """The home is not marked as a demo: its texts would be meant for real phones."""


def build(home: Path) -> tuple[App, str]:
    """
    Return the app for a demo home, and the token callbacks are signed with.

    Raises:
        NotADemo: `home.json` does not say `"demo": true`, or a file the demo makes is missing; the text says which.
    """
    marker = _read(home / "home.json")
    if marker.get("demo") is not True:
        raise NotADemo(f"{home} is not marked as a demo: the emulator serves demos only (`wayside demo` makes one)")
    account = _read(home / "send" / "twilio.json")
    site = _read(home / "public" / "site.json")
    token = _text(home / "callbacks" / "twilio-token").strip()
    exchange = Exchange(account["account_sid"], site["callback_base_url"].rstrip("/") + INBOUND_PATH + RETRIES)
    keys = Account(
        account["account_sid"],
        account["api_key"],
        account["api_secret"],
        senders=frozenset({account["sender"]}),
        auth_token=token,
    )
    app = App(keys, exchange, Clock(), Journal())
    app.authenticators = home / "demo" / "authenticator.json"
    return app, token


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_text(path))
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as fault:
        raise NotADemo(f"{path} cannot be read ({fault.strerror}): run `wayside demo` first") from None
