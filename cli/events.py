"""`wayside events`: what an agency needs to send events: a pair of keys, and a way to send."""

import json
import re
import time
from pathlib import Path
from typing import BinaryIO

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cli.event_sending import CannotSend, Outgoing, Sender, read_address, read_events
from crypto.errors import KeyFileError
from crypto.keyfiles import read_private, write_new
from crypto.signatures import generate_key_pair, load_private
from outreach.intake.event_fields import EVENT_ID

_ACCEPTED = 202


@click.group()
def events() -> None:
    """Send events as a source agency."""


@events.command()
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Where the private key goes.")
def keygen(out: Path) -> None:
    """Make the agency's pair of keys: FILE stays there, FILE.pub goes to the advocates."""
    private, public = generate_key_pair()
    public_path = out.with_name(out.name + ".pub")
    if public_path.exists():
        raise click.ClickException(f"{public_path} is there already. Keys are never overwritten: choose another name.")
    try:
        write_new(out, private)
        write_new(public_path, public, mode=0o644)
    except KeyFileError as fault:
        raise click.ClickException(str(fault)) from None
    except OSError as fault:
        raise click.ClickException(f"{out} cannot be written: {fault.strerror}. Choose another place.") from None
    click.echo(f"{out}: keep it on this machine, for this account only.")
    click.echo(f"{public_path}: send it to the advocates, and read it out to them over the phone.")


@events.command()
@click.argument("file", type=click.File("rb"))
@click.option("--agency", required=True, help="The agency's name with the advocates, such as high-point-pd.")
@click.option("--key", required=True, type=click.Path(path_type=Path), help="The agency's private key.")
@click.option("--to", "url", required=True, help="The advocates' address, such as https://intake.example.org.")
@click.option("--id", "event_id", help="The event's id. Without it, one is made from what the event says.")
@click.option("--plain-http", is_flag=True, help="Allow http beyond this machine, on a closed network only.")
def send(file: BinaryIO, agency: str, key: Path, url: str, event_id: str | None, plain_http: bool) -> None:
    """Send a file of events; prints one JSON line for each. Sending a file again is safe."""
    if event_id is not None and not re.fullmatch(EVENT_ID, event_id):
        raise click.BadParameter("--id is made of 1 to 64 letters, digits, - or _.")
    try:
        sender = Sender(agency, _read_key(key), read_address(url, allow_plain_http=plain_http), time.time, time.sleep)
        refused = [event.id for event in read_events(file.read(), id=event_id) if not _is_sent(sender, event)]
    except CannotSend as fault:
        raise click.ClickException(str(fault)) from None
    if refused:
        raise click.ClickException(f"{len(refused)} not accepted: {', '.join(refused)}")


def _is_sent(sender: Sender, event: Outgoing) -> bool:
    status, answer = sender.send(event)
    click.echo(json.dumps({"id": event.id, "status": status, "answer": answer}))
    return status == _ACCEPTED


def _read_key(path: Path) -> Ed25519PrivateKey:
    try:
        return load_private(read_private(path, what="the agency's private key"))
    except KeyFileError as fault:
        raise click.ClickException(f"{path}: {fault}" if str(path) not in str(fault) else str(fault)) from None
