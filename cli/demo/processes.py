"""Starts the demo's programs, each with its own settings and nothing else, waits for them, and stops them."""

import http.client
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from cli.faults import Mendable

START = "from cli.main import main; main()"
PATIENCE_SECONDS = 30.0
GRACE_SECONDS = 10.0
PHONE = "(336) 555-0142"
"""The number that letters of the demo name; nobody's."""
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")


class DemoError(Mendable):
    """A program of the demo did not start, or ended by itself."""


class Program(NamedTuple):
    """One program: its name, how it is called, its settings, and the port it answers on, if any."""

    name: str
    command: list[str]
    settings: dict[str, str]
    port: int | None


def programs(home: Path, ports: dict[str, int]) -> list[Program]:
    """Return the demo's programs in the order they start; each is told its home and, where it must, one thing more."""
    place = {"WAYSIDE_HOME": str(home)}
    emulator = [sys.executable, "-P", "-m", "twilio_emulator", "--home", str(home), "--port", str(ports["emulator"])]
    twilio = {"WAYSIDE_TWILIO_BASE_URL": f"http://127.0.0.1:{ports['emulator']}"}
    letters = {"WAYSIDE_LETTER_RETURN_ADDRESS": "PO Box 1417; High Point, NC 27261", "WAYSIDE_LETTER_PHONE": PHONE}
    return [
        Program("emulator", emulator, {}, ports["emulator"]),
        *(Program(name, _serve(name, ports[name]), place, ports[name]) for name in ("intake", "callbacks")),
        Program("portal", _serve("portal", ports["portal"]), place | letters, ports["portal"]),
        Program("worker", [sys.executable, "-P", "-c", START, "worker"], place | twilio, None),
    ]


def _serve(name: str, port: int) -> list[str]:
    return [sys.executable, "-P", "-c", START, "serve", name, "--port", str(port)]


class Stage:
    """The running programs. Used as a context: whatever happens, all of them are stopped at its end."""

    def __init__(self, logs: Path) -> None:
        """Take the folder for the programs' own output."""
        self._logs = logs
        self._running: list[tuple[Program, subprocess.Popen[bytes]]] = []

    def __enter__(self) -> "Stage":
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop what runs, last started first; kill what does not end in time."""
        for _program, process in reversed(self._running):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        limit = time.monotonic() + GRACE_SECONDS
        for _program, process in reversed(self._running):
            try:
                process.wait(max(0.1, limit - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def start(self, program: Program) -> None:
        """Start one program in a session of its own, and wait until it answers."""
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        with (self._logs / f"{program.name}.log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603  # our own programs, without a shell
                program.command,
                env={**kept, "PYTHONSAFEPATH": "1", **program.settings},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._running.append((program, process))
        if program.port is not None:
            self._wait_for_answer(program, process)

    def watch(self) -> None:
        """Raise DemoError when a program has ended by itself."""
        for program, process in self._running:
            if process.poll() is not None:
                raise DemoError(f"{program.name} ended by itself: see {self._logs / program.name}.log")

    def _wait_for_answer(self, program: Program, process: "subprocess.Popen[bytes]") -> None:
        limit = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < limit:
            if process.poll() is not None:
                raise DemoError(f"{program.name} did not start: see {self._logs / program.name}.log")
            connection = http.client.HTTPConnection("127.0.0.1", program.port or 0, timeout=2)
            try:
                connection.request("GET", "/")
                connection.getresponse()
                return
            except OSError:
                time.sleep(0.1)
            finally:
                connection.close()
        raise DemoError(f"{program.name} did not answer on port {program.port}: see {self._logs / program.name}.log")
