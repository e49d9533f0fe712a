"""
What each role of the worker opens, and its rounds. A role opens what it needs and nothing else.

ingest: the intake spool, the callbacks spool, the unsealing keys, the vault. send: the vault, Twilio's account, the
push service. print: the vault.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING

from cli import opening
from cli.meetings import clocks_round, meetings_round
from cli.paging import pager_round, pages_round
from cli.protocol_store import Places, install_protocols, protocols_in_force
from cli.texting import callback_rounds, refuse_deaf_sending, sending_rounds
from config.practice import refuse_what_is_real
from config.settings import SettingsError, WorkerSettings, load, refuse_what_is_not_ours
from outreach.scheduling.runner import Round
from outreach.scheduling.ticks import ticked

if TYPE_CHECKING:
    from outreach.messaging.letters.printers import LetterPrinter
    from outreach.records.engine import Vault


@contextmanager
def open_roles(roles: Sequence[str], stop: Event, environ: Mapping[str, str]) -> Iterator[list[Round]]:
    """Open what these roles need, and close it afterwards; refuses to start when one holds what is another's."""
    settings = load(WorkerSettings)
    for role in roles:
        refuse_what_is_not_ours(role, _may_hold(roles, role), settings.place, environ)
    refuse_what_is_real(settings.place, environ)
    if {"ingest", "send"} <= set(roles):
        refuse_deaf_sending(settings)
    with ExitStack() as stack:
        opening_of = _OPEN if len(roles) == 1 else {**_OPEN, "send": _send_among_others}
        yield [each for role in roles for each in opening_of[role](settings, stop, stack)]


def _may_hold(roles: Sequence[str], role: str) -> tuple[str, ...]:
    return WorkerSettings.may_hold if len(roles) > 1 else WorkerSettings.may_hold_as[role]


def _ingest(settings: WorkerSettings, stop: Event, stack: ExitStack) -> list[Round]:
    from crypto.unsealing import UnsealingKeys
    from outreach.ingest import Ingest, drain_intake, purge_drained, try_again
    from outreach.ingesting.aside import TRIED_AGAIN, SetAside
    from outreach.ingesting.deposits import Opener
    from outreach.intake.agencies import read_agencies
    from outreach.intake.rereading import Reread
    from outreach.records.spool import open_drain
    from outreach.risk.answer_purging import purge_due
    from outreach.scheduling.escalation import look_at_due

    root = opening.root_key(settings)
    vault = opening.vault(settings, "ingest", root)
    stack.callback(vault.close)
    drain = open_drain(opening.intake_spool_place(settings))
    stack.callback(drain.close)
    unsealing = UnsealingKeys.load(settings.place.unsealing, root)
    agencies = Reread(settings.place.agencies, read_agencies)
    install_protocols(vault, now=opening.now())

    def parts() -> Ingest:
        return Ingest(vault, drain, Opener(unsealing, agencies.now()), protocols_in_force(vault), stop.is_set)

    purge_drained(parts())
    places = Places(parts().protocols)
    try_again(parts(), TRIED_AGAIN, now=opening.now())

    def take_in() -> Mapping[str, int]:
        found = parts()
        if places.are_more(found.protocols):
            try_again(found, (SetAside.NO_PROTOCOL,), now=opening.now())
        return drain_intake(found, now=opening.now())

    news = Round("ingest", timedelta(seconds=2), take_in)
    old = Round("answers", timedelta(hours=1), lambda: {"purged": purge_due(vault, now=opening.now())})
    due = Round("escalation", timedelta(seconds=15), lambda: look_at_due(vault, now=opening.now())._asdict())
    return [
        ticked(vault, news, clock=opening.now),
        *callback_rounds(settings, vault, unsealing, stack),
        ticked(vault, due, clock=opening.now),
        meetings_round(vault),
        clocks_round(vault),
        pages_round(vault),
        old,
        Round("audit", timedelta(seconds=1), lambda: _chain_all(vault)),
    ]


def _chain_all(vault: "Vault") -> dict[str, int]:
    """Number and chain every entry that waits, a batch at a time."""
    from outreach import audit

    before, after = -1, audit.chain(vault).number
    while after > before:
        before, after = after, audit.chain(vault).number
    return {}


def _send(settings: WorkerSettings, stop: Event, stack: ExitStack) -> list[Round]:
    return [*sending_rounds(settings, stack), pager_round(settings, stack)]


def _send_among_others(settings: WorkerSettings, stop: Event, stack: ExitStack) -> list[Round]:
    """Open the sending role where a fault at Twilio must not keep news from being taken in."""
    return [*sending_rounds(settings, stack, is_alone=False), pager_round(settings, stack)]


def _print(settings: WorkerSettings, stop: Event, stack: ExitStack) -> list[Round]:
    from outreach.messaging.letters.batch_making import make_batches
    from outreach.messaging.letters.batch_reports import hear
    from outreach.messaging.letters.printing import print_due

    logging.getLogger("weasyprint").setLevel(logging.WARNING)  # Else it tells its steps, from its import on.
    from outreach.messaging.letters.press import print_letter

    printer = _letter_printer(settings)
    vault = opening.vault(settings, "print", opening.root_key(settings))
    stack.callback(vault.close)
    due = Round("print", timedelta(seconds=15), lambda: print_due(vault, print_letter, clock=opening.now)._asdict())

    def stacks() -> dict[str, int]:
        heard = hear(vault, printer, now=opening.now())
        return {**make_batches(vault, print_letter, printer, clock=opening.now)._asdict(), **heard._asdict()}

    return [ticked(vault, due, clock=opening.now), Round("stacks", timedelta(seconds=5), stacks)]


def _letter_printer(settings: WorkerSettings) -> "LetterPrinter":
    from outreach.messaging.letters.choosing_printer import printer_named

    try:
        return printer_named(settings.letter_printer)
    except ValueError as fault:
        raise SettingsError(f"WAYSIDE_LETTER_PRINTER: {fault}") from None


_OPEN: dict[str, Callable[[WorkerSettings, Event, ExitStack], list[Round]]] = {
    "ingest": _ingest,
    "send": _send,
    "print": _print,
}
