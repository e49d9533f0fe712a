"""One real Chromium for all tests of a process: Playwright runs once in each."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

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
