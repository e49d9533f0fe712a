"""`wayside practice`: fictional cases to learn on, in a home of their own that stays until it is reset."""

import os
import threading
from pathlib import Path

import click

from cli.demo import making, staging
from cli.demo.day import morning
from cli.demo.neighbourhood import settle_in
from cli.demo.processes import DemoError, Stage, programs
from cli.demo.staging import say
from cli.practice.lesson import lesson
from config.home import Home
from config.practice import refuse_ways_out, refuse_what_is_real
from outreach.records.engine import Vault

PORT_BASE = 8200
"""Other ports than the demo's and a real home's."""


@click.command()
@click.option(
    "--home",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("practice"),
    show_default=True,
    help="Its own home. WAYSIDE_HOME is never used.",
)
@click.option("--reset", is_flag=True, help="Begin again: everything that was done in practice goes.")
@click.option("--once", is_flag=True, help="Make it ready, then stop.")
@click.option("--port-base", type=int, default=PORT_BASE, show_default=True, help="Add 1, 2, 4 and 5 for the ports.")
def practice(folder: Path, reset: bool, once: bool, port_base: int) -> None:
    """Practise on fictional cases. Nobody can be reached from there. Ctrl-C stops it; what was done stays."""
    home, ports = Home(folder.expanduser().resolve()), staging.ports_from(port_base)
    refuse_ways_out(os.environ)
    refuse_other_homes(home)
    stop = staging.stop_on_signals()
    is_fresh = reset or not _ready(home).exists()
    if is_fresh:
        say("Making a practice home, with fictional people")
        making.clear(home)
        making.make(home, ports, is_practice=True)
    making.move_to(home, ports)
    refuse_what_is_real(home, os.environ)
    vault = making.open_vault(home)
    with Stage(home.root / "demo") as stage:
        if is_fresh:
            colleagues = making.make_staff(home, vault)
            settle_in(vault, colleagues)
        for program in programs(home.root, ports):
            stage.start(program)
        if is_fresh:
            _fill(home, vault, stage, colleagues, ports=ports, stop=stop)
        staging.print_ways_in(home, ports, name="practice; what was done stays until `wayside practice --reset`")
        while not once and not stop.wait(2):
            stage.watch()
    vault.close()


def refuse_other_homes(home: Home) -> None:
    """Raise DemoError rather than touch a real home, or a demo's."""
    if home.marker.exists() and not home.read_marker().is_practice:
        raise DemoError(f"{home.root} is not a practice home: choose another folder with --home")


def _fill(
    home: Home,
    vault: Vault,
    stage: Stage,
    colleagues: list[making.Colleague],
    *,
    ports: dict[str, int],
    stop: threading.Event,
) -> None:
    """Send the fictional events and do the first morning; what is stopped meanwhile begins afresh the next time."""
    accepted = staging.send_all(home, ports["intake"])
    staging.wait_for_events(vault, stage, stop, accepted)
    for line in (*morning(vault, colleagues, stop=stop), *lesson(vault, colleagues, stop=stop)):
        say(line)
    if not stop.is_set():
        _ready(home).touch(mode=0o600)


def _ready(home: Home) -> Path:
    """Return the file that says that a practice home was filled to the end."""
    return home.root / "demo" / "ready"
