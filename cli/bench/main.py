"""`wayside bench`: run the measurements and print them beside their goals."""

import importlib
import json
import platform
import sys
from typing import Any

import click

PARTS = {
    "gate": "cli.bench.gate",
    "intake": "cli.bench.intake",
    "ingest": "cli.bench.ingest",
    "pages": "cli.bench.pages",
    "sending": "cli.bench.sending",
    "letters": "cli.bench.letters",
}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--only", type=click.Choice(list(PARTS)), multiple=True, help="Measure these parts alone.")
@click.option("--cases", type=click.IntRange(100), default=100_000, show_default=True, help="Cases in the vault.")
def bench(as_json: bool, only: tuple[str, ...], cases: int) -> None:
    """Measure speed. Takes some minutes; quote ratios, not single times."""
    results: dict[str, Any] = {"machine": f"{platform.machine()}, Python {platform.python_version()}", "cases": cases}
    for name in only or PARTS:
        click.echo(f"measuring {name} …", err=True)
        results[name] = importlib.import_module(PARTS[name]).run(cases=cases)
    if as_json:
        json.dump(results, sys.stdout, indent=2, default=str)
        click.echo()
        return
    for name in only or PARTS:
        click.echo(f"\n{name}")
        for measure, value in results[name].items():
            click.echo(f"  {measure:<44} {_shown(value)}")


def _shown(value: Any) -> str:
    if isinstance(value, dict) and "value" in value:
        met = {True: "met", False: "NOT met", None: ""}[value.get("met")]
        return f"{_number(value['value']):>12}   goal {value.get('goal', '-'):<10} {met}"
    return f"{_number(value):>12}"


def _number(value: Any) -> str:
    return f"{value:,.3f}" if isinstance(value, float) else str(value)
