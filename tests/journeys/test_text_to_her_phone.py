"""A text over real sockets: release, the worker's rounds, the emulator as it runs in the demo, the callbacks app."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from builders import a_case, a_destination, a_staff_member, a_verdict
from texting import HER_PHONE, REMINDER, WEEKDAYS

from cli import opening
from cli.demo.making import make
from cli.worker_roles import open_roles
from config.home import Home
from config.settings import WorkerSettings
from outreach.messaging import texts
from outreach.records.work import Text
from outreach.safe_contact import Request
from outreach.scheduling.runner import run_once
from outreach.terms import Channel
from twilio_emulator.home import build
from twilio_emulator.server import Emulator


class Quiet(WSGIRequestHandler):
    """Says nothing on standard error."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Home, Emulator]]:
    """A demo home with its callbacks app and its emulator running."""
    monkeypatch.setenv("WAYSIDE_HOME", str(tmp_path / "home"))
    place = Home(tmp_path / "home")
    with ExitStack() as stack:
        server: WSGIServer = make_server("127.0.0.1", 0, lambda *_: [], handler_class=Quiet)
        make(place, {"callbacks": server.server_port})
        monkeypatch.setenv("WAYSIDE_ROOT_KEY_FILE", str(opening.demo_root_key(place)))
        import wsgi

        server.set_app(wsgi.callbacks())
        stack.callback(server.server_close)
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        stack.callback(thread.join)
        stack.callback(server.shutdown)
        app, token = build(place.root)
        app.exchange.step = timedelta(milliseconds=10)
        emulator = stack.enter_context(Emulator(app, token))
        monkeypatch.setenv("WAYSIDE_TWILIO_BASE_URL", emulator.address)
        yield place, emulator


def test_a_text_reaches_her_phone_and_comes_back_as_delivered(home: tuple[Home, Emulator]) -> None:
    _, emulator = home
    now = datetime.now(UTC)
    settings = WorkerSettings()
    vault = opening.vault(settings, "ingest", opening.root_key(settings))
    with vault.writing() as session:
        staff = a_staff_member(session)
        case_id = a_case(session, assigned_to=staff)
        phone = a_destination(
            session,
            case_id,
            value=HER_PHONE,
            verdicts={Channel.TEXT: replace(a_verdict(), verified_at=now - timedelta(days=1))},
            windows=(WEEKDAYS,),
            text_consent_at=now - timedelta(days=1),
            last_live_contact_at=now - timedelta(days=1),
        )
        request = Request(
            channel=Channel.TEXT,
            destination_id=phone.id,
            what="text me the time",
            verified_how="in_person",
            asked_at=now,
            expires_at=now + timedelta(hours=2),
            by=staff,
        )
        text_id = texts.release(session, case_id, phone.id, wording=REMINDER, request=request, by=staff, now=now)

    def state() -> str:
        with vault.reading() as session:
            return str(session.get_one(Text, text_id).state)

    with open_roles(("ingest", "send", "print"), Event(), {}) as rounds:
        assert run_once(rounds).failed == {}
        assert len(emulator.app.journal.accepts) == 1
        _until(lambda: run_once(rounds).failed == {} and state() == "delivered")
    assert [line.body for line in emulator.app.exchange.phone(HER_PHONE).lines] == [
        "Front desk: Your Tuesday 10:00 time is set."
    ]
    vault.close()


def _until(is_so: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait for other threads, on their sockets; nothing here waits for a clock to pass."""
    ends_at = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < ends_at, "it did not happen in time"
        Event().wait(0.05)
