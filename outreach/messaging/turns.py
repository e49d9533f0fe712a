"""
Whose turn it is: the texts of one woman leave in the order in which they were released, over all her cases.

A text is not overtaken from the moment it was meant for until it left, was held or was cancelled: while it is being
sent, and while a busy line is let alone, the later ones wait with it. It waits an hour at most, and is held then. Two
kinds do not dam: a held one, for a person must decide about it and may take days; and one that waits for its phone to
be asked about, in the way of another phone. One whose moment is still to come may be overtaken, too, by what she asks
for live, by level A and by what a deadline presses; another unprompted one gets its moment after it.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Select, and_, case, exists, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from outreach.identity.same_person import cases_of_person
from outreach.records.work import Text
from outreach.terms import TextState

Moment = datetime | BindParameter[datetime]
"""A moment, or the place of one in a statement that is built once."""

_Other = aliased(Text)


def next_number(session: Session, case_id: UUID) -> int:
    """Return the place of one more text among all of hers."""
    newest = select(func.max(Text.number)).where(Text.case_id.in_(cases_of_person(session, case_id)))
    return (session.scalar(newest) or 0) + 1


def planned_until(session: Session, case_id: UUID) -> datetime | None:
    """Return the moment of the last text of hers that is planned; None where none is."""
    hers = Text.case_id.in_(cases_of_person(session, case_id))
    return session.scalar(select(func.max(Text.release_at)).where(hers, Text.state == TextState.PLANNED.value))


def is_due(now: Moment) -> ColumnElement[bool]:
    """Hold for texts whose moment came and that need not wait for a busy line."""
    return and_(
        Text.state == TextState.PLANNED.value,
        Text.release_at <= now,
        or_(Text.again_at.is_(None), Text.again_at <= now),
    )


def is_next_of_case(now: Moment, last: Collection[UUID]) -> ColumnElement[bool]:
    """Hold for texts that overtake none of the same case; `last` wait for their phone to be asked about."""
    is_before = or_(_Other.number < Text.number, and_(_Other.again_at.is_not(None), _Other.again_at > now))
    # As a CASE, so that PostgreSQL looks at the few texts of a case and never, once for each text, at all that are due:
    # before its statistics knew of a burst of 20,000, that took it 44 seconds.
    dams = case(
        (_Other.state == TextState.SENDING.value, true()),
        (_Other.state == TextState.PLANNED.value, and_(_Other.release_at <= now, is_before)),
        else_=false(),
    )
    of_hers = (_Other.case_id == Text.case_id, _Other.id != Text.id, dams)
    return ~exists().where(*of_hers, *([_Other.id.not_in(last)] if last else []))


def in_turn(
    session: Session,
    texts: Sequence[Text],
    persons: Mapping[UUID, frozenset[UUID]],
    *,
    now: datetime,
    last: Collection[UUID],
) -> list[Text]:
    """Return of each person the text whose turn it is over all her cases; none of one who must wait."""
    several = {case_id for text in texts if len(persons[text.case_id]) > 1 for case_id in persons[text.case_id]}
    if not several:
        return list(texts)
    rows = session.execute(_waiting(several, now)).all()
    ready = []
    for text in texts:
        hers = [row for row in rows if row.case_id in persons[text.case_id] and row.id not in last]
        if any(row.state == TextState.SENDING or (row.again_at is not None and row.again_at > now) for row in hers):
            continue
        first = text if not hers or hers[0].id == text.id else _taken(session, hers[0].id)
        ready += [first] if first is not None else []
    return ready


def _waiting(cases: Collection[UUID], now: datetime) -> Select[UUID, UUID, str, datetime | None]:
    is_meant_for_now = and_(Text.state == TextState.PLANNED.value, Text.release_at <= now)
    return (
        select(Text.id, Text.case_id, Text.state, Text.again_at)
        .where(Text.case_id.in_(cases), or_(Text.state == TextState.SENDING.value, is_meant_for_now))
        .order_by(Text.number, Text.release_at, Text.id)
    )


def _taken(session: Session, text_id: UUID) -> Text | None:
    """Return a text for this sender alone; None where another has it."""
    query = select(Text).where(Text.id == text_id, Text.state == TextState.PLANNED.value)
    return session.scalars(query.with_for_update(skip_locked=True)).first()
