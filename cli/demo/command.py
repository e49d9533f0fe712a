"""`wayside demo`: the whole path with fictional people, until it is stopped."""

import click

from cli.demo import making, staging
from cli.demo.day import morning
from cli.demo.neighbourhood import settle_in
from cli.demo.processes import Stage, programs
from cli.demo.staging import say
from config.settings import WorkerSettings, load


@click.command()
@click.option("--once", is_flag=True, help="Show that the whole path works, then stop.")
@click.option("--port-base", type=int, default=8100, show_default=True, help="Add 1, 2, 4 and 5 for the ports.")
def demo(once: bool, port_base: int) -> None:
    """Show Wayside running on fictional people. Ctrl-C stops it; the next run starts afresh."""
    home, ports = load(WorkerSettings).place, staging.ports_from(port_base)
    stop = staging.stop_on_signals()
    say("Making a home for fictional people")
    making.clear(home)
    making.make(home, ports)
    vault = making.open_vault(home)
    colleagues = making.make_staff(home, vault)
    settle_in(vault, colleagues)
    with Stage(home.root / "demo") as stage:
        say("Starting the emulator, intake, the callbacks, the portal and the worker")
        for program in programs(home.root, ports):
            stage.start(program)
        say("Two agencies send their events: one of them twice, one with faults")
        accepted = staging.send_all(home, ports["intake"])
        staging.wait_for_events(vault, stage, stop, accepted)
        for line in morning(vault, colleagues, stop=stop):
            say(line)
        staging.print_ways_in(home, ports, name="everything")
        while not once and not stop.wait(2):
            stage.watch()
    vault.close()
    say("Stopped. `make demo` starts afresh")
