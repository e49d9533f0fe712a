"""`wayside texting stop|start|status`: the kill switch from the command line, whatever else is broken."""

import json
from datetime import UTC
from typing import TYPE_CHECKING, Any

import click

from cli import opening
from cli.faults import Mendable
from cli.texting import STOP_FILE
from config.settings import SettingsError, WorkerSettings, load
from crypto.errors import CryptoError
from outreach.messaging.kill_switch import StopSwitch, start_texts, stop_texts
from outreach.messaging.signature import is_signed
from outreach.records.engine import STORAGE_FAULTS
from outreach.records.errors import RecordsError

if TYPE_CHECKING:
    from outreach.messaging.breaker import Texting
    from outreach.records.engine import Vault

_CANNOT_OPEN = (CryptoError, SettingsError, RecordsError, *STORAGE_FAULTS)


@click.command()
@click.option("--because", required=True, help="Why; shown to supervisors and to whoever starts texts again.")
def stop(because: str) -> None:
    """Stop every text of every case within a second. Holds over restarts, until `wayside texting start`."""
    settings, switch = _settings()
    if not because.strip():
        raise click.UsageError("say why: --because TEXT")
    by_file = _turn_on(switch)  # First, as it needs no key and waits for nobody.
    try:
        with _vault(settings).writing() as session:
            stop_texts(session, because=because, by=None, now=opening.now())
    except _CANNOT_OPEN as fault:
        if not by_file:
            raise Mendable(f"nothing was stopped: the vault cannot be written ({fault}), nor {STOP_FILE}") from None
        click.echo(f"wayside: the vault cannot be written ({fault}); the sender's file stops texts instead", err=True)
    else:
        if by_file:
            switch.turn_off()
    click.echo("No text leaves. Those that miss their time become tasks. To go on: wayside texting start")


@click.command()
def start() -> None:
    """Let texts leave again, whoever stopped them."""
    settings, switch = _settings()
    with _vault(settings).writing() as session:
        ended, signed = start_texts(session, by=None, now=opening.now()), is_signed(session)
    was_on = switch.is_on
    try:
        switch.turn_off()
    except OSError as fault:
        raise Mendable(f"the sender's file still stops texts, and cannot be removed: {fault.strerror}") from None
    if not signed:
        click.echo("Nobody stops texts now, and none leaves: nobody has signed for them. A supervisor does, on Team.")
        return
    click.echo("Texts leave again." if ended or was_on else "Nobody had stopped texts.")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def status(as_json: bool) -> None:
    """Say whether texts leave, and if not, why."""
    from outreach.messaging.breaker import texting as state_of

    settings, switch = _settings()
    with _vault(settings).reading() as session:
        found = state_of(session, now=opening.now())
    report = _report(found, switch)
    if as_json:
        click.echo(json.dumps(report, indent=2))
        return
    for each in found.stops:
        click.echo(f"stopped since {each.since.astimezone(UTC):%Y-%m-%d %H:%M} UTC: {each.because}")
    if report["stopped_by_file"]:
        click.echo("stopped by the sender's file")
    if not report["signed"]:
        click.echo("nobody has signed for texts: a supervisor does, in the portal, on Team")
    if found.rests_until is not None:
        click.echo(f"resting until {found.rests_until.astimezone(UTC):%H:%M:%S} UTC: calls to Twilio fail")
    click.echo("texts leave" if report["leave"] else "no text leaves")


def _settings() -> tuple[WorkerSettings, StopSwitch]:
    settings = load(WorkerSettings)
    settings.place.read_marker()
    return settings, StopSwitch(settings.place.twilio_account.parent / STOP_FILE)


def _vault(settings: WorkerSettings) -> "Vault":
    return opening.vault(settings, "ingest", opening.root_key(settings))


def _turn_on(switch: StopSwitch) -> bool:
    try:
        switch.turn_on()
    except OSError:
        return False
    return True


def _report(found: "Texting", switch: StopSwitch) -> dict[str, Any]:
    by_file = switch.is_on or found.is_off_by_file
    return {
        "leave": found.is_signed and not (found.stops or by_file or found.rests_until),
        "signed": found.is_signed,
        "stops": len(found.stops),
        "stopped_by_file": by_file,
        "rests_until": found.rests_until.isoformat() if found.rests_until else None,
    }
