"""What the worker does for meetings: look which sign of life did not come. Nothing else watches over them."""

from datetime import timedelta
from typing import TYPE_CHECKING

from cli import opening
from outreach.scheduling.runner import Round
from outreach.scheduling.ticks import Queue, ticked

if TYPE_CHECKING:
    from outreach.records.engine import Vault

EVERY = timedelta(seconds=5)
CLOCKS = timedelta(hours=1)
"""How often the rules of clocks are asked whether a planned hour still comes to the same instant."""


def meetings_round(vault: "Vault") -> Round:
    """Return the round that raises alarms about meetings, from rows alone: the portal need not run."""
    from outreach.meetings.overdue import look_at_meetings

    def look() -> dict[str, int]:
        return {"alarms": look_at_meetings(vault, now=opening.now())}

    return ticked(vault, Round(Queue.MEETINGS.value, EVERY, look), clock=opening.now)


def clocks_round(vault: "Vault") -> Round:
    """Return the round that keeps planned hours at what clocks on the wall will show."""
    from outreach.meetings.resolving import find_hours_anew

    return Round("clocks", CLOCKS, lambda: {"moved": find_hours_anew(vault, now=opening.now())})
