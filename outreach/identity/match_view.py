"""
Two cases that may be one person's, side by side for the one who decides.

Of the other case only what they may see anyway is shown; where it is not theirs, comparisons stand in for facts.
Recorded as one read of both.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import people
from outreach.access import NoSuchCase, StaffCard, find_case, visible_cases
from outreach.identity.likeness import similar_names
from outreach.on_duty import night
from outreach.people import ContactCard
from outreach.records.cases import CaseRecord, PossibleMatch
from outreach.records.errors import UNREADABLE


@dataclass(frozen=True, slots=True)
class Comparison:
    """What agrees between the two, without saying what it is."""

    is_name_alike: bool
    is_birth_same: bool | None
    """None when one of them is not known."""
    shared_ways: int
    """How many phones and addresses both have."""


@dataclass(frozen=True, slots=True)
class MatchView:
    """A possible match. `other` is None when the other case is not this person's to see, or does not open."""

    match_id: UUID
    case_id: UUID
    handle: str
    this: ContactCard
    other: ContactCard | None
    other_handle: str
    comparison: Comparison | None
    """None when the other case does not open."""


def find_match(session: Session, staff: StaffCard, match_id: UUID, *, now: datetime) -> PossibleMatch:
    """Return an undecided match of a case this person may see, or that waits for them on call. NoSuchCase otherwise."""
    match = session.get(PossibleMatch, match_id)
    if match is None or match.decision is not None:
        raise NoSuchCase
    try:
        find_case(session, staff, match.case_id)
    except NoSuchCase:
        night.find_in_full(session, staff, match.case_id, now=now)
    return match


def open_match_view(session: Session, staff: StaffCard, match_id: UUID, *, now: datetime) -> MatchView:
    """Return both sides, and record the read. NoSuchCase when it is decided, not there, or not theirs."""
    match = find_match(session, staff, match_id, now=now)
    pair = (match.case_id, match.other_case_id)
    this, other = _both(session, pair, staff, now)
    handles = dict(session.execute(select(CaseRecord.id, CaseRecord.handle).where(CaseRecord.id.in_(pair))).all())
    seen = session.scalars(visible_cases(staff).where(CaseRecord.id == match.other_case_id)).one_or_none()
    return MatchView(
        match.id,
        match.case_id,
        handles[match.case_id],
        this,
        other if seen is not None and other is not None else None,
        handles[match.other_case_id] if seen is not None else "",
        _compare(this, other) if other is not None else None,
    )


def _both(
    session: Session, pair: tuple[UUID, UUID], staff: StaffCard, now: datetime
) -> tuple[ContactCard, ContactCard | None]:
    """Read both; this one alone where the other does not open: that it can not be seen is what decides then."""
    try:
        this, other = people.read_page(session, pair, by=staff.id, now=now)
    except UNREADABLE:
        (this,) = people.read_page(session, pair[:1], by=staff.id, now=now)
        return this, None
    return this, other


def _compare(this: ContactCard, other: ContactCard) -> Comparison:
    births = this.victim.date_of_birth, other.victim.date_of_birth
    ways = {(each.kind, each.value) for each in this.destinations}
    return Comparison(
        similar_names(this.victim.full_name, other.victim.full_name),
        None if None in births else births[0] == births[1],
        sum((each.kind, each.value) in ways for each in other.destinations),
    )
