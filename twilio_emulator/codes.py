"""The codes that the demo's colleagues would read from their authenticator app. Fictional people, demo homes only."""

import json
from datetime import datetime
from html import escape
from pathlib import Path
from typing import NamedTuple

import pyotp

STEP_SECONDS = 30


class Authenticator(NamedTuple):
    """One colleague's authenticator."""

    email: str
    role: str
    secret: str


def read(path: Path) -> list[Authenticator]:
    """Return the demo's authenticators; none when the demo has not made its staff yet."""
    if not path.exists():
        return []
    return [Authenticator(each["email"], each["role"], each["secret"]) for each in json.loads(path.read_text())]


def table(authenticators: list[Authenticator], now: datetime) -> str:
    """Draw the codes that hold now, and for how long."""
    if not authenticators:
        return "<p class='empty'>No codes yet. A demo makes its staff first: look again in a moment.</p>"
    left = STEP_SECONDS - int(now.timestamp()) % STEP_SECONDS
    rows = "".join(
        f"<tr><th scope='row'>{escape(each.email)}</th><td data-label='Role'>{escape(each.role)}</td>"
        f"<td data-label='Code'><strong>{pyotp.TOTP(each.secret).at(now)}</strong></td></tr>"
        for each in authenticators
    )
    return (
        "<p>In real life each colleague reads these digits from an app on a phone of their own. "
        f"They hold for {left} more seconds, and each works once.</p>"
        "<div class='scrolls' role='region' aria-label='Codes' tabindex='0'>"
        "<table><thead><tr><th scope='col'>Who</th><th scope='col'>Role</th><th scope='col'>Code now</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )
