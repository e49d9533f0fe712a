"""What the demo and practice have in common: events over the real intake, waiting for the worker, the ways in."""

import json
import signal
import threading
import time
from typing import Any

import click
import pyotp

from cli import opening
from cli.demo import making
from cli.demo.cast import Sent, events, invalid_event
from cli.demo.processes import DemoError, Stage
from cli.event_sending import Outgoing, Sender, read_address
from config.home import Home
from crypto.signatures import load_private
from outreach.counts import counts
from outreach.records.engine import Vault

OFFSETS = {"intake": 1, "callbacks": 2, "portal": 4, "emulator": 5}
PATIENCE_SECONDS = 90.0


def say(line: str) -> None:
    """Tell whoever watches what is going on."""
    click.echo(f"· {line}")


def ports_from(base: int) -> dict[str, int]:
    """Return the port of each program."""
    return {name: base + offset for name, offset in OFFSETS.items()}


def stop_on_signals() -> threading.Event:
    """Return what is set once somebody presses Ctrl-C."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


def send_all(home: Home, port: int) -> int:
    """Post every event over the real intake; return how many different ones were accepted."""
    now = opening.now()
    cast = list(events(now))
    first = {sent.event_id: _send(home, port, sent) for sent in cast}
    again = _send(home, port, cast[0])
    faulty, answer = _send(home, port, invalid_event(now))
    refused = {name: status for name, (status, _) in first.items() if status != 202}
    if refused or again != first[cast[0].event_id] or faulty != 422:
        raise DemoError(f"intake answered otherwise than it promises: {refused}, {again}, {faulty}")
    say(f"  {len(first)} events: every answer was 202, and nothing else was said")
    say(f"  the first one again: {again[0]} {json.dumps(again[1])}, the same as before")
    pointers = ", ".join(error["pointer"] for error in answer["errors"])
    say(f"  the faulty one: 422, naming {pointers}")
    return len(first)


def _send(home: Home, port: int, sent: Sent) -> tuple[int, dict[str, Any]]:
    key = load_private(making.agency_key(home, sent.agency).read_bytes())
    address = read_address(f"http://127.0.0.1:{port}", allow_plain_http=False)
    sender = Sender(sent.agency, key, address, time.time, time.sleep)
    return sender.send(Outgoing(sent.event_id, json.dumps(sent.body).encode()))


def wait_for_events(vault: Vault, stage: Stage, stop: threading.Event, expected: int) -> None:
    """Wait until the worker has taken in that many."""
    limit = time.monotonic() + PATIENCE_SECONDS
    while not stop.wait(0.3):
        stage.watch()
        with vault.reading() as session:
            found = counts(session, now=opening.now())
        if found["events_ingested"] + found["quarantined"] >= expected:
            tasks = sum(found["tasks"].values())
            say(f"The worker opened them: {found['cases']} cases, {tasks} tasks, {found['quarantined']} set aside")
            return
        if time.monotonic() > limit:
            raise DemoError(f"the worker read {found['events_ingested']} of {expected} events in time: see worker.log")


def print_ways_in(home: Home, ports: dict[str, int], *, name: str) -> None:
    """Say where the portal is, and how to sign in."""
    click.echo(
        f"""
  Advocates' portal   http://127.0.0.1:{ports["portal"]}
  Phones, and codes   http://127.0.0.1:{ports["emulator"]}   http://127.0.0.1:{ports["emulator"]}/codes
  Intake              http://127.0.0.1:{ports["intake"]}   (answers signed events, nothing else)
  Callbacks           http://127.0.0.1:{ports["callbacks"]}   (answers Twilio, nothing else)

  Sign in with the pass phrase  {making.PASS_PHRASE}
  and the six digits from the codes page (or add the secret to an authenticator app):
"""
    )
    for each in making.ways_in(home):
        code = pyotp.TOTP(each.secret).now()
        click.echo(f"    {each.email:<20} {each.role:<14} code now {code}   secret {each.secret}")
    click.echo(f"\n  Ctrl-C stops {name}.\n")
