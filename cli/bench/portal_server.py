"""The portal under its real server: how long Today takes over HTTP, and how much memory its processes hold."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from config.home import Home

PATIENCE = 60.0


def look_at_today(home: Home, root_key: Path | None, cookie: str, *, looks: int) -> tuple[list[float], int]:
    """Return the seconds of each look at Today, and the resident bytes of the largest process afterwards."""
    with _running(home, root_key) as (process, port):
        seconds = [_look(port, cookie) for _ in range(looks)]
        return seconds, max(_resident(pid) for pid in _family(process.pid))


@contextmanager
def _running(home: Home, root_key: Path | None) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {**os.environ, "WAYSIDE_HOME": str(home.root), "WAYSIDE_ROOT_KEY_FILE": str(root_key)}
    start = f"import sys; sys.path.insert(0, {str(Path(__file__).parents[2])!r}); from cli.main import main; main()"
    command = [sys.executable, "-P", "-c", start, "serve", "portal", "--port", str(port)]
    process = subprocess.Popen(command, env=environ)  # noqa: S603 (our own program)
    try:
        _wait_until_up(port)
        yield process, port
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def _wait_until_up(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with closing(socket.socket()) as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the portal did not start")


def _look(port: int, cookie: str) -> float:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as line:
        begun = time.perf_counter()
        line.request("GET", "/today", headers={"Cookie": cookie})
        answer = line.getresponse()
        answer.read()
        taken = time.perf_counter() - begun
    if answer.status != 200:
        raise RuntimeError(f"/today answered {answer.status}")
    return taken


def _family(pid: int) -> list[int]:
    """Return a process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(each for child in children for each in _family(int(child)))]


def _resident(pid: int) -> int:
    """Return the resident bytes of a process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS"))
