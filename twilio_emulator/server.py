"""
The emulator on a socket: HTTP by hand, because faults such as a reset or a torn answer need the bare connection.

Only loopback addresses are ever bound.
"""

import ipaddress
import os
import socket
import struct
from http import HTTPStatus
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Event, Thread
from typing import Any

from twilio_emulator.app import Answer, App, Asked
from twilio_emulator.callbacks import Courier
from twilio_emulator.faults import FaultKind

LONGEST_REQUEST, LONGEST_LINE, MOST_HEADERS = 64 * 1024, 8 * 1024, 100
DROPS = frozenset({FaultKind.DROP_BEFORE_ACCEPT, FaultKind.DROP_AFTER_ACCEPT})
RESETS = frozenset({FaultKind.RESET_BEFORE_ACCEPT, FaultKind.RESET_AFTER_ACCEPT})
STALLS = frozenset({FaultKind.STALL_BEFORE_ACCEPT, FaultKind.STALL_AFTER_ACCEPT})
SEND_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
SLOW_PIECES = 10
PHRASES = {status.value: status.phrase for status in HTTPStatus}
GARBLED = b"<html><body>upstream error</body></html>"


class NotLoopback(Exception):
    """Someone asked the emulator to listen where other machines could reach it."""


class NotHttp(Exception):
    """What came is no request this server reads; the connection ends."""


class Server(ThreadingTCPServer):
    """The listening socket and its app."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, app: App, host: str = "127.0.0.1", port: int = 0) -> None:
        if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
            raise NotLoopback(f"the emulator listens on loopback only, not on {host}")
        self.app = app
        self.over = Event()
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), Connection)

    @property
    def server_port(self) -> int:
        """The port it listens on."""
        return int(self.server_address[1])

    @property
    def address(self) -> str:
        """The base address callers use."""
        host = str(self.server_address[0])
        return f"http://[{host}]:{self.server_port}" if ":" in host else f"http://{host}:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing when a caller goes away: that is what the fault tests do."""


class Connection(StreamRequestHandler):
    """One connection: requests one after the other, until either side has enough. Nothing is logged."""

    server: Server
    timeout = 30
    disable_nagle_algorithm = True
    wbufsize = 0

    def handle(self) -> None:
        """Answer request after request."""
        self._stays = True
        while self._stays:
            try:
                asked = self._read()
            except (NotHttp, OSError):
                return
            if asked is None:
                return
            self._send(self.server.app.answer(asked), has_body=asked.method != "HEAD")

    def _read(self) -> Asked | None:
        """Read one request; None when the caller has gone."""
        first = self.rfile.readline(LONGEST_LINE)
        if not first:
            return None
        words = first.decode("latin-1").split()
        if len(words) != 3 or not words[2].startswith("HTTP/1."):
            raise NotHttp
        headers = self._headers()
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > LONGEST_REQUEST or "transfer-encoding" in headers:
            raise NotHttp
        self._stays = headers.get("connection", "").lower() != "close" and words[2] != "HTTP/1.0"
        if headers.get("expect", "").lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        return Asked(words[0], words[1], headers, self.rfile.read(int(length)) if int(length) else b"")

    def _headers(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for _ in range(MOST_HEADERS):
            line = self.rfile.readline(LONGEST_LINE)
            if line in (b"\r\n", b"\n", b""):
                return found
            name, _, value = line.decode("latin-1").partition(":")
            found[name.strip().lower()] = value.strip()
        raise NotHttp

    def _send(self, answer: Answer, *, has_body: bool) -> None:
        fault = answer.fault
        kind = fault.kind if fault else None
        if fault and kind in STALLS | {FaultKind.DELAY}:
            self.server.over.wait(fault.seconds)
        if kind in DROPS | STALLS:
            self._stays = False
        elif kind in RESETS:
            self._reset()
        else:
            self._write(answer, answer.body if has_body else b"")

    def _reset(self) -> None:
        """Close so that the caller sees a reset and not an orderly end."""
        self._stays = False
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, SEND_RESET_ON_CLOSE)
        os.close(self.connection.detach())

    def _write(self, answer: Answer, body: bytes) -> None:
        kind = answer.fault.kind if answer.fault else None
        if kind is FaultKind.GARBLED:
            body = GARBLED
        length = len(body) if answer.status != 204 else None
        lines = [f"HTTP/1.1 {answer.status} {PHRASES.get(answer.status, '')}", "Server: emulator"]
        lines += [f"{name}: {value}" for name, value in answer.headers.items()]
        lines += [] if length is None else [f"Content-Length: {length}"]
        lines += [] if self._stays and kind is not FaultKind.TRUNCATE else ["Connection: close"]
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        if kind is FaultKind.TRUNCATE:
            self._stays, body = False, body[: len(body) // 2]
        if answer.fault and kind is FaultKind.SLOW_BODY:
            self._drip(head, body, answer.fault.seconds)
        else:
            self.wfile.write(head + body)

    def _drip(self, head: bytes, body: bytes, seconds: float) -> None:
        """Send the body piece by piece, so that each read ends in time and the whole takes long."""
        self.wfile.write(head)
        size = -(-len(body) // SLOW_PIECES)
        for start in range(0, len(body), size):
            self.server.over.wait(seconds / SLOW_PIECES)
            self.wfile.write(body[start : start + size])


class Emulator:
    """Server and courier together; a context manager for whoever needs both."""

    def __init__(
        self, app: App, token: str, *, host: str = "127.0.0.1", port: int = 0, runs_courier: bool = True
    ) -> None:
        """Without its courier, whoever holds the exchange delivers callbacks, at a time of their own."""
        self.app = app
        self._runs_courier = runs_courier
        self.server = Server(app, host, port)
        self.courier = Courier(app.exchange, token, app.clock)
        if runs_courier:
            app.deliver = self.courier.deliver
        self._thread = Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def address(self) -> str:
        """The base address callers use."""
        return self.server.address

    def __enter__(self) -> "Emulator":
        self._thread.start()
        if self._runs_courier:
            self.courier.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.over.set()
        self.server.shutdown()
        self.server.server_close()
        if self._runs_courier:
            self.courier.stop()
        self._thread.join()
