"""
What was tried to reach her, over all cases that are about her: the limits on tries are hers, not a case's.

A try in another case of hers counts here like one of this case: today's as today's, one made since this case's newest
event came as one for that event, and one to the same phone or address as one there.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import people
from outreach.attempts.outcomes import Tried
from outreach.case_file.contents import AttemptDetail, read_as
from outreach.case_file.history import Kept, history_of
from outreach.identity.same_person import cases_of_person
from outreach.reaching.destinations import Destination
from outreach.records.ahead import CASES, columns_of, rows_of
from outreach.records.boxes import BoxNumber
from outreach.records.keys import unseal
from outreach.records.work import Attempt
from outreach.terms import Channel, Outcome, ReachedBy

_KEPT = columns_of(Attempt)
_ATTEMPTS = select(_KEPT.case_id, _KEPT.id, _KEPT.attempt_box).where(_KEPT.case_id.in_(CASES))


def tries_in(session: Session, case_id: UUID) -> list[Tried]:
    """Return what was tried in one case."""
    rows = rows_of(session, _ATTEMPTS, (case_id,))
    return [
        tried_from(read_as(AttemptDetail, unseal(session, BoxNumber.ATTEMPT, box, owner=case_id, row=row)))
        for _, row, box in rows
    ]


def tries_elsewhere(
    session: Session, others: Collection[UUID], *, ways: Sequence[Destination], newest: Kept | None
) -> list[Tried]:
    """
    Return what was tried in her other cases, told as if it had been tried in this one.

    Args:
        ways: this case's.
        newest: this case's newest event.
    """
    here = {(way.kind, way.value): way.id for way in ways}
    found = []
    for other in sorted(others):
        made = tries_in(session, other)
        same = {way.id: here.get((way.kind, way.value)) for way in people.destinations(session, other)} if made else {}
        for each in made:
            way_id = same.get(each.destination_id) if each.destination_id else None
            found.append(each._replace(destination_id=way_id, event_id=_event_of(each, newest)))
    return found


def tries_for_newest_event(session: Session, case_id: UUID) -> list[Tried]:
    """Return what was tried unprompted since this case's newest event came, in all cases of hers. Unaudited."""
    kept, ways = history_of(session, case_id), people.destinations(session, case_id)
    newest = kept[-1] if kept else None
    others = cases_of_person(session, case_id) - {case_id}
    made = [*tries_in(session, case_id), *tries_elsewhere(session, others, ways=ways, newest=newest)]
    row_id = newest.row_id if newest else None
    return [each for each in made if each.event_id == row_id and not each.was_prompted]


def tried_from(detail: AttemptDetail) -> Tried:
    """Return an attempt as the rules see it."""
    return Tried(
        at=datetime.fromisoformat(detail.at),
        channel=Channel(detail.channel),
        outcome=Outcome(detail.outcome),
        destination_id=UUID(detail.destination_id) if detail.destination_id else None,
        event_id=UUID(detail.event_id) if detail.event_id else None,
        was_prompted=detail.was_prompted,
        reached_by=ReachedBy(detail.reached_by),
        is_by_the_minute=detail.written_at is not None,
    )


def _event_of(tried: Tried, newest: Kept | None) -> UUID | None:
    if newest is None or tried.at >= newest.sent.received_at:
        return newest.row_id if newest else None
    return tried.event_id
