"""`wayside texting words|approve`: which texts a person has approved, and writing an approval down."""

from datetime import UTC, datetime

import click

from cli.faults import Mendable


@click.command()
def words() -> None:
    """List the texts with who approved them."""
    from outreach.messaging.text_approvals import FaultyApprovals, standings
    from outreach.messaging.wording import TEXTS

    try:
        found = standings(TEXTS)
    except FaultyApprovals as fault:
        raise Mendable(str(fault)) from None
    for name, each in found.items():
        who = f"by {each.by} on {each.on}" if each.by else "nobody has approved these words"
        click.echo(f"{name:<16} {each.standing:<9} {who}")


@click.command()
@click.argument("text")
@click.option("--by", required=True, help="The full name of the person who read these words.")
@click.option("--practice", is_flag=True, help="For a demo only, where nobody is real.")
def approve(text: str, by: str, practice: bool) -> None:
    """Write down that a person approved exactly the words of TEXT, such as en/reminder or en/sign_offs."""
    from outreach.messaging.text_approvals import FaultyApprovals, Standing
    from outreach.messaging.text_approvals import approve as write
    from outreach.messaging.wording import TEXTS

    standing = Standing.PRACTICE if practice else Standing.APPROVED
    try:
        write(TEXTS, text, by=by, on=datetime.now(UTC).date(), standing=standing)
    except FaultyApprovals as fault:
        raise Mendable(str(fault)) from None
    except OSError as fault:
        raise Mendable(f"{TEXTS / 'approved.toml'} cannot be written: {fault.strerror}") from None
    click.echo(f"{text} is {standing}. Restart the portal and the worker to take it up.")
