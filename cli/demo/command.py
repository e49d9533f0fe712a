"""`wayside demo`: the whole path with fictional people, until it is stopped."""

import json
import signal
import threading
import time
from typing import Any

import click

from cli import opening
from cli.demo import making
from cli.demo.cast import Sent, events, invalid_event
from cli.demo.day import morning
from cli.demo.neighbourhood import settle_in
from cli.demo.processes import DemoError, Stage, programs
from cli.event_sending import Outgoing, Sender, read_address
from config.home import Home
from config.settings import WorkerSettings, load
from crypto.signatures import load_private
from outreach.counts import counts
from outreach.records.engine import Vault

OFFSETS = {"intake": 1, "callbacks": 2, "portal": 4, "emulator": 5}
PATIENCE_SECONDS = 90.0


@click.command()
@click.option("--once", is_flag=True, help="Show that the whole path works, then stop.")
@click.option("--port-base", type=int, default=8100, show_default=True, help="Add 1, 2, 4 and 5 for the ports.")
def demo(once: bool, port_base: int) -> None:
    """Show Wayside running on fictional people. Ctrl-C stops it; the next run starts afresh."""
    home = load(WorkerSettings).place
    ports = {name: port_base + offset for name, offset in OFFSETS.items()}
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    _say("Making a home for fictional people")
    making.clear(home)
    making.make(home, ports)
    vault = making.open_vault(home)
    colleagues = making.make_staff(home, vault)
    settle_in(vault, colleagues)
    with Stage(home.root / "demo") as stage:
        _say("Starting the emulator, intake, the callbacks, the portal and the worker")
        for program in programs(home.root, ports):
            stage.start(program)
        _say("Two agencies send their events: one of them twice, one with faults")
        accepted = _send_all(home, ports["intake"])
        _wait_for_events(vault, stage, stop, accepted)
        for line in morning(vault, colleagues, stop=stop):
            _say(line)
        _print_ways_in(ports, colleagues)
        while not once and not stop.wait(2):
            stage.watch()
    vault.close()
    _say("Stopped. `make demo` starts afresh")


def _say(line: str) -> None:
    click.echo(f"· {line}")


def _send_all(home: Home, port: int) -> int:
    """Post every event over the real intake; return how many different ones were accepted."""
    now = opening.now()
    cast = list(events(now))
    first = {sent.event_id: _send(home, port, sent) for sent in cast}
    again = _send(home, port, cast[0])
    faulty, answer = _send(home, port, invalid_event(now))
    refused = {name: status for name, (status, _) in first.items() if status != 202}
    if refused or again != first[cast[0].event_id] or faulty != 422:
        raise DemoError(f"intake answered otherwise than it promises: {refused}, {again}, {faulty}")
    _say(f"  {len(first)} events: every answer was 202, and nothing else was said")
    _say(f"  the first one again: {again[0]} {json.dumps(again[1])}, the same as before")
    pointers = ", ".join(error["pointer"] for error in answer["errors"])
    _say(f"  the faulty one: 422, naming {pointers}")
    return len(first)


def _send(home: Home, port: int, sent: Sent) -> tuple[int, dict[str, Any]]:
    key = load_private(making.agency_key(home, sent.agency).read_bytes())
    address = read_address(f"http://127.0.0.1:{port}", allow_plain_http=False)
    sender = Sender(sent.agency, key, address, time.time, time.sleep)
    return sender.send(Outgoing(sent.event_id, json.dumps(sent.body).encode()))


def _wait_for_events(vault: Vault, stage: Stage, stop: threading.Event, expected: int) -> None:
    limit = time.monotonic() + PATIENCE_SECONDS
    while not stop.wait(0.3):
        stage.watch()
        with vault.reading() as session:
            found = counts(session, now=opening.now())
        if found["events_ingested"] + found["quarantined"] >= expected:
            tasks = sum(found["tasks"].values())
            _say(f"The worker opened them: {found['cases']} cases, {tasks} tasks, {found['quarantined']} set aside")
            return
        if time.monotonic() > limit:
            raise DemoError(f"the worker read {found['events_ingested']} of {expected} events in time: see worker.log")


def _print_ways_in(ports: dict[str, int], colleagues: list[making.Colleague]) -> None:
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
    for each in colleagues:
        click.echo(f"    {each.email:<20} {each.role:<14} code now {making.code_now(each)}   secret {each.secret}")
    click.echo("\n  Ctrl-C stops everything.\n")
