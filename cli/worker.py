"""`wayside worker`: drain, watch, send and print, in one process or one per role."""

import logging
import os
import signal
import sys
from threading import Event

import click

ROLES = ("ingest", "send", "print")


@click.command()
@click.option("--role", type=click.Choice(ROLES), help="Do this role's work alone. Without it, all three.")
@click.option("--once", is_flag=True, help="Do what is due and exit; exit code 1 when something failed.")
def worker(role: str | None, once: bool) -> None:
    """Run the worker until stopped."""
    from cli import opening
    from cli.worker_roles import open_roles
    from outreach.scheduling.runner import run_once, run_until

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    stop = _stop_on_signals()
    with open_roles((role,) if role else ROLES, stop, os.environ) as rounds:
        opening.started()
        logging.getLogger(__name__).info("worker.started rounds=%s", ",".join(each.name for each in rounds))
        if not once:
            run_until(rounds, stop)
            return
        report = run_once(rounds)
    for name, fault in report.failed.items():
        click.echo(f"wayside: the round {name} failed: {fault}", err=True)
    sys.exit(1 if report.failed else 0)


def _stop_on_signals() -> Event:
    """Finish what is under way on SIGTERM and SIGINT; being killed is safe too, only slower to recover."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
