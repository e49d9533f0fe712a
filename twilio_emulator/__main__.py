"""`python -m twilio_emulator --home DIR [--port N]`: the emulator as its own process, until it is told to stop."""

import argparse
import signal
import sys
from pathlib import Path
from threading import Event

from twilio_emulator.home import NotADemo, build
from twilio_emulator.server import Emulator, NotLoopback

PORT = 8105


def main() -> int:
    """Serve a demo home's phones; return the exit status."""
    parser = argparse.ArgumentParser(prog="twilio_emulator", description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=PORT)
    given = parser.parse_args()
    over = Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: over.set())
    try:
        app, token = build(given.home)
        with Emulator(app, token, host=given.host, port=given.port) as emulator:
            print(f"phones on {emulator.address}", flush=True)
            over.wait()
    except (NotADemo, NotLoopback, OSError) as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
