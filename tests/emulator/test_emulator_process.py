"""The emulator on a socket: faults on the wire, loopback only, demo homes only."""

import http.client
import json
import socket
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from twilio_emulator.app import Account, App
from twilio_emulator.exchange import Exchange
from twilio_emulator.home import NotADemo, build
from twilio_emulator.journal import Journal
from twilio_emulator.server import Emulator, NotLoopback, Server

SID = "AC" + "0" * 32
FORM = {"To": "+13365550199", "From": "+13365550100", "Body": "Ana: OK?"}


@pytest.fixture
def emulator(tmp_path: Path):
    account = Account(SID, "SKkey", "secret", frozenset({FORM["From"]}))
    app = App(account, Exchange(SID), lambda: datetime.now(UTC), Journal(tmp_path / "journal"))
    with Emulator(app, "token") as running:
        yield running


def post(emulator: Emulator) -> requests.Response:
    address = f"{emulator.address}/2010-04-01/Accounts/{SID}/Messages.json"
    return requests.post(address, FORM, auth=("SKkey", "secret"), timeout=3)


@pytest.mark.parametrize(
    ("kind", "accepted"),
    [
        ("drop_before_accept", 0),
        ("drop_after_accept", 1),
        ("reset_before_accept", 0),
        ("reset_after_accept", 1),
        ("stall_before_accept", 0),
        ("stall_after_accept", 1),
        ("truncate", 1),
    ],
)
def test_a_broken_connection_breaks_and_the_journal_knows_whether_it_was_accepted(
    emulator: Emulator, kind: str, accepted: int
) -> None:
    requests.post(f"{emulator.address}/control/faults", json={"kind": kind, "seconds": 0.05}, timeout=3)

    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        post(emulator)

    assert len(emulator.app.journal.accepts) == accepted
    assert len(_lines(emulator)) == accepted
    assert post(emulator).status_code == 201


@pytest.mark.parametrize(
    ("kind", "status", "code", "accepted"),
    [
        ("status_429", 429, 20429, 0),
        ("queue_full", 429, 21611, 0),
        ("status_500", 500, 20500, 0),
        ("status_503", 503, 20503, 0),
        ("unauthorised", 401, 20003, 0),
        ("status_500_after_accept", 500, 20500, 1),
        ("refuse", 400, 21211, 0),
    ],
)
def test_a_set_refusal_is_answered_once(emulator: Emulator, kind: str, status: int, code: int, accepted: int) -> None:
    requests.post(f"{emulator.address}/control/faults", json={"kind": kind}, timeout=3)

    answer = post(emulator)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert len(emulator.app.journal.accepts) == accepted
    assert post(emulator).status_code == 201


def test_a_slow_answer_arrives_whole_and_late(emulator: Emulator) -> None:
    requests.post(f"{emulator.address}/control/faults", json={"kind": "slow_body", "seconds": 0.5}, timeout=3)

    started_at = time.monotonic()
    answer = post(emulator)

    assert answer.json()["status"] == "queued"
    assert time.monotonic() - started_at >= 0.4


def test_a_garbled_answer_is_no_json_although_the_message_went_out(emulator: Emulator) -> None:
    requests.post(f"{emulator.address}/control/faults", json={"kind": "garbled"}, timeout=3)

    answer = post(emulator)

    assert (answer.status_code, answer.text[:6]) == (201, "<html>")
    assert len(emulator.app.journal.accepts) == 1


@pytest.mark.parametrize(("seconds", "header"), [(0, None), (7, "7")])
def test_a_429_names_a_time_to_wait_only_when_it_is_told_to(
    emulator: Emulator, seconds: int, header: str | None
) -> None:
    requests.post(f"{emulator.address}/control/faults", json={"kind": "status_429", "seconds": seconds}, timeout=3)

    assert post(emulator).headers.get("Retry-After") == header


@pytest.mark.parametrize(
    "raw", [b"\x16\x03\x01\r\n\r\n", b"GET / SPDY/9\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"]
)
def test_what_is_no_http_ends_the_connection(emulator: Emulator, raw: bytes) -> None:
    with socket.create_connection(("127.0.0.1", emulator.server.server_port), timeout=3) as connection:
        connection.sendall(raw)
        assert connection.recv(100) == b""


def test_the_journal_holds_every_parameter_of_every_request(emulator: Emulator) -> None:
    post(emulator)

    told = requests.get(f"{emulator.address}/control/journal", timeout=3).json()

    assert dict(told["accepts"][0]["parameters"]) == FORM
    assert dict(told["requests"][0]["parameters"]) == FORM


def test_the_emulator_refuses_to_listen_where_others_could_reach_it(emulator: Emulator) -> None:
    with pytest.raises(NotLoopback):
        Server(emulator.app, "0.0.0.0")  # noqa: S104


def test_the_emulator_refuses_a_home_that_is_no_demo(tmp_path: Path) -> None:
    (tmp_path / "home.json").write_text(json.dumps({"format": 1, "demo": False}))

    with pytest.raises(NotADemo):
        build(tmp_path)


def test_the_emulator_serves_a_demo_home(tmp_path: Path) -> None:
    written = {
        "home.json": {"format": 1, "demo": True},
        "send/twilio.json": {"account_sid": SID, "api_key": "SKkey", "api_secret": "s", "sender": FORM["From"]},
        "public/site.json": {"callback_base_url": "http://127.0.0.1:8102/"},
    }
    for name, said in written.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(json.dumps(said))
    (tmp_path / "callbacks").mkdir()
    (tmp_path / "callbacks" / "twilio-token").write_text("token\n")

    app, token = build(tmp_path)

    assert token == "token"
    assert app.exchange.inbound_address == "http://127.0.0.1:8102/twilio/inbound#rc=5&rp=ct,rt,5xx"


def _lines(emulator: Emulator) -> list[str]:
    path = emulator.app.journal.path
    return path.read_text().splitlines() if path and path.exists() else []


def test_an_oversized_request_is_cut_off(emulator: Emulator) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", emulator.server.server_address[1], timeout=3)
    connection.putrequest("POST", "/")
    connection.putheader("Content-Length", str(10**9))
    connection.endheaders()
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        connection.getresponse()
    connection.close()
