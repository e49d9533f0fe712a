"""What the worker does for meetings: look which sign of life did not come. Nothing else watches over them."""

from datetime import timedelta
from typing import TYPE_CHECKING

from cli import opening
from outreach.scheduling.runner import Round
from outreach.scheduling.ticks import Queue, ticked

if TYPE_CHECKING:
    from outreach.records.engine import Vault

EVERY = timedelta(seconds=5)


def meetings_round(vault: "Vault") -> Round:
    """Return the round that raises alarms about meetings, from rows alone: the portal need not run."""
    from outreach.meetings.overdue import look_at_meetings

    def look() -> dict[str, int]:
        return {"alarms": look_at_meetings(vault, now=opening.now())}

    return ticked(vault, Round(Queue.MEETINGS.value, EVERY, look), clock=opening.now)
