"""A real Chromium and real web servers on loopback. A missing Chromium skips on a laptop and fails where CI=true."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from browser.gallery import create_gallery
from werkzeug.serving import make_server


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
