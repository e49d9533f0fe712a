"""`wayside audit verify`: find edits, deletions and rolled-back records."""

import click

from cli import opening
from config.settings import WorkerSettings, load
from outreach.audit_check import verify


@click.group()
def audit() -> None:
    """Look after the audit log."""


@audit.command("verify")
def verify_log() -> None:
    """Compare the log with itself and with the boxes it speaks of. Exits 1 when something was changed."""
    settings = load(WorkerSettings)
    vault = opening.vault(settings, "ingest", opening.root_key(settings))
    with vault.reading() as session:
        findings = verify(session)
    for finding in findings:
        click.echo(f"{finding.fault}: {finding.where}")
    if findings:
        raise SystemExit(1)
    click.echo("The audit log is whole.")
