"""A desk: a browser at the portal that keeps cookies, finds the form's token and presses buttons."""

import re
from dataclasses import dataclass, field
from html import unescape

import pyotp
from builders import FrozenClock
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from outreach.access import StaffCard
from outreach.records.engine import Vault
from outreach.staff import sessions as staff_sessions

HOST = "https://portal.test"
PHRASE = "plum river seven lantern"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Desk:
    """One browser at one portal."""

    client: FlaskClient
    clock: FrozenClock
    vault: Vault
    last: TestResponse | None = None
    token: str = field(default="")

    def get(self, path: str, **kwargs: object) -> TestResponse:
        self.last = self.client.get(path, base_url=HOST, buffered=True, **kwargs)
        self._note_token()
        return self.last

    def post(self, path: str, data: dict | None = None, *, token: str | None = None, **kwargs: object) -> TestResponse:
        """Press a button as a browser would: with the token of the page it saw last, and from our own pages."""
        headers = {"Referer": HOST + "/", "Origin": HOST, **kwargs.pop("headers", {})}
        fields = {**(data or {}), "csrf_token": self.token if token is None else token}
        self.last = self.client.post(path, data=fields, base_url=HOST, headers=headers, buffered=True, **kwargs)
        self._note_token()
        return self.last

    def is_signed_in(self) -> bool:
        return self.client.get("/", base_url=HOST, buffered=True).location != "/sign-in"

    def sit_down(self, card: StaffCard) -> "Desk":
        """Sign in without the door, for tests that are about what lies behind it."""
        with self.vault.writing() as session:
            token = staff_sessions.begin(session, card.id, has_second_factor=True, now=self.clock.now())
        with self.client.session_transaction(base_url=HOST) as cookie:
            cookie["_user_id"] = token
        self.get("/session")
        self.token = self.last.json["csrf"]
        return self

    def _note_token(self) -> None:
        found = TOKEN.search(self.last.get_data(as_text=True)) if self.last.mimetype == "text/html" else None
        self.token = unescape(found.group(1)) if found else self.token


@dataclass(frozen=True)
class Colleague:
    """Someone on staff, with what they know and carry."""

    card: StaffCard
    phrase: str
    secret: str

    def code(self, clock: FrozenClock) -> str:
        return pyotp.TOTP(self.secret).at(clock.now())


def sign_in(desk: Desk, who: Colleague, *, phrase: str | None = None, code: str | None = None) -> TestResponse:
    """Go through the door: pass phrase, then digits."""
    desk.get("/sign-in")
    answer = desk.post("/sign-in", {"email": who.card.email, "phrase": who.phrase if phrase is None else phrase})
    if answer.status_code != 303:
        return answer
    desk.get("/second-factor")
    return desk.post("/second-factor", {"code": who.code(desk.clock) if code is None else code})
