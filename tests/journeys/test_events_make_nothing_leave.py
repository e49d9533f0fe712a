"""An event alone never makes anything leave (P2): whoever can post events and watch her phone sees nothing of it."""

import json
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from agency_world import PROTOCOLS
from builders import FrozenClock, a_staff_member, a_verdict
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from texting import REMINDER, new_client, running_emulator

from outreach import audit, people
from outreach.audit import WORKER
from outreach.case_file.history import Sent
from outreach.events import parse_event
from outreach.gate.hours import Window
from outreach.her_word.requests import record_request
from outreach.ingesting.deposits import CannotIngest, Opened
from outreach.ingesting.intake_events import take_in
from outreach.intake.event_terms import EventKind
from outreach.messaging import sending, texts
from outreach.messaging.letters.printing import print_due
from outreach.messaging.sms import TwilioSms
from outreach.records.cases import LevelEventRecord
from outreach.records.engine import Vault
from outreach.records.spool import Deposit, SpoolDrain
from outreach.records.work import Letter, Task, Text
from outreach.safe_contact import Request
from outreach.scheduling.escalation import look_at_due
from outreach.terms import Channel, DestinationKind
from twilio_emulator.app import App
from twilio_emulator.server import Server

SEQUENCES = {"sqlite": 2_000, "postgres": 200}
WILLING = 40
"""Pairs whose victim said yes to everything beforehand: with them, only the missing click holds a text back."""
AT_ONCE = 50
"""Sequences in one transaction, as the worker drains in batches."""
ALWAYS = (Window((0, 1, 2, 3, 4, 5, 6), time(0), time(0)),)
AfterEvent = Callable[[Any, UUID, datetime], None]


class Feed:
    """A source agency posting random events, and the worker with all its rounds."""

    def __init__(self, vault: Vault, drain: SpoolDrain, client: TwilioSms, clock: FrozenClock) -> None:
        self.vault, self.drain, self.client, self.clock = vault, drain, client, clock
        self.dice = random.Random(20)  # noqa: S311 – repeatable, not secret
        self.after_event: AfterEvent = lambda *_: None
        self.sent: list[str] = []
        self.printed: list[object] = []
        with vault.writing() as session:
            self.staff = a_staff_member(session)

    def sequences(self, pairs: Iterable[int]) -> None:
        """Post one or two events about each pair of people, and let the worker take them in."""
        with self.vault.writing() as session:
            for pair in pairs:
                for _ in range(self.dice.randrange(1, 3)):
                    self.clock.advance(timedelta(minutes=self.dice.randrange(0, 3)))
                    self.post(session, pair, self.dice.choice(list(EventKind)))

    def post(self, session: Session, pair: int, kind: EventKind) -> None:
        """Post one event, and let the worker take it in."""
        body = json.dumps(self.event(pair, kind)).encode()
        event_id, now = f"ev-{len(self.sent)}", self.clock.now()
        sent = Sent("high-point-pd", event_id, now, parse_event(body))
        try:
            case_id = take_in(session, Opened(Deposit(uuid4(), now, b""), sent, body), PROTOCOLS, now=now)
        except CannotIngest:
            return
        cases = [case_id] if case_id else []
        audit.record(session, action="event.take_in", by=WORKER, cases=cases, now=now)
        self.after_event(session, self.staff, now)
        self.sent.append(event_id)

    def event(self, pair: int, kind: EventKind) -> dict[str, Any]:
        """Return a random event of a kind."""
        now, dice = self.clock.now(), self.dice
        soon = (now + timedelta(days=dice.randrange(1, 9))).isoformat()
        people_of_it: dict[str, Any] = {"offender": offender(pair), "victim": victim(pair)}
        refers = {"refers_to": dice.choice(self.sent or ["ev-x"])}
        level = {"level": dice.choice("ABCD"), "criteria_version": "2026-01"}
        per_kind: dict[str, dict[str, Any]] = {
            "level_assigned": people_of_it | level | {"on_scene": on_scene(dice)},
            "level_changed": people_of_it | level,
            "call_in_scheduled": people_of_it | {"call_in_at": soon},
            "call_in_rescheduled": refers | {"call_in_at": soon},
            "call_in_cancelled": refers,
            "individual_notification_scheduled": people_of_it | {"notification_at": soon},
            "offender_notified": people_of_it | {"channel": "letter", "mailed_on": str(now.date())},
            "custody_changed": people_of_it | {"custody": dice.choice(["in", "out"]), "effective_at": now.isoformat()},
            "order_changed": people_of_it | {"order": "served", "effective_at": now.isoformat()},
            "removed": people_of_it | {"reason": dice.choice(["completed", "error", "moved"])},
        }
        per_kind["correction"] = refers | {"corrected": self._wrapped(pair, "level_assigned", per_kind, now)}
        return self._wrapped(pair, kind.value, per_kind, now)

    def _wrapped(self, pair: int, kind: str, per_kind: dict[str, dict[str, Any]], now: datetime) -> dict[str, Any]:
        common = {"kind": kind, "occurred_at": now.isoformat(), "jurisdiction": "high-point"}
        return common | {"agency_case_ref": f"pair-{pair}"} | per_kind[kind]

    def make_willing(self, case_id: UUID) -> None:
        """Let her say yes to everything, a live request included; her advocate has released nothing."""
        now = self.clock.now()
        with self.vault.writing() as session:
            for way in people.destinations(session, case_id):
                if way.kind is DestinationKind.PHONE:
                    self._welcome_texts(session, case_id, way, now)
            audit.record(session, action="test.willing", by=WORKER, cases=[case_id], now=now)

    def _welcome_texts(self, session: Any, case_id: UUID, way: Any, now: datetime) -> None:
        yes = replace(a_verdict(), verified_at=now + timedelta(days=20))
        told = replace(a_verdict(), verified_at=now)
        welcome = replace(
            way,
            verdicts={Channel.TEXT: told, Channel.CALL: yes},
            windows=ALWAYS,
            text_consent_at=now,
            last_live_contact_at=now,
        )
        people.save_destination(session, case_id, welcome, version=way.version, by=WORKER, now=now)
        request = Request(
            channel=Channel.TEXT,
            destination_id=way.id,
            what="text me",
            verified_how="live_call",
            asked_at=now,
            expires_at=now + timedelta(days=6),
            by=self.staff,
        )
        record_request(session, case_id, request, now=now)

    def run_rounds(self) -> None:
        """Let every role of the worker do what is due."""
        look_at_due(self.vault, now=self.clock.now())
        sending.Sender(self.vault, self.client, self.drain, self.clock.now).run_due()
        print_due(self.vault, self._print, clock=self.clock.now)

    def _print(self, *letter: object) -> Any:
        self.printed.append(letter)
        raise AssertionError("a letter was printed")


def victim(pair: int) -> dict[str, Any]:
    return {
        "full_name": f"Ana Roe {_letters(pair)}",
        "date_of_birth": f"19{70 + pair % 30}-{1 + pair % 12:02}-{1 + pair % 28:02}",
        "language": "en",
        "phones": [f"+1{200 + pair // 100 % 700}55501{pair % 100:02}"],
        "address": {"lines": [f"{pair} Oak Street"], "city": "High Point", "state": "NC", "postal_code": "27260"},
    }


def offender(pair: int) -> dict[str, Any]:
    return {"full_name": f"Sam Doe {_letters(pair)}", "date_of_birth": "1988-04-02"}


def on_scene(dice: random.Random) -> dict[str, Any]:
    answers = ("yes", "no", "unknown")
    return {
        "told_advocate_will_contact": dice.random() < 0.5,
        "safe_to_call": dice.choice(answers),
        "safe_to_leave_message": dice.choice(answers),
        "safe_with_others": dice.choice(answers),
    }


def _letters(pair: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in str(pair))


@pytest.fixture
def emulator(clock: FrozenClock) -> Iterator[Server]:
    with running_emulator(clock) as server:
        yield server


@pytest.fixture
def feed(vault: Vault, drain: SpoolDrain, emulator: Server, clock: FrozenClock) -> Iterator[Feed]:
    client = new_client(emulator)
    yield Feed(vault, drain, client, clock)
    client.close()


def nothing_leaves(feed: Feed, app: App, sequences: int) -> None:
    """The property P2 over random sequences: no text, no letter, not one request to Twilio."""
    with feed.vault.writing() as session:
        for pair in range(WILLING):
            feed.post(session, pair, EventKind.LEVEL_ASSIGNED)
    with feed.vault.reading() as session:
        willing = list(session.scalars(select(LevelEventRecord.case_id).distinct()))
    for case_id in willing:
        feed.make_willing(case_id)
    for first in range(0, sequences, AT_ONCE):
        feed.sequences(
            feed.dice.randrange(WILLING) if feed.dice.random() < 0.3 else WILLING + number
            for number in range(first, first + AT_ONCE)
        )
        feed.run_rounds()
    feed.clock.advance(timedelta(hours=20))
    feed.run_rounds()
    with feed.vault.reading() as session:
        assert session.scalar(select(func.count()).select_from(Text)) == 0
        assert session.scalar(select(func.count()).select_from(Letter)) == 0
        tasks = session.scalar(select(func.count()).select_from(Task))
        assert tasks
        assert tasks >= sequences // 2
    assert app.journal.requests == []
    assert feed.printed == []


@pytest.mark.req("NI-10")
@pytest.mark.req("P2")
def test_whatever_events_come_nothing_leaves_without_an_advocate(feed: Feed, emulator: Server, database: str) -> None:
    nothing_leaves(feed, emulator.app, SEQUENCES[database])


@pytest.mark.req("NI-10")
def test_planted_text_on_an_event_is_caught(feed: Feed, emulator: Server) -> None:
    def text_her(session: Any, staff: UUID, now: datetime) -> None:
        """What a helpful person might add: "new event, so let her know"."""
        case_id = session.scalars(select(LevelEventRecord.case_id).limit(1)).one()
        phone = next(d for d in people.destinations(session, case_id) if d.kind is DestinationKind.PHONE)
        if phone.text_consent_at is not None:
            try:
                texts.release(session, case_id, phone.id, wording=REMINDER, request=None, by=staff, now=now)
            except texts.NotAllowed:
                return

    feed.after_event = text_her

    with pytest.raises(AssertionError):
        nothing_leaves(feed, emulator.app, AT_ONCE)
