"""
The emulator on a socket: HTTP by hand, because faults such as a reset or a torn answer need the bare connection.

Only loopback addresses are ever bound.
"""

import ipaddress
import os
import socket
import struct
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from twilio_emulator.app import Answer, App, Asked
from twilio_emulator.callbacks import Courier
from twilio_emulator.faults import FaultKind

LONGEST_REQUEST = 64 * 1024
DROPS = frozenset({FaultKind.DROP_BEFORE_ACCEPT, FaultKind.DROP_AFTER_ACCEPT})
RESETS = frozenset({FaultKind.RESET_BEFORE_ACCEPT, FaultKind.RESET_AFTER_ACCEPT})
STALLS = frozenset({FaultKind.STALL_BEFORE_ACCEPT, FaultKind.STALL_AFTER_ACCEPT, FaultKind.DELAY})
SEND_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class NotLoopback(Exception):
    """Someone asked the emulator to listen where other machines could reach it."""


class Server(ThreadingHTTPServer):
    """The listening socket and its app."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, app: App, host: str = "127.0.0.1", port: int = 0) -> None:
        if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
            raise NotLoopback(f"the emulator listens on loopback only, not on {host}")
        self.app = app
        self.over = Event()
        super().__init__((host, port), Handler)

    @property
    def address(self) -> str:
        """The base address callers use."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing when a caller goes away: that is what the fault tests do."""


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Server
    protocol_version = "HTTP/1.1"
    timeout = 30

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > LONGEST_REQUEST:
            self.close_connection = True
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.command, self.path, headers, self.rfile.read(length))
        self._send(self.server.app.answer(asked))

    do_GET = do_POST = do_DELETE = do_PUT = do_HEAD = do_OPTIONS = _answer  # noqa: N815

    def _send(self, answer: Answer) -> None:
        fault = answer.fault
        kind = fault.kind if fault else None
        if fault and kind in STALLS:
            self.server.over.wait(fault.seconds)
        if kind in DROPS or kind in (FaultKind.STALL_BEFORE_ACCEPT, FaultKind.STALL_AFTER_ACCEPT):
            self.close_connection = True
            return
        if kind in RESETS:
            self._reset()
            return
        self._write(answer, torn=kind is FaultKind.TRUNCATE)

    def _reset(self) -> None:
        """Close so that the caller sees a reset and not an orderly end."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, SEND_RESET_ON_CLOSE)
        os.close(self.connection.detach())
        self.close_connection = True

    def _write(self, answer: Answer, *, torn: bool) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body[: len(answer.body) // 2] if torn else answer.body)
        if torn:
            self.close_connection = True

    def version_string(self) -> str:
        """Name no version."""
        return "emulator"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Log nothing: paths hold phone numbers."""


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
