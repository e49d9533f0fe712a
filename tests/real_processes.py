"""The programs as a site runs them, each a process of its own, on a clock that the test sets for all of them."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode, urlsplit

HOST = "portal.test"
PATIENCE_SECONDS = 60
COMMAND = "import sys; from cli.main import main; sys.argv[0] = 'wayside'; main()"
CLOCK = """
from datetime import datetime
from pathlib import Path
from cli import opening
opening.now = lambda: datetime.fromisoformat(Path({path!r}).read_text())
"""


class Wire:
    """What a `town.Browser` needs of its client: requests over HTTP, cookies kept, redirects followed."""

    def __init__(self, port: int) -> None:
        self._port, self._cookies = port, dict[str, str]()

    def get(self, path: str, **_: Any) -> Any:
        """Open a page."""
        return self._send("GET", path)

    def post(self, path: str, *, data: dict[str, Any], headers: dict[str, str], **_: Any) -> Any:
        """Send a form."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._send("POST", path, urlencode(data, doseq=True), {**headers, **kind})

    def _send(self, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None) -> Any:
        line = HTTPConnection("127.0.0.1", self._port, timeout=60)
        cookie = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        line.request(method, path, body, {"Host": HOST, "Cookie": cookie, **(headers or {})})
        answer = line.getresponse()
        text = answer.read().decode()
        line.close()
        for each in answer.headers.get_all("Set-Cookie") or ():
            self._cookies |= {name: kept.coded_value for name, kept in SimpleCookie(each).items()}
        if answer.status in (302, 303):
            target = urlsplit(answer.headers["Location"])
            return self._send("GET", target.path + (f"?{target.query}" if target.query else ""))
        return SimpleNamespace(status_code=answer.status, get_data=lambda as_text: text)


class SharedClock:
    """A file that says what time it is: every Python begun with `environ` reads it, servers' children too."""

    def __init__(self, folder: Path, at: datetime, *, also: str = "") -> None:
        """Begin at a time; `also` is Python to be run in each, for what is planted."""
        folder.mkdir()
        self._path = folder / "now"
        self.set(at)
        (folder / "sitecustomize.py").write_text(CLOCK.format(path=str(self._path)) + also)
        self.environ = {"PYTHONPATH": os.pathsep.join((str(folder), *sys.path))}

    def set(self, at: datetime) -> None:
        """Let it be this time; in one step, as somebody may be reading."""
        new = self._path.with_suffix(".new")
        new.write_text(at.isoformat())
        new.replace(self._path)


class Program:
    """A running `wayside` command, with all of its children."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process

    def kill(self) -> None:
        """End all of it as a power cut would: no handler runs, nothing is closed."""
        os.killpg(self._process.pid, signal.SIGKILL)
        assert self._process.wait() == -signal.SIGKILL

    def has_ended(self) -> bool:
        """Tell whether it ended by itself."""
        return self._process.poll() is not None


@contextmanager
def running(clock: SharedClock, *arguments: str) -> Iterator[Program]:
    """Run `wayside` with these arguments until the block ends or it is killed."""
    command = [sys.executable, "-c", COMMAND, *arguments]
    environ = {**os.environ, **clock.environ}
    process = subprocess.Popen(command, env=environ, start_new_session=True)  # noqa: S603 - ours
    program = Program(process)
    try:
        yield program
    finally:
        if not program.has_ended():
            program.kill()


@contextmanager
def serving(clock: SharedClock, app: str) -> Iterator[tuple[Program, int]]:
    """Serve an app as `wayside serve` does, and give its port once it answers there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with running(clock, "serve", app, "--port", str(port)) as program:
        until(lambda: _answers(port), program)
        yield program, port


def until(holds: Callable[[], bool], program: Program) -> None:
    """Wait for what a running program brings about; fail when it ends, or takes too long."""
    latest = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert not program.has_ended(), "the program ended by itself"
        assert time.monotonic() < latest, "it did not come about"
        time.sleep(0.05)


def _answers(port: int) -> bool:
    line = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    try:
        line.request("GET", "/sign-in", headers={"Host": HOST})
        line.getresponse().read()
    except (OSError, HTTPException):  # The server's socket is there before what answers at it.
        return False
    finally:
        line.close()
    return True
