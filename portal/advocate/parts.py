"""What the portal is given by its composition root, and how a view reaches it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import current_app

from outreach.messaging.letters.desk import Letterhead
from outreach.records.engine import Vault
from outreach.risk.permissions import Shelf


@dataclass(frozen=True, slots=True)
class PortalParts:
    """Everything the portal may know. Nothing here names a file, an environment or another process."""

    vault: Vault
    cookie_secret: bytes = field(repr=False)
    clock: Callable[[], datetime]
    """Returns the time now, aware."""
    zone: ZoneInfo
    """The zone of pages that belong to no case."""
    letterhead: Letterhead | None = None
    """What letters name as their sender; None turns letters off."""
    instruments: Shelf = Shelf()
    """The risk instruments this site has, and which of them it may use."""
    pager_base: str = ""
    """The push service that takes pages to colleagues' phones; without one they stand on screens only."""
    is_practice: bool = False
    """A home with fictional people only; also served without TLS."""


def parts() -> PortalParts:
    """Return the parts of the running app."""
    found: PortalParts = current_app.extensions["wayside"]
    return found


def now() -> datetime:
    """Return the time, from the clock the app was given."""
    return parts().clock()
