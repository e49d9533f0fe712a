"""A real Chromium and real web servers on loopback. A missing Chromium skips on a laptop and fails where CI=true."""

import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from browser.gallery import create_gallery
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --host-resolver-rules=MAP * ~NOTFOUND,EXCLUDE 127.0.0.1"
)


def flags() -> list[str]:
    """Return the flags; the last one holds spaces."""
    start, rules = FLAGS.split("--host-resolver-rules=")
    return [*start.split(), f"--host-resolver-rules={rules}"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        message = "these tests need Debian's chromium at /usr/bin/chromium"
        pytest.fail(message) if os.environ.get("CI") == "true" else pytest.skip(message)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=flags())
        yield chromium
        chromium.close()


@contextmanager
def served(app: Any) -> Iterator[str]:
    """Serve a WSGI app on a free port of loopback; yield its address."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def serve() -> Callable[[Any], Any]:
    return served


@pytest.fixture(scope="session")
def gallery() -> Iterator[str]:
    with served(create_gallery()) as address:
        yield address
