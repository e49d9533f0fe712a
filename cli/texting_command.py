"""`wayside texting`: the kill switch, the words of texts, and what the provider keeps."""

import sys

import click

from cli import opening
from cli.faults import Mendable
from cli.kill_switch import start, status, stop
from cli.text_approvals import approve, words
from cli.texting import twilio_account
from config.settings import WorkerSettings, load


@click.group()
def texting() -> None:
    """Stop every text and let them leave again, approve the words of texts, look after what the provider keeps."""


for each in (stop, start, status, words, approve):
    texting.add_command(each)


@texting.command()
def sweep() -> None:
    """Delete at Twilio every text that is over, look again, and say what is left. Exits 1 when something is."""
    from outreach.messaging.provider.api import ProviderApi, ProviderRefuses, ProviderSilent
    from outreach.messaging.provider.sweep import sweep as sweep_all

    settings = load(WorkerSettings)
    account = twilio_account(settings)
    if account is None:
        raise Mendable("no Twilio account is set up, so nothing of ours can be there")
    vault = opening.vault(settings, "send", opening.root_key(settings))
    try:
        found = sweep_all(vault, ProviderApi(account), clock=opening.now)
    except ProviderSilent as fault:
        raise Mendable(f"Twilio does not answer ({fault}): nothing is proven; try again later") from None
    except ProviderRefuses as fault:
        raise Mendable(f"{fault}: check the API key and its rights to messages; nothing is proven") from None
    finally:
        vault.close()
    click.echo(
        f"seen {found.seen}, deleted {found.deleted}, on the way {found.under_way}, "
        f"came in there and never here {found.not_taken_in}, left {found.left}"
    )
    if found.not_taken_in:
        click.echo(
            "Read in Twilio what never reached us; it is left there for you. From a phone we know, a STOP in it, or "
            "words we could not read, stopped texts already.",
            err=True,
        )
    if found.nameless:
        click.echo(
            f"{found.nameless} of them hide whose phone they came from, and may be anybody's STOP. The worker stops "
            "every text while they are there: read them at Twilio, delete them there, and let texts leave again.",
            err=True,
        )
    sys.exit(1 if found.left else 0)
