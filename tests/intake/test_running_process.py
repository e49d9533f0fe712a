"""The running intake process: what it has loaded, what its server does with odd requests, and what it logs."""

import base64
import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from signed_events import SourceAgency, an_event

from cli.serve import Intended
from crypto.keyring import KeyPaths
from outreach.records.spool import create_spool, open_drain

PROBE = Path(__file__).with_name("probe.py")
ROOT = Path(__file__).parents[2]
OURS = {
    "wsgi",
    "cli", "cli.faults", "cli.main", "cli.opening", "cli.serve", "config", "config.home", "config.settings",
    "crypto", "crypto.errors", "crypto.framing", "crypto.keyfiles", "crypto.sealing", "crypto.signatures",
    "outreach", "outreach.events", "outreach.inbox", "outreach.terms",
    "outreach.intake", "outreach.intake.agencies", "outreach.intake.event_faults", "outreach.intake.event_fields",
    "outreach.intake.event_terms", "outreach.intake.rereading", "outreach.intake.strict_json",
    "outreach.records", "outreach.records.errors", "outreach.records.spool", "outreach.records.spool_sqlite",
    "portal", "portal.intake", "portal.intake.answers", "portal.intake.app", "portal.intake.checks",
}  # fmt: skip
"""Every module of ours that the process agencies talk to may have loaded. Think twice before adding one."""

NEVER = {"sqlalchemy", "alembic", "psycopg", "twilio", "apscheduler", "weasyprint", "requests", "flask_login", "argon2"}
"""Libraries that open, send or render something intake has no business with."""

PACKAGES = ("wsgi", "cli", "config", "crypto", "outreach", "portal", "twilio_emulator")


class Server:
    """A running intake with a home, an agency, and everything it wrote."""

    def __init__(self, folder: Path, key_paths: KeyPaths) -> None:
        self.folder, self.agency = folder, SourceAgency()
        self.modules_file, self.log = folder / "modules", folder / "log"
        for name in ("public", "intake"):
            (folder / name).mkdir(parents=True)
        (folder / "home.json").write_text('{"format": 1, "demo": false, "single_user": true}')
        (folder / "public" / "sealing.json").write_bytes(key_paths.sealing.read_bytes())
        self.agency.register(folder / "public" / "agencies.json", now=datetime.now(UTC))
        create_spool(folder / "intake" / "intake.db")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    @contextmanager
    def running(self, *planted: str, command: Sequence[str] = ()) -> Iterator["Server"]:
        environ = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "WAYSIDE_HOME": str(self.folder)}
        probed = (str(PROBE), str(self.port), str(self.modules_file), *planted)
        command = [sys.executable, "-P", *(command or probed)]
        with self.log.open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, env=environ, start_new_session=True)
        try:
            self._wait()
            yield self
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _wait(self) -> None:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                if self.send(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"):
                    return
            except ConnectionRefusedError:
                time.sleep(0.02)
        pytest.fail(self.log.read_text())

    def send(self, request: bytes, *, is_cut: bool = False) -> bytes:
        """Send bytes as they are, and return everything that comes back."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall(request)
            if is_cut:
                connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65_536), b""))

    def post(self, body: bytes, *, framing: bytes | None = None, wire: bytes | None = None, **changed: str) -> bytes:
        """Post a body on a connection of its own, framed and sent as told."""
        headers = self.agency.headers(body, at=datetime.now(UTC)) | {k.replace("_", "-"): v for k, v in changed.items()}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        length = f"content-length: {len(body)}\r\n".encode() if framing is None else framing
        start = b"POST /v1/level-events HTTP/1.1\r\nhost: a\r\nconnection: close\r\n"
        return self.send(start + head.encode() + length + b"\r\n" + (body if wire is None else wire))

    def loaded(self) -> set[str]:
        """Return the modules loaded after an event was received and others were refused."""
        assert status(self.post(json.dumps(an_event()).encode())) == 202
        assert status(self.post(b"{}")) == 422
        return set(self.modules_file.read_text().split())


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def chunked(body: bytes, *, of: int) -> bytes:
    pieces = [body[start : start + of] for start in range(0, len(body), of)]
    return b"".join(f"{len(piece):x}\r\n".encode() + piece + b"\r\n" for piece in pieces) + b"0\r\n\r\n"


def check_modules(loaded: set[str]) -> None:
    """Fail when intake has loaded something of ours, or a library, that it must not know."""
    ours = {name for name in loaded if name.split(".")[0] in PACKAGES}
    assert ours - OURS == set()
    assert {name.split(".")[0] for name in loaded} & NEVER == set()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, key_paths: KeyPaths) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("intake") / "home", key_paths).running() as running:
        yield running


@pytest.mark.req("NI-8")
def test_the_running_process_has_loaded_nothing_that_reads(server: Server) -> None:
    loaded = server.loaded()
    assert "portal.intake.app" in loaded
    check_modules(loaded)


@pytest.mark.req("NI-8")
@pytest.mark.parametrize("planted", ["outreach.people", "crypto.unsealing", "sqlalchemy"])
def test_planted_import_is_caught(tmp_path: Path, key_paths: KeyPaths, planted: str) -> None:
    with Server(tmp_path / "home", key_paths).running(planted) as server:
        loaded = server.loaded()
    with pytest.raises(AssertionError):
        check_modules(loaded)


@pytest.mark.req("2")
def test_the_headers_on_the_wire_are_a_fixed_set(server: Server) -> None:
    head, body = server.post(json.dumps(an_event()).encode()).split(b"\r\n\r\n", 1)
    first, *lines = head.decode().split("\r\n")
    names = [line.split(":")[0] for line in lines]
    assert first == "HTTP/1.1 202 Accepted"
    assert sorted(names) == sorted(
        ["cache-control", "x-content-type-options", "server", "content-type", "content-length", "connection", "date"]
    )
    assert "server: wayside" in lines
    assert body == b'{"received": "evt_1"}'


def test_chunked_bodies_and_lengths_that_lie_are_handled(server: Server) -> None:
    body = json.dumps(an_event()).encode()
    as_chunks = b"transfer-encoding: chunked\r\n"

    assert status(server.post(body, framing=as_chunks, wire=chunked(body, of=7))) == 202
    assert status(server.post(body, framing=as_chunks, wire=chunked(body.ljust(70_000), of=9_000))) == 413
    assert status(server.post(body, framing=b"content-length: 70000\r\n", wire=body.ljust(70_000))) == 413
    assert status(server.post(body, framing=b"content-length: 10\r\n")) == 401
    assert status(server.post(body, framing=b"content-length: -1\r\n")) == 400
    assert status(server.post(body, framing=b"content-length: 2\r\ncontent-length: 3\r\n")) == 400


def test_a_body_cut_short_is_not_received(server: Server) -> None:
    body = json.dumps(an_event()).encode()
    before = waiting(server)
    headers = "".join(f"{k}: {v}\r\n" for k, v in server.agency.headers(body, at=datetime.now(UTC)).items())
    head = f"POST /v1/level-events HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{headers}content-length: {len(body)}\r\n"
    answer = server.send(head.encode() + b"\r\n" + body[:-1], is_cut=True)
    assert b" 202 " not in answer[:20]
    assert waiting(server) == before


@pytest.mark.req("3")
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"])
def test_other_methods_are_405_and_other_addresses_404_on_the_wire(server: Server, method: str) -> None:
    for path, expected in (("/v1/level-events", 405), ("/v1/other", 404), ("//v1//level-events", 404), ("*", 404)):
        answer = server.send(f"{method} {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".encode())
        assert status(answer) == expected, (method, path)


def waiting(server: Server) -> int:
    drain = open_drain(server.folder / "intake" / "intake.db")
    try:
        return drain.count()
    finally:
        drain.close()


CANARIES = ("Canarina Testsdottir", "+13365550177", "77 Canary Court", "canary weekday mornings", "1977-07-17")


def spellings(word: str) -> set[bytes]:
    """Return the ways a word could hide in a log: as it is, in hex, base64 (any alignment), url-encoded, escaped."""
    plain = word.encode()
    middles = {base64.b64encode(b"\0" * shift + plain)[4:-4] for shift in range(3)}
    return {plain, plain.hex().encode(), quote(word, safe="").encode(), quote(word).encode(), *middles}


def hits(text: bytes) -> list[str]:
    return [word for word in CANARIES if any(each.lower() in text.lower() for each in spellings(word))]


def canary_event(**changes: object) -> bytes:
    event = an_event(incident_number="77 Canary Court", agency_case_ref="77 Canary Court", **changes)
    event["victim"].update(full_name=CANARIES[0], phones=[CANARIES[1]], date_of_birth=CANARIES[4])
    event["victim"]["address"]["lines"] = [CANARIES[2]]
    event["on_scene"]["safe_times"] = CANARIES[3]
    return json.dumps(event).encode()


@pytest.mark.req("NI-11")
def test_nothing_personal_comes_back_or_reaches_a_log_at_debug(server: Server) -> None:
    good, odd = canary_event(), quote(CANARIES[0])
    answers = [
        server.post(good),
        server.post(canary_event(level=CANARIES[0], occurred_at=CANARIES[4], criteria_version=CANARIES[3] * 9)),
        server.post(good[:-1]),
        server.post(good, webhook_signature=CANARIES[0]),
        server.post(good, wayside_agency=CANARIES[2], cookie=CANARIES[1]),
        server.post(good, content_type=CANARIES[3]),
        server.post(good.ljust(70_000)),
        server.send(f"GET /{odd}?q={odd} HTTP/1.1\r\nhost: {odd}\r\nconnection: close\r\n\r\n".encode()),
        server.send(f"{CANARIES[0].replace(' ', '')} / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".encode()),
    ]
    assert [status(each) for each in answers] == [202, 422, 422, 401, 401, 415, 413, 404, 404]
    assert [hits(each) for each in answers] == [[]] * len(answers)
    assert re.search(rb"Started worker", server.log.read_bytes())
    assert hits(server.log.read_bytes()) == []
    for path in (server.folder / "intake").iterdir():
        assert hits(path.read_bytes()) == []


@pytest.mark.parametrize("word", CANARIES)
def test_planted_leak_is_caught_in_every_spelling(word: str) -> None:
    for shift in range(3):
        assert hits(b"x" + base64.b64encode(b"\0" * shift + word.encode() + b"abc")) == [word]
    for leak in (word, word.upper(), word.encode().hex(), quote(word)):
        assert hits(f"DEBUG {leak}".encode()) == [word]


def test_a_start_says_nothing_that_would_worry_who_runs_it(tmp_path: Path, key_paths: KeyPaths) -> None:
    """The server remarks on threads that are many for a small machine; these wait for a commit most of the time."""
    server = Server(tmp_path, key_paths)
    start = ("-c", "from cli.main import main; main()", "serve", "intake", "--port", str(server.port))
    with server.running(command=start):
        assert server.log.read_text() == ""


def test_planted_chatter_at_the_start_is_caught() -> None:
    remark = logging.makeLogRecord({"msg": "Configuration allows spawning up to 16 Python threads, which seems high"})
    other = logging.makeLogRecord({"msg": "Unexpected exit from worker-1"})
    assert [Intended().filter(each) for each in (remark, other)] == [False, True]
