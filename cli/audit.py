"""`wayside audit`: find edits, deletions and rolled-back records; note the end of the log."""

import click

from cli import opening
from cli.faults import Mendable
from config.settings import WorkerSettings, load
from outreach.audit import Head, head_of
from outreach.audit_check import verify
from outreach.records.engine import Vault

HEAD_LENGTH = 32


class BadHead(Mendable):
    """The end of the log that was given is none."""


@click.group()
def audit() -> None:
    """Look after the audit log."""


@audit.command("head")
def print_head() -> None:
    """Print the end of the log. Keep it on another machine: with it `verify` sees that the end was cut off."""
    with _vault().reading() as session:
        end = head_of(session)
    click.echo(f"{end.number}:{end.chain.hex()}")


@audit.command("verify")
@click.option("--head", "kept", metavar="HEAD", help="A line that `audit head` printed earlier, kept elsewhere.")
def verify_log(kept: str | None) -> None:
    """Compare the log with itself and with the boxes it speaks of. Exits 1 when something was changed."""
    head = _read_head(kept) if kept else None
    with _vault().reading() as session:
        findings = verify(session, head=head)
    for finding in findings:
        click.echo(f"{finding.fault}: {finding.where}")
    if findings:
        raise SystemExit(1)
    click.echo("The audit log is whole.")


def _vault() -> Vault:
    settings = load(WorkerSettings)
    return opening.vault(settings, "ingest", opening.root_key(settings))


def _read_head(line: str) -> Head:
    number, _, chain = line.strip().partition(":")
    try:
        head = Head(int(number), bytes.fromhex(chain))
    except ValueError:
        head = Head(-1, b"")
    if head.number < 0 or len(head.chain) != HEAD_LENGTH:
        raise BadHead("--head is not a line of `wayside audit head`: a number, a colon and 64 hexadecimal digits")
    return head
