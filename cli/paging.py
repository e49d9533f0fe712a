"""What the worker needs for pages to staff: the push service the site chose, and the rounds of both roles."""

from contextlib import ExitStack
from datetime import timedelta
from typing import TYPE_CHECKING

from cli import opening
from cli.faults import Mendable
from config.settings import WorkerSettings
from outreach.scheduling.runner import Round
from outreach.scheduling.ticks import Queue, ticked

if TYPE_CHECKING:
    from outreach.on_duty.pagers import Pager
    from outreach.records.engine import Vault

EVERY = timedelta(seconds=5)


def pages_round(vault: "Vault") -> Round:
    """Return the round that rings ticks, hands on what nobody answered, and tells of what one on call may not see."""
    from outreach.on_duty.paging import look_at_pages
    from outreach.walls.night import tell_of_hidden

    def look() -> dict[str, int]:
        told = tell_of_hidden(vault, now=opening.now())
        return {**look_at_pages(vault, now=opening.now())._asdict(), "told_instead": told}

    return ticked(vault, Round(Queue.PAGES.value, EVERY, look), clock=opening.now)


def pager_round(settings: WorkerSettings, stack: ExitStack) -> Round:
    """Return the round that pushes pages to phones: it belongs to the role that reaches the network."""
    from outreach.on_duty.pagers import push_due

    push = pager(settings)
    vault = opening.vault(settings, "send", opening.root_key(settings))
    stack.callback(vault.close)
    due = Round(Queue.PAGERS.value, EVERY, lambda: push_due(vault, push, clock=opening.now))
    return ticked(vault, due, clock=opening.now)


def pager(settings: WorkerSettings) -> "Pager":
    """Return the push service of WAYSIDE_PAGER_URL, or screens only. Raises Mendable for one that may not be used."""
    from outreach.on_duty.pagers import OnScreenOnly, PushPager, UnfitPager

    if not settings.pager_url:
        return OnScreenOnly()
    token = settings.pager_token.get_secret_value() if settings.pager_token else None
    try:
        return PushPager(settings.pager_url, token=token, on_loopback=settings.place.read_marker().is_demo)
    except UnfitPager as fault:
        raise Mendable(f"WAYSIDE_PAGER_URL can not be used: {fault}") from None
