"""Stopping all contact on a case, by anyone who works on it; starting again, by a supervisor with a reason."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from outreach import cases
from outreach.access import Action, StaffCard, find_case
from outreach.standing import Stop

KEPT = 20
"""How many pauses and lifts a case remembers."""


class NotTheirsToLift(Exception):
    """Only a supervisor lifts a pause."""


def pause(session: Session, staff: StaffCard, case_id: UUID, *, reason: str = "", now: datetime) -> None:
    """Stop all contact. Pressing it again changes nothing, and is no error. NoSuchCase."""
    find_case(session, staff, case_id)
    standing, _ = cases.standing(session, case_id)
    if not standing.paused:
        stops = _with(standing.stops, Stop("paused", str(staff.id), now.isoformat()))
        cases.change_standing(session, case_id, by=staff.id, now=now, because=reason.strip(), paused=True, stops=stops)


def lift(session: Session, staff: StaffCard, case_id: UUID, *, reason: str, version: int, now: datetime) -> None:
    """
    Lift a pause; each way keeps its own answer. The gate is asked again for everything that was waiting.

    Args:
        version: of the case as it was shown to the supervisor.

    Raises:
        NoSuchCase, NotTheirsToLift, StaleVersion.
        ValueError: no reason was given.
    """
    find_case(session, staff, case_id)
    if not staff.may(Action.LIFT_PAUSE):
        raise NotTheirsToLift
    if not reason.strip():
        raise ValueError("lifting a pause needs a reason")
    standing, _ = cases.standing(session, case_id)
    stops = _with(standing.stops, Stop("lifted", str(staff.id), now.isoformat()))
    changes: dict[str, Any] = {"paused": False, "compromised": False, "stops": stops}
    cases.change_standing(session, case_id, version=version, by=staff.id, now=now, because=reason.strip(), **changes)


def _with(stops: tuple[Stop, ...], fresh: Stop) -> tuple[Stop, ...]:
    return (*stops, fresh)[-KEPT:]
