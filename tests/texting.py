"""A texting desk for tests: our line to Twilio, the emulator on a socket, the callbacks app and its spool."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urldefrag, urlencode
from uuid import UUID

from builders import NOW, FrozenClock, a_case, a_destination, a_staff_member, a_verdict
from provider_calls import check_parameters, check_question
from sqlalchemy import select

from crypto.sealing import SealingKey
from crypto.unsealing import UnsealingKeys
from outreach.gate.hours import Window
from outreach.her_word.requests import record_request
from outreach.messaging import receipts, sending, texts
from outreach.messaging.claims import Claim, HeldInstead, claim_several
from outreach.messaging.signature import sign
from outreach.messaging.sms import TwilioAccount, TwilioSms
from outreach.messaging.text_boxes import TextContent, open_text
from outreach.messaging.wording import FromTemplate, Wording
from outreach.reaching.destinations import Destination
from outreach.records.engine import Vault
from outreach.records.spool import Spool, SpoolDrain
from outreach.records.work import Task, Text
from outreach.safe_contact import Request
from outreach.terms import Channel
from portal.callbacks import CallbacksParts, create_app
from twilio_emulator.app import Account, App
from twilio_emulator.callbacks import deliver_due
from twilio_emulator.exchange import Callback, Exchange
from twilio_emulator.faults import Fault
from twilio_emulator.journal import Journal
from twilio_emulator.server import Server
from twilio_emulator.signing import signature

SID = "AC" + "0" * 32
SENDER = "+13365550100"
HER_PHONE = "+13365550199"
TOKEN = "the-auth-token"
BASE = "https://inbox.example"
WEEKDAYS = Window((0, 1, 2, 3, 4), time(9), time(17))
REMINDER = FromTemplate(template="reminder", language="en", sender="Front desk", day="Tuesday", time="10:00")


@dataclass
class Desk:
    """Everything between an advocate's click and her phone, the clock in our hand."""

    vault: Vault
    server: Server
    client: TwilioSms
    spool: Spool
    drain: SpoolDrain
    keys: tuple[SealingKey, UnsealingKeys]
    clock: FrozenClock
    how: str = "live_call"
    staff: UUID = field(init=False)
    case: UUID = field(init=False)
    phone: Destination = field(init=False)

    def __post_init__(self) -> None:
        parts = CallbacksParts(
            spool=self.spool,
            sealing_key=lambda: self.keys[0],
            public_base_url=lambda: BASE,
            token=TOKEN,
            clock=self.clock.now,
        )
        self.web = create_app(parts).test_client()
        with self.vault.writing() as session:
            self.staff = a_staff_member(session)
            sign(session, agreed=True, by=self.staff, now=NOW)
            self.case = a_case(session, assigned_to=self.staff)
            self.phone = self.a_phone(session)

    def a_phone(self, session: Any, **fields: Any) -> Destination:
        """Store a phone of hers at which texts are welcome."""
        defaults = {
            "value": HER_PHONE,
            "verdicts": {Channel.CALL: a_verdict(), Channel.TEXT: a_verdict()},
            "windows": (WEEKDAYS,),
            "text_consent_at": NOW - timedelta(days=1),
            "last_live_contact_at": NOW - timedelta(days=1),
        }
        return a_destination(session, self.case, **{**defaults, **fields})

    @property
    def app(self) -> App:
        """The emulator."""
        return self.server.app

    @property
    def accepts(self) -> list[dict[str, str]]:
        """The parameters of every text Twilio accepted."""
        return [dict(entry["parameters"]) for entry in self.app.journal.accepts]

    def a_request(self, **fields: Any) -> Request:
        """What she asked for just now: a text to this phone."""
        now = self.clock.now()
        defaults: dict[str, Any] = {
            "channel": Channel.TEXT,
            "destination_id": self.phone.id,
            "what": "text me the time",
            "verified_how": self.how,
            "asked_at": now,
            "expires_at": now + timedelta(hours=6),
            "by": self.staff,
        }
        return Request(**{**defaults, **fields})

    def she_asked(self) -> None:
        """Record that, without releasing anything."""
        with self.vault.writing() as session:
            record_request(session, self.case, self.a_request(), now=self.clock.now())

    def release(self, wording: Wording = REMINDER, *, asked: bool = True) -> UUID:
        """Release a text as the advocate does."""
        now = self.clock.now()
        with self.vault.writing() as session:
            request = self.a_request() if asked else None
            return texts.release(
                session, self.case, self.phone.id, wording=wording, request=request, by=self.staff, now=now
            )

    def run(self, client: TwilioSms | None = None) -> int:
        """Let the sending role work."""
        return sending.Sender(self.vault, client or self.client, self.drain, self.clock.now).run_due()

    def take_in(self) -> int:
        """Let the ingest role read what Twilio told us."""
        twilio = receipts.Twilio(TOKEN, BASE)
        return receipts.drain(self.vault, self.drain, self.keys[1], twilio=twilio, clock=self.clock.now)

    def pass_time(self, by: timedelta) -> None:
        """Let time pass, at Twilio as well: what is due is called back."""
        for _ in range(4):
            self.clock.advance(by / 4)
            deliver_due(self.app.exchange, self.clock.now(), self.deliver)

    def deliver(self, callback: Callback) -> int:
        """Hand one callback to the callbacks app, signed."""
        path = urldefrag(callback.address).url.removeprefix(BASE)
        headers = {"X-Twilio-Signature": signature(TOKEN, callback.address, callback.form)}
        form = "application/x-www-form-urlencoded"
        return self.web.post(path, data=urlencode(callback.form), headers=headers, content_type=form).status_code

    def she_writes(self, body: str, *, number: str = HER_PHONE) -> None:
        """Let a text come in from a phone, as far as the spool."""
        self.app.exchange.reply(number, SENDER, body, self.clock.now())
        deliver_due(self.app.exchange, self.clock.now(), self.deliver)

    def fault(self, kind: str, **said: Any) -> None:
        """Make the next call go wrong."""
        self.app.faults.add(Fault.parse({"kind": kind, **said}))

    def text(self, text_id: UUID) -> tuple[str, TextContent]:
        """Return a text's state and what is known of it."""
        with self.vault.reading() as session:
            found = session.get_one(Text, text_id)
            return found.state, open_text(session, found)

    def states(self) -> list[str]:
        """Return the states of all texts."""
        with self.vault.reading() as session:
            return list(session.scalars(select(Text.state).order_by(Text.release_at)))

    def tasks(self) -> list[str]:
        """Return the steps of the open tasks."""
        with self.vault.reading() as session:
            return list(session.scalars(select(Task.step).where(Task.state == "open").order_by(Task.step)))

    def hers(self) -> Destination:
        """Return the phone as it stands now."""
        from outreach import people

        with self.vault.reading() as session:
            return next(each for each in people.destinations(session, self.case) if each.id == self.phone.id)


def trusting(vault: Vault, claims: Sequence[Claim], *, now: datetime) -> dict[UUID, Claim]:
    """A last look that believes what the claim found: for planted faults it would hide, and as one itself."""
    return {claim.text_id: claim for claim in claims}


@contextmanager
def running_emulator(clock: FrozenClock) -> Iterator[Server]:
    """The emulator on a socket of its own, without its courier: tests deliver callbacks by hand."""
    server = Server(new_app(clock))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def new_app(clock: FrozenClock, journal: Path | None = None) -> App:
    """Return an emulator's app whose callbacks go to BASE."""
    account = Account(SID, "SKkey", "secret", frozenset({SENDER}))
    return App(account, Exchange(SID, BASE + "/twilio/inbound"), clock.now, Journal(journal))


def new_client(server: Server) -> TwilioSms:
    """Return our client, pointed at the emulator."""
    return new_client_at(server.address)


def new_client_at(address: str) -> TwilioSms:
    """Return our client, pointed at an emulator's address."""
    return TwilioSms(
        TwilioAccount(
            account_sid=SID,
            api_key="SKkey",
            api_secret="secret",
            sender=SENDER,
            callback_base_url=BASE,
            base_url=address,
        )
    )


def check_every_call(app: App) -> int:
    """Check S-9 of every request the emulator ever had, those of other processes included; return how many texts."""
    asked = [entry for entry in app.journal.requests if entry["path"].startswith(("/2010-04-01/", "/v1/", "/v2/"))]
    texts_asked = 0
    for call in asked:
        given = dict(call["parameters"])
        assert len(given) == len(call["parameters"])
        if call["method"] == "POST":
            check_parameters(given, call["path"])
            texts_asked += 1
        else:
            check_question(call["method"], call["path"], given)
    return texts_asked


def latest_arrival(call: dict[str, str], at: datetime) -> datetime:
    """Return until when Twilio may deliver what this call asked for."""
    return at + timedelta(seconds=int(call["ValidityPeriod"]))


def claim_next(vault: Vault, drain: SpoolDrain, *, callback_base_url: str, now: datetime) -> Claim | HeldInstead | None:
    """Claim the text due longest, or hold it; None when nothing is due, or a deposit of Twilio's waits to be read."""
    found = claim_several(vault, drain, at_most=1, callback_base_url=callback_base_url, now=now)
    return found[0] if found else None
