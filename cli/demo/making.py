"""Makes a demo home: keys, two agencies, five staff who can sign in, and an account at the emulator."""

import json
import secrets
import shutil
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import pyotp

from cli import opening
from cli.demo.cast import POLICE, PROSECUTOR
from cli.demo.processes import DemoError
from cli.init import make_home
from cli.instruments import sign
from cli.texting import DEMO_ACCOUNT
from config.home import Home
from config.settings import WorkerSettings
from crypto.signatures import generate_key_pair, load_public
from outreach.intake.agencies import read_agencies, with_key, write_agencies
from outreach.records.engine import Vault
from outreach.staff.enrolment import enrol, open_link
from outreach.staff.staffing import add_staff
from outreach.terms import Employer, Role

PASS_PHRASE = "three herons over the mill pond"  # noqa: S105  # fictional, printed by the demo itself
STAFF = (
    ("dana@example.org", "Dana R.", Role.ADVOCATE),
    ("sam@example.org", "Sam O.", Role.SUPERVISOR),
    ("kit@example.org", "Kit L.", Role.ADVOCATE),
    ("noor@example.org", "Noor B.", Role.SUPERVISOR),
    ("alex@example.org", "Alex T.", Role.ADMINISTRATOR),
)
"""Two of each, since a meeting, a stack of letters and a protocol need more than one person."""
JURISDICTIONS = {POLICE: "high-point", PROSECUTOR: "guilford-da"}
SENDER = "+13365550100"


class WayIn(NamedTuple):
    """How one colleague signs in."""

    email: str
    role: str
    secret: str


class Colleague(NamedTuple):
    """A member of the demo's staff, and what the authenticator app would hold."""

    id: UUID
    email: str
    role: str
    secret: str


def clear(home: Home) -> None:
    """Take away the last demo. Raises DemoError rather than touch anything that is not one."""
    if not home.root.exists() or not any(home.root.iterdir()):
        return
    if not home.marker.exists() and not _unfinished(home).exists():
        raise DemoError(f"{home.root} is not empty and not a demo: choose another WAYSIDE_HOME")
    if home.marker.exists() and not home.read_marker().is_demo:
        raise DemoError(f"{home.root} is a real home, not a demo: choose another WAYSIDE_HOME")
    for path in home.root.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def make(home: Home, ports: dict[str, int], *, is_practice: bool = False) -> None:
    """Make the home, its agencies and its account at the emulator."""
    _unfinished(home).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _unfinished(home).touch(mode=0o600)
    kept = {"is_demo": True, "is_single_user": False, "is_practice": is_practice}
    make_home(home, opening.demo_root_key(home), home.root / "demo" / "kit.txt", **kept)
    _unfinished(home).unlink()
    move_to(home, ports)
    for slug, jurisdiction in JURISDICTIONS.items():
        private, public = generate_key_pair()
        _write_private(agency_key(home, slug), private)
        known = read_agencies(home.agencies)
        key = load_public(public)
        write_agencies(home.agencies, with_key(known, slug, jurisdiction=jurisdiction, public=key, now=opening.now()))
    _write_private(home.practice_agencies, home.agencies.read_bytes())
    _allow_instruments(home)
    account = {
        "account_sid": DEMO_ACCOUNT + secrets.token_hex(10),
        "api_key": "SK" + secrets.token_hex(16),
        "api_secret": secrets.token_hex(16),
        "sender": SENDER,
    }
    _write_private(home.twilio_account, json.dumps(account).encode())
    _write_private(home.twilio_token, secrets.token_hex(16).encode())


def move_to(home: Home, ports: dict[str, int]) -> None:
    """Write where the emulator finds the callbacks."""
    home.site.write_text(json.dumps({"callback_base_url": f"http://127.0.0.1:{ports['callbacks']}"}))


def _allow_instruments(home: Home) -> None:
    """Let the demo practise with every instrument; what is permitted for practice counts in no real home."""
    for key in ("lap", "danger-assessment", "dash"):
        words = {"by": "The makers of Wayside", "permission": "For practice only: nobody here is real."}
        sign(home, key, on=opening.now().date(), is_practice=True, **words)


def _unfinished(home: Home) -> Path:
    """Return the file that says a demo was being made: killed meanwhile, the next run still takes it away."""
    return home.root / "demo" / "unfinished"


def agency_key(home: Home, slug: str) -> Path:
    """Return where the demo keeps an agency's private key; a real agency keeps its own."""
    return home.root / "demo" / f"{slug}.key"


def open_vault(home: Home) -> Vault:
    """Open the demo's vault as its advocates' portal would."""
    settings = WorkerSettings(home=home.root)
    return opening.vault(settings, "portal", opening.root_key(settings))


def make_staff(home: Home, vault: Vault) -> list[Colleague]:
    """Enrol the colleagues the way the portal does, and leave their codes where the demo's page shows them."""
    colleagues = []
    for email, name, role in STAFF:
        now = opening.now()
        with vault.writing() as session:
            staff_id, token = add_staff(session, email, name, role=role, employer=Employer.ADVOCACY, now=now)
            secret = open_link(session, token, now=now).secret
            enrol(session, token, phrase=PASS_PHRASE, code=pyotp.TOTP(secret).at(now - timedelta(seconds=30)), now=now)
        colleagues.append(Colleague(staff_id, email, role.value, secret))
    shown = [WayIn(each.email, each.role, each.secret)._asdict() for each in colleagues]
    _write_private(_authenticator(home), json.dumps(shown).encode())
    return colleagues


def ways_in(home: Home) -> list[WayIn]:
    """Return how each colleague of a home made before signs in."""
    return [WayIn(**each) for each in json.loads(_authenticator(home).read_text())]


def _authenticator(home: Home) -> Path:
    return home.root / "demo" / "authenticator.json"


def _write_private(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(content)
