"""An account made up on the command line, for anyone who tests a program of their own against Twilio."""

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from twilio_emulator.app import Account, App
from twilio_emulator.clock import Clock
from twilio_emulator.exchange import Exchange
from twilio_emulator.journal import Journal
from twilio_emulator.parameters import E164

ACCOUNT, KEY, TOKEN, SECRET, SENDER = "AC" + "0" * 32, "SK" + "0" * 32, "token", "secret", "+15005550006"  # noqa: S105


class BadAccount(ValueError):
    """The account cannot be made; the text says why."""


@dataclass(frozen=True)
class Wish:
    """What the account shall be like."""

    account: str = ACCOUNT
    key: str = KEY
    secret: str = SECRET
    token: str = TOKEN
    senders: tuple[str, ...] = (SENDER,)
    inbound: str | None = None
    journal: Path | None = None
    step_seconds: float = 1.0


def build(wish: Wish) -> tuple[App, str]:
    """Return the app for a made-up account, and the token callbacks are signed with."""
    if not re.fullmatch(r"AC[0-9a-fA-F]{32}", wish.account):
        raise BadAccount("an account is AC and 32 hexadecimal digits")
    for sender in wish.senders:
        if not E164.fullmatch(sender):
            raise BadAccount(f"{sender} is not a number such as {SENDER}")
    account = Account(wish.account, wish.key, wish.secret, frozenset(wish.senders), wish.token)
    exchange = Exchange(wish.account, wish.inbound, step=timedelta(seconds=wish.step_seconds))
    return App(account, exchange, Clock(), Journal(wish.journal)), wish.token


def told(address: str, wish: Wish) -> str:
    """Return what a caller needs to know, as lines for a shell."""
    return "\n".join(
        [
            f"phones and control: {address}/",
            f"TWILIO_BASE_URL={address}",
            f"TWILIO_ACCOUNT_SID={wish.account}",
            f"TWILIO_AUTH_TOKEN={wish.token}",
            f"TWILIO_API_KEY={wish.key}",
            f"TWILIO_API_SECRET={wish.secret}",
            f"TWILIO_SENDER={wish.senders[0]}",
        ]
    )
