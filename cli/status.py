"""`wayside status`: counts only, nothing identifying; for monitoring."""

import json
from typing import Any

import click

from cli import opening
from config.settings import SettingsError, WorkerSettings, load
from crypto.errors import CryptoError
from outreach.counts import Counts, counts
from outreach.records.spool import SpoolDrain, open_drain


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def status(as_json: bool) -> None:
    """Say how much waits and how much is done. While locked, only what needs no key is counted."""
    settings = load(WorkerSettings)
    settings.place.read_marker()
    found = _vault_counts(settings)
    report: dict[str, Any] = {
        "locked": found is None,
        "deposits_waiting": None,
        "oldest_waiting_seconds": None,
        "events_ingested": None,
        "quarantined": None,
        "cases": None,
        "tasks": None,
        "texts": None,
        "queues": None,
        "silent_queues": None,
        "texting": None,
    }
    if found is not None:
        report |= {**found, **_waiting(settings)}
    if as_json:
        click.echo(json.dumps(report, indent=2))
        return
    for queue in report["silent_queues"] or ():
        click.echo(f"alarm: no worker has looked at the queue {queue} for 2 minutes: start `wayside worker`", err=True)
    for name, value in report.items():
        click.echo(f"{name.replace('_', ' ')}: {'unknown' if value is None else value}")


def _vault_counts(settings: WorkerSettings) -> Counts | None:
    """Return what the vault holds, or nothing while it cannot be opened."""
    try:
        vault = opening.vault(settings, "ingest", opening.root_key(settings))
    except (CryptoError, SettingsError) as fault:
        click.echo(f"wayside: locked: {fault}", err=True)
        return None
    with vault.reading() as session:
        return counts(session, now=opening.now())


def _waiting(settings: WorkerSettings) -> dict[str, int | None]:
    drains = [open_drain(opening.intake_spool_place(settings)), open_drain(opening.callbacks_spool_place(settings))]
    try:
        ages = [age for drain in drains if (age := _oldest_age(drain)) is not None]
        return {
            "deposits_waiting": sum(drain.count() for drain in drains),
            "oldest_waiting_seconds": max(ages, default=None),
        }
    finally:
        for drain in drains:
            drain.close()


def _oldest_age(drain: SpoolDrain) -> int | None:
    waiting = drain.waiting(1)
    return max(0, int((opening.now() - waiting[0].received_at).total_seconds())) if waiting else None
