"""
A whole site for the crash harness: a real home, workers that can be killed, and a provider in a process of its own.

The provider journals every text it accepts to the disk before it answers, and lives on when a worker is killed: what
it accepted is counted there, and nowhere else.
"""

import json
import os
import shutil
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urlencode
from uuid import UUID

from agency_world import AnAgency
from builders import NOW, FrozenClock, a_case, a_destination, a_staff_member, a_verdict
from nursery_of_workers import KILLED, NEVER, Nursery, a_nursery
from sqlalchemy import func, select
from texting import SENDER, SID, TOKEN, new_app

from config.home import Home
from crypto.keyring import KeyPaths, Keyring
from crypto.sealing import SealingKey
from outreach.gate.hours import Window
from outreach.inbox import PURPOSE, pack
from outreach.intake.agencies import with_key, write_agencies
from outreach.messaging import texts
from outreach.messaging.signature import sign
from outreach.messaging.wording import Typed
from outreach.people import Particulars
from outreach.records.cases import LevelEventRecord
from outreach.records.engine import Vault, open_vault
from outreach.records.spool import create_spool, open_drain, open_spool
from outreach.records.work import Task, Text
from outreach.safe_contact import Request
from outreach.tasks import detail_of
from outreach.terms import Channel
from portal.callbacks import CallbacksParts, create_app
from twilio_emulator.server import Server
from twilio_emulator.signing import signature

BASE = "https://inbox.example"
ROUND = timedelta(seconds=61)
MOST_ROUNDS = 240
"""Undisturbed rounds after the last kill: four hours, in which everything has come to an end."""
"""From one worker to the next: an unknown text must be a task a minute after the restart."""
ALWAYS = (Window((0, 1, 2, 3, 4, 5, 6), NOW.time().replace(hour=0), NOW.time().replace(hour=0)),)


@contextmanager
def a_provider(journal: Path, clock: FrozenClock) -> Iterator[str]:
    """Run a phone company in a process of its own; gives its address."""
    server = Server(new_app(clock, journal))
    pid = os.fork()
    if pid == 0:
        try:
            server.serve_forever()
        finally:
            os._exit(0)
    address = server.address
    server.socket.close()
    try:
        yield address
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


class Places:
    """Where a site keeps what it keeps: files of its home, or PostgreSQL."""

    def __init__(self, home: Home, vault_url: str, *, is_embedded: bool) -> None:
        self.home, self.is_embedded = home, is_embedded
        self.vault = f"sqlite:///{home.vault}" if is_embedded else vault_url
        self.intake = str(home.intake_spool)
        self.callbacks = str(home.callbacks_spool) if is_embedded else vault_url

    def make(self, keys: KeyPaths, vault_url: str, agency: AnAgency) -> None:
        """Write the home as `wayside init --demo` would, with keys that exist already."""
        home = self.home
        for place in ("public", "intake", "callbacks", "vault", "epoch", "ingest", "portal", "send", "demo"):
            (home.root / place).mkdir(parents=True)
        home.marker.write_text('{"format": 1, "demo": true, "single_user": true}')
        kept = (home.keys, home.epoch_a, home.epoch_b, home.unsealing, home.sealing)
        for source, target in zip(keys, kept, strict=True):
            shutil.copy(source, target)
        shutil.copy(keys.keys.parent / "root.key", home.root / "demo" / "root.key")
        (home.root / "demo" / "root.key").chmod(0o600)
        if self.is_embedded:
            shutil.copyfile(vault_url.removeprefix("sqlite:///"), home.vault)
            create_spool(self.callbacks)
        create_spool(self.intake)
        public = agency.public
        known = with_key({}, agency.slug, jurisdiction=agency.jurisdiction, public=public, now=NOW - timedelta(days=9))
        write_agencies(home.agencies, known)
        home.site.write_text(json.dumps({"callback_base_url": BASE}))
        account = {"account_sid": SID, "api_key": "SKkey", "api_secret": "secret", "sender": SENDER}
        home.twilio_account.write_text(json.dumps(account))
        home.twilio_token.write_text(TOKEN)

    def environ(self, provider: str) -> dict[str, str]:
        """Return the worker's settings."""
        found = {"WAYSIDE_HOME": str(self.home.root), "WAYSIDE_TWILIO_BASE_URL": provider}
        if not self.is_embedded:
            found |= {"WAYSIDE_DATABASE_URL": self.vault, "WAYSIDE_CALLBACKS_URL": self.callbacks}
        return found


class CrashSite:
    """Texts released, events and callbacks coming in, and one worker after another, each killed at the next edge."""

    def __init__(self, places: Places, keyring: Keyring, nursery: Nursery, journal: Path) -> None:
        self.places, self.nursery, self.journal = places, nursery, journal
        self.clock, self.agency, self.keyring = FrozenClock(NOW), AnAgency(), keyring
        self.kills = self.released = self.events = self.called_back = 0

    def open(self) -> None:
        """Open what this process needs; after the nursery, which may inherit no open database."""
        self.vault: Vault = open_vault(self.places.vault, self.keyring)
        self.sealing = SealingKey.load(self.places.home.sealing)
        self.intake, self.callbacks = open_spool(self.places.intake), open_spool(self.places.callbacks)
        parts = CallbacksParts(
            spool=self.callbacks,
            sealing_key=lambda: self.sealing,
            public_base_url=lambda: BASE,
            token=TOKEN,
            clock=self.clock.now,
        )
        self.web = create_app(parts).test_client()
        with self.vault.writing() as session:
            self.staff = a_staff_member(session)
            sign(session, agreed=True, by=self.staff, now=NOW)

    def close(self) -> None:
        """Close it."""
        for each in (self.vault, self.intake, self.callbacks):
            each.close()

    def release(self) -> None:
        """Release a text that one more woman asked for."""
        self.released += 1
        with self.vault.writing() as session:
            case_id = a_case(session, particulars=Particulars("Ines Roe"), assigned_to=self.staff)
            phone = a_destination(
                session,
                case_id,
                value=f"+1336555{self.released:04d}",
                verdicts={Channel.TEXT: a_verdict(verified_at=self.clock.now() - timedelta(hours=1))},
                windows=ALWAYS,
                text_consent_at=NOW - timedelta(days=1),
                last_live_contact_at=self.clock.now() - timedelta(hours=1),
            )
            now = self.clock.now()
            request = Request(
                channel=Channel.TEXT,
                destination_id=phone.id,
                what="text me the time",
                verified_how="code_word",
                asked_at=now,
                expires_at=now + timedelta(hours=6),
                by=self.staff,
            )
            words = Typed(body=f"Message number {self.released}")
            texts.release(session, case_id, phone.id, wording=words, request=request, by=self.staff, now=now)

    def post_event(self) -> None:
        """Let the agency's next event come as far as the spool."""
        self.events += 1
        deposit, now = UUID(int=self.events << 64 | 7), self.clock.now()
        victim = {"full_name": f"Fictional {self.events}", "phones": [f"+1336556{self.events:04d}"]}
        event = self.agency.event(victim=victim, occurred_at=now.isoformat())
        packed = pack(self.agency.signed(event, f"ev-{self.events}", at=now))
        self.intake.insert(deposit, now, self.sealing.seal(packed, purpose=PURPOSE, deposit=deposit))

    def accepts(self) -> list[dict[str, Any]]:
        """Return what the provider accepted, from its journal."""
        lines = self.journal.read_text().splitlines() if self.journal.exists() else []
        return [json.loads(line) for line in lines]

    def call_back(self) -> None:
        """Let the provider tell us of everything it accepted since, that it arrived."""
        for entry in self.accepts()[self.called_back :]:
            self.called_back += 1
            asked = dict(entry["parameters"])
            status = [("AccountSid", SID), ("From", SENDER), ("MessageSid", entry["sid"])]
            form = [*status, ("MessageStatus", "delivered"), ("To", asked["To"])]
            address = urldefrag(asked["StatusCallback"]).url
            headers = {"X-Twilio-Signature": signature(TOKEN, address, form)}
            content_type = "application/x-www-form-urlencoded"
            path = address.removeprefix(BASE)
            answer = self.web.post(path, data=urlencode(form), headers=headers, content_type=content_type)
            assert answer.status_code == 204, answer.status_code

    def work(self, edge: int = NEVER, role: str | None = None) -> bool:
        """Let a worker run, a minute after the last; say whether it was killed."""
        self.clock.advance(ROUND)
        status = self.nursery.run(at=self.clock.now(), edge=edge, role=role)
        assert status in (0, KILLED), f"the worker ended with {status}"
        self.kills += status == KILLED
        return status == KILLED

    def every_edge(self, *, kills: int, role: str | None = None, hears: bool = True) -> None:
        """Kill worker after worker, each one edge later than the last; begin again where one comes to its end."""
        edge = 0
        until = self.kills + kills
        while self.kills < until:
            self.release()
            self.post_event()
            if hears:
                self.call_back()
            if self.work(edge, role):
                edge += 1
            else:
                assert edge > 0
                edge = 0
                self.check_nothing_is_left_sending()

    def settle(self, rounds: int = MOST_ROUNDS) -> None:
        """Let workers come to the end of everything, undisturbed: late texts leave one a round, and after a rest."""
        for _ in range(rounds):
            self.work()
            self.call_back()
            if self._is_settled():
                break
        self.work()

    def _is_settled(self) -> bool:
        with self.vault.reading() as session:
            open_states = ("planned", "sending", "accepted", "sent")
            return session.scalar(select(func.count()).select_from(Text).where(Text.state.in_(open_states))) == 0

    def check_nothing_is_left_sending(self) -> None:
        """After a whole round nothing of an earlier worker is left between claim and answer."""
        late = self.clock.now() - timedelta(seconds=60)
        with self.vault.reading() as session:
            query = select(func.count()).select_from(Text).where(Text.state == "sending", Text.claimed_at <= late)
            assert session.scalar(query) == 0

    def check_every_text(self) -> Counter[str]:
        """Check P4 and P5 of every text; return how many are in each state."""
        sent = Counter(dict(entry["parameters"])["Body"] for entry in self.accepts())
        assert [body for body, times in sent.items() if times > 1] == [], "sent twice"
        with self.vault.reading() as session:
            rows = session.scalars(select(Text)).all()
            asked = self._asked_about(session)
            bodies = {text.id: texts.open_text(session, text).body for text in rows}
        assert len(rows) == self.released, "a text was lost"
        for text in rows:
            if sent[bodies[text.id]]:
                assert text.state == "delivered", f"it arrived, and stands as {text.state}"
            else:
                assert text.state in ("unknown", "held"), f"it never left, and stands as {text.state}"
                assert str(text.id) in asked, "nobody is asked about it"
        return Counter(text.state for text in rows)

    def _asked_about(self, session: Any) -> set[str | None]:
        open_tasks = select(Task).where(Task.step == "text_check", Task.state == "open")
        return {detail_of(session, task).text_id for task in session.scalars(open_tasks)}

    def check_every_event(self) -> None:
        """Check that every event is there once, and nothing waits in a spool."""
        with self.vault.reading() as session:
            assert session.scalar(select(func.count()).select_from(LevelEventRecord)) == self.events
        for place in (self.places.intake, self.places.callbacks):
            drain = open_drain(place)
            assert drain.count() == 0
            drain.close()


@contextmanager
def a_crash_site(folder: Path, vault_url: str, keys: KeyPaths, keyring: Keyring) -> Iterator[CrashSite]:
    """Give a site with its provider and its nursery."""
    places = Places(Home(folder / "home"), vault_url, is_embedded=vault_url.startswith("sqlite"))
    journal = folder / "journal"
    with ExitStack() as stack:
        provider = stack.enter_context(a_provider(journal, FrozenClock(NOW)))
        nursery = stack.enter_context(a_nursery(places.environ(provider), folder / "log"))
        site = CrashSite(places, keyring, nursery, journal)
        places.make(keys, vault_url, site.agency)
        site.open()
        try:
            yield site
        finally:
            site.close()
