"""The emulator by itself, as anyone would start it to test a program of their own: its account, clock and journal."""

import http.server
import json
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl

import pytest
import requests
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

ROOT = Path(__file__).parents[2]
HERS = "+13365550199"


class Alone:
    """A running emulator, and what it said of itself."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        assert process.stdout is not None
        lines = [process.stdout.readline().strip() for _ in range(7)]
        self.said = dict(line.split("=", 1) for line in lines[1:])
        self.address = self.said["TWILIO_BASE_URL"]

    def create(self, **said: str) -> requests.Response:
        account = self.said["TWILIO_ACCOUNT_SID"]
        form = {"To": HERS, "From": self.said["TWILIO_SENDER"], "Body": "Ana: OK?"} | said
        keys = (self.said["TWILIO_API_KEY"], self.said["TWILIO_API_SECRET"])
        address = f"{self.address}/2010-04-01/Accounts/{account}/Messages.json"
        return requests.post(address, form, auth=keys, timeout=5)

    def fetch(self, sid: str) -> dict[str, Any]:
        account, token = self.said["TWILIO_ACCOUNT_SID"], self.said["TWILIO_AUTH_TOKEN"]
        address = f"{self.address}/2010-04-01/Accounts/{account}/Messages/{sid}.json"
        return requests.get(address, auth=(account, token), timeout=5).json()

    def control(self, what: str, **said: Any) -> dict[str, Any]:
        answer = requests.post(f"{self.address}/control/{what}", json=said, timeout=5)
        assert answer.status_code == 200, answer.text
        return answer.json()


@contextmanager
def started(*options: str) -> Iterator[Alone]:
    command = [sys.executable, "-m", "twilio_emulator", "--port", "0", *options]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        yield Alone(process)
    finally:
        process.kill()
        process.communicate()


class Listener(http.server.BaseHTTPRequestHandler):
    """A program under test that takes callbacks; it fails as often as it is told to."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.seen.append((self.path, dict(parse_qsl(body)), dict(self.headers)))
        status = self.server.answers.pop(0) if self.server.answers else 204
        said = self.server.twiml.encode() if status == 204 and self.server.twiml else b""
        self.send_response(200 if said else status)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def listener() -> Iterator[http.server.HTTPServer]:
    with http.server.HTTPServer(("127.0.0.1", 0), Listener) as server:
        server.seen, server.answers, server.twiml = [], [], ""
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_it_needs_no_home_and_says_how_to_reach_it() -> None:
    with started("--sender", "+13365550100") as alone:
        assert alone.create().json()["from"] == "+13365550100"
        assert requests.get(alone.address, timeout=5).status_code == 200


def test_its_pages_lead_to_no_sign_in_codes_since_nobody_signs_in() -> None:
    with started() as alone:
        assert "Sign-in codes" not in requests.get(alone.address, timeout=5).text
        assert requests.get(f"{alone.address}/codes", timeout=5).status_code == 404


def test_time_is_moved_by_hand_and_callbacks_are_there_when_it_has_moved(listener: http.server.HTTPServer) -> None:
    address = f"http://127.0.0.1:{listener.server_port}/status"
    with started() as alone:
        assert alone.control("clock", freeze=True)["frozen"] is True
        sid = alone.create(StatusCallback=address).json()["sid"]
        assert alone.fetch(sid)["status"] == "queued"

        assert alone.control("clock", advance=1)["delivered"] == 1
        assert alone.fetch(sid)["status"] == "sent"
        assert alone.control("clock", advance=1)["delivered"] == 1
        assert alone.fetch(sid)["status"] == "delivered"
        before = alone.control("clock")["now"]
        assert alone.control("clock")["now"] == before
        assert alone.control("clock", run=True)["frozen"] is False

    assert [form["MessageStatus"] for _, form, _ in listener.seen] == ["sent", "delivered"]
    for _, form, headers in listener.seen:
        assert RequestValidator("token").validate(address, form, headers["X-Twilio-Signature"])


def test_a_clock_is_never_set_back() -> None:
    with started() as alone:
        answer = requests.post(f"{alone.address}/control/clock", json={"advance": -1}, timeout=5)
        assert answer.status_code == 400
        answer = requests.post(f"{alone.address}/control/clock", json={"freeze": "2020-01-01T00:00:00Z"}, timeout=5)
        assert answer.status_code == 400


def test_a_callback_that_failed_comes_again_with_the_same_mark(listener: http.server.HTTPServer) -> None:
    listener.answers = [503, 500]
    with started("--inbound", f"http://127.0.0.1:{listener.server_port}/inbound#rc=5&rp=5xx") as alone:
        alone.control("clock", freeze=True)
        requests.post(f"{alone.address}/phones/{HERS}/replies", {"body": "Hello?"}, timeout=5)
        for _ in range(5):
            alone.control("clock", advance=4)

    assert [form["Body"] for _, form, _ in listener.seen] == ["Hello?"] * 3
    assert len({headers["I-Twilio-Idempotency-Token"] for *_, headers in listener.seen}) == 1
    assert all("#" not in path for path, *_ in listener.seen)


@pytest.mark.req("34")
@pytest.mark.parametrize(
    ("said", "arrived"),
    [
        ("<Response/>", []),
        ("<Response></Response>", []),
        ("<Response><Message>We got &amp; read it</Message></Response>", ["We got & read it"]),
        ("<Response><Message><Body>One</Body></Message><Message>Two</Message></Response>", ["One", "Two"]),
    ],
)
def test_what_a_program_answers_to_an_inbound_text_goes_to_the_phone(
    listener: http.server.HTTPServer, said: str, arrived: list[str]
) -> None:
    listener.twiml = said
    with started("--inbound", f"http://127.0.0.1:{listener.server_port}/inbound") as alone:
        alone.control("clock", freeze=True)
        requests.post(f"{alone.address}/phones/{HERS}/replies", {"body": "Hello?"}, timeout=5)
        alone.control("clock", advance=1)
        account, token = alone.said["TWILIO_ACCOUNT_SID"], alone.said["TWILIO_AUTH_TOKEN"]
        address = f"{alone.address}/2010-04-01/Accounts/{account}/Messages.json"
        kept = requests.get(address, auth=(account, token), timeout=5).json()["messages"]

    replies = [each["body"] for each in reversed(kept) if each["direction"] == "outbound-reply"]
    assert replies == arrived


def test_the_clients_own_lines_in_the_docs_work_as_they_stand() -> None:
    lines = re.search(r"For Python:\n\n(.*?)\n\nWith", (ROOT / "docs" / "emulator.md").read_text(), re.DOTALL)
    assert lines
    with started() as alone:
        names: dict[str, Any] = {"TwilioHttpClient": TwilioHttpClient, "Client": Client, "BASE": alone.address}
        for name, key in (("KEY", "API_KEY"), ("SECRET", "API_SECRET"), ("ACCOUNT", "ACCOUNT_SID")):
            names[name] = alone.said[f"TWILIO_{key}"]
        exec(textwrap.dedent(lines.group(1)), names)  # noqa: S102  # our own docs
        client = names["client"]
        client.messages.create(to=HERS, from_=alone.said["TWILIO_SENDER"], body="Hello")
        assert [each.to for each in client.messages.list()] == [HERS]
        assert client.lookups.v2.phone_numbers(HERS).fetch().valid is True
        client.http_client.session.close()


@pytest.mark.req("S-5")
def test_what_was_answered_is_in_the_journal_after_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "accepts"
    with started("--journal", str(path), "--step-seconds", "0") as alone:
        answered = [alone.create().json()["sid"] for _ in range(5)]
        alone.process.kill()
        alone.process.wait()

    assert [json.loads(line)["sid"] for line in path.read_text().splitlines()] == answered


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--host", "0.0.0.0"], "loopback only"),  # noqa: S104
        (["--account", "AC1"], "AC and 32 hexadecimal digits"),
        (["--sender", "front desk"], "is not a number"),
        (["--home", "/nonexistent"], "wayside demo"),
    ],
)
def test_a_start_that_cannot_work_says_why(options: list[str], complaint: str) -> None:
    command = [sys.executable, "-m", "twilio_emulator", "--port", "0", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30)

    assert done.returncode == 1
    assert complaint in done.stderr
