"""
The emulator as its own process, until it is told to stop.

`python -m twilio_emulator --port N` makes up an account and prints how to reach it; `--home DIR` serves the phones of
a Wayside demo instead.
"""

import argparse
import signal
import sys
from pathlib import Path
from threading import Event

from twilio_emulator import alone
from twilio_emulator.home import NotADemo, build
from twilio_emulator.server import Emulator, NotLoopback

PORT = 8105


def main() -> int:
    """Serve an account's phones; return the exit status."""
    given = _parser().parse_args()
    over = Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: over.set())
    wish = _wish(given)
    try:
        app, token = build(given.home) if given.home else alone.build(wish)
        with Emulator(app, token, host=given.host, port=given.port) as emulator:
            print(f"phones on {emulator.address}" if given.home else alone.told(emulator.address, wish), flush=True)
            over.wait()
    except (NotADemo, NotLoopback, alone.BadAccount, OSError) as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    usual = alone.Wish()
    parser = argparse.ArgumentParser(prog="twilio_emulator", description=__doc__)
    parser.add_argument("--home", type=Path, help="serve this Wayside demo; the options from --account on are its own")
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument("--port", type=int, default=PORT, help="0 for any free one")
    parser.add_argument("--account", default=usual.account, help="AC and 32 hexadecimal digits")
    parser.add_argument("--key", default=usual.key, help="the API key")
    parser.add_argument("--secret", default=usual.secret, help="the API key's secret")
    parser.add_argument("--auth-token", default=usual.token, help="opens the account and signs callbacks")
    parser.add_argument("--sender", action="append", help=f"a number of the account; repeat (default {alone.SENDER})")
    parser.add_argument("--inbound", help="where inbound texts are posted; may end in #rc=5&rp=all and so on")
    parser.add_argument("--journal", type=Path, help="append each accept to this file, on the disk before the answer")
    parser.add_argument(
        "--step-seconds", type=float, default=usual.step_seconds, help="between two statuses; 0 at once"
    )
    return parser


def _wish(given: argparse.Namespace) -> alone.Wish:
    return alone.Wish(
        account=given.account,
        key=given.key,
        secret=given.secret,
        token=given.auth_token,
        senders=tuple(given.sender or (alone.SENDER,)),
        inbound=given.inbound,
        journal=given.journal,
        step_seconds=given.step_seconds,
    )


if __name__ == "__main__":
    sys.exit(main())
