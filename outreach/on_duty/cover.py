"""
Whether somebody is on call wherever a protocol's clock runs at night: a promise of four hours nobody hears is none.

Source: requirement 20, "set-up refuses a 4-hour clock without an on-call rota".
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from outreach.on_duty.on_call import AHEAD, Gap, gaps
from outreach.protocols.protocol import Protocol
from outreach.terms import Level

SHORT = timedelta(hours=4)
"""A clock no longer than this can run out while the office is shut."""


def runs_at_night(protocol: Protocol) -> bool:
    """Say whether a step at level A is due so soon that somebody must be on call for it."""
    return any(each.due.elapsed is not None and each.due.elapsed <= SHORT for each in protocol.levels[Level.A])


def uncovered_nights(session: Session, protocols: Iterable[Protocol], *, now: datetime) -> list[Gap]:
    """Return when nobody is on call in the next week; nothing where no protocol's clock runs at night."""
    if not any(runs_at_night(each) for each in protocols):
        return []
    return gaps(session, since=now, until=now + AHEAD)
