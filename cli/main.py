"""The `wayside` command. Each command's module is imported only when it is called."""

import importlib
import importlib.util
import sys
from pathlib import Path

import click

COMMANDS = {
    "init": "cli.init:init",
    "grants": "cli.granting:grants",
    "demo": "cli.demo.command:demo",
    "practice": "cli.practice.command:practice",
    "serve": "cli.serve:serve",
    "worker": "cli.worker:worker",
    "status": "cli.status:status",
    "doctor": "cli.doctor:doctor",
    "agency": "cli.agency:agency",
    "events": "cli.events:events",
    "staff": "cli.staff:staff",
    "cases": "cli.cases:cases",
    "protocols": "cli.protocol_preview:protocols",
    "audit": "cli.audit:audit",
    "texting": "cli.texting_command:texting",
    "letters": "cli.letters:letters",
    "instruments": "cli.instruments:instruments",
    "bench": "cli.bench.main:bench",
}

OURS = ("crypto", "outreach", "config", "portal", "twilio_emulator")


class Commands(click.Group):
    """Finds a command by name and imports it then."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of COMMANDS."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import and return a command; None when there is none of that name."""
        if name not in COMMANDS:
            return None
        module, attribute = COMMANDS[name].split(":")
        found: click.Command = getattr(importlib.import_module(module), attribute)
        return found


@click.command(cls=Commands)
def wayside() -> None:
    """Run Wayside: the victims' side of an IPVI partnership."""


def strangers(root: Path, names: tuple[str, ...] = OURS) -> list[str]:
    """Return those of our packages that would be loaded from elsewhere than beside this one."""
    found = {name: importlib.util.find_spec(name) for name in names}
    return [
        f"{name} ({spec.origin if spec else 'not found'})"
        for name, spec in found.items()
        if spec is None or spec.origin is None or Path(spec.origin).resolve().parent != root / name
    ]


def main() -> None:
    """Run the command; a fault that a person can mend is one line on standard error, without a traceback."""
    if strange := strangers(Path(__file__).resolve().parents[1]):
        # Packages of these names exist in public registries: one on the path would see every key.
        sys.exit(f"wayside: not started, loaded from a strange place: {', '.join(strange)}. Set PYTHONSAFEPATH=1")
    from cli.faults import MENDABLE, storage_fault

    try:
        wayside(standalone_mode=True)
    except MENDABLE as fault:
        line = str(fault)
    except Exception as fault:
        if (found := storage_fault(fault)) is None:
            raise
        line = found
    else:
        return
    click.echo(f"wayside: {line}", err=True)
    sys.exit(1)
