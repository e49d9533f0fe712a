"""`wayside protocols preview`: what a protocol file would do to fictional events, beside what is in force. Dry."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from cli import opening
from cli.faults import Mendable

if TYPE_CHECKING:
    from outreach.protocols.preview import Preview, Row
    from outreach.protocols.protocol import Protocol

CURRENT = "current"


@click.group()
def protocols() -> None:
    """Look at protocols: what is due, and by when, at each level of each jurisdiction."""


@protocols.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--against", default=CURRENT, show_default=True, help="What is in force, or another protocol file.")
@click.option("--all", "everything", is_flag=True, help="Also what stays the same.")
def preview(file: Path, against: str, everything: bool) -> None:
    """Show what FILE would ask for at fictional events, beside what is asked for now. Nothing is changed."""
    from outreach.protocols.preview import Mark
    from outreach.protocols.preview import preview as look

    proposed = _read(file)
    current = _in_force(proposed.jurisdiction) if against == CURRENT else _read(Path(against))
    found = look(proposed, current, after=opening.now())
    zone = ZoneInfo((current or proposed).calendar.zone)
    for part in found.parts:
        rows = [row for row in part.rows if everything or row.mark is not Mark.SAME]
        if rows:
            click.echo(part.scene)
            for row in rows:
                click.echo(f"  {_line(row, zone)}")
    for line in _summary(found, proposed, current):
        click.echo(line)


def _summary(found: "Preview", proposed: "Protocol", current: "Protocol | None") -> Iterator[str]:
    from outreach.protocols.numbers import changed_numbers

    was = f"version {current.version}" if current else "no protocol"
    numbers = changed_numbers(current, proposed)
    for number in numbers:
        yield f"number  {number.what}: {number.was} -> {number.will}"
    yield f"{proposed.jurisdiction}: version {proposed.version} beside {was}: {found.changed} differences in the sample"
    for each in found.worse:
        how = "is asked no more" if each.later_by is None else f"comes later, by up to {_span(each.later_by)}"
        yield f"careful: {each.scene}: {each.duty} {how}"
    for number in numbers:
        if number.is_laxer and not number.is_in_sample:
            yield f"careful: {number.what}: {number.was} now, {number.will} then"
    yield "To make it current, two supervisors do so in the portal: Team, then Protocols."


def _line(row: "Row", zone: ZoneInfo) -> str:
    was, will = (_when(each, zone) if each else "not asked" for each in (row.current, row.proposed))
    return f"{row.mark:<7} {row.at.words:<44} {row.duty}: {was} -> {will}"


def _when(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%a %Y-%m-%d %H:%M %Z}"


def _span(length: timedelta) -> str:
    minutes = int(length.total_seconds()) // 60
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h" + (f" {minutes % 60} min" if minutes % 60 else "")


def _read(path: Path) -> "Protocol":
    from outreach.protocols.protocol import ProtocolError, parse
    from outreach.protocols.versions import clean

    try:
        return parse(clean(path.read_text(encoding="utf-8")))
    except OSError as fault:
        raise Mendable(f"{path} can not be read: {fault.strerror}") from None
    except UnicodeDecodeError:
        raise Mendable(f"{path} can not be used: it is not UTF-8 text. Save it as UTF-8.") from None
    except ProtocolError as fault:
        raise Mendable(f"{path} can not be used:\n{fault}") from None


def _in_force(jurisdiction: str) -> "Protocol | None":
    from cli.protocol_store import protocols_in_force
    from cli.protocols import read_protocols
    from config.settings import WorkerSettings, load
    from outreach.protocols.protocol import parse

    settings = load(WorkerSettings)
    vault = opening.vault(settings, "ingest", opening.root_key(settings))
    try:
        # Before the worker's first start nothing is in force yet; the files then will be.
        text = (read_protocols() | protocols_in_force(vault)).get(jurisdiction)
    finally:
        vault.close()
    return parse(text) if text else None
