"""
What the cases that people decided are one woman's say of her. What one of them knows of the partner holds in each.

Unaudited: for rules inside the vault.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from outreach import people
from outreach.case_file.history import Kept, history_of
from outreach.reaching.destinations import Destination
from outreach.records.errors import UNREADABLE


class Told(NamedTuple):
    """What one case of hers says: its events, in the agency's order, and her ways there."""

    kept: tuple[Kept, ...]
    ways: tuple[Destination, ...]


def told_in(session: Session, case_id: UUID, cases: Iterable[UUID]) -> dict[UUID, Told]:
    """
    Return what is told in each of these cases of hers that opens. Where one is left out, the gate stops contact.

    Raises:
        One of UNREADABLE: something of the case in question itself does not open.
    """
    found = {}
    for each in cases:
        with suppress(*(() if each == case_id else UNREADABLE)):
            found[each] = Told(history_of(session, each), people.destinations(session, each))
    return found


def cleared_elsewhere(case_id: UUID, told: Mapping[UUID, Told]) -> dict[UUID, datetime]:
    """
    Return of which ways of a case she said in another, and when last, that the partner does not see them.

    Only of the very same value: what opens a way must not fit one that is merely spelled alike.
    """
    said: dict[tuple[str, str], datetime] = {}
    for other, elsewhere in told.items():
        for way in elsewhere.ways if other != case_id else ():
            at, place = way.proximity_cleared_at, (way.kind.value, way.value)
            if at is not None:
                said[place] = max(at, said.get(place, at))
    if not said:
        return {}
    here = {way.id: (way.kind.value, way.value) for way in told[case_id].ways}
    return {way_id: said[place] for way_id, place in here.items() if place in said}
