"""Reading a demo home: the account, the token and where callbacks go. Any other home is refused."""

import json
from datetime import UTC, datetime
from pathlib import Path

from twilio_emulator.app import Account, App
from twilio_emulator.exchange import Exchange
from twilio_emulator.journal import Journal

INBOUND_PATH = "/twilio/inbound"


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
    exchange = Exchange(account["account_sid"], site["callback_base_url"].rstrip("/") + INBOUND_PATH)
    keys = Account(
        account["account_sid"], account["api_key"], account["api_secret"], senders=frozenset({account["sender"]})
    )
    app = App(keys, exchange, lambda: datetime.now(UTC), Journal())
    app.authenticators = home / "demo" / "authenticator.json"
    return app, token


def _read(path: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads(_text(path))
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as fault:
        raise NotADemo(f"{path} cannot be read ({fault.strerror}): run `wayside demo` first") from None
