"""`make demo` is the first thing anybody sees of Wayside: it must show the whole path."""

import os
import random
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
START = (
    "from cli.demo import processes; processes.KEPT = (*processes.KEPT, 'PYTHONPATH');from cli.main import main; main()"
)
"""Its programs find the code where these tests found it, installed or not."""


def _five_free_ports() -> int:
    """Return a number after which five ports are free."""
    for base in random.sample(range(20_000, 60_000, 10), 1_000):
        sockets = [socket.socket() for _ in range(5)]
        try:
            for offset, each in enumerate(sockets, start=1):
                each.bind(("127.0.0.1", base + offset))
            return base
        except OSError:
            continue
        finally:
            for each in sockets:
                each.close()
    raise AssertionError("no ports are free")


def test_the_demo_goes_from_an_event_to_a_delivered_text_and_ends(tmp_path: Path) -> None:
    home, base = tmp_path / "var", _five_free_ports()
    settings = {**os.environ, "WAYSIDE_HOME": str(home), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", START, "demo", "--once", "--port-base", str(base)]
    done = subprocess.run(command, env=settings, cwd=tmp_path, capture_output=True, text=True, timeout=240)  # noqa: S603

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    assert "Twilio's signed word came back: delivered" in done.stdout
    assert f"http://127.0.0.1:{base + 4}" in done.stdout, "no address of the portal"
    assert "Traceback" not in "".join(log.read_text() for log in (home / "demo").glob("*.log"))
