"""`wayside staff`: adding a colleague, a new link for one, ending someone's work. Prints JSON; a link is shown once."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from cli import opening
from cli.faults import Mendable
from config.settings import PortalSettings, load
from outreach.staff import staffing
from outreach.terms import Employer, Role
from outreach.walls.left import count_unseen

if TYPE_CHECKING:
    from outreach.records.engine import Vault

PORTAL = "http://127.0.0.1:8104"

address = click.option(
    "--portal", "portal", default=PORTAL, show_default=True, help="Where colleagues open the portal."
)


@click.group()
def staff() -> None:
    """Say who works here."""


@staff.command()
@click.argument("email")
@click.option("--name", required=True, help="As colleagues see it.")
@click.option("--role", required=True, type=click.Choice([each.value for each in Role]))
@click.option("--employer", required=True, type=click.Choice([each.value for each in Employer]), help="Who pays them.")
@address
def add(email: str, name: str, *, role: str, employer: str, portal: str) -> None:
    """Add a colleague and print their one-time enrolment link (48 hours)."""
    now = datetime.now(UTC)
    try:
        with _vault().writing() as session:
            _, token = staffing.add_staff(session, email, name, role=Role(role), employer=Employer(employer), now=now)
    except staffing.StaffingError as fault:
        raise Mendable(str(fault)) from None
    _print_link(email, token, portal=portal, now=now)


@staff.command()
@click.argument("email")
@address
def link(email: str, portal: str) -> None:
    """Print a new one-time link, for a colleague whose link ran out; it also replaces a lost pass phrase."""
    now = datetime.now(UTC)
    try:
        with _vault().writing() as session:
            token = staffing.renew_link(session, email, now=now)
    except staffing.StaffingError as fault:
        raise Mendable(str(fault)) from None
    _print_link(email, token, portal=portal, now=now)


@staff.command()
@click.argument("email")
def end(email: str) -> None:
    """End someone's work here: they are out at their next click."""
    try:
        with _vault().writing() as session:
            staffing.end_staff(session, email, now=datetime.now(UTC))
            unseen = count_unseen(session)
    except staffing.StaffingError as fault:
        raise Mendable(str(fault)) from None
    click.echo(json.dumps({"email": staffing.normal_email(email), "ended": True}))
    if unseen:
        click.echo(
            f"{unseen} cases are kept from everyone who is left: add a supervisor who knows nobody in them, today",
            err=True,
        )


def _print_link(email: str, token: str, *, portal: str, now: datetime) -> None:
    told = {
        "email": staffing.normal_email(email),
        "enrolment_link": f"{portal.rstrip('/')}/enrolment/{token}",
        "expires_at": (now + staffing.LINK_LASTS).isoformat(timespec="seconds"),
    }
    click.echo(json.dumps(told))


def _vault() -> "Vault":
    settings = load(PortalSettings)
    return opening.vault(settings, "portal", opening.root_key(settings))
