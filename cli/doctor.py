"""`wayside doctor`: look at a deployment and say, one line each, what is weak and how to mend it."""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import click
from sqlalchemy.orm import Session

from cli import opening
from cli.faults import Mendable
from cli.instruments import read_shelf
from cli.letters import letter_lines
from cli.protocol_store import protocols_in_force
from cli.protocols import read_protocols, without_protocol
from cli.texting import twilio_account
from cli.texting_checks import doctor_lines
from config.home import Home
from config.settings import SettingsError, WorkerSettings, load
from crypto.errors import CryptoError
from crypto.keystore import epoch_faults
from outreach.audit_check import verify
from outreach.intake.agencies import AgencyError, read_agencies
from outreach.messaging.provider.report import report
from outreach.messaging.signature import is_signed
from outreach.on_duty.cover import uncovered_nights
from outreach.protocols.protocol import parse
from outreach.protocols.versions import current_texts
from outreach.records.errors import RecordsError
from outreach.records.spool import open_drain
from outreach.scheduling.ticks import has_begun, silent
from outreach.walls.left import count_unseen


@click.command()
def doctor() -> None:
    """Check keys, folders, storage, agencies and the audit log. Exits 1 when something must be mended."""
    settings = load(WorkerSettings)
    marker = settings.place.read_marker()
    if marker.is_demo:
        click.echo("note: this home is a demo; put no real person into it")
    elif marker.is_single_user:
        click.echo("note: one operating-system user runs every process; a fault in one opens all (--single-user)")
    faults = [
        *_folder_faults(settings.place),
        *_key_faults(settings),
        *_spool_faults(settings),
        *_vault_faults(settings),
        *_agency_faults(settings),
        *_instrument_faults(settings.place),
    ]
    lines = [*_texting_lines(settings), *letter_lines(is_practice=marker.is_demo)]
    faults += [line for kind, line in lines if kind == "mend"]
    for fault in faults:
        click.echo(f"mend: {fault}")
    if not faults:
        click.echo("well: keys, folders, storage and audit log are as they should be")
    for warning in (
        *_notes(settings.place),
        *_files_not_in_force(settings),
        *_not_signed(settings),
        *(line for kind, line in lines if kind == "note"),
    ):
        click.echo(f"note: {warning}")
    raise SystemExit(1 if faults else 0)


def _folder_faults(home: Home) -> Iterator[str]:
    shared = (
        home.intake_spool,
        home.callbacks_spool,
        home.vault,
        home.keys,
        home.epoch_a,
        home.epoch_b,
        home.twilio_token,
    )
    for path in shared:  # By the group of those processes that need it, where each runs as its own account.
        if _mode(path) & stat.S_IRWXO:
            yield f"{path} can be opened by anyone: chmod o= {path}"
    for path in (home.unsealing, home.portal_cookie, home.twilio_account):
        if _mode(path) & (stat.S_IRWXO | stat.S_IRWXG):
            yield f"{path} can be opened by others: chmod 600 {path}"
    if home.root.stat().st_mode & stat.S_IWOTH:
        yield f"{home.root} can be written by anyone: chmod 711 {home.root}"


def _mode(path: Path) -> int:
    """Return the permission bits; none for what is not there, or lies where this account cannot look."""
    try:
        return path.stat().st_mode
    except OSError:
        return 0


def _is_there(path: Path) -> bool:
    """Say whether a file is there, as far as this account can look: one out of sight is taken to be."""
    try:
        return path.exists()
    except OSError:
        return True


def _key_faults(settings: WorkerSettings) -> Iterator[str]:
    try:
        yield from epoch_faults(opening.key_paths(settings.place), opening.root_key(settings))
    except (CryptoError, SettingsError) as fault:
        yield str(fault)
        return
    path = settings.root_key_file
    if path is not None and _same_mount(path, settings.place.root) and not settings.place.read_marker().is_demo:
        yield f"{path} lies on the same mount as the data: a thief of the disk has both; move it to another"


def _same_mount(one: Path, other: Path) -> bool:
    return os.stat(one).st_dev == os.stat(other).st_dev


def _spool_faults(settings: WorkerSettings) -> Iterator[str]:
    for place in (opening.intake_spool_place(settings), opening.callbacks_spool_place(settings)):
        try:
            open_drain(place).close()
        except RecordsError as fault:
            yield str(fault)


def _vault_faults(settings: WorkerSettings) -> Iterator[str]:
    try:
        vault = opening.vault(settings, "ingest", opening.root_key(settings))
    except (CryptoError, SettingsError):
        return  # Said already, with the keys.
    except RecordsError as fault:
        yield str(fault)
        return
    with vault.reading() as session:
        yield from _silent_queues(session)
        yield from _nights(session)
        yield from _left_at_twilio(session)
        yield from _unseen(session)
        yield from (f"audit log: {finding.fault} ({finding.where})" for finding in verify(session))


def _nights(session: Session) -> Iterator[str]:
    """Say when nobody is on call although a clock runs; before anyone works here there is nobody to call."""
    if not has_begun(session, opening.now()):
        return
    texts = current_texts(session).values()
    for gap in uncovered_nights(session, [parse(text) for text in texts], now=opening.now()):
        since, until = (f"{moment:%Y-%m-%d %H:%M} UTC" for moment in gap)
        yield f"level A has a clock of four hours, and nobody is on call from {since} to {until}: fill the rota"


def _silent_queues(session: Session) -> Iterator[str]:
    for each in silent(session, now=opening.now()):
        since = f"since {each.since:%Y-%m-%d %H:%M} UTC" if each.since else "ever"
        yield f"no worker has looked at the queue {each.queue.value} {since}: start `wayside worker`, or read its log"


def _unseen(session: Session) -> Iterator[str]:
    unseen = count_unseen(session)
    if unseen:
        yield f"{unseen} cases are kept from everyone who works here: add a supervisor who knows nobody in them"


def _left_at_twilio(session: Session) -> Iterator[str]:
    found = report(session, now=opening.now())
    if found.left:
        yield f"Twilio still has {found.left} of our texts that are over: `wayside texting sweep`, or delete them there"
    if found.not_taken_in:
        yield (
            f"{found.not_taken_in} texts came in at Twilio and never reached us: read them there, "
            "and check that Twilio can reach our callbacks"
        )


def _agency_faults(settings: WorkerSettings) -> Iterator[str]:
    try:
        agencies, protocols = read_agencies(settings.place.agencies), read_protocols() | _in_force(settings)
    except (AgencyError, Mendable) as fault:
        yield str(fault)
        return
    sending = {agency.jurisdiction for agency in agencies.values() if agency.keys_at(opening.now())}
    yield from filter(None, (without_protocol(each, protocols) for each in sorted(sending)))


def _instrument_faults(home: Home) -> Iterator[str]:
    try:
        found = read_shelf(home)
    except Mendable as fault:
        yield str(fault)
        return
    for name, _ in found.faulty:
        yield f"{name} is no risk instrument as it stands, and is off: see `wayside instruments check`"


def _in_force(settings: WorkerSettings) -> dict[str, str]:
    """Return the protocols that people made current; none where the vault does not open, which is said already."""
    try:
        vault = opening.vault(settings, "ingest", opening.root_key(settings))
    except (CryptoError, SettingsError, RecordsError):
        return {}
    return protocols_in_force(vault)


def _files_not_in_force(settings: WorkerSettings) -> Iterator[str]:
    in_force = _in_force(settings)
    with suppress(Mendable):  # Said already, as a fault.
        for name, text in read_protocols().items():
            if in_force.get(name, text) != text:
                yield (
                    f"config/protocols/{name}.toml is not what is in force: look at it with "
                    f"`wayside protocols preview config/protocols/{name}.toml`; two supervisors make it current"
                )


def _not_signed(settings: WorkerSettings) -> Iterator[str]:
    """Say that nobody has signed for texts, where an account is set up and the vault opens."""
    if not _has_twilio(settings.place):
        return
    with suppress(CryptoError, SettingsError, RecordsError):
        vault = opening.vault(settings, "ingest", opening.root_key(settings))
        with vault.reading() as session:
            if not is_signed(session):
                yield "nobody has signed for texts, so none leaves: a supervisor signs in the portal, on Team"


def _has_twilio(home: Home) -> bool:
    return _is_there(home.twilio_account) or "WAYSIDE_TWILIO_API_KEY" in os.environ


def _texting_lines(settings: WorkerSettings) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with or worth knowing of texting, as far as this account may read how it is set up."""
    try:
        account = twilio_account(settings)
    except Mendable as fault:
        yield "mend", str(fault)
        return
    except OSError:
        yield "note", "texting: its settings are out of this account's sight; run `wayside doctor` as the sender's too"
        return
    if account is not None:
        yield from doctor_lines(settings, account)


def _notes(home: Home) -> Iterator[str]:
    with suppress(AgencyError):  # Said already, as a fault.
        if not read_agencies(home.agencies):
            yield "no source agency is registered yet: `wayside agency add`"
    if not home.read_marker().is_demo and not _has_twilio(home):
        yield "no Twilio account is set: texts stay planned until there is one"
