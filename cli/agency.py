"""`wayside agency`: which agencies may send events, and with which keys. Writes public/agencies.json, nothing else."""

import fcntl
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from cli.protocols import read_protocols, without_protocol
from config.settings import Settings, load
from crypto.errors import KeyFileError
from crypto.signatures import load_public
from outreach.intake.agencies import (
    OVERLAP,
    Agencies,
    Agency,
    AgencyError,
    read_agencies,
    with_key,
    without_keys,
    write_agencies,
)
from outreach.intake.event_fields import SLUG


@click.group()
def agency() -> None:
    """Say which source agencies may send events."""


@agency.command()
@click.argument("slug")
@click.option("--jurisdiction", required=True, help="The jurisdiction its events are about, such as high-point.")
@click.option("--public-key", required=True, type=click.Path(path_type=Path), help="The FILE.pub the agency made.")
@click.option(
    "--overlap-days",
    type=click.IntRange(0, 90),
    default=OVERLAP.days,
    show_default=True,
    help="For a known agency: how long its older key counts beside this one. 0 ends it now.",
)
def add(slug: str, jurisdiction: str, public_key: Path, overlap_days: int) -> None:
    """Add an agency, or a known agency's next key."""
    for name, value in (("SLUG", slug), ("--jurisdiction", jurisdiction)):
        if not re.fullmatch(SLUG, value) or len(value) > 64:
            raise click.BadParameter(f"{name} is made of lower-case letters, digits and single hyphens.")
    public = _read_public(public_key)
    now = datetime.now(UTC)
    overlap = timedelta(days=overlap_days)
    changed = _change(
        lambda known: with_key(known, slug, jurisdiction=jurisdiction, public=public, now=now, overlap=overlap)
    )
    click.echo(json.dumps(_shown(changed[slug], now)))
    if fault := without_protocol(jurisdiction, read_protocols()):
        click.echo(f"mend: {fault}. If the name is a slip, `wayside agency end {slug}` and use another SLUG", err=True)


@agency.command()
@click.argument("slug")
def end(slug: str) -> None:
    """End every key of an agency now: its next request is refused."""
    now = datetime.now(UTC)
    changed = _change(lambda known: without_keys(known, slug, now=now))
    click.echo(json.dumps(_shown(changed[slug], now)))


@agency.command(name="list")
def show() -> None:
    """List the agencies, one JSON line each."""
    now = datetime.now(UTC)
    for known in _read(_file()).values():
        click.echo(json.dumps(_shown(known, now)))


def _read_public(path: Path) -> Ed25519PublicKey:
    try:
        return load_public(path.read_bytes())
    except KeyFileError as fault:
        raise click.ClickException(f"{path}: {fault}") from None
    except OSError as fault:
        raise click.ClickException(f"{path} cannot be read: {fault.strerror}. Check the path.") from None


def _file() -> Path:
    place = load(Settings).place
    place.read_marker()
    return place.agencies


def _read(path: Path) -> Agencies:
    try:
        return read_agencies(path)
    except AgencyError as fault:
        raise click.ClickException(str(fault)) from None


def _change(change: Callable[[Agencies], Agencies]) -> Agencies:
    """Change the file while holding a lock, so that of two changes at once none is lost."""
    path = _file()
    if load(Settings).place.read_marker().is_practice:
        raise click.ClickException("practice takes no agency: its own two are all there are. Use a real home")
    path.parent.mkdir(parents=True, exist_ok=True)
    with (path.parent / ".agencies.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            changed = change(_read(path))
        except AgencyError as fault:
            raise click.ClickException(str(fault)) from None
        write_agencies(path, changed)
    return changed


def _shown(known: Agency, now: datetime) -> dict[str, object]:
    ends = [key.valid_until.isoformat() for key in known.keys if key.counts(now) and key.valid_until]
    return {
        "agency": known.slug,
        "jurisdiction": known.jurisdiction,
        "keys_counting_now": len(known.keys_at(now)),
        "older_key_ends_at": max(ends) if ends else None,
    }
