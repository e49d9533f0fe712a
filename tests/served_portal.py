"""The portal in a process of its own, served on loopback at a time it is told, and a wire to it for a browser."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode, urlsplit

HOST = "portal.test"
SERVING = """
import sys
from datetime import datetime
from werkzeug.serving import make_server
from cli import opening
at = datetime.fromisoformat(sys.argv[1])
opening.now = lambda: at
import wsgi
server = make_server("127.0.0.1", 0, wsgi.FACTORIES["portal"](), threaded=True)
print(server.server_port, flush=True)
server.serve_forever()
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


class ServedPortal:
    """One running process."""

    def __init__(self, process: "subprocess.Popen[str]", port: int) -> None:
        self._process, self.port = process, port

    def kill(self) -> None:
        """End it as a power cut would: no handler runs, nothing is closed."""
        self._process.kill()
        assert self._process.wait() == -signal.SIGKILL


@contextmanager
def served_portal(at: datetime) -> Iterator[ServedPortal]:
    """Serve the portal of the home in the environment, at this time for ever."""
    command = [sys.executable, "-c", SERVING, at.isoformat()]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - ours
        assert process.stdout is not None
        try:
            yield ServedPortal(process, int(process.stdout.readline()))
        finally:
            process.kill()
