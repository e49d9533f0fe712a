"""The processes of the measurement of sending: the phone company, our senders, and Twilio's bare client."""

import time
from collections import Counter
from collections.abc import Callable
from itertools import count, islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import select

from cli import opening
from cli.bench import many_cases
from cli.bench.bare_client import BareClient
from crypto.keyring import KeyPaths, Keyring
from crypto.root import KeyFileRoot
from outreach.messaging import sending
from outreach.messaging.sms import TwilioAccount, TwilioSms
from outreach.records.engine import Vault, open_vault
from outreach.records.spool import open_drain
from outreach.records.work import Text
from outreach.terms import TextState
from twilio_emulator.app import Account, App
from twilio_emulator.exchange import Exchange
from twilio_emulator.journal import Journal
from twilio_emulator.server import Server

SPAWN = get_context("spawn")
SID, SENDER = "AC" + "0" * 32, "+13365550100"
CALLBACKS = "https://inbox.example.org"
PAUSE_SECONDS = 0.01
LONGEST_SECONDS = 1_800


class Place(NamedTuple):
    """What a sender opens."""

    keys: KeyPaths
    root_key: Path
    vault: str
    spool: str


class Process:
    """A process of the measurement: asked over a pipe, one question at a time."""

    def __init__(self, work: Callable[..., None], *args: Any) -> None:
        """Start it, and wait until it is ready."""
        self._line, theirs = SPAWN.Pipe()
        self._process = SPAWN.Process(target=work, args=(theirs, *args), daemon=True)
        self._process.start()
        theirs.close()
        self.said = self.answer()

    def ask(self, question: Any) -> None:
        """Ask, without waiting."""
        self._line.send(question)

    def answer(self) -> Any:
        """Return its answer."""
        if not self._line.poll(LONGEST_SECONDS):
            raise RuntimeError("a process of the measurement does not answer")
        return self._line.recv()

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.join()


def account_at(address: str) -> TwilioAccount:
    """Return the account of the measurement at this phone company."""
    return TwilioAccount(
        account_sid=SID,
        api_key="SKkey",
        api_secret="secret",  # noqa: S106 - of a phone company that lives as long as the measurement
        sender=SENDER,
        callback_base_url=CALLBACKS,
        base_url=address,
    )


def phone_company(line: Connection) -> None:
    """Accept everything at once; asked, say how many texts were accepted since, and how many of them twice."""
    from threading import Thread

    journal = Journal(None)
    account = Account(SID, "SKkey", "secret", frozenset({SENDER}))
    server = Server(App(account, Exchange(SID, None), opening.now, journal))
    Thread(target=server.serve_forever, daemon=True).start()
    line.send(server.address)
    while True:
        line.recv()
        numbers = Counter(dict(entry["parameters"])["To"] for entry in journal.accepts)
        line.send((len(numbers), sum(times - 1 for times in numbers.values())))
        for past in (journal.accepts, journal.requests):
            past.clear()


def sender(line: Connection, place: Place, address: str) -> None:
    """Send as the send role does: as many as asked for (0: all there are); say how many it were, in which time."""
    keyring = Keyring.load(place.keys, KeyFileRoot(place.root_key), opening.CLASSES["send"])
    callbacks = Path(place.spool) if place.vault.startswith("sqlite") else None
    vault, drain = open_vault(place.vault, keyring, callbacks=callbacks), open_drain(place.spool)
    client = TwilioSms(account_at(address))
    role = sending.Sender(vault, client, drain, opening.now)
    opening.started()
    line.send("ready")
    while True:
        wanted, done, begun = line.recv(), 0, time.perf_counter()
        while not wanted or done < wanted:
            sent = role.run_due()
            done += sent
            if not sent:
                if _nothing_is_due(vault):
                    break
                time.sleep(PAUSE_SECONDS)  # Another sender holds what is due, or it was put back on a busy machine.
        line.send((done, time.perf_counter() - begun))


def _nothing_is_due(vault: Vault) -> bool:
    due = select(Text.id).where(Text.state == TextState.PLANNED.value, Text.release_at <= opening.now())
    with vault.reading() as session:
        return session.scalar(due.limit(1)) is None


def bare(line: Connection, address: str) -> None:
    """Post as many texts as asked for with Twilio's bare client, and say in which time."""
    client, numbers = BareClient(account_at(address)), count(30_000_000)
    line.send("ready")
    while True:
        wanted, begun = line.recv(), time.perf_counter()
        for number in islice(numbers, wanted):
            client.post(many_cases.phone(number))
        line.send((wanted, time.perf_counter() - begun))
