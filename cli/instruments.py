"""`wayside instruments check|enable`: which risk instruments may be used here, why one is off, and signing for one."""

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.faults import Mendable

if TYPE_CHECKING:
    from config.home import Home
    from outreach.risk.permissions import InstrumentFile, Permit, Shelf

SHIPPED = Path(__file__).parent.parent / "config" / "instruments"
PERMISSIONS, LICENSED, LIMITS = "permissions.toml", "licensed", "reporting-limits.txt"
"""In the home's `instruments` folder: who signed for which; the licensed words; the state's reporting limits."""


def read_shelf(home: "Home") -> "Shelf":
    """
    Return the instruments of this home: those shipped, its own, its licensed words, its permissions.

    Raises:
        Mendable: permissions.toml, or the folder, can not be read.
    """
    from outreach.risk.instruments import InstrumentError
    from outreach.risk.permissions import shelf

    folder = home.instruments
    try:
        signed = _text(folder / PERMISSIONS)
        return shelf(files(folder), signed, is_practice=home.read_marker().is_demo, limits=_text(folder / LIMITS))
    except InstrumentError as error:
        raise Mendable(f"{folder / PERMISSIONS} can not be used:\n{error}") from None
    except OSError as fault:
        raise Mendable(f"{folder} can not be read: {fault.strerror}. Let the portal's account read it") from None


def files(folder: Path) -> "list[InstrumentFile]":
    """Return every instrument file, shipped ones first, each with the site's licensed words for it."""
    from outreach.risk.permissions import InstrumentFile

    own = [path for path in sorted(folder.glob("*.toml")) if path.name != PERMISSIONS]
    paths = [*sorted(SHIPPED.glob("*.toml")), *own]
    return [InstrumentFile(path.name, _text(path), _text(folder / LICENSED / path.name)) for path in paths]


@click.group()
def instruments() -> None:
    """Say which risk instruments may be used here, and sign for one."""


@instruments.command()
def check() -> None:
    """List every instrument, whether it is on, and why not. Exits 1 when a file can not be used."""
    found = read_shelf(_home())
    for each in found.offered:
        one = each.instrument
        words = ", with licensed words" if each.wording else ""
        state = f"on: {_signature(each.permit)}" if each.permit and each.is_on else f"off: {each.why_off}"
        click.echo(f"{one.key:<20} {one.version:<10}{words} {state}")
    for name, wrong in found.faulty:
        click.echo(f"{name} can not be used:\n{wrong}", err=True)
    sys.exit(1 if found.faulty else 0)


@instruments.command()
@click.argument("key")
@click.option("--by", required=True, help="The full name of the person who signs.")
@click.option(
    "--permission", required=True, help="Which permission it is, such as: letter of the makers, March 2, 2026."
)
@click.option("--practice", is_flag=True, help="For a demo only, where nobody is real.")
def enable(key: str, by: str, permission: str, practice: bool) -> None:
    """Write down that this site may use the instrument KEY exactly as its files are now."""
    sign(_home(), key, by=by, permission=permission, on=datetime.now(UTC).date(), is_practice=practice)
    click.echo(f"{key} is {'on for practice' if practice else 'on'}. Restart the portal to take it up.")


def sign(home: "Home", key: str, *, by: str, permission: str, on: date, is_practice: bool) -> None:
    """
    Add a signed permission for an instrument's files as they are now.

    Raises:
        Mendable: there is no such instrument, or a word of the permission does not fit.
    """
    from outreach.risk.instruments import InstrumentError
    from outreach.risk.permissions import Permit, signed

    known = read_shelf(home).offered
    one = next((each for each in known if each.instrument.key == key), None)
    if one is None:
        raise Mendable(f"there is no instrument {key!r}. Known: {', '.join(e.instrument.key for e in known)}")
    try:
        entry = signed(Permit(key, one.sha256, is_practice, by, on, permission))
    except InstrumentError as error:
        raise Mendable(str(error)) from None
    home.instruments.mkdir(mode=0o755, exist_ok=True)
    with (home.instruments / PERMISSIONS).open("a", encoding="utf-8") as file:
        file.write(entry)


def _signature(permit: "Permit") -> str:
    practice = " (practice only)" if permit.is_practice else ""
    return f"{permit.by} signed on {permit.on}: {permit.permission}{practice}"


def _home() -> "Home":
    from config.settings import WorkerSettings, load

    return load(WorkerSettings).place


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError:
        raise Mendable(f"{path} can not be used: it is not UTF-8 text. Save it as UTF-8.") from None
